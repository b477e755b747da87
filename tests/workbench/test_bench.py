"""Bench: controls become a brief, the brief a design, the design what is shown."""

import re
import threading
import time
from pathlib import Path

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Infeasible
from designlib.faults import FaultError
from designlib.optimize import Stopped
from designlib.workbench import Workbench, workbench
from designlib.workbench.actions import ACTIONS, hear
from designlib.workbench.newest import Resized
from designlib.workbench.panels import panels
from designlib.workbench.session_file import read_session
from tests.toy_design import content, toy_design

PATH = Path(__file__).parents[2] / "catalogs/briefs/enterprise.yaml"
BRIEF = Brief.load(PATH)
CATALOG = Catalog.load()
PATIENCE_S = 20


def echo(brief, cancel, progress):
    """Answer a brief with a design that carries its name and price of electricity."""
    if brief.budget.capex_total == 1:
        raise Infeasible(
            ["the budget is <b>too small</b>"],
            repairs=[
                {"requirement": "budget", "from": 1, "to": 8e6, "unit": "USD", "cost": 5e6,
                 "verified": True, "changes": {"budget.capex_total": 8e6}}
            ],
            brief=brief.to_dict(),
        )  # fmt: skip
    certificate = {**content()["certificate"], "brief_hash": brief.hash}
    name = f"{brief.name} at {brief.sites[0].electricity_per_kwh:.2f}"
    return toy_design(name=name, certificate=certificate, brief=brief.to_dict(defaults=True))


@pytest.fixture
def bench():
    bench = Workbench(BRIEF, CATALOG, solve=echo)
    assert bench.design
    return bench


def state(bench):
    return re.findall(r'data-state="(\w+)" data-gen="(\d+)"', bench._page.face.status)[0]


def stage(bench):
    return bench._page.face.stage


def until(seen):
    """Wait for what another thread draws: it may come later than the answer that it draws."""
    end = time.monotonic() + PATIENCE_S
    while not seen():
        assert time.monotonic() < end, "nothing was drawn"
        time.sleep(0.01)


def do(bench, act, **words):
    """Do what the page would tell, and return the design."""
    hear(bench, {"do": act, **words})
    return bench.design


def at(bench):
    return bench.brief.sites[0].electricity_per_kwh


def test_first_design_is_there_when_it_is_asked_for(bench):
    assert bench.design.name.endswith("at 0.11")
    assert state(bench) == ("done", "1")
    assert "What to buy" in stage(bench)


def test_controls_show_the_brief(bench):
    shown = dict(
        re.findall(r'data-name="(\w+)" min="0"[^>]* value="([^"]*)"', bench._page.face.rail)
    )
    assert shown["electricity_hall"] == "0.11"
    assert shown["positions_hall"] == "20"
    assert shown["demand_A3"] == shown["power_hall"] == "1"


def test_turned_control_changes_brief_and_design(bench):
    assert do(bench, "turn", name="electricity_hall", value="0.2").name.endswith("at 0.20")
    assert at(bench) == 0.2
    assert 'value="0.2"' in bench._page.face.rail
    assert state(bench) == ("done", "2")


def test_many_turns_are_one_question():
    asked = []

    def count(brief, cancel, progress):
        asked.append(brief.sites[0].electricity_per_kwh)
        return echo(brief, cancel, progress)

    bench = Workbench(BRIEF, CATALOG, solve=count)
    assert bench.design
    for step in range(25):
        hear(bench, {"do": "turn", "name": "electricity_hall", "value": str(0.2 + step / 100)})
    assert bench.design.name.endswith("at 0.44")
    assert asked == [0.11, 0.44]
    assert len(bench.history.briefs) == 2


def test_update_by_name_and_by_path_does_what_a_control_does(bench):
    assert bench.update(electricity_hall=0.3).name.endswith("at 0.30")
    assert 'value="0.3"' in bench._page.face.rail
    bench.update({"workloads.A3.peak_requests_s": 9}, positions_hall=8)
    assert bench.brief.sites[0].rack_positions_count == 8
    assert state(bench) == ("done", "3")


def test_update_refuses_unknown_names(bench):
    with pytest.raises(TypeError, match="electricity_hall"):
        bench.update(electricity=0.3)
    with pytest.raises(FaultError):
        bench.update({"sites.hall.rack_position_count": 8})
    assert bench.brief == BRIEF


def test_undo_redo_and_reset(bench):
    for price in (0.3, 0.4):
        bench.update(electricity_hall=price)
    do(bench, "undo")
    assert at(bench) == 0.3
    assert do(bench, "undo").name.endswith("at 0.11")
    assert 'data-do="undo" disabled' in bench._page.face.head
    assert do(bench, "redo").name.endswith("at 0.30")
    assert do(bench, "reset").name.endswith("at 0.11")
    assert bench.undo().name.endswith("at 0.30")


def test_infeasible_is_shown_and_a_repair_mends_it(bench):
    with pytest.raises(Infeasible):
        bench.update(budget=1)
    assert state(bench)[0] == "infeasible"
    assert "&lt;b&gt;too small&lt;/b&gt;" in stage(bench).lower()
    with pytest.raises(Infeasible):
        assert bench.design
    assert do(bench, "repair", number="0").name.endswith("at 0.11")
    assert bench.brief.budget.capex_total == 8e6


def test_faulty_turn_is_told_and_changes_nothing(bench):
    hear(bench, {"do": "turn", "name": "servers", "value": "[]"})
    assert state(bench)[0] == "fault"
    assert "server_kinds_allowed" in stage(bench)
    assert bench.brief == BRIEF
    do(bench, "turn", name="servers", value='["H100"]')
    assert bench.brief.fleet.server_kinds_allowed == ("H100",)


def test_workloads_are_edited(bench):
    do(bench, "duplicate", workload="A3")
    assert bench.brief.workloads[-1].id == "A3-2"
    do(bench, "field", path="workloads.A3-2.ttft_p95_s", kind="number", value="2.5")
    assert bench.brief.workloads[-1].ttft_p95_s == 2.5
    do(bench, "remove", workload="A3-2")
    assert len(bench.brief.workloads) == len(BRIEF.workloads)


def test_pins_are_kept_compared_and_opened(bench):
    do(bench, "pin")
    bench.update(electricity_hall=0.3)
    bench.show("compare")
    assert "Side by side" in stage(bench)
    assert do(bench, "open-pin", name="Design 1").name.endswith("at 0.11")
    bench.unpin("Design 1")
    assert bench.pins == {}


def test_search_can_be_cancelled():
    begun = threading.Event()

    def solve(brief, cancel, progress):
        begun.set()
        assert cancel.wait(PATIENCE_S)
        raise Stopped("cancelled", 0.0)

    bench = Workbench(BRIEF, CATALOG, solve=solve)
    assert begun.wait(PATIENCE_S)
    bench.cancel()
    with pytest.raises(Stopped):
        assert bench.design
    assert state(bench) == ("cancelled", "1")


def test_cancel_keeps_the_best_so_far_and_waits_for_no_deaf_search():
    release = threading.Event()

    def deaf(brief, cancel, progress):
        release.wait(PATIENCE_S)
        return echo(brief, cancel, progress)

    resized = Resized(toy_design(name="at once"), 0.03)
    bench = Workbench(BRIEF, CATALOG, solve=deaf, resize=lambda brief, first: resized)
    until(lambda: "What to buy" in stage(bench))
    begun = time.perf_counter()
    bench.cancel()
    assert bench.design.name == "at once"
    assert time.perf_counter() - begun < 0.5
    release.set()


@pytest.fixture(scope="module")
def hostile():
    """Return a bench on a real design whose names are markup."""
    evil = "<img src=x onerror=alert(1)>"
    brief = Brief.load(PATH.with_name("studio.yaml"))
    changes = {"name": evil, "workloads.helper.name": evil, "workloads.review.team": evil}
    return workbench(brief.with_changes(changes), CATALOG, gap=1e-2)


@pytest.mark.parametrize("name", panels())
def test_every_panel_shows_a_real_design_and_escapes_names(hostile, name):
    assert hostile.design
    hostile.show(name)
    until(lambda: "waiting-for" not in stage(hostile))
    assert f'data-panel="{name}"' in stage(hostile)
    assert len(stage(hostile)) > 150
    face = hostile._page.face
    for part in (face.head, face.status, face.rail, face.stage):
        assert "waiting-for" not in part
        assert "<img" not in part


def test_controls_follow_the_workloads(bench):
    do(bench, "duplicate", workload="A3")
    assert "demand_A3_2" in bench.knobs
    do(bench, "turn", name="demand_A3_2", value="2")
    assert bench.brief.workloads[-1].peak_requests_s == 12
    assert bench.knobs["demand_A3_2"].read(bench.brief) == 2
    do(bench, "remove", workload="A1")
    assert "demand_A1" not in bench.knobs
    do(bench, "turn", name="demand_A4", value="2")
    assert next(w for w in bench.brief.workloads if w.id == "A4").peak_requests_s == 50


def test_every_panel_has_its_place_and_title():
    known = panels().values()
    assert len({p.ORDER for p in known}) == len(known)
    assert len({p.TITLE for p in known}) == len(known)


def test_what_the_page_asks_for_is_known():
    assets = Path(__file__).parents[2] / "designlib/workbench/assets"
    asked = {
        word
        for path in assets.glob("*.j2")
        for word in re.findall(r'data-do="([\w-]+)"', path.read_text())
    }
    assert asked <= ACTIONS.keys()


def test_every_control_has_a_name_in_words(bench):
    labels = [knob.label for knob in bench.knobs.values()]
    assert all(labels)
    assert len(labels) == len(set(labels))


def test_notebook_gets_a_widget_and_what_reads_without_one(bench):
    data, _ = bench._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == f"<Workbench {bench.brief.name}>"
    assert "GPUs" in data["text/html"]


def test_work_is_saved_by_itself_and_offered_again(tmp_path):
    path = tmp_path / "own.session.json"
    bench = Workbench(BRIEF, CATALOG, solve=echo, autosave=path)
    bench.update(electricity_hall=0.3)
    again = Workbench(BRIEF, CATALOG, solve=echo, kept=read_session(path))
    assert again.design
    assert "Continue the last session" in again._page.face.head
    assert do(again, "continue").name.endswith("at 0.30")
    assert again.undo().name.endswith("at 0.11")


def test_file_real_optimizer_and_the_code_that_makes_it_again():
    studio = PATH.with_name("studio.yaml")
    bench = workbench(studio, gap=1e-2)
    design = bench.update(positions_colo=8)
    assert design.summary["racks"] <= 8
    assert state(bench) == ("done", "2")
    made = {}
    exec(bench.code, made)  # the cell itself, as a user runs it
    assert made["design"].certificate["objective"] == pytest.approx(
        design.certificate["objective"], rel=1e-2
    )


def test_the_code_names_the_whole_brief_where_it_has_no_file():
    bench = Workbench(Brief.from_dict(BRIEF.to_dict()), CATALOG, solve=echo)
    assert "Brief.from_dict" in bench.code
    assert "peak_requests_s" in bench.code
