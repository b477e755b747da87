"""Fabric sizes: menus follow from the brief, stay small and hold the exact size of every need."""

from itertools import pairwise

import pytest

from designlib.physics.switching import size_steps
from designlib.problem.fabric_sizes import (
    compute_sizes,
    connected,
    fewer,
    servers_promised,
    tiers,
    with_shares,
)
from designlib.problem.tables import Candidate, Fabric, FabricStep, Pool
from tests.problem.made import CATALOG, context

SWITCH = CATALOG.switches["nvidia-qm9700"]


def test_a_fabric_ready_for_80_servers_starts_there() -> None:
    ctx = context("research")
    assert set(servers_promised(ctx)) == {80}
    first = compute_sizes(ctx, SWITCH, 8, 64)[0]
    assert (first.leaf, first.spine, first.core) == (24, 16, 0)
    later = context("research", network__expansion_ready_servers_count=None)
    assert servers_promised(later)[0] == 64
    assert servers_promised(later)[-1] == 80
    assert [(s.leaf, s.spine) for s in compute_sizes(later, SWITCH, 8, 64)] == [(16, 8), (24, 16)]


def test_tiers_bound_the_menu() -> None:
    free = compute_sizes(context("pretraining"), SWITCH, 8, 1152)
    assert tiers(free[-1]) == 3
    two = compute_sizes(context("pretraining", network__tiers_count=2), SWITCH, 8, 1152)
    assert max(tiers(s) for s in two) == 2
    assert two[-1].servers_count == 256  # 64 x 64 / 2 ports
    one = compute_sizes(context("pretraining", network__topology="single"), SWITCH, 8, 1152)
    assert [s.servers_count for s in one] == [8]


def test_a_menu_is_small_and_meets_each_need_exactly() -> None:
    every = size_steps(2048, 1, radix_ports=64, topology="fat-tree")
    menu = fewer(every, (700.0,))
    assert len(menu) < len(every)
    assert (menu[0], menu[-1]) == (every[0], every[-1])
    exact = next(s for s in every if s.servers_count >= 700)
    assert exact in menu
    gaps = pairwise(menu)
    widest = max(b.servers_count / a.servers_count for a, b in gaps if a.servers_count > 512)
    assert widest < 1.2


def test_a_job_that_no_size_connects_is_dropped_with_both_numbers() -> None:
    ctx = context("pretraining", network__tiers_count=2)
    pools = {"p": Pool("nvidia-dgx-b200", "f", 8)}
    step = FabricStep(2048, {"nvidia-qm9700": 96}, leaf=64, spine=32)
    fabric = Fabric("compute", "infiniband", "compute_ports", "f", (step,), {}, "compute")
    job = Candidate("D2", "p", {}, gang=(0.0, 1152.0))
    small = Candidate("D1", "p", {}, gang=(256.0, 0.0))
    left = connected(ctx, {"f": fabric}, pools, {"D2-p": job, "D1-p": small})
    assert list(left) == ["D1-p"]
    (drop,) = ctx.dropped
    assert "1,152 servers take 9,216 ports" in drop.reason
    assert "2 tiers has 2,048" in drop.reason
    assert drop.relief is not None
    assert (drop.relief.path, drop.relief.needed) == ("network.tiers_count", 3.0)


def test_shares_of_the_fleet_make_menus_larger() -> None:
    assert with_shares(context("pretraining")) == pytest.approx(1 / 0.95)
    assert with_shares(context("research")) == 1
