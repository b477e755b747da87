"""Joint against layer by layer: deciding one layer after the other is never cheaper, often dearer.

The layer-by-layer architect first takes the servers, and the way to run each workload, that cost
least by themselves, and then sizes network, storage, racks, cooling and power in that order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from random import Random

from designlib.problem.tables import Candidate, Fabric, Plant, Pool, Problem, Site
from tests.milp.greedy import greedy_cost
from tests.milp.solving import least_cost
from tests.toy_problem import fabric, item, kind, problem


def two_ways(seed: int) -> Problem:
    """Return a random problem of one service on a cheap, hungry server or a dear, lean one."""
    rng = Random(seed)
    base = problem()
    load = rng.uniform(2.0, 6.0)
    network, parts = fabric("ring", (8, 16, 32), (rng.uniform(5, 30),))
    hungry = item("alpha", "compute", 100.0, max_kw=14.0, typical_kw=12.0)
    lean = item("beta", "compute", rng.uniform(95, 130), max_kw=8.0, typical_kw=6.0)
    chiller = item("chiller", "cooling", rng.uniform(20, 60))
    cabinet = item("cabinet", "racks", rng.uniform(5, 25))
    held = {i: load * rng.uniform(0.85, 1.15) for i in ("alpha", "beta")}
    wired: dict[str, Fabric] = {"ring": network}
    limits = tuple(x for x in base.limits if x.resource != "air_kw")
    return replace(
        base,
        sites={"hall": Site(energy_per_kw_month=rng.uniform(0.0, 0.3))},
        items={**base.items, **parts, "alpha": hungry, "beta": lean, "chiller": chiller}
        | {"cabinet": cabinet},
        kinds={"alpha": kind(per_rack={"air": 1}), "beta": kind(per_rack={"air": 2})},
        pools={i: Pool(i, "ring", rng.choice((1, 2, 4))) for i in ("alpha", "beta")},
        candidates={
            f"chat-{i}": Candidate("chat", i, {"day": (amount, 1.5 * amount)})
            for i, amount in held.items()
        },
        fabrics=wired,
        fabric_groups={"compute": 1},
        cooling={"chiller": Plant("air_kw", 20.0, "N+1", 12, "room air")},
        limits=limits,
    )


@cache
def pairs() -> dict[int, tuple[float, float]]:
    """Return the joint and the greedy cost of twenty problems in which both find a design."""
    found: dict[int, tuple[float, float]] = {}
    seed = 0
    while len(found) < 20:
        p = two_ways(seed)
        joint = least_cost(p)
        greedy = None if joint is None else greedy_cost(p)
        if joint is not None and greedy is not None:
            found[seed] = joint, greedy
        seed += 1
    return found


def test_joint_is_never_dearer(record_property: Callable[[str, object], None]) -> None:
    for seed, (joint, greedy) in pairs().items():
        assert joint <= greedy * (1 + 1e-9), f"seed {seed}"
    savings = {seed: 1 - joint / greedy for seed, (joint, greedy) in pairs().items()}
    record_property("savings", savings)
    mean = sum(savings.values()) / len(savings)
    print(f"joint saves {mean:.1%} on average, {max(savings.values()):.1%} at most")


def test_deciding_together_really_saves() -> None:
    assert sum(joint < greedy * (1 - 1e-3) for joint, greedy in pairs().values()) >= 3
