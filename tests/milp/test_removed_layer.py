"""Every layer is needed: without what it buys nothing fits, and the message names that layer."""

from __future__ import annotations

import pyomo.environ as pyo
import pytest

from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.milp.missing import missing_without
from tests.milp.brute_force import optimum
from tests.milp.solving import least_cost
from tests.toy_problem import everything

LAYERS = (
    "compute",
    "spares",
    "network",
    "storage",
    "orchestration",
    "racks",
    "cooling",
    "power",
)


def test_the_toy_buys_every_layer():
    _, ledger = build(everything())
    assert {book.layer for book in ledger.installed} == set(LAYERS)
    # by hand: 3 servers, 2 spares, 3 racks of 2 = 506; 6 ports: 2 switches of 10 and 6 links = 26;
    # 60 TB and 6 GB/s: 2 + 1 units of 20 = 60; 18 months of license 1 and 2 control servers of 5
    # = 28; IT 30 + 3 x 1 + 2 x 0.5 = 34 kW: 2 UPS of 6 = 12, and 3 + 1 fans of 12 kW at 4 = 16
    assert least_cost(everything()) == pytest.approx(506 + 26 + 60 + 28 + 12 + 16)
    assert optimum(everything())[0] == pytest.approx(648)


@pytest.mark.parametrize("layer", LAYERS)
def test_without_its_purchases_nothing_fits(layer):
    m, ledger = build(everything())
    m.nothing_bought = pyo.ConstraintList()
    for book in ledger.installed:
        for stock in book.stock if book.layer == layer else ():
            m.nothing_bought.add(stock <= 0)
    assert solve(m, Settings(gap=0)).status == "infeasible"


@pytest.mark.parametrize("layer", LAYERS)
def test_the_message_names_the_layer(layer):
    sentences = missing_without(everything(), Settings(gap=0), layer)
    assert sentences
    assert {sentence.split(":")[0] for sentence in sentences} == {layer}
    assert all("short by" in sentence for sentence in sentences)


def test_with_every_layer_nothing_is_missing():
    assert missing_without(everything(), Settings(gap=0), "") == ()
