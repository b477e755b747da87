import pytest

from designlib.physics.dragonfly import dragonfly
from designlib.physics.fabric_claims import (
    bisection_frac,
    bisection_links,
    dragonfly_bisection_links,
    dragonfly_hops_max,
    hops_max,
    largest_servers,
    tiers,
)
from designlib.physics.fabric_count import fabric_size


@pytest.mark.parametrize(("radix", "ports"), [(64, 2048), (128, 8192), (144, 10368)])
def test_two_tiers_end_at_half_the_radix_squared(radix, ports):
    assert largest_servers(1, radix_ports=radix, topology="fat-tree").two_tiers == ports


def test_three_tiers_of_64_ports_carry_65536():
    assert largest_servers(1, radix_ports=64).three_tiers == 65536
    assert largest_servers(8, radix_ports=64) == (8, 256, 8192)


def test_eighteen_units_of_b300_are_the_most_that_two_tiers_carry():
    assert largest_servers(8, radix_ports=144).two_tiers == 1296


def test_one_switch_is_never_built_where_a_spine_is_kept():
    assert largest_servers(8, radix_ports=64, keep_spine=True).one_switch == 0
    assert largest_servers(8, radix_ports=64, topology="single") == (8, 8, 8)


@pytest.mark.parametrize(("servers", "hops"), [(0, 0), (8, 1), (32, 3), (256, 3), (512, 5)])
def test_hops_grow_with_the_tiers(servers, hops):
    size = fabric_size(servers, 8, radix_ports=64)
    assert hops_max(size) == hops
    assert tiers(size) == {0: 0, 1: 1, 3: 2, 5: 3}[hops]


def test_a_pair_of_leaves_is_two_hops_and_half_blocking():
    # Two switches back to back, with half as many links between them as endpoints.
    size = fabric_size(4, 8, radix_ports=64, min_leaves=2)
    assert (hops_max(size), bisection_links(size), bisection_frac(size)) == (2, 16, 1.0)


def test_a_fabric_without_oversubscription_keeps_full_bisection():
    # 32 servers of 8 ports: half of the 256 ports talk to the other half at full speed.
    assert bisection_links(fabric_size(32, 8, radix_ports=64)) == 128
    assert bisection_links(fabric_size(512, 8, radix_ports=64)) == 2048
    assert bisection_frac(fabric_size(512, 8, radix_ports=64)) == 1.0


def test_oversubscription_cuts_the_bisection():
    size = fabric_size(96, 1, radix_ports=64, oversubscription=3)
    assert (size.leaf, bisection_links(size), bisection_frac(size)) == (2, 16, pytest.approx(1 / 3))


def test_planes_add_their_bisections():
    one = fabric_size(64, 8, radix_ports=128)
    two = fabric_size(64, 8, radix_ports=128, planes=2)
    assert bisection_links(two) == 2 * bisection_links(one)


def test_rails_that_wait_for_cores_are_halved_each():
    rules = {"radix_ports": 128, "racks_per_leaf": 2, "trays_per_rack": 18, "core_reserve": True}
    size = fabric_size(72, 4, **rules)
    assert (size.leaf, size.spine_groups, bisection_links(size)) == (8, 4, 4 * 36)


def test_dragonfly_of_129_groups():
    fly = dragonfly(8)
    assert dragonfly_hops_max(fly) == 4
    assert dragonfly_bisection_links(fly) == 64 * 65
    assert dragonfly_bisection_links(dragonfly(2, 1)) == 4
