import pytest

from designlib.charts.oversubscription import curve, plot
from tests.toy_design import content, toy_design


def design_at(over, wait, network=1.0):
    tables = content()["tables"]
    row = tables["operations"][0]
    figure = {"value": wait, "low": wait, "high": wait, "unit": "1", "source": "toy"}
    tables["operations"] = [row | {"workload": "A1", "figures": {"exposed_communication": figure}}]
    tables["cost"] = [
        line | {"present_value": network * line["present_value"]}
        if line["layer"] == "network"
        else line
        for line in tables["cost"]
    ]
    brief = content()["brief"] | {"network": {"oversubscription": over}}
    return toy_design(tables=tables, brief=brief)


def test_one_design_is_one_point_with_its_figures_in_words():
    fig = plot(design_at(1.0, 0.029))
    assert fig.layout.title.text.startswith("At 1:1 training waits up to 2.9% of a step")
    assert [len(trace.x) for trace in fig.data] == [1, 1]


def test_designs_stand_in_order_of_their_oversubscription():
    fig = curve([design_at(3.0, 0.1, 0.6), design_at(1.0, 0.03), design_at(2.0, 0.06, 0.8)])
    waits, cost = fig.data
    assert list(waits.x) == list(cost.x) == [1, 2, 3]
    assert list(waits.y) == pytest.approx([3, 6, 10])
    assert cost.y[0] > cost.y[1] > cost.y[2] > 0


def test_a_design_without_training_on_a_fabric_has_nothing_to_show():
    tables = content()["tables"]
    tables["operations"] = []
    assert "No training job" in plot(toy_design(tables=tables)).layout.title.text
