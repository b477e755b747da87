"""Winning price: bought just below it, not bought just above, both optimized."""

import pytest

from designlib.brief import Brief
from designlib.explore.price_to_win import winning_price
from designlib.faults import FaultError
from designlib.optimize import optimize


def bought(design, part):
    return any(line["part_id"] == part for line in design.tables["bill_of_materials"])


def priced(design, catalog, part, price):
    stated = [{"item": part, "quantity": "purchase", "value": price}]
    return optimize(Brief.from_dict(design.brief).with_changes({"prices": stated}), catalog)


def losers(design):
    rows = [r for r in design.tables["candidates"] if r["status"] == "considered"]
    return sorted({r["part_id"] for r in rows if not bought(design, r["part_id"])})


def test_part_is_bought_below_and_not_above(design, catalog):
    answers = (winning_price(design, part, catalog) for part in losers(design))
    answer = next(a for a in answers if a is not None and a.bought_at is not None)
    assert answer.bought_at < answer.refused_at <= answer.today
    assert f"{answer.bought_at:,.0f} USD" in str(answer)
    assert not bought(priced(design, catalog, answer.part_id, answer.refused_at), answer.part_id)
    assert bought(priced(design, catalog, answer.part_id, answer.bought_at), answer.part_id)


def test_part_that_is_in_the_design_has_no_price_to_win_at(design, catalog):
    part = next(r["part_id"] for r in design.tables["candidates"] if r["status"] == "chosen")
    with pytest.raises(FaultError, match="is in the design"):
        winning_price(design, part, catalog)
