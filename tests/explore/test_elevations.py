"""Elevations: every unit of every rack once, and no rack beyond what it may hold."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from designlib.design import Design
from designlib.explore.elevations import elevations, racks
from designlib.explore.halls import rack_limits, site_of
from tests.explore.halls import CATALOG, HALLS, design
from tests.explore.racks_hold import racks_hold


@pytest.fixture(params=sorted(HALLS))
def hall(request: Any) -> Design:
    """Return the design of each hall."""
    return design(request.param)


def test_every_rack_holds_what_stands_in_it(hall: Design) -> None:
    racks_hold(hall, CATALOG)


def test_the_bill_has_a_cabinet_and_both_paths_of_strips_for_every_rack(hall: Design) -> None:
    found = racks(hall, CATALOG)
    bill = hall.bill_of_materials
    parts = {p.id: p.kind for p in CATALOG.power.values()}
    bought = Counter[str]()
    for line in bill.itertuples():
        bought[parts.get(line.part_id, "")] += int(line.count)
    empty = bought["rack-cabinet"] - len(found)
    assert empty >= 0
    strips = sum(round(r.feeds * r.feed_kw / 34.5) for r in found.itertuples())
    assert bought["rack-pdu"] >= strips
    assert bought["rack-pdu"] == strips or empty


def test_a_lost_path_never_overloads_the_other(hall: Design) -> None:
    # 80 % of the breaker is in the rating: 34.5 kVA are 48 A of a 60 A feed at 415 V.
    for rack in racks(hall, CATALOG).itertuples():
        assert rack.feeds == 2
        assert rack.kw <= rack.failover_kw
        assert rack.limit_kw <= rack.failover_kw
        assert rack.failover_kw == rack.feed_kw


def test_a_server_hangs_on_both_paths(hall: Design) -> None:
    found = elevations(hall, CATALOG)
    assert set(found[found.part_id != ""].feeds) == {"A+B"}
    assert set(found[found.part_id == ""].feeds) == {""}


def test_ports_of_a_rack_are_those_of_its_devices() -> None:
    found = elevations(design("air"), CATALOG)
    for row in found[found.part_id == "nvidia-dgx-h200"].itertuples():
        specs = CATALOG.servers[row.part_id].specs
        assert row.ports == specs.front_ports_count.value + specs.oob_ports_count.value


def test_a_rear_door_takes_all_heat_and_a_loop_what_it_captures() -> None:
    doors = racks(design("doors"), CATALOG)
    assert (doors[doors.rack_kind != "air"].air_kw == 0).all()
    wet = racks(design("liquid"), CATALOG)
    wet = wet[wet.rack_kind == "direct-to-chip"]
    assert len(wet)
    # The loop captures 80 %, the servers could give it more: the rest stays in the room.
    for rack in wet.itertuples():
        assert rack.liquid_kw == pytest.approx(0.8 * rack.kw)
        assert rack.air_kw == pytest.approx(0.2 * rack.kw)


def test_the_floor_may_bear_less_than_the_cabinet() -> None:
    found = design("air")
    site = site_of_first(found)
    # 1,361 kg is the cabinet's rating; 300 kg/m2 on 2.6 m2 are 780 kg.
    assert rack_limits(found, CATALOG, site, "air").limit_kg == 1361
    weak = site.model_copy(update={"floor_limit_kg_per_m2": 300.0})
    assert rack_limits(found, CATALOG, weak, "air").limit_kg == pytest.approx(780)


def site_of_first(found: Design) -> Any:
    """Return the hall of a design."""
    from designlib.brief import Brief

    return site_of(Brief.from_dict(found.brief), "hall")
