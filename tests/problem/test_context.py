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
