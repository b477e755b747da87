"""Engine: build, hand-over and proof of the five briefs, beside Pyomo's own route and HiGHS alone.

    python benchmarks/engine.py [BRIEF.yaml ...] [--repeat 3] [--time-limit 120]

Prints the median processor seconds of each stage, the ratio of our hand-over to Pyomo's own
interface (appsi_highs), the ratio of our whole search to HiGHS alone on the same model read from an
MPS file, and the bound before the search. Times differ between machines: compare the ratios.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import highspy
from pyomo.contrib.appsi.solvers import Highs

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.milp.build import build
from designlib.milp.engine import Settings, hand_over, solve
from designlib.problem.make import make_problem
from designlib.problem.prune import prune
from designlib.problem.tables import Problem

TESTS = Path(__file__).parents[1] / "tests" / "briefs"
GAPS = (0.01, 0.001)


def seconds(work: Callable[[], Any]) -> float:
    """Return the processor time of a piece of work. [s]."""
    start = time.process_time()
    work()
    return time.process_time() - start


def alone(path: Path, gap: float, limit_s: float) -> float:
    """Return the processor time that HiGHS alone takes on a model file. [s]."""
    h: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    h.silent()
    h.readModel(str(path))
    h.setOptionValue("threads", 1)
    h.setOptionValue("mip_rel_gap", gap)
    h.setOptionValue("time_limit", limit_s)
    return seconds(h.run)


def measure(problem: Problem, name: str, repeat: int, limit_s: float) -> None:
    """Print the times of one problem."""
    model, _ = build(problem)
    hand_over(model)  # the first use sets Pyomo's compiler up
    built = median(seconds(lambda: build(problem)) for _ in range(repeat))
    ours = median(seconds(lambda: hand_over(model)) for _ in range(repeat))
    theirs = median(seconds(lambda: Highs().set_instance(model)) for _ in range(repeat))
    print(
        f"{name}: build {built:.2f} s, hand-over {ours:.2f} s, {ours / theirs:.2f} of appsi_highs"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.mps"
        solve(model, Settings(time_limit_s=0.0, stages=False, write_model=path))
        for gap in GAPS:
            settings = Settings(gap=gap, time_limit_s=limit_s)
            spent, last = [], None
            for _ in range(repeat):
                start = time.process_time()
                fresh, _ledger = build(problem)
                last = solve(fresh, replace(settings))
                spent.append(time.process_time() - start)
            plain = median(alone(path, gap, limit_s) for _ in range(repeat))
            assert last is not None
            reached = "no design" if last.gap is None else f"gap {last.gap:.2%}"
            print(
                f"    to {gap:.1%}: {median(spent):.1f} s, {reached}, "
                f"{median(spent) / plain:.2f} of HiGHS alone ({plain:.1f} s)"
            )


def main() -> None:
    """Print the times of each brief."""
    parser = argparse.ArgumentParser(description=__doc__)
    shipped = shipped_folder() / "briefs" / "enterprise.yaml"
    others = [TESTS / f"{n}.yaml" for n in ("research", "healthcare", "pretraining", "saas")]
    parser.add_argument("briefs", nargs="*", type=Path, default=[shipped, *others])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--time-limit", type=float, default=120.0)
    options = parser.parse_args()
    catalog = Catalog.load()
    for path in options.briefs:
        problem = prune(make_problem(Brief.load(path), catalog)[0])
        measure(problem, path.stem, options.repeat, options.time_limit)


if __name__ == "__main__":
    main()
