"""Storage, orchestration, racks, plant, site and the cost book on cases that are solved by hand.

The base design is that of ``test_layers``: 3 servers of 100 in 3 racks of 2 = 306.
"""

from __future__ import annotations

from dataclasses import replace

import pyomo.environ as pyo
import pytest

from designlib.problem.tables import Candidate, Demand, Limit, Plant, RackKind, Site
from tests.milp import toys
from tests.milp.solving import least_cost, optimum, path
from tests.milp.test_layers import costs, granting, with_item
from tests.toy_problem import item, kind, problem, series

# ---- storage


def test_a_tier_is_the_product_whose_whole_units_cost_least():
    # large: 60 TB -> 2 + 1 redundant, 90 TB -> 2 + 1: 3 x 11 = 33; small: 3 and 5 units x 6 = 30
    p = toys.storage()
    cost, m = optimum(p)
    assert cost == costs(306 + 30)
    assert path(p, m.units, "small") == (3, 5)
    assert path(p, m.units, "large") == (0, 0)


def test_throughput_sizes_a_tier_as_capacity_does():
    # 30 GB/s: small 5 GB/s a unit -> 6 x 6 = 36; large 20 GB/s a unit -> 2 + 1 = 3 x 11 = 33
    p = toys.storage()
    chat = Candidate("chat", "alpha", {"day": (1.5, 2.5)}, draws={"read_gb_s": series(30)})
    cost, m = optimum(replace(p, candidates={"chat-alpha": chat}))
    assert cost == costs(306 + 33)
    assert path(p, m.units, "large") == (3, 3)


def test_a_system_starts_at_its_least_size():
    # 10 TB from large units alone: 1 + 1 redundant = 2, and the least size is 4 units
    p = toys.storage()
    least = replace(p.stores["large"], units_min_count=4)
    p = replace(p, stores={"large": least}, demands=(Demand("hot_tb", "hall", series(10), "w"),))
    assert least_cost(p) == costs(306 + 4 * 11)


def test_a_tier_is_not_mixed_from_two_products():
    # 170 TB: 9 large = 8 x 50 = 400 TB; with at most 3 large (100 TB) and 9 small (180 TB): 9 small
    p = toys.storage()
    few = replace(p.stores["large"], units_max_count=3)
    p = replace(p, stores={**p.stores, "large": few})
    asked = replace(p, demands=(Demand("hot_tb", "hall", series(170), "w"),))
    assert least_cost(asked) == costs(306 + 9 * 6)
    more = replace(p, demands=(Demand("hot_tb", "hall", series(200), "w"),))
    assert least_cost(more) is None  # 100 + 180 would be enough together


def test_storage_waits_until_it_is_needed():
    # nothing at first, 60 TB later, when a unit costs 9 instead of 11: 3 x 9
    p = toys.storage()
    p = replace(p, stores={"large": p.stores["large"]})
    p = replace(p, demands=(Demand("hot_tb", "hall", (0.0, 60.0), "w"),))
    p = with_item(p, "large", unit_price=(11.0, 9.0))
    cost, m = optimum(p)
    assert cost == costs(306 + 27)
    assert path(p, m.units, "large") == (0, 3)


# ---- orchestration


def test_software_is_chosen_with_its_control_servers_licenses_and_staff():
    # gangs over 18 months: batch 18 x 1.00 + (3 + 1) x 5 = 38,
    # cluster + gangs 18 x (0.50 + 0.25) + (2 + 1) x 5 = 28.5; the one more is asked by the brief
    p = toys.orchestration()
    cost, m = optimum(p)
    assert cost == costs(306 + 28.5)
    assert path(p, m.control, "hall") == (2, 3)
    dearer = replace(p.software["gangs"], staff_per_month=0.6)  # 18 x 0.6 = 10.8 more
    assert least_cost(replace(p, software={**p.software, "gangs": dearer})) == costs(306 + 38)


def test_a_capability_that_no_software_provides_cannot_be_met():
    p = toys.orchestration()
    asked = Demand("capability", "quotas", series(1), "workloads", scales=False)
    assert least_cost(replace(p, demands=(*p.demands, asked))) is None


def test_two_schedulers_need_a_shared_identity():
    # quotas only from batch, services only from cluster: both, and login for the identity:
    # 18 x (1.00 + 0.50) + (3 + 2 + 1 + 1) x 5 = 27 + 35
    p = toys.orchestration()
    batch = replace(p.software["batch"], provides=("gang", "quotas"))
    p = replace(p, software={**p.software, "batch": batch})
    asked = [Demand("capability", c, series(1), "w", scales=False) for c in ("quotas", "services")]
    assert least_cost(replace(p, demands=(*p.demands, *asked))) == costs(306 + 27 + 35)


# ---- place


def test_racks_hold_whole_servers():
    # 2 servers a rack: 3 servers take 2 racks, where an average of 1.5 would be paid for
    p = problem(kinds={"alpha": kind(per_rack={"air": 2})})
    cost, m = optimum(p)
    assert cost == costs(304)
    assert path(p, m.racks, "alpha", "air") == (1, 2)


def test_scarce_positions_pay_for_denser_racks():
    # air 1 a rack for 2, rear 2 a rack for 7; boxes take 1 and 2 shared air racks (0.5 of 0.75)
    # free hall: 3 air racks + 2 shared = 10, boxes 2
    assert least_cost(toys.place()) == costs(300 + 3 * 2 + 2 * 2 + 2)
    # 4 positions: 2 shared, so the 3 servers take 2 racks: one rear with 2 and one air with 1
    p = granting(toys.place(), "positions", 4.0)
    cost, m = optimum(p)
    assert cost == costs(300 + 7 + 2 + 2 * 2 + 2)
    assert path(p, m.placed, "alpha", "rear")[-1] == 2
    # 3 positions: not even that fits
    assert least_cost(granting(toys.place(), "positions", 3.0)) is None


def test_a_rear_door_keeps_heat_out_of_the_room():
    # the room takes 10 kW, one server; the other two stand behind a rear door
    p = toys.place()
    rear = replace(p.racks["rear"], air_heat_frac=0.0)
    p = granting(replace(p, racks={**p.racks, "rear": rear}), "air_kw", 10.0)
    assert least_cost(p) == costs(300 + 7 + 2 + 2 * 2 + 2)


def test_liquid_takes_its_share_of_the_heat():
    # 0.8 of 10 kW a server to liquid: 3 servers 24 kW liquid, 6 kW air; a wet rack holds all for 2
    p = problem(kinds={"alpha": kind(per_rack={"wet": 3}, liquid_frac=0.8)})
    p = replace(
        p, racks={"wet": RackKind("hall", 60.0, "direct-to-chip", 1.1, {"cabinet": 1.0}, 0)}
    )
    enough = granting(granting(p, "liquid_kw", 24.0), "air_kw", 6.0)
    assert least_cost(enough) == costs(302)
    assert least_cost(granting(enough, "liquid_kw", 23.0)) is None
    assert least_cost(granting(enough, "air_kw", 5.0)) is None


# ---- plant


@pytest.mark.parametrize(
    ("redundancy", "fans", "big"),
    [
        # load 20 and 30 kW; fan 12 kW for 4, big fan 30 kW for 13
        ("N", (2, 3), 1),  # 3 x 4 = 12 < 13
        ("N+1", (3, 4), 2),  # 4 x 4 = 16 < 26
        ("2N", (4, 6), 2),  # 6 x 4 = 24 < 26
        ("distributed", (3, 4), 2),  # 2 of 3 and 3 of 4: 4 x 4 = 16 < 26
    ],
)
def test_modules_carry_the_promised_redundancy(redundancy, fans, big):
    p = toys.plant(redundancy)
    cost, m = optimum(p)
    assert cost == costs(306 + 4 * fans[-1])
    assert path(p, m.modules, "fan") == fans
    # where a fan costs much, the big one is picked instead, never both
    dear = with_item(p, "fan", unit_price=series(20))
    assert least_cost(dear) == costs(306 + 13 * big)


def test_modules_cool_and_feed_what_they_draw_themselves():
    # a fan draws 1 kW of air: 3 servers 30 kW need 3 fans (36 kW), whose 3 kW make 33: still 3
    p = toys.plant("N")
    p = replace(p, cooling={"fan": p.cooling["fan"]})
    assert least_cost(with_item(p, "fan", max_kw=1.0)) == costs(306 + 3 * 4)
    # at 3 kW each: 3 fans carry 36 < 39, 4 carry 48 >= 42
    assert least_cost(with_item(p, "fan", max_kw=3.0)) == costs(306 + 4 * 4)


def test_a_redundant_system_waits_until_it_is_needed():
    # no server at first: the N+1 fans (4 for 30 kW) come with the servers, at the later price
    p = toys.plant("N+1")
    chat = Candidate("chat", "alpha", {"day": (0.0, 2.5)})
    p = replace(p, candidates={"chat-alpha": chat}, cooling={"fan": p.cooling["fan"]})
    cost, m = optimum(with_item(p, "fan", unit_price=(4.0, 3.0)))
    assert cost == costs(306 + 4 * 3)
    assert path(p, m.modules, "fan") == (0, 4)


def test_power_on_the_facility_side_carries_the_pue():
    # 3 servers of 10 kW at PUE 1.4 = 42 kW at the transformer, 2 modules of 25 kW; 2 at first too
    p = problem(facility_resources=("facility_kw", "transformer_kw"))
    p = replace(
        p,
        items={**p.items, "transformer": item("transformer", "power", 9.0)},
        power={"transformer": Plant("transformer_kw", 25.0, "N", 9, "transformer")},
    )
    cost, m = optimum(p)
    assert cost == costs(306 + 2 * 9)
    assert path(p, m.modules, "transformer") == (2, 2)


def test_a_server_without_a_ups_draws_the_rest_of_the_chain():
    # 3 servers of 10 kW: two modules of 20 kW of the busway, none of the UPS
    p = problem(it_resources=("it_kw", "ups_kw", "busway_kw"))
    p = replace(
        p,
        items={**p.items, "ups": item("ups", "power", 7.0), "bus": item("bus", "power", 5.0)},
        power={
            "ups": Plant("ups_kw", 20.0, "N", 9, "ups"),
            "bus": Plant("busway_kw", 20.0, "N", 9, "busway"),
        },
    )
    assert least_cost(p) == costs(306 + 2 * 7 + 2 * 5)
    bare = replace(p, kinds={"alpha": replace(p.kinds["alpha"], ups=False)})
    assert least_cost(bare) == costs(306 + 2 * 5)


def test_heat_of_the_room_is_drawn_again_where_it_leaves_the_hall():
    # 3 servers of 10 kW heat the room; two chillers of 20 kW give it to the outside
    p = problem()
    p = replace(
        p,
        items={**p.items, "chiller": item("chiller", "cooling", 9.0)},
        cooling={"chiller": Plant("chilled_kw", 20.0, "N", 9, "chilled")},
        follows=(("air_kw", "hall", "chilled_kw"),),
    )
    assert least_cost(p) == costs(306 + 2 * 9)
    assert least_cost(replace(p, follows=())) == costs(306)


def test_what_servers_leave_free_takes_the_place_of_a_shared_rack():
    # two boxes of half a rack: two shared racks, or what is left of the racks of three servers
    apart = toys.place()
    left = kind(per_rack={"air": 1}, left_frac={"air": 0.4})
    beside = replace(apart, kinds={**apart.kinds, "alpha": left})
    alone = replace(apart, kinds={**apart.kinds, "alpha": kind(per_rack={"air": 1})})
    cost, m = optimum(beside)
    assert cost < least_cost(alone)
    shared = sum(round(pyo.value(m.shared[q, t])) for q, t in m.shared)
    assert shared == 0


# ---- site


def test_the_budget_decides_between_cheap_to_buy_and_cheap_to_run():
    # alpha: 306 to buy, staff 5 a server-month: 6 x 2 x 5 + 12 x 3 x 5 = 240 more, 546 in all
    # beta: 456 to buy and nothing to run
    assert least_cost(toys.site(budget=456.0)) == costs(456)
    assert least_cost(toys.site(budget=455.0)) == costs(546)
    assert least_cost(toys.site(budget=305.0)) is None


@pytest.mark.parametrize(
    ("resource", "enough"),
    # 3 servers: 3 positions, 30 kW, 30 kW x PUE 1.4, 30 kW of heat
    [("positions", 3.0), ("it_kw", 30.0), ("facility_kw", 42.0), ("air_kw", 30.0)],
)
def test_a_limit_binds_exactly(resource, enough):
    assert least_cost(granting(problem(), resource, enough)) == costs(306)
    assert least_cost(granting(problem(), resource, enough - 0.01)) is None


def test_power_that_arrives_later_delays_the_servers():
    steps = Limit("it_kw", "hall", (20.0, 30.0), "IT power", "sites.0.it_power_kw", "kW")
    p = with_item(problem(), "alpha", unit_price=(100.0, 200.0))
    limits = tuple(x for x in p.limits if x.resource != "it_kw")
    # buying the third server early at 100 would be cheaper, but there is no power for it
    assert least_cost(replace(p, limits=(*limits, steps))) == costs(2 * 100 + 200 + 6)


def test_a_load_that_no_choice_avoids_counts():
    # 20 kW are there already and alpha adds 30
    p = toys.site(budget=455.0)
    assert least_cost(granting(p, "it_kw", 50.0)) == costs(546)
    assert least_cost(granting(p, "it_kw", 49.99)) is None


# ---- cost book


def test_every_kind_of_cost_is_counted_once():
    # by hand for 2 servers over 6 months at factor 5 and 3 over 12 months at factor 9:
    # capex      2 x 100 x 1.0 + 1 x 80 x 0.9                        = 272
    # residual   2 x 30 + 1 x 40                                     = 100
    # support    0.5 x (2 x 5 + 3 x 9), license 0.25 x the same 37   = 18.5 + 9.25
    # staff      2 x 37                                              = 74
    # energy     0.1 a kW-month x PUE 1.4 x 8 kW x 37                = 41.44
    # space      0.05 a kW-month x 10 kW x 37                        = 18.5
    # racks      3 x 2                                               = 6
    p = problem(
        annuity=(5.0, 9.0),
        sites={"hall": Site(energy_per_kw_month=0.1, space_per_kw_month=0.05)},
        kinds={"alpha": kind(staff_per_month=2.0)},
    )
    p = with_item(
        p,
        "alpha",
        unit_price=(100.0, 80.0),
        capex_factor=(1.0, 0.9),
        residual=(30.0, 40.0),
        support_per_month=0.5,
        license_per_month=0.25,
    )
    expected = 272 - 100 + 18.5 + 9.25 + 74 + 41.44 + 18.5 + 6
    assert least_cost(p) == costs(expected)
