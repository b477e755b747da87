"""Shares of the fleet, solved by hand: a server and its rack cost 102, the service needs 2.5."""

from __future__ import annotations

from dataclasses import replace

from designlib.problem.fleet_share import FleetShare
from designlib.problem.tables import Candidate
from tests.milp import toys
from tests.milp.solving import optimum, path
from tests.milp.test_layers import costs


def test_a_share_takes_its_hours_from_every_server():
    # 1.5 servers of 3/4 each -> 2 servers; 2.5 -> 10/3 -> 4 servers: 4 x 102
    p = toys.shares(FleetShare(0.25, elastic=True))
    cost, m = optimum(p)
    assert cost == costs(4 * 102)
    assert path(p, m.servers, "alpha") == (2, 4)


def test_an_elastic_share_gives_way_to_a_gang_and_a_held_one_does_not():
    # a gang of 2.5 servers for few hours: 3 servers are enough, unless a quarter of them is held
    gang = Candidate("chat", "alpha", {}, gang=(2.5, 2.5), hours=(100.0, 100.0), slices=("day",))
    for elastic, servers in ((True, 3), (False, 4)):
        p = toys.shares(FleetShare(0.25, elastic=elastic))
        p = replace(p, candidates={**p.candidates, "chat-alpha": gang})
        cost, m = optimum(p)
        assert cost == costs(servers * 102)
        assert path(p, m.servers, "alpha") == (servers, servers)


def test_a_share_is_worth_at_least_its_gpus():
    # a quarter of 8 n GPUs is 10 or more from 5 servers on, at both dates
    p = toys.shares(FleetShare(0.25, elastic=True, gpus_min_count=10.0))
    cost, m = optimum(p)
    assert cost == costs(5 * 102)
    assert path(p, m.servers, "alpha") == (5, 5)
