"""Racks hold: the laws of every elevation, asked of any design."""

from __future__ import annotations

from collections import Counter

import pytest

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.standing import standing
from designlib.explore.elevations import elevations, racks

SLACK = 1e-6


def racks_hold(design: Design, catalog: Catalog) -> None:
    """Assert that each rack is covered once from the floor to its top, within all its limits."""
    units, sums = elevations(design, catalog), racks(design, catalog)
    for _, held in units.groupby(["site", "rack"]):
        covered = Counter(u for r in held.itertuples() for u in range(*_span(r)))
        assert set(covered) == set(range(1, max(covered) + 1))
        assert set(covered.values()) == {1}
    stands = standing(design.tables["placement"], max(design.dates))
    assert len(units[units.part_id != ""]) == len(stands)
    for rack in sums.itertuples():
        assert rack.used_u <= rack.usable_u, rack
        assert rack.kw <= rack.limit_kw + SLACK, rack
        assert rack.kw <= rack.failover_kw + SLACK, rack
        assert rack.kg <= rack.limit_kg + SLACK, rack
        # Heat is neither made nor lost on its way to air, loop and door.
        assert rack.air_kw + rack.liquid_kw + rack.door_kw == pytest.approx(rack.kw)
    for site in design.summary["sites"]:
        here = sums[sums.site == site["site"]]
        assert len(here) <= site["racks"]
        # Doors have fans beside what stands in the racks.
        assert here.kw.sum() <= site["it_kw"] + SLACK
        names = units[(units.site == site["site"]) & (units.device != "")].device
        assert names.is_unique


def _span(row: object) -> tuple[int, int]:
    bottom, height = int(row.u_bottom), int(row.u_height)  # type: ignore[attr-defined]
    return bottom, bottom + height
