"""Certificate: bound, gap, brief and catalog are those that the design was proven with."""

from __future__ import annotations

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import brief_of, exceeds


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each statement of the certificate that does not hold."""
    c = design.certificate
    found = []
    if exceeds(c["bound"], c["objective"]):
        found.append(f"the bound {c['bound']:,.2f} is above the objective {c['objective']:,.2f}")
    gap = (c["objective"] - c["bound"]) / abs(c["objective"]) if c["objective"] else 0.0
    if exceeds(gap, c["gap"]):
        found.append(
            f"objective and bound are {gap:.4%} apart, the certificate says {c['gap']:.4%}"
        )
    if c["status"] != design.status:
        found.append(f"the certificate says {c['status']}, the design {design.status}")
    if c["catalog_hash"] != catalog.hash:
        found.append("the catalog is not the one that the design was optimized over")
    if c["brief_hash"] != brief_of(design).hash:
        found.append("the brief in the design is not the one that was optimized")
    dropped = sum(row["status"] == "dropped" for row in design.tables["candidates"])
    if dropped != c["candidates_dropped"]:
        found.append(
            f"{dropped} candidates are dropped, the certificate says {c['candidates_dropped']}"
        )
    return found
