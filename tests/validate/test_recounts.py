"""Recounts: rules of single figures that the recount of a whole design rests on."""

import random
from types import SimpleNamespace

import pytest

from designlib.validate.recount.binding import factors
from designlib.validate.recount.packing import _first_fit
from designlib.validate.replay.demand import _left
from designlib.validate.sites import carries


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
