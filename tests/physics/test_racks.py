import itertools
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.racks import (
    first_fit_share,
    left_over_guaranteed,
    mixed_frac,
    pack_first_fit,
    racks_guaranteed,
    scalar_share,
    servers_per_rack,
    total_share_guaranteed,
)


@pytest.mark.parametrize(("feed", "count"), [(17, 1), (40, 3), (20.4, 2), (10.1, 0)])
def test_servers_of_10_2_kw(feed, count):
    fits, binding = servers_per_rack(8, 10.2, 130, usable_u=42, feed_kw=feed, cooling_kw=60)
    assert (fits, binding) == (count, "feed")


def test_densities_of_racks_of_eight_gpu_servers():
    """Two published bands: 20 to 40 kW for GPU-dense racks, 30 to 70 kW for densely packed ones.

    Both are of 8-GPU servers of about 10 kW (NVIDIA DGX H100 user guide: 10.2 kW at most, 8U).
    """

    def density(rack_kw):
        return servers_per_rack(8, 10.2, 130, usable_u=50, feed_kw=rack_kw)[0] * 10.2

    assert [density(kw) for kw in (20.4, 40, 70)] == pytest.approx([20.4, 30.6, 61.2])
    assert all(20 <= density(kw) <= 40 for kw in range(21, 41))
    assert all(30 <= density(kw) <= 70 for kw in range(31, 90))


def test_average_density_would_undercount():
    # 15 servers of 14.3 kW at 40 kW a rack: two fit, so 8 racks, where 15 * 14.3 / 40 says 6.
    fits, _ = servers_per_rack(8, 14.3, 130, usable_u=48, feed_kw=40, cooling_kw=40)
    assert fits == 2
    assert -(-15 // fits) == 8


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"usable_u": 16}, (2, "height")),
        ({"usable_u": 48, "feed_kw": 35.0}, (3, "feed")),
        ({"usable_u": 48, "feed_kw": 60.0, "cooling_kw": 12.0}, (1, "cooling")),
        ({"usable_u": 48, "weight_limit_kg": 520.0}, (4, "weight")),
        ({"usable_u": 7}, (0, "height")),
    ],
)
def test_binding_limit_is_named(limits, expected):
    assert servers_per_rack(8, 10.0, 130, **limits) == expected


@given(
    height=st.integers(1, 20),
    kw=st.floats(0.1, 50),
    kg=st.floats(1, 900),
    usable=st.integers(0, 60),
    feed=st.floats(0, 200),
    cooling=st.floats(0, 200),
    weight=st.floats(0, 3000),
)
def test_one_more_server_would_break_the_binding_limit(
    height, kw, kg, usable, feed, cooling, weight
):
    count, binding = servers_per_rack(
        height, kw, kg, usable_u=usable, feed_kw=feed, cooling_kw=cooling, weight_limit_kg=weight
    )
    used = {"height": height, "feed": kw, "cooling": kw, "weight": kg}
    limits = {"height": usable, "feed": feed, "cooling": cooling, "weight": weight}
    assert all(count * used[word] <= limits[word] * (1 + 1e-8) for word in used)
    assert (count + 1) * used[binding] > limits[binding]


def test_server_of_nothing_is_refused():
    with pytest.raises(ValueError, match="fills no rack"):
        servers_per_rack(0, 0, 0, usable_u=42)


# ---- the guarantee, against every order and against the worst mixes

CAPACITY = (8, 8.0, 8.0)
small_items = st.lists(
    st.tuples(st.integers(1, 8), st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=7
)


def racks_of(order):
    """Return the racks that plain first fit opens for items in the given order."""
    racks = []
    for item in order:
        for rack in racks:
            if all(u + x <= c for u, x, c in zip(rack, item, CAPACITY, strict=True)):
                break
        else:
            rack = [0, 0, 0]
            racks.append(rack)
        rack[:] = [u + x for u, x in zip(rack, item, strict=True)]
    return len(racks)


@given(small_items)
def test_first_fit_in_any_order_stays_within_the_guarantee(items):
    shares = [scalar_share(item, CAPACITY) for item in items]
    promised = racks_guaranteed(sum(shares), max(shares))
    orders = itertools.islice(itertools.permutations(items), 200)
    assert all(racks_of(order) <= promised for order in orders)
    placed = pack_first_fit([(str(n), *item) for n, item in enumerate(items)], CAPACITY)
    assert len({p.rack for p in placed}) <= promised


@given(
    st.lists(
        st.tuples(st.floats(0.1, 10), st.floats(0.1, 12), st.floats(1, 400)),
        min_size=1,
        max_size=60,
    )
)
def test_guarantee_holds_for_real_sizes(rows):
    rack = (42, 17.0, 1200.0)
    shares = [scalar_share(row, rack) for row in rows]
    placed = pack_first_fit([(str(n), *row) for n, row in enumerate(rows)], rack)
    assert len({p.rack for p in placed}) <= racks_guaranteed(sum(shares), max(shares))


@pytest.mark.parametrize("dimension", [0, 1, 2])
def test_guarantee_is_tight_where_items_are_just_too_large_to_pair(dimension):
    # Items a little above one half: one a rack, and the guarantee asks for no more than that.
    for n in range(1, 12):
        item = [0.0, 0.0, 0.0]
        item[dimension] = 5
        share = scalar_share(tuple(item), CAPACITY)
        assert racks_of([item] * n) == n
        assert n <= racks_guaranteed(n * share, share) <= n + n // 4 + 1


def test_one_rack_is_exact():
    assert racks_guaranteed(1.0, 0.01) == racks_guaranteed(1.0, 1.0) == 1
    assert racks_guaranteed(0.0, 0.5) == 0


def test_item_larger_than_a_rack_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        racks_guaranteed(1.5, 1.5)


@given(racks=st.integers(0, 400), share=st.floats(0.001, 1.0))
def test_total_share_is_the_inverse(racks, share):
    total = total_share_guaranteed(racks, share)
    assert racks_guaranteed(total, share) == racks
    assert racks_guaranteed(total + 1e-3, share) == racks + 1


def test_unlimited_dimensions_take_no_share():
    assert scalar_share((2, 3, 60), (40, inf, inf)) == 0.05


@given(
    items=st.lists(st.tuples(*[st.integers(1, 3)] * 3), min_size=1, max_size=9),
    servers=st.lists(st.tuples(*[st.integers(0, 7)] * 3), max_size=3),
    whole=st.integers(0, 3),
)
def test_what_servers_leave_free_takes_what_is_promised(items, servers, whole):
    # Racks of servers with a rest, and whole racks: any order of any-fit finds room for all items.
    shares = [scalar_share(item, CAPACITY) for item in items]
    rests = [
        left_over_guaranteed(1 - scalar_share(used, CAPACITY), max(shares)) for used in servers
    ]
    promised = whole * (1 - max(shares)) + sum(rests)
    kept = []
    for item, share in zip(items, shares, strict=True):
        if sum(scalar_share(x, CAPACITY) for x in kept) + share <= promised + 1e-12:
            kept.append(item)
    for order in itertools.islice(itertools.permutations(kept), 120):
        bins = [list(used) for used in servers] + [[0, 0, 0] for _ in range(whole)]
        for item in order:
            spot = next(
                b
                for b in bins
                if all(u + x <= c for u, x, c in zip(b, item, CAPACITY, strict=True))
            )
            spot[:] = [u + x for u, x in zip(spot, item, strict=True)]


@given(
    items=st.lists(st.tuples(*[st.integers(0, 8)] * 3), min_size=1, max_size=14),
    first=st.integers(1, 4),
)
def test_first_fit_finds_room_for_few_large_things_among_many_small(items, first):
    # Items come one by one in racks that come as their counted shares ask for them, never earlier.
    items = [item for item in items if any(item)]
    sigma = max((s for s in (scalar_share(i, CAPACITY) for i in items) if s <= 1 / 3), default=0.25)
    racks, counted = [[0, 0, 0] for _ in range(first)], 0.0
    for item in items:
        counted += first_fit_share(scalar_share(item, CAPACITY), sigma)
        while len(racks) * mixed_frac(sigma) < counted - 1e-9:
            racks.append([0, 0, 0])
        spot = next(
            r for r in racks if all(u + x <= c for u, x, c in zip(r, item, CAPACITY, strict=True))
        )
        spot[:] = [u + x for u, x in zip(spot, item, strict=True)]
