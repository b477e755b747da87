"""Sliders: how long a session takes to answer a moved slider, re-sized at once and proven.

    python benchmarks/sliders.py [--seeds 5] [--prove] [--kinds 20]

Twenty kinds of move on the enterprise brief, each by a seeded amount. Prints the median processor
time of the re-sized answer with its bound, how far it may be from the best, and with ``--prove``
the time of the search behind it beside a cold one: none where the bound is proof enough.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from random import Random
from statistics import median
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.design import Infeasible
from designlib.session import Session

SCALED = {
    "workloads.A1.runs_per_month_count": 20,
    "workloads.A1.tokens_per_run_count": 2e9,
    "workloads.A1.growth_factor_24_months": 1.6,
    "workloads.A2.runs_per_month_count": 300,
    "workloads.A3.peak_requests_s": 6,
    "workloads.A3.growth_factor_24_months": 2.5,
    "workloads.A3.ttft_p95_s": 1.0,
    "workloads.A3.tpot_p95_s": 0.04,
    "workloads.A3.prefix_hit_frac": 0.5,
    "workloads.A4.peak_requests_s": 25,
    "workloads.A4.tpot_p95_s": 0.02,
    "workloads.A5.items_per_month_count": 40e6,
    "storage.hot_tb": 250,
    "storage.object_tb": 1500,
    "budget.capex_total": 9e6,
    "sites.hall.electricity_per_kwh": 0.11,
    "sites.hall.rack_air_kw": 17,
    "sites.hall.pue.air": 1.45,
    "wacc_frac": 0.09,
    "teams.now_count": 6,
}
"""Field -> its value in the brief; a move scales it."""
WHOLE = ("count",)


def moves(seed: int) -> dict[str, dict[str, Any]]:
    """Return one move of each kind: up to a fifth up or down."""
    rng = Random(seed)
    found = {}
    for field, value in SCALED.items():
        moved = value * rng.uniform(0.8, 1.2)
        whole = field.endswith(WHOLE) and value < 1000
        found[field] = {field: max(1, round(moved)) if whole else moved}
    return found


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the processor time of a piece of work [s], and what it gave."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def main() -> None:
    """Print the figures of each kind of move."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--kinds", type=int, default=len(SCALED))
    parser.add_argument("--prove", action="store_true")
    options = parser.parse_args()
    catalog = Catalog.load()
    brief = Brief.load(shipped_folder() / "briefs" / "enterprise.yaml")
    session = Session(brief, catalog)
    session.prove(brief)
    session.resize(brief)
    spent, ratios = [], []
    for field in list(SCALED)[: options.kinds]:
        mine, within = [], []
        for seed in range(options.seeds):
            changed = brief.with_changes(moves(seed)[field])
            took, answer = seconds(lambda changed=changed: session.resize(changed))
            mine.append(took)
            if answer is not None:
                within.append(answer.within_frac)
            if options.prove:
                behind, found = seconds(lambda changed=changed: session.prove(changed))
                if isinstance(found, Infeasible):
                    continue
                cold, _ = seconds(lambda c=changed: Session(brief, catalog).prove(c))
                ratios.append((behind / cold, (took + behind) / cold))
                session.prove(brief)  # so that each move starts from the same design
        spent += mine
        far = f"within {median(within):.1%}" if within else "no answer"
        print(
            f"{field:40} {median(mine) * 1000:6.0f} ms, {far}, {len(within)} of {len(mine)}",
            flush=True,
        )
    print(f"all moves: median {median(spent) * 1000:.0f} ms")
    if ratios:
        search, both = (median(x) for x in zip(*ratios, strict=True))
        print(f"search behind the answer: {search:.2f} x a cold one; with the answer {both:.2f} x")


if __name__ == "__main__":
    main()
