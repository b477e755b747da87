"""A problem that takes a solver long enough to be watched, limited or cancelled."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from designlib.problem.tables import Candidate, Limit, Pool, Problem
from tests.toy_problem import item, kind, problem

DATES = (6, 12, 18, 24)


def hard_problem(workloads: int = 16, kinds: int = 6) -> Problem:
    """Return many workloads of odd sizes on many kinds that share racks, power and a budget."""
    rng = Random(7)

    def growing(top: float) -> tuple[float, ...]:
        return tuple(round(top * (1 + 0.3 * t), 2) for t in range(len(DATES)))

    names = [f"k{n}" for n in range(kinds)]
    items = {
        k: item(k, "compute", rng.randint(80, 200), DATES, max_kw=rng.randint(5, 14), typical_kw=4)
        for k in names
    }
    items["cabinet"] = item("cabinet", "racks", 20.0, DATES)
    per_rack = {k: {"air": rng.randint(1, 4)} for k in names}
    candidates = {
        f"w{w}-{k}": Candidate(f"w{w}", k, {"day": growing(round(rng.uniform(0.3, 3.0), 2))})
        for w in range(workloads)
        for k in names
    }
    limits = [
        Limit("positions", "hall", (60.0,) * 4, "rack positions", "p", "racks"),
        Limit("it_kw", "hall", (260.0, 300.0, 380.0, 420.0), "IT power", "p", "kW"),
        Limit("facility_kw", "hall", (900.0,) * 4, "facility power", "p", "kW"),
        Limit("air_kw", "hall", (500.0,) * 4, "room air", "p", "kW"),
    ]
    steps = ((0, 0), *((n, 1 + n // 7) for n in range(3, 60, 5)))
    return replace(
        problem(),
        dates=DATES,
        annuity=(6.0,) * 4,
        interval_months=(6.0,) * 4,
        items=items,
        kinds={
            k: kind(per_rack=per_rack[k], servers_max_count=60, spare_steps=steps) for k in names
        },
        pools={k: Pool(k, None, 0) for k in names},
        candidates=candidates,
        workloads=tuple(f"w{w}" for w in range(workloads)),
        limits=tuple(limits),
    )
