import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.clos import (
    auto_rails_per_leaf,
    clos,
    even_cores,
    leaf_ports,
    rail_leaves,
    smallest_divisor_at_least,
)


@given(radix=st.integers(2, 256), over=st.sampled_from([0.5, 1 / 3, 1, 4 / 3, 1.5, 2, 3, 7]))
def test_leaf_keeps_its_promise_with_as_few_uplinks_as_that_takes(radix, over):
    down, up = leaf_ports(radix, over)
    assert down + up == radix
    assert down <= over * up * (1 + 1e-3)
    assert down + 1 > over * (up - 1) * (1 - 1e-3)


def test_third_keeps_48_of_64_ports_up():
    assert leaf_ports(64, 1 / 3) == (16, 48)


@pytest.mark.parametrize(("radix", "over"), [(1, 1.0), (64, 0.0), (64, -1.0)])
def test_leaf_without_sense_is_refused(radix, over):
    with pytest.raises(ValueError, match="radix_ports"):
        leaf_ports(radix, over)


@given(uplinks=st.integers(1, 144), minimum=st.integers(0, 144))
def test_divisor_is_the_smallest(uplinks, minimum):
    found = smallest_divisor_at_least(uplinks, minimum)
    divisors = [d for d in range(1, uplinks + 1) if uplinks % d == 0]
    assert found == min((d for d in divisors if d >= minimum), default=uplinks)


@pytest.mark.parametrize("radix", [64, 128, 144])
def test_two_tiers_end_at_k_squared_over_two(radix):
    """M. Al-Fares et al., SIGCOMM 2008: the folded Clos of k-port switches."""
    largest = radix**2 // 2
    assert clos(largest, radix) == (radix, radix // 2, 0)
    assert clos(largest + 1, radix)[2] > 0


def test_fat_tree_of_65536_hosts_has_5120_switches():
    assert sum(clos(65536, 64)) == 5120


def test_one_switch_needs_no_spine():
    assert clos(128, 128) == (1, 0, 0)
    assert clos(129, 128) == (3, 2, 0)


@pytest.mark.parametrize(("pods", "radix"), [(p, k) for k in (4, 8, 16) for p in range(2, k + 1)])
def test_even_cores_have_a_port_for_every_pod_and_divide_the_uplinks(pods, radix):
    group, rest = divmod(even_cores(pods, radix), radix // 2)
    assert rest == 0
    each = radix // 2 // group
    assert each * group == radix // 2, "a spine spreads its uplinks evenly over its cores"
    assert pods * each <= radix, "a core has the ports"
    fewer = [d for d in range(1, group) if (radix // 2) % d == 0]
    assert all(pods * (radix // 2 // d) > radix for d in fewer), "no smaller group does"


def test_rails_share_a_leaf_while_it_holds_them():
    assert [auto_rails_per_leaf(n, 8, 64) for n in (8, 9, 16, 17, 32, 33, 64, 65)] == [
        8, 4, 4, 2, 2, 1, 1, 1,
    ]  # fmt: skip


@given(servers=st.integers(1, 300), rails=st.sampled_from([1, 2, 4, 6, 8]))
def test_rail_leaves_hold_all_ports_of_their_rails(servers, rails):
    leaves = rail_leaves(servers, rails, 64)
    assert leaves * 32 >= servers * rails
    assert leaves >= clos(servers * rails, 64)[0] or servers * rails <= 64


def test_rails_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="does not divide"):
        rail_leaves(10, 8, 64, rails_per_leaf=3)
