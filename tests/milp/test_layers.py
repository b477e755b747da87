"""Every layer on a case that is solved by hand.

Unless a test says otherwise: two dates that last 6 and 12 months, a server costs 100 and its rack
2, a service holds 1.5 and then 2.5 servers. So the base design is 2 and then 3 servers in as many
racks: 3 x 100 + 3 x 2 = 306.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from designlib.problem.tables import Candidate, Limit, Pool, Problem
from tests.milp import toys
from tests.milp.solving import least_cost, optimum, path
from tests.toy_problem import fabric, item, kind, problem, series


def costs(amount: float) -> Any:
    return pytest.approx(amount, rel=1e-9)


def with_item(p: Problem, name: str, **changes: Any) -> Problem:
    return replace(p, items={**p.items, name: replace(p.items[name], **changes)})


def granting(p: Problem, resource: str, value: float) -> Problem:
    """Return a problem in which the brief grants another amount of a resource."""
    limits = [x for x in p.limits if x.resource != resource]
    limits.append(Limit(resource, "hall", series(value), resource, resource, "unit"))
    return replace(p, limits=tuple(limits))


# ---- choose


def test_held_servers_are_rounded_up_in_whole_servers():
    cost, m = optimum(problem())
    assert cost == costs(306)
    assert path(problem(), m.servers, "alpha") == (2, 3)


def test_a_workload_takes_the_candidate_that_is_cheapest_in_the_whole_design():
    # beta: 1 server of 250 and 1 rack = 252 < 306, although a server costs more
    p = problem()
    p = replace(
        p,
        items={**p.items, "beta": item("beta", "compute", 250.0)},
        kinds={**p.kinds, "beta": kind()},
        pools={**p.pools, "beta": Pool("beta", None, 0)},
        candidates={**p.candidates, "chat-beta": Candidate("chat", "beta", {"day": (0.6, 1.0)})},
    )
    assert least_cost(p) == costs(252)
    # at 305 a server beta costs 307 and alpha wins again
    assert least_cost(with_item(p, "beta", unit_price=series(305))) == costs(306)


def test_rented_capacity_is_paid_by_the_month_and_bought_nowhere():
    p = problem()
    rented = Candidate("chat", None, {}, rent_per_month=(15.0, 18.0))
    cost, m = optimum(replace(p, candidates={**p.candidates, "chat-rented": rented}))
    assert cost == costs(6 * 15 + 12 * 18)  # 306 as well: a tie, on purpose one cent away below
    rented = replace(rented, rent_per_month=(15.0, 17.99))
    cost, m = optimum(replace(p, candidates={**p.candidates, "chat-rented": rented}))
    assert cost == costs(6 * 15 + 12 * 17.99)
    assert path(p, m.servers, "alpha") == (0, 0)


def test_the_batch_rides_on_what_the_night_leaves_free():
    # 2 servers: day 400 h each, all held; night 300 h each, 1.5 of them free = 450 h a month
    p = toys.choose()
    cost, m = optimum(p)
    assert cost == costs(2 * 102)
    assert m.work["job-alpha", 1, "night"].value == pytest.approx(450)
    # one hour more than the night has room for: a third server from the second date on
    more = replace(p.candidates["job-alpha"], hours=(400.0, 451.0))
    cost, m = optimum(replace(p, candidates={**p.candidates, "job-alpha": more}))
    assert cost == costs(3 * 102)
    assert path(p, m.servers, "alpha") == (2, 3)


def test_a_batch_that_must_stay_off_serving_servers_costs_a_server_more():
    # the night's free servers are out of reach: 2 servers serve, a third one works 400 of 700 h
    p = replace(toys.choose(), batch_on_serving=False)
    cost, m = optimum(p)
    assert cost == costs(3 * 102)
    assert path(p, m.servers, "alpha") == (3, 3)


def test_a_job_bound_to_the_day_cannot_use_the_night():
    p = toys.choose()
    day = replace(p.candidates["job-alpha"], slices=("day",))
    # 2 servers are held by day; 400 h more a day-month need one server, 450 h need two
    cost, m = optimum(replace(p, candidates={**p.candidates, "job-alpha": day}))
    assert path(p, m.servers, "alpha") == (3, 4)
    assert cost == costs(4 * 102)


def test_long_runs_lie_evenly_over_the_slices():
    # of 450 h, 450 x 400/700 = 257 h fall into the day, where nothing is free: a third server
    p = toys.choose()
    even = replace(p.candidates["job-alpha"], spread=True)
    cost, m = optimum(replace(p, candidates={**p.candidates, "job-alpha": even}))
    assert path(p, m.servers, "alpha") == (3, 3)
    assert cost == costs(3 * 102)


def test_gangs_with_a_deadline_add_up_on_top_of_what_is_held():
    # held 1.5 and 2.5, one job of 1 and one of 2 servers at once: 4.5 and 5.5 -> 5 and 6 servers
    p = problem()
    gangs = {
        f"job-{n}": Candidate(f"job{n}", "alpha", {}, gang=series(n), hours=series(1))
        for n in (1, 2)
    }
    p = replace(p, candidates={**p.candidates, **gangs}, workloads=("chat", "job1", "job2"))
    cost, m = optimum(p)
    assert path(p, m.servers, "alpha") == (5, 6)
    assert cost == costs(6 * 102)


def test_replicas_stay_apart_from_each_other_and_from_exclusive_work():
    # half a server of replicas on 2 servers at least: 2 servers at both dates
    p = problem(
        candidates={"chat": Candidate("chat", "alpha", {"day": (0.5, 0.5)}, apart=series(2))}
    )
    assert least_cost(p) == costs(2 * 102)
    # a gang of 1 that shares: 0.5 + 1 fit into the same 2; one that does not share: 2 + 1
    job = Candidate("job", "alpha", {}, gang=series(1), hours=series(1))
    both = replace(p, candidates={**p.candidates, "job": job}, workloads=("chat", "job"))
    assert least_cost(both) == costs(2 * 102)
    alone = replace(job, exclusive=series(1))
    both = replace(both, candidates={**p.candidates, "job": alone})
    assert least_cost(both) == costs(3 * 102)


# ---- stock


def test_servers_stay_when_demand_falls():
    p = problem(candidates={"chat-alpha": Candidate("chat", "alpha", {"day": (3.0, 1.0)})})
    cost, m = optimum(p)
    assert path(p, m.servers, "alpha") == (3, 3)
    assert cost == costs(306)


@pytest.mark.parametrize(
    ("later_price", "servers", "expected"),
    [
        (80.0, (2, 3), 2 * 100 + 80 + 6),  # the third server waits for the lower price
        (130.0, (3, 3), 3 * 100 + 6),  # it is bought before the price rises
    ],
)
def test_a_server_is_bought_when_it_is_cheapest(later_price, servers, expected):
    p = with_item(problem(), "alpha", unit_price=(100.0, later_price))
    cost, m = optimum(p)
    assert path(p, m.servers, "alpha") == servers
    assert cost == costs(expected)


def test_a_least_order_moves_a_purchase_forward():
    # price falls to 90; alone: 2 x 100 + 90 + 6 = 296. With orders of at least 2: 2 + 2 servers
    # = 200 + 180 + 8 = 388, or 3 at once = 306
    p = with_item(problem(), "alpha", unit_price=(100.0, 90.0))
    assert least_cost(p) == costs(296)
    assert least_cost(replace(p, kinds={"alpha": kind(min_order_count=2)})) == costs(306)


def test_owned_servers_are_used_and_never_sold():
    # 1 owned of the 3: two are bought, for three racks
    assert least_cost(problem(kinds={"alpha": kind(owned=(1.0, 1.0))})) == costs(2 * 100 + 6)
    # 4 owned, 3 needed: three serve in three racks, one stands idle
    assert least_cost(problem(kinds={"alpha": kind(owned=(4.0, 4.0))})) == costs(6)


def test_owned_servers_are_counted_once_over_two_pools():
    # two services of 1 server each in two pools of one kind, one server owned: one is bought
    p = problem(
        kinds={"alpha": kind(owned=(1.0, 1.0))},
        pools={"one": Pool("alpha", None, 0), "two": Pool("alpha", None, 0)},
        candidates={w: Candidate(w, w, {"day": (1.0, 1.0)}) for w in ("one", "two")},
        workloads=("one", "two"),
    )
    assert least_cost(p) == costs(100 + 2 * 2)


def test_servers_that_retire_are_replaced():
    # 2 owned until the second date: all 3 servers of the second date are bought, in 3 racks
    p = problem(kinds={"alpha": kind(owned=(2.0, 0.0))})
    assert least_cost(p) == costs(3 * 100 + 6)


def test_a_second_kind_is_refused_where_one_is_allowed():
    # each service fits one kind only: 1 server of 100, 1 of 90, 2 racks; one kind cannot do it
    p = toys.stock()
    p = replace(
        p,
        kinds={"alpha": kind(), "beta": kind()},
        candidates={
            "a": Candidate("a", "alpha", {"day": (1.0, 1.0)}),
            "b": Candidate("b", "beta", {"day": (1.0, 1.0)}),
        },
        workloads=("a", "b"),
    )
    assert least_cost(p) is None
    assert least_cost(replace(p, kinds_max_count=2)) == costs(100 + 90 + 4)


def test_the_fleet_has_a_most_number_of_gpus():
    assert least_cost(problem(gpus_max=(16.0, 24.0))) == costs(306)  # 2 x 8 and 3 x 8 GPUs
    assert least_cost(problem(gpus_max=(16.0, 23.0))) is None


# ---- spares


def test_spares_follow_the_servers_in_steps_and_draw_no_power():
    # up to 0 servers none, up to 2 one, up to 4 two: 2 and 3 servers need 1 and 2 spares
    # support of 1 a month, so that no spare comes early: 2 and 3 servers, 1 and 2 spares
    p = granting(toys.spares(), "it_kw", 30.0)  # exactly three servers of 10 kW
    p = with_item(p, "alpha", support_per_month=1.0)
    cost, m = optimum(p)
    assert cost == costs(306 + 2 * 100 + 6 * (2 + 1) + 12 * (3 + 2))
    assert path(p, m.step, "alpha", 1) == (1, 1)
    assert path(p, m.step, "alpha", 2) == (0, 1)


def test_spares_of_a_kind_cover_all_of_its_pools():
    # one server in each of two pools is two servers of the kind: one spare, not two
    p = toys.spares()
    p = replace(
        p,
        pools={"one": Pool("alpha", None, 0), "two": Pool("alpha", None, 0)},
        candidates={w: Candidate(w, w, {"day": (1.0, 1.0)}) for w in ("one", "two")},
        workloads=("one", "two"),
    )
    assert least_cost(p) == costs(2 * 102 + 100)


# ---- fabric


def test_a_fabric_is_built_in_steps_of_ports():
    # 2 ports a server: 4 and 6 ports. Switches serve 4 and 8 ports; growth would cost 5 of moved
    # links, so both switches are built at once: 20 + 6 links + 3 twin parts of 3
    p = toys.networks()
    cost, m = optimum(p)
    assert cost == costs(306 + 2 * 10 + 6 + 3 * 3)
    assert path(p, m.built, "ib", 1) == (1, 1)


@pytest.mark.parametrize(
    ("moved", "expected", "second_switch"),
    [
        (5.0, 10 + 4 + 5, (0, 1)),  # the switch waits for its lower price: 19 < 20
        (7.0, 20, (1, 1)),  # moving links costs more than waiting saves: 21 > 20
    ],
)
def test_growth_pays_for_the_links_that_move(moved, expected, second_switch):
    p = toys.networks(moved=moved, later_price=4.0)
    cost, m = optimum(p)
    assert cost == costs(306 + expected + 6 + 9)
    assert path(p, m.built, "ib", 1) == second_switch


def test_a_first_build_moves_no_links():
    # nothing is held at the first date; then 6 ports at once: two switches, no moved links
    p = toys.networks(moved=100.0, later_price=10.0)
    p = replace(p, candidates={"chat-ib": Candidate("chat", "alpha-ib", {"day": (0.0, 2.5)})})
    assert least_cost(p) == costs(306 + 20 + 6 + 9)


def test_a_twin_part_is_bought_whole():
    # 1 port a server: 2 and 3 links; half a twin part a link: 1 and then 2 pieces of 3; one switch
    p = toys.networks()
    pools = {k: replace(pool, ports_per_server=1) for k, pool in p.pools.items()}
    assert least_cost(replace(p, pools=pools)) == costs(306 + 10 + 3 + 2 * 3)


def test_two_pools_draw_ports_of_one_fabric():
    # 1 server of each of two kinds at 2 ports: 4 ports, one switch, although each alone needs one
    p = toys.networks()
    p = replace(
        p,
        items={**p.items, "beta": item("beta", "compute", 90.0)},
        kinds={**p.kinds, "beta": kind()},
        pools={"alpha": Pool("alpha", "ib", 2), "beta": Pool("beta", "ib", 2)},
        candidates={w: Candidate(w, w, {"day": (1.0, 1.0)}) for w in ("alpha", "beta")},
        workloads=("alpha", "beta"),
    )
    assert least_cost(p) == costs(190 + 4 + 10 + 4 + 2 * 3)


def test_one_technology_of_a_group_is_built():
    # each service fits one fabric only: 2 servers, 2 racks, ib 10 + 2 + 3, eth 50 + 2; or neither
    p = toys.networks()
    p = replace(
        p,
        candidates={f: Candidate(f, f"alpha-{f}", {"day": (1.0, 1.0)}) for f in ("ib", "eth")},
        workloads=("ib", "eth"),
    )
    assert least_cost(p) is None
    both = replace(p, fabric_groups={"compute": 2})
    assert least_cost(both) == costs(2 * 102 + 15 + 52)


def test_switches_draw_the_ports_of_the_next_network():
    # two compute switches draw 2 out-of-band ports: one switch of 7 there and 2 links
    p = toys.networks()
    oob, items = fabric("oob", (4,), (7.0,), resource="oob_ports", exclusive_group="oob")
    p = replace(
        p, items={**p.items, **items}, fabrics={**p.fabrics, "oob": replace(oob, place="hall")}
    )
    p = with_item(p, "ib-switch", draws={"oob_ports": 1.0})
    assert least_cost(p) == costs(306 + 20 + 6 + 9 + 7 + 2)


def test_nothing_is_in_service_before_its_lead_time():
    # a link, a spare or a rack that takes until the second date keeps the first from being met
    p = toys.networks()
    p = replace(p, candidates={"chat-ib": p.candidates["chat-ib"]})
    for part in ("ib-switch", "ib-link", "ib-twin", "alpha"):
        assert least_cost(with_item(p, part, first_date=1)) is None
    rack = replace(p.racks["air"], first_date=1)
    assert least_cost(replace(p, racks={"air": rack})) is None


def test_kinds_of_one_generation_may_stand_together_and_no_more_generations_than_allowed():
    # alpha for the day's service, beta for a second one that only beta can run
    base = problem()
    p = replace(
        base,
        items={**base.items, "beta": item("beta", "compute", 90.0)},
        kinds={"alpha": kind(generation="old"), "beta": kind(generation="new")},
        pools={**base.pools, "beta": Pool("beta", None, 0)},
        candidates={
            **base.candidates,
            "code-beta": Candidate("code", "beta", {"day": (1.0, 1.0)}),
        },
        workloads=("chat", "code"),
    )
    both = costs(3 * 100 + 90 + 4 * 2)
    assert least_cost(p) == both
    assert least_cost(replace(p, generations_max_count=2)) == both
    assert least_cost(replace(p, generations_max_count=1)) is None
    same = {i: replace(k, generation="old") for i, k in p.kinds.items()}
    assert least_cost(replace(p, kinds=same, generations_max_count=1)) == both


def test_money_for_a_later_step_pays_only_for_what_comes_then():
    # by hand: 2 servers and cabinets of 102 at the first date, a third at the second
    p = problem()
    for first, last, fits in ((204, 306, True), (203, 400, False), (306, 306, True)):
        budget = Limit("capex", "hall", (first, last), "capital", "budget.capex_total", "USD")
        found = least_cost(replace(p, limits=(*p.limits, budget)))
        assert (found is not None) == fits
