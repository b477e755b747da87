"""Panel: controls become a brief, the brief a design, the design what is shown."""

import re
import threading
from pathlib import Path

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Infeasible
from designlib.faults import FaultError
from designlib.optimize import Stopped
from designlib.workbench import Workbench, workbench
from tests.toy_design import toy_design

PATH = Path(__file__).parents[2] / "catalogs/briefs/enterprise.yaml"
CATALOG = Catalog.load()
PATIENCE_S = 20


def echo(brief, cancel, progress):
    """Answer a brief with a design that carries its name and price of electricity."""
    if brief.budget.capex_total == 1:
        raise Infeasible(["the budget is <b>too small</b>"], brief=brief.to_dict())
    return toy_design(name=f"{brief.name} at {brief.sites[0].electricity_per_kwh:.2f}")


@pytest.fixture
def bench():
    bench = Workbench(Brief.load(PATH), CATALOG, solve=echo)
    assert bench.design
    return bench


def state(bench):
    return re.findall(r'data-state="(\w+)" data-gen="(\d+)"', bench._status.value)[0]


def test_first_design_is_there_when_it_is_asked_for(bench):
    assert bench.design.name.endswith("at 0.11")
    assert state(bench) == ("done", "1")
    assert "at 0.11" in bench._outcome.value


def test_controls_show_the_brief(bench):
    values = {name: widget.value for name, widget in bench._controls.widgets.items()}
    assert values["electricity_hall"] == 0.11
    assert values["positions_hall"] == 20
    assert values["budget"] == 9e6
    assert values["demand_A3"] == values["power_hall"] == 1
    assert "H100" in values["servers"]


def test_turned_control_changes_brief_and_design(bench):
    bench._controls.widgets["electricity_hall"].value = 0.2
    assert bench.brief.sites[0].electricity_per_kwh == 0.2
    assert bench.design.name.endswith("at 0.20")
    assert state(bench) == ("done", "2")


def test_design_after_a_turn_is_never_the_old_one(bench):
    for price in (0.3, 0.4, 0.5):
        bench._controls.widgets["electricity_hall"].value = price
    assert bench.design.name.endswith("at 0.50")


def test_update_by_name_and_by_path_does_what_a_control_does(bench):
    assert bench.update(electricity_hall=0.3).name.endswith("at 0.30")
    assert bench._controls.widgets["electricity_hall"].value == 0.3
    bench.update({"workloads.A3.peak_requests_s": 9}, positions_hall=8)
    assert bench._controls.widgets["demand_A3"].value == 1.5
    assert bench.brief.sites[0].rack_positions_count == 8
    assert state(bench) == ("done", "3")


def test_update_refuses_unknown_names(bench):
    with pytest.raises(TypeError, match="electricity_hall"):
        bench.update(electricity=0.3)
    with pytest.raises(FaultError):
        bench.update({"sites.hall.rack_position_count": 8})
    assert bench.brief == Brief.load(PATH)


def test_infeasible_is_shown_and_raised_and_mended(bench):
    with pytest.raises(Infeasible):
        bench.update(budget=1)
    assert state(bench)[0] == "infeasible"
    assert "&lt;b&gt;too small&lt;/b&gt;" in bench._outcome.value
    assert bench._tables.value == ""
    with pytest.raises(Infeasible):
        assert bench.design
    assert bench.update(budget=0).name.endswith("at 0.11")
    assert state(bench)[0] == "done"


def test_faulty_turn_is_told_and_changes_nothing(bench):
    before = bench.brief
    bench._controls.widgets["servers"].value = ()
    assert state(bench)[0] == "fault"
    assert "server_kinds_allowed" in bench._outcome.value
    assert bench.brief == before
    bench._controls.widgets["servers"].value = ("H100",)
    assert bench.brief.fleet.server_kinds_allowed == ("H100",)


def test_reset_goes_back_to_the_first_brief(bench):
    bench.update(electricity_hall=0.3)
    assert bench.reset().name.endswith("at 0.11")
    assert bench.brief == Brief.load(PATH)
    assert bench._controls.widgets["electricity_hall"].value == 0.11


def test_what_was_turned_is_shown_as_code(bench):
    bench.update(electricity_hall=0.3)
    assert "sites.hall.electricity_per_kwh" in bench._code.value


def test_search_can_be_cancelled():
    begun = threading.Event()

    def solve(brief, cancel, progress):
        begun.set()
        assert cancel.wait(PATIENCE_S)
        raise Stopped("cancelled", 0.0)

    bench = Workbench(Brief.load(PATH), solve=solve)
    assert begun.wait(PATIENCE_S)
    bench._newest.cancel()
    with pytest.raises(Stopped):
        assert bench.design
    assert state(bench) == ("cancelled", "1")


def test_every_control_has_a_name_in_words(bench):
    labels = [widget.description for widget in bench._controls.widgets.values()]
    assert all(labels)
    assert len(labels) == len(set(labels))


def test_notebook_gets_a_widget_and_a_text(bench):
    shown = bench._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert shown["text/plain"] == f"<Workbench {bench.brief.name}>"


def test_chart_can_be_chosen(bench):
    first = bench._plot.figure
    bench._chart.value = next(name for name in bench._charts if name != bench._chart.value)
    assert bench._plot.figure != first
    assert bench._plot.label


def test_file_and_real_optimizer():
    bench = workbench(PATH, gap=0.05)
    design = bench.update(servers=["H100"], positions_hall=8)
    assert len(design.summary["gpus"]) > 0
    assert design.summary["racks"] <= 8
    assert state(bench) == ("done", "2")
