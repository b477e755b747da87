"""Published systems: what vendors print of whole systems follows from the entries of the catalog.

Sources: NVIDIA DGX H100/H200 User Guide (10.2 kW, 8U); DGX SuperPOD H100 reference architecture,
RA-11333-001 V11, rack planning; DGX SuperPOD B200 reference architecture, RA-11334-001 V08, figures
3.1 and 3.2 and table 4.1 (parts of four scalable units, quoted second-hand) and its power of the
whole build without storage and management servers; NVIDIA GB200 and GB300 NVL72 product pages.
"""

from __future__ import annotations

import pytest

from designlib.catalog import Catalog
from designlib.physics.racks import servers_per_rack
from designlib.schema.parts import Server

CATALOG = Catalog.load()
CABINET = next(p for p in CATALOG.power.values() if p.kind == "rack-cabinet")
USABLE_U = CABINET.specs.height_usable_u
RACK_SCALE = [server for server in CATALOG.servers.values() if server.rack_scale]


def per_rack(server: Server, kw: float) -> int:
    """Return how many of a server the cabinet of the catalog holds at a power."""
    assert USABLE_U is not None
    specs = server.specs
    found, _ = servers_per_rack(
        specs.height_u.value,
        specs.power_max_kw.value,
        specs.weight_kg.value,
        usable_u=USABLE_U.value,
        feed_kw=kw,
        cooling_kw=kw,
    )
    return found


def test_dgx_h100_fills_racks_as_its_guide_says() -> None:
    dgx = CATALOG.servers["nvidia-dgx-h100"]
    assert dgx.specs.power_max_kw.value == pytest.approx(10.2)
    assert per_rack(dgx, 40.0) == 3
    assert per_rack(dgx, 40.8) == 4
    assert 4 * dgx.specs.height_u.value == 32


def test_superpod_of_four_b200_units_draws_what_is_printed() -> None:
    # Printed: one server less than four full units of 32; the in-band spine has two switches.
    parts = {
        "nvidia-dgx-b200": 127,
        "nvidia-qm9700": 32 + 16,
        "nvidia-sn5600": 2 + 2,
        "nvidia-sn2201": 2 + 16,
    }
    it_kw = sum(count * CATALOG.part(i).specs.power_max_kw.value for i, count in parts.items())
    assert it_kw == pytest.approx(1930, rel=0.02)


def test_two_b200_stand_in_the_rack_of_the_reference_and_four_in_a_tall_one() -> None:
    dgx = CATALOG.servers["nvidia-dgx-b200"]
    assert per_rack(dgx, 28.6) == 2
    assert per_rack(dgx, 57.2) == 4


@pytest.mark.parametrize("server", RACK_SCALE, ids=lambda server: server.id)
def test_rack_scale_system_is_trays_of_four_gpus_in_one_domain(server: Server) -> None:
    specs = server.specs
    assert specs.gpus_count.value == specs.scale_up_gpus_count.value == 72
    assert specs.trays_count is not None
    assert specs.trays_count.value == 18
    assert specs.compute_ports_count.value == specs.gpus_count.value
    # Nine switch trays and eight power shelves at most stand beside them.
    assert specs.trays_count.value + 9 + 8 < specs.height_u.value


def test_memory_of_a_rack_is_what_the_product_page_prints() -> None:
    printed_tb = {"GB200": 13.4, "GB300": 20.0}
    for server in RACK_SCALE:
        gpu = CATALOG.gpus[str(server.gpu)]
        total_tb = server.specs.gpus_count.value * gpu.specs.hbm_gb.value / 1000
        assert total_tb == pytest.approx(printed_tb[gpu.family], rel=0.01)
