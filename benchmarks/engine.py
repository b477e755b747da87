"""Engine: our build, hand-over and proof beside HiGHS alone and beside other ways to reach it.

    python benchmarks/engine.py [enterprise research ... medium large xl FILE.yaml]
        [--repeat 5] [--seed 0] [--gap 0.01 --gap 0.001] [--time-limit 60] [--routes] [--no-solve]

One process, one thread, processor seconds, medians. For each brief or portfolio it prints

* the time to build and hand over beside the floor (the same matrix from numpy triples to
  ``passModel``) and beside ``appsi_highs``, Pyomo's own interface; with ``--routes`` also linopy
  and PuLP (``pip install designlib[benchmark]``);
* the time of a whole optimization beside HiGHS alone on the same model read from an MPS file;
* when the first design, and the first within 1 % of the best, was found;
* how far the bound lies below the best design: of the relaxation, and after the cuts at the root.

Times differ between machines: compare the ratios.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import highspy
import numpy as np
from portfolios import SIZES, portfolio
from pyomo.contrib.appsi.solvers import Highs
from routes import by_linopy, by_numpy, by_pulp

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.milp.handover import hand_over, write
from designlib.milp.outcome import Outcome
from designlib.milp.sized import sketched
from designlib.optimize import MANY
from designlib.problem.make import make_problem
from designlib.problem.prune import prune
from designlib.problem.tables import Problem

BRIEFS = Path(__file__).parents[1] / "tests" / "briefs"
FIVE = ("enterprise", "research", "healthcare", "pretraining", "saas")
NEAR = 0.01


def seconds(work: Callable[[], Any]) -> float:
    """Return the processor time of a piece of work. [s]."""
    start = time.process_time()
    work()
    return time.process_time() - start


def typical(work: Callable[[], Any], repeat: int) -> float:
    """Return the median processor time of a piece of work. [s]."""
    return median(seconds(work) for _ in range(repeat))


def brief_of(name: str, seed: int) -> Brief:
    """Return a portfolio, one of the five briefs, or the brief of a file."""
    if name in SIZES:
        return portfolio(name, seed)
    if name not in FIVE:
        return Brief.load(name)
    shipped = shipped_folder() / "briefs" / f"{name}.yaml"
    return Brief.load(shipped if shipped.exists() else BRIEFS / f"{name}.yaml")


def passed(lp: Any) -> Any:
    """Return HiGHS with a model, and one thread to solve it."""
    h: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    h.silent()
    h.passModel(lp)
    h.setOptionValue("threads", 1)
    return h


def measure_routes(problem: Problem, options: argparse.Namespace) -> None:
    """Print how long each way takes until HiGHS holds the model."""
    model, _ = build(problem)
    held = hand_over(model)
    form, lp = held.form, held.lp
    print(f"    {lp.num_col_:,} columns, {lp.num_row_:,} rows, {form.a.nnz:,} nonzeros")
    n = options.repeat
    floor = typical(lambda: by_numpy(form, lp), n)
    built = typical(lambda: build(problem), n)
    handed = typical(lambda: passed(hand_over(model).lp), n)
    appsi = built + typical(lambda: Highs().set_instance(model), n)
    ours = built + handed
    print(
        f"    build {built:.3f} s + hand-over {handed:.3f} s = {ours:.3f} s: "
        f"{ours / floor:.1f} x the floor ({floor:.4f} s), {ours / appsi:.2f} x appsi_highs"
    )
    if options.routes:
        for name, way in (("linopy", by_linopy), ("PuLP", by_pulp)):
            theirs = typical(lambda way=way: way(form, lp), n)
            print(f"    {name} {theirs:.3f} s: ours {ours / theirs:.2f} x as long")


def alone(path: Path, gap: float, limit_s: float) -> float:
    """Return the processor time that HiGHS alone takes on a model file. [s]."""
    h: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    h.silent()
    h.readModel(str(path))
    for option, value in (("threads", 1), ("mip_rel_gap", gap), ("time_limit", limit_s)):
        h.setOptionValue(option, value)
    return seconds(h.run)


def measure_search(problem: Problem, gap: float, options: argparse.Namespace) -> Outcome:
    """Print how long a whole optimization takes to a gap, beside HiGHS alone."""
    spent, near, first, last = [], [], [], None
    for _ in range(options.repeat):
        told: list[tuple[float, float]] = []
        start = time.process_time()

        def tell(event: dict[str, Any], told: Any = told, start: float = start) -> None:
            told.append((time.process_time() - start, event["objective"]))

        model, _ledger = build(problem)
        settings = Settings(gap=gap, time_limit_s=options.time_limit, progress=tell)
        known = sketched(problem, settings) if len(problem.candidates) >= MANY else None
        last = solve(model, settings, known=known)
        spent.append(time.process_time() - start)
        best = last.objective or np.inf
        told.append((spent[-1], best))
        first.append(told[0][0])
        near.append(next(t for t, x in told if x <= best * (1 + NEAR)))
    assert last is not None
    reached = "no design" if last.gap is None else f"gap {last.gap:.2%}"
    words = f"    to {gap:.1%}: {median(spent):.1f} s, {last.status}, {reached}; first design "
    words += f"{median(first):.1f} s, within 1 % of the last {median(near):.1f} s"
    if options.alone:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.mps"
            write(hand_over(build(problem)[0]), path)
            plain = median(alone(path, gap, options.time_limit) for _ in range(options.repeat))
        words += f"; {median(spent) / plain:.2f} x HiGHS alone ({plain:.1f} s)"
    print(words, flush=True)
    return last


def measure_bounds(problem: Problem, best: float, limit_s: float) -> None:
    """Print how far the bounds lie below the best design, before and after the cuts at the root."""
    model, _ = build(problem)
    lp = hand_over(model).lp
    relaxed = passed(lp)
    relaxed.setOptionValue("solve_relaxation", True)
    relaxed.run()
    cut = passed(lp)
    for option, value in (("mip_max_nodes", 1), ("time_limit", limit_s)):
        cut.setOptionValue(option, value)
    cut.run()
    plain, root = relaxed.getInfo().objective_function_value, cut.getInfo().mip_dual_bound
    print(
        f"    below the best design: relaxation {1 - plain / best:.2%}, "
        f"after root cuts {max(0.0, 1 - root / best):.2%}",
        flush=True,
    )


def main() -> None:
    """Print the figures of each brief and portfolio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[*FIVE, *SIZES])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--gap", type=float, action="append")
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--routes", action="store_true", help="also linopy and PuLP")
    parser.add_argument("--no-solve", dest="solve", action="store_false")
    parser.add_argument("--no-alone", dest="alone", action="store_false")
    options = parser.parse_args()
    catalog = Catalog.load()
    for name in options.names:
        brief = brief_of(name, options.seed)
        start = time.process_time()
        problem = prune(make_problem(brief, catalog)[0])
        print(f"{name}: physics and menus {time.process_time() - start:.2f} s", flush=True)
        measure_routes(problem, options)
        outcomes = []
        for gap in (options.gap or (0.01, 0.001)) if options.solve else ():
            outcomes.append(measure_search(problem, gap, options))
        found = [o.objective for o in outcomes if o.objective is not None]
        if found:
            measure_bounds(problem, min(found), options.time_limit)


if __name__ == "__main__":
    main()
