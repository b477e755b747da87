"""Refusals: how soon it is said what is short, what mends it, and how soon a search stops.

    python benchmarks/refusals.py [--size large] [--seed 0] [--cancels 12]

Prints, in seconds of one process and one thread,

* for a portfolio with too little power: how long it takes until the last date alone names what is
  short, beside the model of all dates in which requirements give way, and its relaxation;
* for each of the five briefs with too little of something: how long it takes until a design shows
  what is enough, until each repair is the least and has its cheapest design, and until what
  excludes what is known too;
* for searches of that portfolio that are told to stop at some moment: how long they go on.
"""

from __future__ import annotations

import argparse
import threading
import time
from statistics import median
from typing import Any

from engine import brief_of, seconds

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Infeasible
from designlib.milp.build import build
from designlib.milp.diagnosis import Depth
from designlib.milp.elastic import Elastic
from designlib.milp.engine import Settings, solve
from designlib.milp.glimpse import short_of
from designlib.optimize import Progress, prepare, search
from designlib.problem.tables import Problem

SHORT = {
    "enterprise": {"budget.capex_total": 3e6},
    "research": {"sites.hall.it_power_kw": 300},
    "healthcare": {"sites.east.it_power_kw": 20},
    "pretraining": {"sites.campus.utility_mw": 2},
    "saas": {"budget.capex_total": 2e6},
}
"""Brief -> a change that leaves too little of something."""
SHARE = 0.002
"""Share of the power of a portfolio on which its work cannot run."""


def measure_named(brief: Brief, catalog: Catalog) -> None:
    """Print how long it takes to name what is short."""
    poor = brief.with_changes({"sites.hall.it_power_kw": SHARE * brief.sites[0].it_power_kw[0].kw})
    problem, _ = prepare(poor, catalog, Settings())
    short = short_of(problem, Settings())
    if not short:
        raise SystemExit(f"{brief.name} is not seen to be short of anything")
    soon = seconds(lambda: short_of(problem, Settings()))
    found: list[Elastic] = []
    built = seconds(lambda: found.append(Elastic(problem, Settings())))
    (elastic,) = found
    named = seconds(lambda: elastic.relaxed_relief(elastic.limits))
    words = ", ".join(short)
    print(
        f"    short of {words}: {soon:.2f} s, of all dates {built:.2f} + {named:.2f} s", flush=True
    )


def refused(
    brief: Brief, catalog: Catalog, depth: Depth, progress: Progress | None = None
) -> Infeasible:
    """Return why a brief has no design."""
    try:
        search(brief, catalog, Settings(gap=0.01, progress=progress), depth=depth)
    except Infeasible as refusal:
        return refusal
    raise SystemExit(f"{brief.name} has a design")


def measure_repairs(name: str, catalog: Catalog) -> None:
    """Print how long it takes until a repair is verified, and until all is said."""
    brief = brief_of(name, 0).with_changes(SHORT[name])
    start, first = time.process_time(), list[float]()

    def tell(event: dict[str, Any]) -> None:
        if "enough" in event:
            first.append(time.process_time() - start)

    repairs = seconds(lambda: refused(brief, catalog, "repairs", tell))
    whole = seconds(lambda: refused(brief, catalog, "why"))
    rows = refused(brief, catalog, "repairs").repairs
    told = "; ".join(row["requirement"] for row in rows if row["verified"])
    print(
        f"{name}: what is enough {first[0]:.1f} s; each repair the least, with its cheapest design "
        f"{repairs:.1f} s ({told}); with what excludes what {whole:.1f} s",
        flush=True,
    )


def stopping(problem: Problem, after_s: float) -> float | None:
    """Return how long a search goes on that is told to stop, None where it ends before. [s]."""
    cancel, told = threading.Event(), [0.0]

    def stop() -> None:
        told[0] = time.perf_counter()
        cancel.set()

    model, _ = build(problem)
    timer = threading.Timer(after_s, stop)
    timer.start()
    outcome = solve(model, Settings(gap=0.0, cancel=cancel))
    ended = time.perf_counter()
    timer.cancel()
    for left in threading.enumerate():  # what is left goes on a while; nothing else shall be slowed
        if left is not threading.current_thread() and not left.daemon:
            left.join()
    return ended - told[0] if outcome.status == "cancelled" else None


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="large")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cancels", type=int, default=12)
    options = parser.parse_args()
    catalog, brief = Catalog.load(), brief_of(options.size, options.seed)
    print(f"{options.size}:")
    measure_named(brief, catalog)
    problem, _ = prepare(brief, catalog, Settings())
    waits = [stopping(problem, 0.5 * (n + 1)) for n in range(options.cancels)]
    stopped = [x for x in waits if x is not None]
    if stopped:
        print(
            f"    told to stop {len(stopped)} times: median {median(stopped) * 1000:.0f} ms, "
            f"longest {max(stopped) * 1000:.0f} ms",
            flush=True,
        )
    for name in SHORT:
        measure_repairs(name, catalog)


if __name__ == "__main__":
    main()
