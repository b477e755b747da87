"""Solve a brief: seconds to a proof, and our hand-over against Pyomo's own interface, in one run.

    python benchmarks/solve_brief.py [BRIEF.yaml] [--repeat 3]

Prints the time of each stage at two gaps, and the ratio of the two ways to give the same model to
HiGHS. Times differ between machines; the ratio is what to compare.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from pyomo.contrib.appsi.solvers import Highs

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.milp.handover import hand_over
from designlib.problem.make import make_problem
from designlib.problem.prune import prune


def seconds(work: Callable[[], object]) -> float:
    """Return the wall time of a piece of work. [s]."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print the times of a brief."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = shipped_folder() / "briefs" / "enterprise.yaml"
    parser.add_argument("brief", nargs="?", type=Path, default=default)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    brief, catalog = Brief.load(options.brief), Catalog.load()

    start = time.perf_counter()
    problem = prune(make_problem(brief, catalog)[0])
    print(f"physics and menus   {time.perf_counter() - start:8.2f} s")
    model, _ = build(problem)
    hand_over(model)  # the first use sets Pyomo's compiler up
    ours = statistics.median(seconds(lambda: hand_over(model)) for _ in range(options.repeat))
    theirs = statistics.median(
        seconds(lambda: Highs().set_instance(model)) for _ in range(options.repeat)
    )
    built = statistics.median(seconds(lambda: build(problem)) for _ in range(options.repeat))
    print(f"build               {built:8.2f} s")
    print(f"hand-over           {ours:8.2f} s, {ours / theirs:.2f} of Pyomo's own {theirs:.2f} s")
    for gap in (0.01, 0.001):
        model, _ = build(problem)
        outcome = solve(model, Settings(gap=gap))
        print(
            f"solve to {gap:5.1%}      {outcome.seconds['solve']:8.2f} s, gap {outcome.gap:.2%}, "
            f"{outcome.model['columns']} columns, {outcome.model['integers']} integers"
        )


if __name__ == "__main__":
    main()
