"""Speed of validation: seconds to count every promise of a design again, replays included.

Usage: python benchmarks/validate_speed.py [DESIGN.json...]

Without files it solves the enterprise brief and makes a pre-training design of 9,216 GPUs. Limits:
20 s for the enterprise, 120 s for 9,216 GPUs.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.design import Design
from designlib.optimize import optimize
from designlib.validate import validate

BRIEFS = shipped_folder() / "briefs"
GAP, GPUS = 0.01, 9216
LIMITS_S = {"enterprise": 20.0, "pretraining": 120.0}


def design_of(name: str, catalog: Catalog) -> Design:
    """Return the design of a shipped brief; pre-training holds 9,216 GPUs from its second phase."""
    brief = Brief.load(BRIEFS / f"{name}.yaml").to_dict()
    if name == "pretraining":
        held = {"id": "held", "kind": "dedicated-training", "gpus_count": GPUS, "phase": "P2"}
        brief["workloads"] = [*(w for w in brief["workloads"] if w.get("phase") == "P1"), held]
        brief["storage"] |= {"checkpoint_policies_compared": []}
    return optimize(Brief.from_dict(brief), catalog, gap=GAP, time_limit_s=300)


def timed(name: str, design: Design, catalog: Catalog) -> bool:
    """Print the seconds of a validation, and return whether they are within the limit."""
    begin = time.perf_counter()
    found = validate(design, catalog)
    seconds = time.perf_counter() - begin
    gpus = sum(g["count"] for g in design.summary["gpus"] if g["period_month"] == design.dates[-1])
    limit = LIMITS_S.get(name, float("inf"))
    kept = "kept" if found.kept else "not kept"
    print(
        f"{name}: {gpus:,} GPUs, {len(found.promises)} promises {kept} in {seconds:.1f} s"
        f" (limit {limit:g} s)"
    )
    for check, said in found.findings.items():
        for sentence in said:
            print(f"  {check}: {sentence}")
    return seconds <= limit


def main(files: list[str]) -> int:
    """Time the given designs, else the two that have limits, and return 1 if one is too slow."""
    catalog = Catalog.load()
    if files:
        designs = {Path(f).parent.name or f: Design.load(f) for f in files}
    else:
        designs = {name: design_of(name, catalog) for name in LIMITS_S}
    return int(not all([timed(name, d, catalog) for name, d in designs.items()]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
