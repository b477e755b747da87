from collections import Counter

import networkx as nx
import pytest

from designlib.cabling.dragonfly_wiring import wire_dragonfly
from designlib.cabling.graph import port_faults
from designlib.physics.dragonfly import dragonfly
from designlib.physics.fabric_claims import dragonfly_bisection_links, dragonfly_hops_max
from tests.cabling.fabrics import flow_between, switch_graph

FLIES = [(p, g) for p in (1, 2, 3, 4) for g in sorted({1, 2, 3, 5, 2 * p * p, 2 * p * p + 1})
         if g <= 2 * p * p + 1]  # fmt: skip


@pytest.mark.parametrize(("p", "groups"), FLIES)
class TestEveryDragonfly:
    def wired(self, p, groups, planes=1):
        fly = dragonfly(p, groups)
        return fly, list(wire_dragonfly(fly, fly.hosts, 1, planes))

    def test_uses_no_port_twice_and_none_above_the_radix(self, p, groups):
        fly, wiring = self.wired(p, groups, planes=2)
        assert port_faults(wiring, fly.radix_ports) == []

    def test_has_the_links_that_were_counted(self, p, groups):
        fly, wiring = self.wired(p, groups)
        found = Counter()
        for links in wiring:
            found[links.tier] += len(links)
        assert found["server-router"] == fly.hosts
        assert (found["local"], found["global"]) == (fly.links_local, fly.links_global)

    def test_joins_every_two_groups_equally(self, p, groups):
        fly, wiring = self.wired(p, groups)
        a = fly.routers_per_group
        pairs = Counter()
        for links in wiring:
            if links.tier == "global":
                pairs.update(zip((links.a // a).tolist(), (links.z // a).tolist(), strict=True))
        assert len(pairs) == groups * (groups - 1) // 2
        assert len(set(pairs.values())) <= 1

    def test_is_as_near_as_claimed(self, p, groups):
        fly, wiring = self.wired(p, groups)
        graph = switch_graph(wiring)
        assert nx.is_connected(graph)
        assert nx.diameter(graph) + 1 <= dragonfly_hops_max(fly)

    def test_carries_the_claimed_bisection(self, p, groups):
        fly, wiring = self.wired(p, groups)
        graph, a = switch_graph(wiring), fly.routers_per_group
        cut = groups // 2 * a if groups > 1 else a // 2
        here = [("router", n) for n in range(cut)]
        there = [("router", n) for n in range(cut, fly.routers)]
        assert flow_between(graph, here, there) == dragonfly_bisection_links(fly)


def test_too_many_servers_are_refused():
    with pytest.raises(ValueError, match="9 ports do not fit a dragonfly of 6"):
        list(wire_dragonfly(dragonfly(1), 9, 1))
