import pytest

from designlib.catalog import Catalog
from designlib.predict.machines import usual_server
from designlib.predict.networks import network_of, stated_gb_s

# Texts as published, GPUs of a server, and GB/s a GPU by hand.
TEXTS = [
    ("NVLink4 8-GPU + NDR 400G/GPU IB (DGX H100 reference)", 8, 50.0),
    ("NVLink 8-GPU + 400 Gb/s RDMA per GPU", 8, 50.0),
    ("NVLink3 8-GPU + 1600 Gb/s per node RoCE (heading)", 8, 25.0),
    ("NVLink3 + 4x Omni-Path 100G per node (unverified)", 8, 6.25),
    ("NVLink4 + InfiniBand 8x50 GB/s", 8, 50.0),
    ("PCIe Gen4; BF3 200Gbps for NS and 2xBF3 400Gbps for EW", 8, 12.5),
    ("Storage: 2x ConnectX-7 IB NDR 400Gb/s, Compute: 8x ConnectX-7 IB NDR 400Gb/s", 8, 50.0),
    ("NVLINK Gen5 1800 GB/s + NVSWITCH Gen5", 8, None),
    ("18x 5th Gen NVLink, 14.4 TB/s aggregated bandwidth", 8, None),
]


@pytest.mark.parametrize(("text", "gpus", "expected"), TEXTS)
def test_rates_are_those_of_the_compute_network(text, gpus, expected):
    assert stated_gb_s(text, gpus) == expected


def test_a_rack_states_the_ports_of_one_tray():
    catalog = Catalog.load()
    racks = [s for s in catalog.servers.values() if s.rack_scale and s.gpu]
    server = usual_server(catalog, racks[0].gpu)
    found = network_of("4x ConnectX-8 IB XDR 800 Gb/s", server, catalog)
    assert (found.technology, found.gb_s, found.note) == ("infiniband", 100.0, "")


def test_silence_means_the_server_and_is_said():
    catalog = Catalog.load()
    server = usual_server(catalog, next(iter(catalog.gpus)))
    assert server.name in network_of("", server, catalog).note
