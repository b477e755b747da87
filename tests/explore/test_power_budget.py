"""Power budget: what each level carries adds up, and fits what is granted or bought."""

from __future__ import annotations

from math import isnan

import pytest

from designlib.design import Design
from designlib.explore.power_budget import LEVELS, power_budget
from tests.explore.halls import CATALOG, HALLS, design


@pytest.mark.parametrize("name", sorted(HALLS))
def test_the_loads_are_those_of_the_design(name: str) -> None:
    found, drawn = power_budget(design(name), CATALOG), design(name).summary["sites"][0]
    last = found[found.period_month == max(design(name).dates)].set_index("level")
    assert last.nameplate_kw["IT"] == pytest.approx(drawn["it_kw"])
    assert last.nameplate_kw["utility"] == pytest.approx(drawn["facility_kw"])


@pytest.mark.parametrize("name", sorted(HALLS))
def test_no_level_carries_more_than_it_may(name: str) -> None:
    found = power_budget(design(name), CATALOG)
    known = found[found.capacity_kw.notna()]
    assert len(known)
    assert (known.headroom_kw >= -1e-6).all()
    assert (known.capacity_kw - known.nameplate_kw - known.headroom_kw).abs().max() < 1e-9
    # What is drawn on average is never more than the sum of the nameplates.
    usual = found[found.sustained_kw.notna()]
    assert (usual.sustained_kw <= usual.nameplate_kw + 1e-9).all()


def test_a_chain_that_is_bought_shows_every_level_and_a_hall_with_one_shows_none() -> None:
    assert set(LEVELS) <= set(power_budget(design("chain"), CATALOG).level)
    assert not set(LEVELS) & set(power_budget(design("air"), CATALOG).level)


def test_half_of_2n_carries_the_load_and_the_ups_only_storage_and_management() -> None:
    chain = design("chain")
    rows = power_budget(chain, CATALOG)
    last = rows[rows.period_month == max(chain.dates)].set_index("level")
    for level in LEVELS:
        assert last.modules[level] % 2 == 0
        assert last.capacity_kw[level] == last.modules[level] // 2 * last.unit_kw[level]
    gpus = sum(r["kw"] for r in chain.tables["placement"] if r["part_id"] == "nvidia-dgx-h200")
    assert last.nameplate_kw["ups"] == pytest.approx(last.nameplate_kw["IT"] - gpus)
    assert last.nameplate_kw["busway"] == pytest.approx(last.nameplate_kw["IT"])


def test_losses_are_what_does_not_arrive() -> None:
    rows = power_budget(design("chain"), CATALOG)
    for row in rows[rows.loss_kw.notna()].itertuples():
        frac = CATALOG.power[row.part_id].specs.efficiency_frac
        assert row.nameplate_kw / (row.nameplate_kw + row.loss_kw) == pytest.approx(frac.value)


def test_steps_of_the_grant_are_kept_by_date() -> None:
    rows = power_budget(design("air"), CATALOG)
    granted = rows[rows.level == "IT"].set_index("period_month").capacity_kw
    assert set(granted[granted.index < 15]) == {300}
    assert set(granted[granted.index >= 15]) == {500}
    assert all(isnan(x) for x in rows[rows.level == "utility"].capacity_kw)


def test_sites_are_told_apart(empty: Design) -> None:
    assert power_budget(empty, CATALOG).level.unique().tolist() == ["utility", "IT"]


@pytest.fixture
def empty() -> Design:
    """Return a design in which nothing stands."""
    whole = design("air")
    tables = {name: [] if name == "placement" else rows for name, rows in whole.tables.items()}
    fields = {name: getattr(whole, name) for name in whole.to_dict()}
    return Design(**fields | {"tables": tables})
