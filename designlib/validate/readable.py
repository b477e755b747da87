"""Readable: every number and name that the other checks count by is there.

Where it is not, nothing else can be said, and the other checks are not run.
"""

from __future__ import annotations

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import brief_of

COUNTED = {
    "bill_of_materials": ("count", "order_by_month", "unit_price", "net_price", "extended"),
    "operations": ("gpus", "servers", "replicas", "hours"),
    "placement": ("u_bottom", "u_height", "kw", "kg"),
    "cost": ("amount", "present_value"),
}
PROOF = ("objective", "bound", "gap", "status", "catalog_hash", "brief_hash", "candidates_dropped")
HEADLINE = ("capex", "tco", "fabrics")


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each table, headline and statement with a number missing."""
    found = []
    for table, columns in COUNTED.items():
        for column in columns:
            holes = sum(row[column] is None for row in design.tables[table])
            if holes:
                found.append(f"{holes} rows of {table} have no {column}")
    for name, holder, keys in (
        ("certificate", design.certificate, PROOF),
        ("summary", design.summary, HEADLINE),
    ):
        found += [f"the {name} has no {key}" for key in keys if holder.get(key) is None]
    if not design.dates:
        found.append("the design has no dates")
    strange = {r["period_month"] for r in design.tables["cost"]} - set(design.dates)
    if strange:
        found.append(f"the cost book has dates of its own: {', '.join(map(str, sorted(strange)))}")
    known = {w.id for w in (*brief_of(design).workloads, *brief_of(design).services())}
    for name in sorted({r["workload"] for r in design.tables["operations"]} - known):
        found.append(f"{name} is no workload of the brief")
    return found
