"""History: undo and redo walk a line of briefs; a new brief forgets what was undone."""

from designlib.brief import Brief
from designlib.catalog import shipped_folder
from designlib.workbench.history import DESIGNS_MAX, History
from tests.toy_design import toy_design

FIRST = Brief.load(shipped_folder() / "briefs" / "studio.yaml")


def at(price):
    return FIRST.with_changes({"sites.colo.electricity_per_kwh": price})


def test_undo_and_redo_walk_the_line():
    history = History([FIRST])
    assert not history.can_undo
    history.record(at(0.3))
    history.record(at(0.4))
    assert history.undo() == at(0.3)
    assert history.undo() == FIRST == history.undo()
    assert history.redo() == at(0.3)
    assert history.can_redo


def test_a_new_brief_forgets_what_was_undone():
    history = History([FIRST, at(0.3), at(0.4)], 0)
    history.record(at(0.5))
    assert history.briefs == (FIRST, at(0.5))
    assert not history.can_redo


def test_the_same_brief_is_recorded_once():
    history = History([FIRST])
    history.record(at(0.21))  # what it says already
    assert len(history.briefs) == 1


def test_the_latest_designs_are_remembered():
    history = History([FIRST])
    for n in range(DESIGNS_MAX + 1):
        history.record(at(0.3 + n / 100), toy_design(name=str(n)))
    assert history.design(at(0.3)) is None
    assert history.design(at(0.31)).name == "1"
