"""Flows: what sites, storage networks and single cables carry, against counts by hand."""

import networkx as nx
import pytest

from designlib.validate.recount import packing, paths, surviving
from designlib.validate.recount._graph import wired
from designlib.validate.recount._tiers import Tiers, tiers_of
from designlib.validate.stress import strained
from tests.validate.test_validate import catalog, second_site  # noqa: F401
from tests.validate.toy import toy_design

# Four replicas of ten requests each, of 100 tokens that take 0.04 s.
CARRIED = 4 * 10 / (100 * 0.04)


def test_replicas_carry_what_their_batches_hold(catalog):  # noqa: F811
    rows = surviving.promises(toy_design(catalog), catalog)
    assert [(p.month, p.recomputed) for p in rows] == [(6, CARRIED), (12, CARRIED)]
    # 1 request a second doubles in 24 months.
    assert [p.promised for p in rows] == pytest.approx([2 ** (12 / 24), 2])


def test_a_lost_site_takes_its_replicas_along(catalog):  # noqa: F811
    rows = surviving.promises(toy_design(catalog, brief=second_site), catalog)
    lost = {p.what: p for p in rows if p.month == 12}
    assert lost["peak carried without hall"].recomputed == 0
    assert not lost["peak carried without hall"].kept
    assert lost["peak carried without annex"].recomputed == CARRIED
    assert lost["peak carried"].kept


def test_stress_tells_the_loss_of_each_site(catalog):  # noqa: F811
    told = {s.case.name: s for s in strained(toy_design(catalog, brief=second_site), catalog,
                                             replays=False)}  # fmt: skip
    assert [p.recomputed for p in told["site hall lost"].broken] == [0]
    assert told["site annex lost"].broken == ()


def test_storage_network_carries_the_ports_of_the_units(catalog):  # noqa: F811
    # A unit has two ports of 100 Gbit/s, of which nine tenths are usable.
    rows = paths.promises(toy_design(catalog), catalog)
    reads = [p for p in rows if p.what == "storage reads over the network"]
    assert [p.recomputed for p in reads] == pytest.approx([22.5, 45])
    # Four replicas load 140 GB each: 70e9 weights of 16 bits.
    cold = [p for p in rows if p.what == "cold start of all replicas over the network"]
    assert [p.recomputed for p in cold] == pytest.approx([560 / 22.5, 560 / 45])


def test_checkpoints_of_all_jobs_cross_the_network_at_once(catalog):  # noqa: F811
    def full(asked):
        tune = next(w for w in asked["workloads"] if w["id"] == "tune")
        tune["mode"] = "full"
        asked["storage"]["checkpoint_write_s"] = 2

    rows = paths.promises(toy_design(catalog, brief=full), catalog)
    saves = [p for p in rows if p.what == "checkpoints of all jobs at once over the network"]
    # 1e9 parameters of 14 bytes in 2 s.
    assert [p.promised for p in saves] == pytest.approx([7, 7])
    assert all(p.kept for p in saves)


@pytest.mark.parametrize(
    ("ports", "tiers", "between", "radix"),
    [
        ((1,) * 12, Tiers(2), 1, 32),
        ((1,) * 12, Tiers(2), 2, 32),
        ((1,) * 30, Tiers(4, 1), 4, 16),
        ((2,) * 20, Tiers(4, 2), 8, 16),
        ((4,) * 32, Tiers(16, 16, 8), 256, 16),
    ],
)
def test_one_cable_cuts_off_what_networkx_says(ports, tiers, between, radix):
    net = wired(ports, tiers, between, radix=radix)
    worst = 0
    for (a, z), n in net.links.items():
        if min(a, z) >= len(ports):
            graph = nx.Graph(list(net.links))
            if n == 1:
                graph.remove_edge(a, z)
            groups = [len([d for d in g if d < len(ports)]) for g in nx.connected_components(graph)]
            worst = max(worst, len(ports) - max(groups))
    assert net.bridged() == worst


def test_more_switches_than_ports_ask_for_are_a_third_tier_not_a_sparse_second():
    # 100 leaves' worth of ports on switches of 48 ports, with links for three tiers.
    tiers, used = tiers_of(316, 3702, 7404, 48)
    net = wired((1,) * 3702, tiers, used, radix=48)
    assert net.hops() <= 2 * tiers.depth - 1
    assert net.cut_off() == 0


def test_packing_takes_each_kind_of_rack_apart(catalog):  # noqa: F811
    def wet(tables):
        for row in tables["placement"]:
            if row["rack"] == "R1":
                row["rack_kind"] = "toy-door"

    def racks(design):
        return [
            p.recomputed
            for p in packing.promises(design, catalog)
            if p.what == "racks that a packing of our own needs"
        ]

    # Five servers of 7 kW and the small things fill three racks of 15 kW; two of the servers
    # behind a door take a rack of their own, and the others still two.
    assert racks(toy_design(catalog)) == [3, 3]
    assert racks(toy_design(catalog, change=wet)) == [1 + 2, 1 + 2]
