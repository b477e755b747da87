"""Mixed racks: where the policy allows them, switches stand in what servers leave free."""

from __future__ import annotations

from functools import cache

import pytest

from designlib.design import Design
from designlib.optimize import optimize
from designlib.validate import validate
from tests.explore.racks_hold import racks_hold
from tests.sense.test_racks_and_power import CATALOG, brief


@cache
def design(mixed: bool, rack_kw: float = 40.0, gpu_servers: str = "nvidia-dgx-h200") -> Design:
    """Return the design at gap 0 with or without mixed racks."""
    return optimize(
        brief(
            sites__hall__rack_air_kw=rack_kw,
            fleet__server_kinds_allowed=[gpu_servers],
            workloads__chat__growth_factor_24_months=3.0,
            policies__mixed_racks_allowed=mixed,
        ),
        CATALOG,
        gap=0.0,
    )


def mixed_racks(found: Design) -> int:
    """Return the racks in which GPU servers and other things stand together."""
    gpus = found.placement.part_id.map(
        lambda part: part in CATALOG.servers and CATALOG.servers[part].gpu is not None
    )
    both = found.placement.assign(gpu=gpus).groupby("rack").gpu.nunique()
    return int((both > 1).sum())


def test_by_default_servers_and_switches_stand_apart() -> None:
    assert mixed_racks(design(False)) == 0


def test_where_allowed_fewer_racks_hold_the_same_things() -> None:
    apart, mixed = design(False), design(True)
    assert mixed_racks(mixed) > 0
    assert mixed.summary["racks"] < apart.summary["racks"]
    assert mixed.certificate["objective"] < apart.certificate["objective"]
    assert len(mixed.placement) == len(apart.placement)


@pytest.mark.parametrize("rack_kw", [12.0, 17.0, 25.0, 40.0])
def test_every_mixed_rack_holds_what_stands_in_it(rack_kw: float) -> None:
    found = design(True, rack_kw)
    racks_hold(found, CATALOG)
    assert validate(found, CATALOG).ok, str(validate(found, CATALOG))


def test_the_permission_never_costs_more() -> None:
    for rack_kw in (12.0, 17.0, 25.0, 40.0):
        free, apart = design(True, rack_kw), design(False, rack_kw)
        assert free.certificate["objective"] <= apart.certificate["objective"] * (1 + 1e-9)
