"""Floor: one position a rack, cables as long as the way, and kinds of cable that reach."""

from __future__ import annotations

import pytest

from designlib.cabling.hall import UNIT_M
from designlib.cabling.parts import hall_of
from designlib.explore.floor import EMPTY, FREE, cable_lengths, floor, split
from designlib.explore.wires import cables
from tests.explore.halls import CATALOG, HALLS, design


@pytest.mark.parametrize("name", sorted(HALLS))
def test_each_rack_has_one_position_and_the_rest_is_free(name: str) -> None:
    found, site = floor(design(name), CATALOG), design(name).summary["sites"][0]
    assert len(found) == 30  # the positions of the brief
    assert not found.duplicated(["site", "x_m", "y_m"]).any()
    taken = found[~found.rack_kind.isin([FREE])]
    assert len(taken) == site["racks"]
    filled = found[~found.rack_kind.isin([FREE, EMPTY])]
    assert set(filled.rack) == set(design(name).placement.rack)
    assert filled.kw.sum() == pytest.approx(design(name).placement.kw.sum())


@pytest.mark.parametrize("name", sorted(HALLS))
def test_the_floor_bears_every_rack(name: str) -> None:
    found = floor(design(name), CATALOG)
    assert (found.kg_per_m2 <= found.floor_limit_kg_per_m2).all()
    # 2.6 m2 is the share of the catalog: footprint and aisles.
    assert found.kg_per_m2.max() == pytest.approx(found.kg.max() / 2.6)


@pytest.mark.parametrize("name", sorted(HALLS))
def test_cables_are_as_long_as_the_way_between_positions(name: str) -> None:
    hall = hall_of(CATALOG, None, None)
    found = floor(design(name), CATALOG)
    at = {r.rack: (r.x_m, r.y_m) for r in found.itertuples() if r.rack}
    every = [c for c in cables(design(name), CATALOG) if c.length_m is not None]
    assert every
    for cable in every:
        (ax, ay), (zx, zy) = at[cable.a.rack], at[cable.z.rack]
        rise = (2 * hall.rack_height_u - cable.a.u_bottom - cable.z.u_bottom) * UNIT_M
        way = abs(ax - zx) + abs(ay - zy) + rise + 2 * hall.tray_m
        if cable.a.rack == cable.z.rack:
            way = abs(cable.a.u_bottom - cable.z.u_bottom) * UNIT_M
        assert cable.length_m == pytest.approx(way + hall.slack_m, abs=0.06)


@pytest.mark.parametrize("name", sorted(HALLS))
def test_the_histogram_counts_every_cable_and_every_cable_reaches(name: str) -> None:
    found = cable_lengths(design(name), CATALOG)
    every = [c for c in cables(design(name), CATALOG) if c.length_m is not None]
    assert found.links.sum() == len(every)
    for part in split(design(name), CATALOG):
        assert part.longest_m <= part.reach_m


def test_no_simpler_kind_of_cable_reaches() -> None:
    found = cable_lengths(design("air"), CATALOG)
    assert set(found[found.kind == "copper"].could_be) == {"copper"}
    for row in found[found.kind == "aoc"].itertuples():
        speed = CATALOG.optics[row.part].specs.gbit_s.value
        copper = [
            p.specs.reach_max_m.value
            for p in CATALOG.optics.values()
            if p.kind in ("dac", "aec") and p.specs.gbit_s.value == speed
        ]
        if row.could_be == "aoc":
            assert row.up_to_m > max(copper, default=0)
        else:
            assert row.up_to_m <= max(copper)
