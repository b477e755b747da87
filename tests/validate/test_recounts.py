"""Recounts: rules of single figures that the recount of a whole design rests on."""

import random
from types import SimpleNamespace

import pytest

from designlib.physics.save_cycle import ettr
from designlib.validate.recount.binding import factors
from designlib.validate.recount.packing import _first_fit
from designlib.validate.replay import jobs
from designlib.validate.replay.demand import _left
from designlib.validate.replay.runs import Cycle
from designlib.validate.sites import carries
from designlib.validate.storage import records_tb


def test_what_hardly_grows_fills_nothing():
    rooms = {("read_gb_s", "hall"): (0.0, 1e-40, 1e-40), ("it_kw", "hall"): (30.0, 20.0, 10.0)}
    assert factors(rooms) == {("it_kw", "hall"): 2.0}


def test_rented_answers_count_where_work_may_run_at_any_site():
    brief = SimpleNamespace(site_policy=None, sites=[SimpleNamespace(id="hall")])
    service = SimpleNamespace(kind="inference", id="chat")
    row = {"site": "hall", "replicas": 4.0, "figures": {"rented_frac": {"value": 1.0}}}
    assert carries(brief, None, service, row, 7.5) == 7.5


@pytest.mark.parametrize("replicas", [1, 4, 7, 11, 24])
@pytest.mark.parametrize("servers", [1, 2, 3, 5])
@pytest.mark.parametrize("lost", [0, 1, 2])
def test_the_fullest_servers_fail(replicas, servers, lost):
    """Replicas are dealt out one by one; the servers with the most of them are taken away."""
    dealt = [0] * servers
    for n in range(min(replicas, 8 * servers)):
        dealt[n % servers] += 1
    lost = min(lost, servers)
    assert _left(replicas, servers, 8, lost) == sum(sorted(dealt)[: servers - lost])


def test_first_fit_looks_at_every_rack_in_turn():
    chance = random.Random(3)
    kinds = [(8.0, 10.0, 100.0), (2.0, 1.0, 30.0), (1.0, 0.3, 12.0)]
    for _ in range(50):
        items = tuple(kind for kind in kinds for _ in range(chance.randrange(40)))
        limits = (chance.uniform(8, 42), chance.uniform(10, 40), chance.uniform(100, 900))
        racks = []
        for h, p, w in items:
            kept = (r for r in racks if r[0] + h <= limits[0] and r[1] + p <= limits[1])
            rack = next((r for r in kept if r[2] + w <= limits[2]), None)
            if rack is None:
                racks.append([h, p, w])
            else:
                rack[:] = [rack[0] + h, rack[1] + p, rack[2] + w]
        assert _first_fit(items, limits) == len(racks)


def test_the_audit_of_a_service_is_that_of_its_tiers():
    tier = SimpleNamespace(id="chat-small", kind="inference", peak_requests_s=2.0, diurnal=None)
    whole = SimpleNamespace(id="chat", kind="tiered-inference", tiers=[tier])
    other = SimpleNamespace(id="notes", kind="inference", peak_requests_s=9.0, diurnal=None)
    audit = SimpleNamespace(workloads=("chat",), bytes_per_request=1e6, retention_years=1.0)
    brief = SimpleNamespace(
        workloads=[whole, other], compliance=SimpleNamespace(audit=audit), storage=None
    )
    a_year = 2.0 * 86_400 * 365.25
    assert records_tb("object", tier, brief) == pytest.approx(a_year * 1e6 / 1e12)
    assert records_tb("object", other, brief) == 0.0


def test_rare_failures_are_met_often_enough(monkeypatch):
    """A failure in ten runs that costs half a long interval: 64 runs would say little of it."""
    row = {"gpus": 8.0, "layout": "TP8", "figures": {}, "site": "hall", "pool": "x"}
    cycle = Cycle(interval_s=1e6, save_s=1e4, mtti_s=2e7, restart_s=600.0)
    w = SimpleNamespace(
        id="run", kind="training", mode="", tokens_count=1e9, deadline_days=90, params_count=1e9,
        active_params_count=None,
    )  # fmt: skip
    monkeypatch.setattr(jobs, "cycle_of", lambda *_: cycle)
    monkeypatch.setattr(jobs, "peak_flops", lambda *_: 6e18 / 2e6 / 8)
    monkeypatch.setattr(jobs, "figure", lambda *_: 1.0)
    run = jobs.run_of(SimpleNamespace(row=row, w=w), None, None)
    law = ettr(cycle.interval_s, cycle.save_s, cycle.mtti_s, cycle.restart_s)
    assert run.hours.size == 4000
    assert run.ettr.mean == pytest.approx(law, abs=0.01)
    assert run.ettr.spread < 0.005
