"""Newest: one search at a time, the newest brief wins, nobody waits for ever."""

import threading
import time
from pathlib import Path

import pytest

from designlib.brief import Brief
from designlib.design import Infeasible
from designlib.faults import Fault, FaultError
from designlib.optimize import Stopped
from designlib.workbench.newest import Newest, Resized
from tests.toy_design import toy_design

BRIEF = Brief.load(Path(__file__).parents[2] / "catalogs/briefs/enterprise.yaml")
PATIENCE_S = 20


def named(name):
    return BRIEF.with_changes({"name": name})


def answering(error=None):
    def solve(brief, cancel, progress):
        if error is not None:
            raise error
        return toy_design()

    return solve


def test_answer_to_a_lone_brief():
    shown = []
    newest = Newest(answering(), shown.append, 0)
    newest.submit(BRIEF)
    answer = newest.wait()
    assert answer.design == toy_design()
    assert [a.state for a in shown] == ["waiting", "solving", "done"]
    assert {a.generation for a in shown} == {1}


def test_newer_brief_cancels_the_older_and_wins():
    begun, asked, shown = threading.Event(), [], []

    def solve(brief, cancel, progress):
        asked.append(brief.name)
        if brief.name == "old":
            begun.set()
            assert cancel.wait(PATIENCE_S), "nobody cancelled the old search"
        return toy_design()

    newest = Newest(solve, shown.append, 0)
    newest.submit(named("old"))
    assert begun.wait(PATIENCE_S)
    newest.submit(named("new"))
    assert newest.wait().brief.name == "new"
    assert asked == ["old", "new"]
    assert [a.brief.name for a in shown if a.final] == ["new"]


def test_hasty_briefs_are_one_search():
    asked = []

    def solve(brief, cancel, progress):
        asked.append(brief.name)
        return toy_design()

    newest = Newest(solve, lambda answer: None, PATIENCE_S)
    for number in range(9):
        newest.submit(named(f"brief {number}"))
    newest.run(named("last"))
    assert asked == ["last"]


def test_searches_never_overlap():
    running, most = [], []

    def solve(brief, cancel, progress):
        running.append(brief)
        most.append(len(running))
        cancel.wait(0.01)
        running.pop()
        return toy_design()

    newest = Newest(solve, lambda answer: None, 0)
    for number in range(20):
        newest.submit(named(f"brief {number}"))
    assert newest.wait().brief.name == "brief 19"
    assert max(most) == 1


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Infeasible(["too little power"]), "infeasible"),
        (FaultError([Fault("<brief>", None, "sites", "wrong")]), "fault"),
        (Stopped("cancelled", 0.0), "cancelled"),
        (ZeroDivisionError("a defect"), "error"),
    ],
)
def test_every_error_is_an_answer(error, state):
    newest = Newest(answering(error), lambda answer: None, 0)
    newest.submit(BRIEF)
    answer = newest.wait()
    assert (answer.state, answer.error, answer.design) == (state, error, None)


def test_cancel_keeps_the_design_found_so_far():
    begun = threading.Event()

    def solve(brief, cancel, progress):
        begun.set()
        assert cancel.wait(PATIENCE_S)
        return toy_design(status="cancelled")

    newest = Newest(solve, lambda answer: None, 0)
    newest.submit(BRIEF)
    assert begun.wait(PATIENCE_S)
    newest.cancel()
    answer = newest.wait()
    assert answer.state == "cancelled"
    assert answer.design is not None


def test_interrupted_caller_leaves_nobody_waiting():
    newest = Newest(answering(KeyboardInterrupt()), lambda answer: None, 0)
    with pytest.raises(KeyboardInterrupt):
        newest.run(BRIEF)
    assert newest.wait().state == "cancelled"


def test_refusal_overtakes_a_running_search():
    begun, shown = threading.Event(), []

    def solve(brief, cancel, progress):
        begun.set()
        assert cancel.wait(PATIENCE_S)
        return toy_design()

    newest = Newest(solve, shown.append, 0)
    newest.submit(BRIEF)
    assert begun.wait(PATIENCE_S)
    fault = FaultError([Fault("<brief>", None, "sites", "wrong")])
    newest.refuse(BRIEF, fault)
    assert newest.wait().error is fault
    assert [a.state for a in shown if a.final] == ["fault"]


def test_progress_is_told():
    shown = []

    def solve(brief, cancel, progress):
        progress({"stage": "build", "message": "12 candidates"})
        progress({"stage": "solve", "gap": 0.25})
        return toy_design()

    Newest(solve, shown.append, 0).run(BRIEF)
    assert [a.message for a in shown] == ["", "", "12 candidates", "", ""]
    assert [a.gap for a in shown] == [None, None, None, 0.25, None]


def test_waiting_for_nothing_is_refused():
    with pytest.raises(RuntimeError):
        Newest(answering(), lambda answer: None).wait()


def test_a_design_at_once_comes_before_its_proof():
    shown = []
    quick = Resized(toy_design(name="quick"), 0.02)
    newest = Newest(answering(), shown.append, 0, lambda brief, first: quick, 0)
    newest.submit(BRIEF)
    assert newest.wait().design == toy_design()
    assert [a.state for a in shown] == ["waiting", "solving", "resized", "done"]
    assert shown[2].design.name == "quick"
    assert shown[2].gap == 0.02


def test_a_design_at_once_is_shown_before_its_bound():
    shown = []

    def resize(brief, first):
        first(toy_design(name="unbounded"))
        return Resized(toy_design(name="quick"), 0.02)

    newest = Newest(answering(), shown.append, 0, resize, 0)
    newest.run(BRIEF)
    assert [a.state for a in shown] == ["waiting", "solving", "resized", "resized", "done"]
    assert [a.gap for a in shown[2:4]] == [None, 0.02]
    assert shown[2].design.name == "unbounded"


def test_a_newer_brief_never_waits_for_the_bound_of_an_older():
    bounded = []

    def resize(brief, first):
        first(toy_design(name=brief.name))
        bounded.append(brief.name)

    newest = Newest(answering(), lambda answer: None, 0, resize, 0)
    newest.submit(named("old"))
    while newest.answer.state != "resized":
        time.sleep(0.001)
    newest.submit(named("new"))
    newest.wait()
    assert bounded == ["new"]


def test_a_newer_brief_never_waits_for_the_proof_of_an_older():
    asked = []

    def solve(brief, cancel, progress):
        asked.append(brief.name)
        return toy_design()

    quick = Resized(toy_design(name="quick"), 0.02)
    newest = Newest(solve, lambda answer: None, 0, lambda brief, first: quick, PATIENCE_S)
    newest.submit(named("old"))
    while newest.answer.state != "resized":
        time.sleep(0.005)
    newest._settle_s = 0
    newest.submit(named("new"))
    newest.wait()
    assert asked == ["new"]


def test_a_design_that_is_known_is_no_question():
    shown = []
    newest = Newest(answering(ValueError("not asked")), shown.append, 0)
    assert newest.know(BRIEF, toy_design(name="known")).design.name == "known"
    assert [a.state for a in shown] == ["done"]
