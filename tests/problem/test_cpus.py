"""Cpus: the hospital's score that needs no GPU."""

from __future__ import annotations

from designlib.physics.queueing import wait_tail
from tests.problem.asked import brief, catalog, sized, ways


def test_the_score_runs_on_servers_without_gpus():
    p, _ = sized(brief("healthcare", "east"))
    found = ways(p, "C4")
    assert found
    for c in found.values():
        kind = p.kinds[p.pools[c.pool].kind]
        part = catalog().servers[p.items[p.pools[c.pool].kind].part_id]
        assert kind.gpus_count == 0
        assert part.gpu is None
        cores = int(c.figures["serving_cores"]["value"])
        # 150 requests a second of 0.05 s, 0.45 s of patience, one in a hundred late
        assert wait_tail(cores, 150, 0.05, 0.45) <= 0.01
        assert wait_tail(cores - 1, 150, 0.05, 0.45) > 0.01
        assert c.apart[0] >= 2


def test_control_servers_and_servers_of_services_are_two_items_of_one_part():
    p, _ = sized(brief("healthcare", "east"))
    kind = next(i for i, k in p.kinds.items() if k.gpus_count == 0)
    control = p.control_items["east"]
    assert kind != control
    assert p.items[kind].part_id == p.items[control].part_id
    assert p.items[kind].layer == "compute"


def test_no_server_without_gpus_is_a_kind_where_nobody_asks():
    p, _ = sized(brief("research"))
    assert all(kind.gpus_count for kind in p.kinds.values())


def test_a_request_longer_than_its_limit_is_dropped_with_both_numbers():
    changes = {"workloads.C4.core_seconds_per_request": 0.6}
    p, ctx = sized(brief("healthcare", "east", **changes))
    assert not ways(p, "C4")
    dropped = [d for d in ctx.dropped if d.workload == "C4"]
    assert all("0.6 s" in d.reason and "0.5 s" in d.reason for d in dropped)
    assert all(d.relief.path == "workloads.C4.latency_p99_s" for d in dropped)
