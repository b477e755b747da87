"""Compute checks: shipped GPUs, servers and models pass, and each law refuses a broken one."""

import pytest

from designlib.catalog import Catalog
from designlib.schema import compute_checks as laws

CATALOG = Catalog.load()
GPU = CATALOG.gpus["nvidia-h100-sxm-80gb"]
SERVER = CATALOG.servers["nvidia-dgx-h100"]


def changed(part, **values):
    """Return a part with other figures and without their notes."""
    new = {
        name: getattr(part.specs, name).model_copy(update={"value": value, "note": None})
        for name, value in values.items()
    }
    return part.model_copy(update={"specs": part.specs.model_copy(update=new)})


@pytest.mark.parametrize(
    ("family", "check"),
    [
        ("gpus", laws.gpu_precisions),
        ("gpus", laws.gpu_units),
        ("servers", laws.server_gpus),
        ("servers", laws.server_body),
        ("llms", laws.llm_shape),
    ],
)
def test_shipped_entries_pass(family, check):
    assert [found for part in getattr(CATALOG, family).values() for found in check(part)] == []


@pytest.mark.parametrize("server", CATALOG.servers.values(), ids=lambda part: part.id)
def test_shipped_servers_feed_their_gpus(server):
    if server.gpu is not None:
        assert list(laws.server_feeds_gpus(server, CATALOG.gpus[server.gpu])) == []


@pytest.mark.parametrize(
    ("check", "part", "field"),
    [
        (laws.gpu_precisions, changed(GPU, int8_dense_tops=3958), "int8_dense_tops"),
        (laws.gpu_units, changed(GPU, hbm_bandwidth_gb_s=3.35), "hbm_bandwidth_gb_s"),
        (laws.gpu_units, changed(GPU, tdp_w=0.7), "tdp_w"),
        (laws.server_gpus, changed(SERVER, compute_ports_count=36), "compute_ports_count"),
        (laws.server_gpus, changed(SERVER, scale_up_gpus_count=3), "scale_up_gpus_count"),
        (laws.server_body, changed(SERVER, liquid_frac=0.8), "liquid_frac"),
    ],
)
def test_broken_entry_is_refused(check, part, field):
    assert [path for path, _ in check(part)] == [("specs", field)]


def test_dgx_h100_draws_between_its_gpus_and_three_times_as_much():
    """NVIDIA prints 10.2 kW for the server and 700 W for the GPU."""
    for power_kw, refused in [(5.59, True), (5.6, False), (10.2, False), (16.8, False), (17, True)]:
        server = changed(SERVER, power_max_kw=power_kw)
        assert bool(list(laws.server_feeds_gpus(server, GPU))) is refused


def test_llama_70b_multiplies_out():
    """Its published shape holds its published 70.6 billion parameters, not 8 or 700 billion."""
    llm = CATALOG.llms["llama-3-3-70b"]
    assert list(laws.llm_shape(llm)) == []
    for wrong in (8_000_000_000, 700_000_000_000):
        (found,) = laws.llm_shape(changed(llm, params_count=wrong))
        assert found[0] == ("specs", "params_count")
