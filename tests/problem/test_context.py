"""Context: what cannot be bought never becomes a choice, and says why."""

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.problem.make import make_problem
from tests.toy_catalog import write

BRIEF = Brief.load(shipped_folder() / "briefs" / "enterprise.yaml")
CATALOG = Catalog.load()


@pytest.fixture(scope="module")
def usual():
    return make_problem(BRIEF, CATALOG)[0]


@pytest.fixture(scope="module")
def gone(usual):
    """Return what an overlay retires: a switch and a cooling unit of the problem, and a GPU."""
    families = (CATALOG.switches, CATALOG.cooling)
    parts = [next(i for i in sorted(bought(usual)) if i in family) for family in families]
    return [*parts, CATALOG.servers[next(iter(usual.kinds))].gpu]


@pytest.fixture(scope="module")
def after(gone, tmp_path_factory):
    files = {f"{CATALOG.part(i).folder}/{i}.yaml": "retired: bought no more\n" for i in gone}
    return make_problem(BRIEF, Catalog.load(write(tmp_path_factory.mktemp("ours"), files)))


def bought(problem):
    return {item.part_id for item in problem.items.values()}


def test_retired_part_is_bought_no_more(gone, after):
    problem, context = after
    for part_id in gone[:2]:
        assert part_id not in bought(problem)
        (dropped,) = [d for d in context.dropped if d.part_id == part_id]
        assert dropped.reason == "end-of-sale: it cannot be bought"


def test_servers_of_a_retired_gpu_are_bought_no_more(usual, gone, after):
    problem, context = after
    holding = {s.id for s in CATALOG.servers.values() if s.gpu == gone[2]}
    assert holding & set(usual.kinds)
    assert not holding & set(problem.kinds)
    assert holding <= {d.candidate for d in context.dropped}


def test_a_night_that_lasts_all_day_leaves_the_peak():
    """Half of the peak in a night from 0 to 24 h: the peak is held all the same."""
    day = {"peak_to_mean": 2, "night_share_of_peak_frac": 0.5}
    served = [w.id for w in BRIEF.workloads if w.kind == "inference"]
    changes = {f"workloads.{w}.diurnal": day | {"night": "00:00-24:00"} for w in served}
    problem = make_problem(BRIEF.with_changes(changes), CATALOG)[0]
    for c in problem.candidates.values():
        if c.workload in served and c.pool is not None:
            kind = problem.kinds[problem.pools[c.pool].kind]
            held = max(h[0] for h in c.held.values())
            assert held * kind.gpus_count == pytest.approx(c.gpus[0])
