"""A session: sized anew at once with a bound that holds, proven behind it."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible
from designlib.optimize import optimize, prepare
from designlib.session import Session
from tests.toy_brief import TOY_BRIEF

MOVES = (
    {"workloads.chat.peak_requests_s": 6.5},
    {"sites.hall.electricity_per_kwh": 0.2},
    {"workloads.tune.runs_per_month_count": 250},
)
TIGHT = 1e-3


@pytest.fixture(scope="module")
def catalog():
    return Catalog.load()


@pytest.fixture(scope="module")
def brief(tmp_path_factory, catalog):
    path = tmp_path_factory.mktemp("brief") / "toy.yaml"
    path.write_text(TOY_BRIEF, encoding="utf-8")
    gpus = {i: gpu.family for i, gpu in catalog.gpus.items()}
    found = [i for i, s in catalog.servers.items() if gpus.get(s.gpu) in ("H200", "B200", "L40S")]
    return Brief.load(path).with_changes({"fleet.server_kinds_allowed": found})


@pytest.fixture(scope="module")
def session(brief, catalog):
    opened = Session(brief, catalog)
    assert opened.resize(brief) is None  # nothing is known yet
    design = opened.prove(brief)
    assert isinstance(design, Design)
    return opened


@pytest.fixture(scope="module")
def proven(brief, catalog):
    return {n: optimize(brief.with_changes(x), catalog, gap=TIGHT) for n, x in enumerate(MOVES)}


@pytest.mark.parametrize("move", range(len(MOVES)))
def test_a_resized_answer_and_its_bound_enclose_the_optimum(session, proven, brief, move):
    seen = []
    answer = session.resize(brief.with_changes(MOVES[move]), first=seen.append)
    (unbounded,) = seen
    assert unbounded.tables["bill_of_materials"] == answer.design.tables["bill_of_materials"]
    assert unbounded.certificate["objective"] == answer.design.certificate["objective"]
    assert unbounded.certificate["gap"] == 1.0
    assert unbounded.faults() == []
    best = proven[move].certificate
    cost = answer.design.certificate["objective"]
    assert answer.bound <= best["objective"] * (1 + 1e-9)
    assert best["bound"] <= cost * (1 + 1e-9)
    assert answer.within_frac == pytest.approx((cost - answer.bound) / cost, abs=1e-9)
    assert answer.tier == ("proven" if answer.within_frac <= 1e-2 else "resized")
    assert answer.design.faults() == []
    assert answer.design.certificate["bound"] == pytest.approx(answer.bound)
    assert answer.seconds > 0


def test_a_proof_from_a_start_finds_the_optimum_of_a_cold_one(brief, catalog, proven):
    warm = Session(brief, catalog, gap=TIGHT)
    warm.prove(brief)
    design = warm.prove(brief.with_changes(MOVES[0]))
    cold = proven[0].certificate
    assert design.certificate["objective"] >= cold["bound"] * (1 - 1e-9)
    assert cold["objective"] >= design.certificate["bound"] * (1 - 1e-9)
    assert design.certificate["gap"] <= TIGHT


def test_what_the_bound_proves_is_not_searched_again(brief, catalog):
    session, changed = Session(brief, catalog, gap=0.2), brief.with_changes(MOVES[1])
    session.prove(brief)
    answer = session.resize(changed)
    assert answer.tier == "proven"
    told = []
    assert session.prove(changed, progress=told.append) is answer.design
    assert told == []
    closer = session.prove(changed, gap=TIGHT, progress=told.append)
    assert closer.certificate["gap"] <= TIGHT
    assert told
    assert session.resize(changed) is not None  # it is the last design now


def test_a_way_that_another_beats_may_be_kept(brief, catalog, monkeypatch):
    session = Session(brief, catalog, gap=0.5)
    used = {row["candidate"] for row in session.prove(brief).tables["operations"]}

    def without(*asked):
        problem, context = prepare(*asked)
        left = {o: c for o, c in problem.candidates.items() if o not in used}
        return replace(problem, candidates=left), context

    monkeypatch.setattr("designlib.session.prepare", without)
    changed = brief.with_changes(MOVES[1])
    answer = session.resize(changed)
    assert answer.tier == "proven"
    assert session.prove(changed) is answer.design
    assert session.resize(brief.with_changes(MOVES[2])) is not None


def test_the_same_questions_get_the_same_answers(brief, catalog, session):
    changed = brief.with_changes(MOVES[0])
    other = Session(brief, catalog)
    other.prove(brief)
    one, two = session.resize(changed), other.resize(changed)
    assert one.design.tables == two.design.tables
    assert one.bound == pytest.approx(two.bound, rel=1e-9)


def test_what_the_structure_cannot_serve_waits_for_the_proof(brief, catalog, session):
    poor = brief.with_changes({"budget.capex_total": 1000.0})
    assert session.resize(poor) is None
    refusal = session.prove(poor)
    assert isinstance(refusal, Infeasible)
    assert session.resize(brief) is not None  # the last design is still there
    faulty = brief.with_changes({"fleet.server_kinds_allowed": ["no-such-server"]})
    assert session.resize(faulty) is None


def test_a_cancelled_proof_keeps_its_design(brief, session):
    stop = threading.Event()

    def tell(event):
        if event["stage"] == "solve":
            stop.set()

    design = session.prove(brief.with_changes(MOVES[2]), cancel=stop, progress=tell, gap=0.0)
    assert isinstance(design, Design)
    certificate = design.certificate
    assert certificate["bound"] <= certificate["objective"]
    assert certificate["gap"] >= 0
    assert certificate["status"] == design.status
