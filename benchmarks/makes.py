"""Makes: what it can cost at most to weigh one make of each part, and how much time it saves.

    python benchmarks/makes.py [enterprise research ... FILE.yaml] [--gap 0.001] [--time-limit 60]

For each brief the cheapest design with one make of the parts that do the same job stands beside the
bound of a search over all makes: no design of any make lies below that. Processor seconds of one
thread, single runs.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from engine import FIVE, brief_of

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.optimize import optimize


def searched(
    brief: Brief, makes: str, catalog: Catalog, options: argparse.Namespace
) -> tuple[dict[str, Any], float]:
    """Return the certificate of a brief with some makes weighed, and the seconds that it took."""
    start = time.process_time()
    design = optimize(
        brief.with_changes({"policies.makes_weighed": makes}),
        catalog,
        gap=options.gap,
        time_limit_s=options.time_limit,
    )
    return design.certificate, time.process_time() - start


def main() -> None:
    """Print the figures of each brief."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(FIVE))
    parser.add_argument("--gap", type=float, default=1e-3)
    parser.add_argument("--time-limit", type=float, default=60.0)
    options = parser.parse_args()
    catalog = Catalog.load()
    for name in options.names:
        brief = brief_of(name, 0)
        one, soon = searched(brief, "cheapest", catalog, options)
        every, late = searched(brief, "all", catalog, options)
        more = max(0.0, one["objective"] - every["bound"]) / one["objective"]
        print(
            f"{name}: one make costs at most {more:.2%} more than any, and takes {soon:.1f} s "
            f"instead of {late:.1f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
