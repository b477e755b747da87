from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.collectives import (
    all_gather_s,
    bus_bandwidth_gb_s,
    group_all_reduce_s,
    group_all_to_all_s,
    group_gather_s,
    hierarchical_all_reduce_s,
    ring_all_reduce_s,
    tree_all_reduce_s,
)
from tests.physics.samples import SWITCHED


def test_ring_and_hierarchy_give_the_hand_computed_times():
    # 2 (n-1)/n S/B + 2 (n-1) alpha by hand: 4.375 GB over 16 ranks; 1 GB over 8 x 32
    assert ring_all_reduce_s(4.375e9, 16, 45, 6e-6) == pytest.approx(0.182, rel=0.005)
    flat = ring_all_reduce_s(1e9, 256, 45, 6e-6)
    assert flat == pytest.approx(47e-3, rel=0.01)
    two = hierarchical_all_reduce_s(1e9, 8, 32, 360, 45, 3e-6, 6e-6)
    assert two == pytest.approx(10.7e-3, rel=0.01)


def test_ring_approaches_its_bus_bandwidth():
    time = ring_all_reduce_s(16e9, 8, 367)
    assert bus_bandwidth_gb_s(16e9, 8, time) == pytest.approx(367)


def test_alone_there_is_nothing_to_send():
    assert ring_all_reduce_s(1e9, 1, 10) == 0
    assert tree_all_reduce_s(1e9, 1, 10) == 0
    assert all_gather_s(1e9, 1, 10) == 0
    assert group_gather_s(SWITCHED, 1e9, 1) == 0
    assert group_all_to_all_s(SWITCHED, 1e9, 1) == 0


def test_trees_win_small_messages_and_rings_large_ones():
    assert tree_all_reduce_s(1e3, 64, 45, 6e-6) < ring_all_reduce_s(1e3, 64, 45, 6e-6)
    assert tree_all_reduce_s(1e10, 64, 45, 6e-6) > ring_all_reduce_s(1e10, 64, 45, 6e-6)


def test_reduction_in_the_switch_gains_what_was_measured():
    # 8 GPUs at 450 GB/s: 367 GB/s as a ring, 480 with NVLS (stas00/ml-engineering, network)
    wide = replace(
        SWITCHED,
        scale_up_gb_s=450,
        scale_up_efficiency_frac=367 / 450,
        multicast_efficiency_frac=0.68,
        scale_up_alpha_s=2e-6,
    )
    time = group_all_reduce_s(wide, 16e9, 8)
    assert bus_bandwidth_gb_s(16e9, 8, time) == pytest.approx(480, rel=0.03)
    ring = group_all_reduce_s(replace(wide, multicast_efficiency_frac=0), 16e9, 8)
    assert bus_bandwidth_gb_s(16e9, 8, ring) == pytest.approx(367, rel=0.01)


def test_servers_share_the_message_over_their_ports():
    # 32 GPUs in 4 servers with 8 x 400 Gbit/s reach 382 GB/s of bus bandwidth (same source)
    wide = replace(SWITCHED, scale_up_gb_s=900, network_efficiency_frac=0.955)
    time = group_all_reduce_s(wide, 16e9, 32)
    assert bus_bandwidth_gb_s(16e9, 32, time) == pytest.approx(382, rel=0.02)


def test_no_network_means_never():
    lonely = replace(SWITCHED, network_gb_s=0)
    assert group_gather_s(lonely, 1e6, 16) == inf
    assert group_all_to_all_s(lonely, 1e6, 16) == inf
    assert group_gather_s(lonely, 1e6, 8) < inf


@given(
    size=st.floats(1e3, 1e11),
    ranks=st.integers(2, 512),
    stride=st.sampled_from([1, 2, 4, 8]),
    more=st.floats(1, 10),
)
def test_more_bandwidth_is_never_slower(size, ranks, stride, more):
    for law in (group_gather_s, group_all_to_all_s, group_all_reduce_s):
        base = law(SWITCHED, size, ranks, stride)
        assert law(replace(SWITCHED, network_gb_s=50 * more), size, ranks, stride) <= base
        assert law(replace(SWITCHED, scale_up_gb_s=400 * more), size, ranks, stride) <= base
        assert law(SWITCHED, size * more, ranks, stride) >= base
