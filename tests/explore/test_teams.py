"""Teams: quotas inside the fleet, and a chargeback that is the whole cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designlib.explore import chargeback, quotas


@pytest.fixture(scope="module")
def shared(design, brief):
    """Return the small design as if ten teams shared it, one of which owns the tuning."""
    changes = {
        "teams": {"now_count": 4, "month_24_count": 10, "guaranteed_quota_frac": 0.8},
        "workloads.tune.team": "research",
    }
    return replace(design, brief=brief.with_changes(changes).to_dict())


def test_quotas_never_exceed_the_fleet(shared):
    table = quotas(shared)
    assert list(table.period_month) == list(shared.dates)
    assert (table.guaranteed_gpus <= 0.8 * table.fleet_gpus).all()
    assert (table.guaranteed_gpus == table.quota_gpus * table.teams).all()
    assert (table.guaranteed_gpus + table.free_gpus == table.fleet_gpus).all()
    assert table.teams.is_monotonic_increasing
    assert table.teams.iloc[-1] == 10


def test_what_all_teams_pay_is_the_total_cost(shared):
    table = chargeback(shared)
    assert table.present_value.sum() == pytest.approx(shared.summary["tco"], rel=1e-9)
    assert table.team.nunique() == 10
    assert set(table[table.workload == "tune"].team) == {"research"}
    chat = table[table.workload == "chat"].set_index("team").present_value
    assert set(chat.index) >= {"research", "team 2", "team 10"}
    assert chat["team 2"] > chat["team 10"]  # it came earlier


def test_without_teams_there_is_one_bill_and_no_quota(design):
    assert len(quotas(design)) == 0
    table = chargeback(design)
    assert set(table.team) == {"everyone"}
    assert table.present_value.sum() == pytest.approx(design.summary["tco"], rel=1e-9)


def test_a_workload_that_takes_more_servers_pays_more(design):
    table = chargeback(design).set_index("workload").present_value
    rows = design.operations[design.operations.period_month == max(design.dates)]
    servers = rows.set_index("workload").servers
    assert (table["chat"] > table["tune"]) == (servers["chat"] > servers["tune"])
