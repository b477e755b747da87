import pytest

from designlib.physics.fabric_count import fabric_size
from designlib.physics.fabric_rate import (
    converged_headroom_gbit_s,
    network_rate_frac,
    servers_of_a_block,
)


def test_a_fabric_without_oversubscription_slows_nobody():
    for servers in (4, 32, 80, 512):
        size = fabric_size(servers, 8, radix_ports=64, whole_pods=True)
        assert network_rate_frac(size, servers) == 1.0


@pytest.mark.parametrize("over", [1.5, 2, 3, 7])
def test_jobs_across_blocks_keep_at_least_the_promised_share(over):
    size = fabric_size(200, 8, radix_ports=64, oversubscription=over)
    block = servers_of_a_block(size)
    assert network_rate_frac(size, block) == 1.0
    assert 1 / over <= network_rate_frac(size, block + 1) < 1.0


def test_a_block_is_what_shares_its_leaves():
    # Rail-optimized: 32 servers a unit; single-homed: 32 ports of a leaf are four servers of eight.
    assert servers_of_a_block(fabric_size(256, 8, radix_ports=64)) == 32
    assert servers_of_a_block(fabric_size(256, 8, radix_ports=64, topology="fat-tree")) == 4


def test_poor_routing_costs_even_a_full_fabric():
    size = fabric_size(64, 8, radix_ports=64)
    assert network_rate_frac(size, 64, routing_efficiency_frac=0.6) == pytest.approx(0.6)
    assert network_rate_frac(size, 32, routing_efficiency_frac=0.6) == 1.0


def test_two_leaves_share_the_links_between_them():
    pair = fabric_size(6, 8, radix_ports=64, min_leaves=2, oversubscription=2)
    assert network_rate_frac(pair, 6) == 1.0
    single = fabric_size(40, 1, radix_ports=64, min_leaves=2, oversubscription=2)
    assert servers_of_a_block(single) == 1
    assert network_rate_frac(single, 40) == pytest.approx(0.5)


def test_traffic_converges_only_where_all_peaks_fit_at_once():
    peaks = {"storage": 600.0, "in-band": 200.0}
    assert converged_headroom_gbit_s(peaks, 1000) == 200
    assert converged_headroom_gbit_s(peaks, 1000, busy_frac=0.7) < 0
