"""Infeasible variants of the five briefs: what conflicts is proven by models built for the proof.

``python -m tests.infeasible_variants [NAME ...]`` runs them all, or those named.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Infeasible
from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.milp.requirements import without_lead_times
from designlib.optimize import optimize
from designlib.problem.make import make_problem
from designlib.problem.prune import prune
from designlib.problem.tables import Problem

MUCH = 1e9


@dataclass(frozen=True)
class Variant:
    """A brief with one or two requirements made so tight that nothing fits."""

    brief: str
    changes: dict[str, Any]
    quick: bool = False
    """Whether it is tried each time that the tests run."""

    @property
    def culprits(self) -> tuple[str, ...]:
        """Return the paths that must be among the statements."""
        return tuple(self.changes)

    def asked(self) -> Brief:
        """Return the brief that nothing fits."""
        return Brief.load(f"catalogs/briefs/{self.brief}.yaml").with_changes(self.changes)


RAMP = [{"month": 0, "kw": 60}, {"month": 14, "kw": 700}]
VARIANTS = {
    "insurer without money": Variant("enterprise", {"budget.capex_total": 3e6}),
    "insurer without room": Variant("enterprise", {"sites.hall.rack_positions_count": 4}),
    "insurer waits for power": Variant("enterprise", {"sites.hall.it_power_kw": RAMP}),
    "insurer in haste": Variant("enterprise", {"workloads.A3.tpot_p95_s": 0.002}),
    "insurer at once": Variant("enterprise", {"service_start_month": 1}),
    "university without power": Variant("research", {"sites.hall.it_power_kw": 300}, True),
    "university without money": Variant("research", {"budget.capex_total": 8e6}),
    "university without both": Variant(
        "research", {"sites.hall.it_power_kw": 300, "budget.capex_total": 8e6}
    ),
    "university with few GPUs": Variant("research", {"fleet.max_gpus": 300}),
    "university in haste": Variant("research", {"workloads.B1.deadline_days": 5}, True),
    "university at once": Variant("research", {"service_start_month": 1}, True),
    "hospital without power": Variant("healthcare", {"sites.east.it_power_kw": 20}),
    "hospital in haste": Variant("healthcare", {"workloads.C4.latency_p99_s": 0.0001}),
    "lab without power": Variant("pretraining", {"sites.campus.utility_mw": 2}),
    "lab in haste": Variant("pretraining", {"workloads.D1.deadline_days": 3}),
    "service in haste": Variant("saas", {"workloads.chat.tiers.M.tpot_p95_s": 0.002}),
}


def faults(variant: Variant, catalog: Catalog, *, applied: bool = True) -> Iterator[str]:
    """Yield what is wrong with the explanation of a variant; nothing where it holds."""
    brief = variant.asked()
    try:
        optimize(brief, catalog, gap=0.01)
    except Infeasible as error:
        refused = error
    else:
        yield "a design was found"
        return
    sets = [found["statements"] for found in refused.sets]
    named = {path for rows in sets for row in rows for path in _paths(row)}
    for culprit in variant.culprits:
        if culprit not in named:
            yield f"{culprit} is in no conflict: {sorted(named)}"
    for found in refused.sets:
        yield from _unproven(brief, catalog, found)
    if not any(row["verified"] for row in refused.repairs):
        yield "no repair"
    for n in range(len(refused.repairs) if applied else 0):
        try:
            optimize(refused.apply(n), catalog, gap=0.05)
        except Infeasible as error:
            yield f"{refused.repairs[n]['changes']} mends nothing: {error.conflict}"


def _paths(row: dict[str, Any]) -> list[str]:
    return row["path"] if isinstance(row["path"], list) else [row["path"]]


def _unproven(brief: Brief, catalog: Catalog, found: dict[str, Any]) -> Iterator[str]:
    """Yield what of a conflict does not hold: alone it fits, or with one less it does not."""
    statements = found["statements"]
    work = [path for row in statements for path in _paths(row) if path.count(".") == 1]
    if any(row["path"] not in ("service_start_month", *work) and _is_promise(row)
           for row in statements):  # fmt: skip
        return  # physics: the values of the repairs are tried against it
    if not found["irreducible"]:
        return  # counted, or not claimed
    problem = prune(make_problem(brief, catalog)[0])
    if _fits(only(problem, statements)):
        yield f"together they can be met: {[row['path'] for row in statements]}"
    for n, row in enumerate(statements):
        rest = [*statements[:n], *statements[n + 1 :]]
        if not _fits(only(problem, rest)):
            yield f"without {row['path']} the rest cannot be met"


def _is_promise(row: dict[str, Any]) -> bool:
    path = str(row["path"])
    return path.startswith("workloads.") and path.count(".") > 1


def only(p: Problem, statements: list[dict[str, Any]]) -> Problem:
    """Return a problem that asks for nothing but these statements."""
    kept = {(path, row.get("month", 0)) for row in statements for path in _paths(row)}
    limits = list(p.limits)
    for grant in p.grants:
        month = p.dates[grant.date] if grant.date else 0
        for n, adds in grant.adds.items() if (grant.path, month) not in kept else ():
            more = tuple(x + MUCH * a for x, a in zip(limits[n].value, adds, strict=True))
            limits[n] = replace(limits[n], value=more)
    fleet = p.gpus_max
    for grant in p.fleet_grants:
        month = p.dates[grant.date] if grant.date else 0
        if (grant.path, month) not in kept:
            fleet = tuple(x + MUCH * a for x, a in zip(fleet, grant.adds[0], strict=True))
    paths = {path for path, _ in kept}
    done = [w for w in p.workloads if f"workloads.{w}" in paths or w in p.fleet_shares]
    q = replace(
        p,
        limits=tuple(limits),
        gpus_max=fleet,
        workloads=tuple(done),
        candidates={o: c for o, c in p.candidates.items() if c.workload in done},
        at_sites={w: a for w, a in p.at_sites.items() if w in done},
    )
    if "fleet.server_kinds_max_count" not in paths:
        q = replace(q, kinds_max_count=len(p.kinds))
    if "fleet.generations_max_count" not in paths:
        q = replace(q, generations_max_count=None)
    return q if "service_start_month" in paths else without_lead_times(q)


def _fits(p: Problem) -> bool:
    return solve(build(p)[0], Settings(gap=1.0)).objective is not None


def main(names: list[str]) -> int:
    """Try the variants and return how many explanations do not hold."""
    catalog, wrong = Catalog.load(), 0
    for name in names or VARIANTS:
        begun = time.perf_counter()
        found = list(faults(VARIANTS[name], catalog))
        wrong += bool(found)
        print(f"{name}: {'; '.join(found) or 'holds'} ({time.perf_counter() - begun:.0f} s)")
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
