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


def test_what_would_reach_is_the_simplest_kind_that_does() -> None:
    # IEEE 802.3 clause 92: passive copper of 100 Gbit/s reaches 5 m; twisted pair of 1 Gbit/s 100.
    found = cable_lengths(design("air"), CATALOG)
    fast = found[found.part == "aoc-100g"]
    assert len(fast)
    assert set(fast[fast.up_to_m <= 5].could_be) <= {"dac"}
    assert set(fast[fast.up_to_m > 5].could_be) <= {"aoc"}
    assert set(found[found.kind == "copper"].could_be) == {"copper"}
