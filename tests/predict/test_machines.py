from designlib.catalog import Catalog
from designlib.predict.machines import machine_of, network_gb_s, usual_server


def test_every_gpu_has_a_machine():
    catalog = Catalog.load()
    for gpu in catalog.gpus.values():
        server = usual_server(catalog, gpu.id)
        machine = machine_of(catalog, server, "infiniband", gpu_id=gpu.id)
        assert machine.hbm_gb == gpu.specs.hbm_gb.value
        assert 0 < machine.train_kernel_frac <= 1
        assert machine.network_gb_s == network_gb_s(server)
        assert machine_of(catalog, server, None, gpu_id=gpu.id).network_gb_s == 0
