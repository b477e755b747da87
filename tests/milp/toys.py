"""Toys: for each layer of the model the smallest problem that has all of its constraints."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from designlib.problem.fleet_share import FleetShare
from designlib.problem.tables import (
    Candidate,
    Demand,
    Plant,
    Pool,
    Problem,
    RackKind,
    Series,
    Software,
    Store,
)
from tests.toy_problem import everything, fabric, item, kind, problem, series

DAY_AND_NIGHT = {"day": 400.0, "night": 300.0}


def choose() -> Problem:
    """Return a service that rests at night and a job that may work at any time, on one pool."""
    service = Candidate("chat", "alpha", {"day": (2.0, 2.0), "night": (0.5, 0.5)})
    job = Candidate("job", "alpha", {}, hours=(400.0, 450.0), slices=("day", "night"))
    return problem(
        slice_hours=DAY_AND_NIGHT,
        candidates={"chat-alpha": service, "job-alpha": job},
        workloads=("chat", "job"),
    )


def choose_alone() -> Problem:
    """Return the same where replicas stand apart from each other and from the job."""
    p = choose()
    service, job = p.candidates["chat-alpha"], p.candidates["job-alpha"]
    apart = replace(service, apart=(2.0, 3.0))
    return replace(
        p, candidates={"chat-alpha": apart, "job-alpha": replace(job, exclusive=(1.0, 2.0))}
    )


def stock() -> Problem:
    """Return two kinds of two generations, of which one may be used; both have a least order."""
    p = problem(
        kinds_max_count=1, generations_max_count=1, bought_at_once=True, gpus_max=(32.0, 32.0)
    )
    return replace(
        p,
        items={**p.items, "beta": item("beta", "compute", 90.0)},
        kinds={
            "alpha": kind(owned=(1.0, 1.0), min_order_count=2, generation="old"),
            "beta": kind(min_order_count=3, generation="new"),
        },
        pools={**p.pools, "beta": Pool("beta", None, 0)},
        candidates={
            **p.candidates,
            "chat-beta": Candidate("chat", "beta", {"day": (1.5, 2.5)}),
        },
    )


def timing() -> Problem:
    """Return a job beside the service, on servers that may not come ahead of their work."""
    p = choose()
    return replace(
        p,
        kinds={"alpha": kind(min_order_count=2, unit_servers_count=3)},
        fleet_shares={"sweep": FleetShare(0.25, elastic=True, gpus_min_count=0.0)},
        bought_when_needed=True,
    )


def stock_with_old_servers() -> Problem:
    """Return the same beside two servers of a kind that is sold no more."""
    return with_old_servers(stock(), generation="old")


def shares(share: FleetShare | None = None) -> Problem:
    """Return a service and work that gets a quarter of the fleet, worth 6 GPUs at least."""
    part = share or FleetShare(0.25, elastic=False, gpus_min_count=6.0)
    p = problem(workloads=("chat", "sweep"), fleet_shares={"sweep": part})
    sweep = Candidate("sweep", None, {}, fleet_share=True)
    return replace(p, candidates={**p.candidates, "sweep-share": sweep})


def spares(least: int = 1) -> Problem:
    """Return two steps of spares: one for up to two servers, two for up to four."""
    steps = ((0, 0), (2, 1), (4, 2))
    return problem(kinds={"alpha": kind(spare_steps=steps, min_order_count=least)})


def spares_of_old_servers() -> Problem:
    """Return them by orders of two servers, beside two of a kind whose spares are owned or none."""
    return with_old_servers(spares(least=2), spare_steps=((0, 0), (1, 1), (2, 1)))


def with_old_servers(p: Problem, **more: Any) -> Problem:
    """Return a problem with two servers of a kind that is sold no more; one of them retires."""
    old = item("old", "compute", 50.0, max_kw=6.0, typical_kw=5.0, first_date=len(p.dates))
    chat = Candidate(
        "chat",
        "alpha",
        {"day": (0.5, 2.5)},
        beside=Candidate("chat", "old", {"day": (1.0, 0.0)}, share=(0.6, 0.0)),
        share=(0.4, 1.0),
    )
    return replace(
        p,
        items={**p.items, "old": old},
        kinds={**p.kinds, "old": kind(owned=(2.0, 1.0), **more)},
        pools={**p.pools, "old": Pool("old", None, 0)},
        candidates={**p.candidates, "chat-alpha-beside-old": chat},
    )


def networks(moved: float = 5.0, later_price: float = 10.0, least: Series = ()) -> Problem:
    """Return two fabrics of which one may be built; a twin part serves two links of the first."""
    p = problem()
    ib, ib_items = fabric("ib", (4, 8), (10.0, 20.0), moved=moved)
    eth, eth_items = fabric("eth", (12,), (50.0,))
    ib_items["ib-switch"] = replace(ib_items["ib-switch"], unit_price=(10.0, later_price))
    ib_items["ib-twin"] = item("ib-twin", "network", 3.0)
    ib = replace(ib, link_items={"ib-link": 1.0, "ib-twin": 0.5}, least_ports=least)
    return replace(
        p,
        items={**p.items, **ib_items, **eth_items},
        fabrics={"ib": ib, "eth": eth},
        fabric_groups={"compute": 1},
        pools={"alpha-ib": Pool("alpha", "ib", 2), "alpha-eth": Pool("alpha", "eth", 2)},
        candidates={
            f"chat-{f}": Candidate("chat", f"alpha-{f}", {"day": (1.5, 2.5)}) for f in ("ib", "eth")
        },
    )


def fabrics() -> Problem:
    """Return the two fabrics; the first must hold six ports at the second date, if it stands."""
    return networks(least=(0.0, 6.0))


def storage() -> Problem:
    """Return one tier and two products for it: few large units, or many small ones."""
    p = problem()
    return replace(
        p,
        items={
            **p.items,
            "large": item("large", "storage", 11.0),
            "small": item("small", "storage", 6.0),
        },
        stores={
            "large": Store("hot", {"hot_tb": 50.0, "read_gb_s": 20.0}, 2, 1, 9),
            "small": Store("hot", {"hot_tb": 20.0, "read_gb_s": 5.0}, 1, 0, 9),
        },
        demands=(Demand("hot_tb", "hall", (60.0, 90.0), "workloads"),),
    )


def orchestration() -> Problem:
    """Return gangs from one scheduler, or from a part on top of another, with control servers."""
    p = problem()
    return replace(
        p,
        items={**p.items, "control": item("control", "orchestration", 5.0)},
        software={
            "batch": Software(("gang",), (), 3.0, 1.0, orchestrator=True),
            "cluster": Software(("services",), (), 2.0, 0.5, orchestrator=True),
            "gangs": Software(("gang",), ("cluster",), 0.0, 0.25),
            "login": Software(("identity",), (), 1.0, 0.0),
        },
        control_items={"hall": "control"},
        demands=(
            Demand("capability", "gang", series(1), "workloads", scales=False),
            Demand("control_servers", "hall", (0.0, 1.0), "orchestration", scales=False),
        ),
    )


def place() -> Problem:
    """Return two kinds of rack for the servers; one of them also takes switches."""
    p = problem()
    air = replace(p.racks["air"], service_frac=0.75)
    p = with_old_servers(p)
    return replace(
        p,
        items={
            **p.items,
            "door": item("door", "cooling", 5.0),
            "box": item("box", "storage", 1.0, draws={"service_racks": 0.5}),
        },
        kinds={**p.kinds, "alpha": kind(per_rack={"air": 1, "rear": 2})},
        racks={
            "air": air,
            "rear": RackKind("hall", 40.0, "rear-door", 1.2, {"cabinet": 1.0, "door": 1.0}, 0),
        },
        stores={"box": Store("hot", {"hot_tb": 10.0}, 1, 0, 9)},
        demands=(Demand("hot_tb", "hall", (10.0, 20.0), "workloads"),),
    )


def plant(redundancy: str = "2N", big: str = "") -> Problem:
    """Return two makes of fans of which one may be picked; the hall cools nothing by itself."""
    p = problem()
    return replace(
        p,
        items={
            **p.items,
            "fan": item("fan", "cooling", 4.0),
            "big-fan": item("big-fan", "cooling", 13.0),
        },
        cooling={
            "fan": Plant("air_kw", 12.0, redundancy, 12, "air"),
            "big-fan": Plant("air_kw", 30.0, big or redundancy, 12, "air"),
        },
        limits=p.limits[:3],
    )


def plants() -> Problem:
    """Return the makes of fans, one of them in pairs and one in a system of four for three."""
    return plant(big="distributed")


def site(budget: float = 400.0) -> Problem:
    """Return a budget and two ways to run: cheap to buy, and cheap to run."""
    p = problem()
    limit = replace(
        p.limits[0], resource="capex", value=series(budget), requirement="capital budget"
    )
    return replace(
        p,
        items={**p.items, "beta": item("beta", "compute", 150.0)},
        kinds={"alpha": kind(staff_per_month=5.0), "beta": kind()},
        pools={**p.pools, "beta": Pool("beta", None, 0)},
        candidates={
            **p.candidates,
            "chat-beta": Candidate("chat", "beta", {"day": (1.5, 2.5)}),
        },
        limits=(*p.limits, limit),
        demands=(Demand("it_kw", "hall", series(20), "site", scales=False),),
    )


TOYS = {
    "choose": choose_alone,
    "stock": stock_with_old_servers,
    "timing": timing,
    "shares": shares,
    "spares": spares_of_old_servers,
    "fabric": fabrics,
    "storage": storage,
    "orchestration": orchestration,
    "place": place,
    "plant": plants,
    "site": site,
    "links": everything,
    "shelves": everything,
}
"""Layer -> its toy."""
