"""Big-M: the shipped formulation beside the textbook one, bounds after root cuts side by side.

The textbook model links purchases to decisions by one large number instead of what a design can
need, and lacks the rows that follow from whole servers and whole shelves. Both have the same
designs, so the same optimum; what differs is how far below it the bound begins.

``python benchmarks/big_m.py [BRIEF ...]`` prints a row for each brief, all but the largest by
default.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import highspy

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.milp.build import OBJECTIVE_SCALE, build
from designlib.milp.handover import hand_over
from designlib.problem.make import make_problem
from designlib.problem.prune import prune
from designlib.problem.tables import Problem

MUCH = 10_000
"""The large number of the textbook. [1]"""
BRIEFS = ("enterprise", "research", "healthcare", "pretraining")


def textbook(p: Problem) -> Any:
    """Return the model of a problem with large numbers as links, and without implied rows."""
    loose = replace(
        p,
        kinds={i: replace(kind, servers_max_count=MUCH) for i, kind in p.kinds.items()},
        stores={s: replace(store, units_max_count=MUCH) for s, store in p.stores.items()},
        cooling={c: replace(plant, units_max_count=MUCH) for c, plant in p.cooling.items()},
        power={c: replace(plant, units_max_count=MUCH) for c, plant in p.power.items()},
    )
    return build(loose, implied=False)[0]


def shipped(p: Problem) -> Any:
    """Return the model of a problem as it is optimized."""
    return build(p)[0]


def bounds(m: Any, *, seconds: float = 60.0) -> tuple[float, float]:
    """Return the bound of the relaxation and that after root cuts, in money."""
    held = hand_over(m)
    found = []
    for relaxed in (True, False):
        h: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        h.silent()
        h.passModel(held.lp)
        h.setOptionValue("solve_relaxation", relaxed)
        h.setOptionValue("mip_max_nodes", 1)
        h.setOptionValue("threads", 1)
        h.setOptionValue("time_limit", seconds)
        h.run()
        info = h.getInfo()
        bound = info.objective_function_value if relaxed else info.mip_dual_bound
        found.append(float(bound) / OBJECTIVE_SCALE)
    return found[0], found[1]


def main(names: list[str]) -> None:
    """Print the bounds of both formulations, as a share of the better one after cuts."""
    catalog = Catalog.load()
    print("brief        model     columns   rows  relaxation  after cuts (of the best bound)")
    for name in names or BRIEFS:
        path = Path(__file__).parents[1] / "catalogs" / "briefs" / f"{name}.yaml"
        p = prune(make_problem(Brief.load(path), catalog)[0])
        models = {"shipped": shipped(p), "big-M": textbook(p)}
        sizes = {word: hand_over(m).lp for word, m in models.items()}
        found = {word: bounds(m) for word, m in models.items()}
        best = max(after for _, after in found.values())
        for word, (before, after) in found.items():
            lp = sizes[word]
            size = f"{lp.num_col_:9,} {lp.num_row_:6,}"
            print(f"{name:12s} {word:8s} {size} {before / best:11.2%} {after / best:11.2%}")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
