"""A problem of the pools of one structure has what the whole problem has of them."""

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.problem.make import make_problem
from designlib.problem.structure import Structure

CATALOG = Catalog.load()


@pytest.mark.parametrize("name", ["enterprise", "healthcare"], ids=["one site", "two sites"])
def test_the_part_of_a_problem_is_that_of_the_whole(name: str) -> None:
    brief = Brief.load(shipped_folder() / "briefs" / f"{name}.yaml")
    whole, _ = make_problem(brief, CATALOG)
    kinds = {min(i for i in whole.kinds if whole.items[i].site == a) for a in whole.sites}
    pools = {k: pool for k, pool in whole.pools.items() if pool.kind in kinds}
    fabrics = frozenset(pool.fabric for pool in pools.values() if pool.fabric)
    part, _ = make_problem(
        brief, CATALOG, Structure(frozenset(), frozenset(pools), fabrics, frozenset(kinds))
    )
    assert pools.items() <= part.pools.items()
    assert kinds <= part.kinds.keys()
    assert len(part.pools) < len(whole.pools)
    mine = {o for o, c in whole.candidates.items() if c.pool in pools}
    assert mine
    assert {o for o, c in part.candidates.items() if c.pool in pools} == mine
    for o in mine:
        assert part.candidates[o].held == whole.candidates[o].held
        assert part.candidates[o].hours == whole.candidates[o].hours
