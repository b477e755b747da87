"""Books: a design whose hardware was changed gets the money that belongs to it.

So that a mutation is one change of hardware, and no other promise breaks by its bookkeeping.
"""

from __future__ import annotations

from copy import deepcopy
from math import fsum
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics import finance
from designlib.validate.residual import worth_today
from designlib.validate.running import interval_amounts

Plain = dict[str, Any]
TABLES = ("bill_of_materials", "operations", "placement", "cost")


def copy_of(design: Design) -> Plain:
    """Return the plain content of a design with tables that may be changed."""
    content = {"schema_version": design.schema_version, "status": design.status}
    content |= {"name": design.name, "currency": design.currency, "dates": list(design.dates)}
    content |= {n: deepcopy(getattr(design, n)) for n in ("brief", "certificate", "summary")}
    # What no check counts by is left out, so that hundreds of copies are quick.
    left_out = ("candidates", "assumptions", "compliance", "balance")
    tables = {**design.tables, **{n: [] for n in left_out}}
    content["tables"] = {**tables, **{n: deepcopy(design.tables[n]) for n in TABLES}}
    content["certificate"]["candidates_dropped"] = 0
    return content


def rebooked(content: Plain, before: Design, catalog: Catalog, *, stands: bool) -> Design:
    """Return a changed content as a design whose money adds up again.

    ``stands`` says whether the change is of what stands there, and so of what it runs on.
    """
    lines = content["tables"]["bill_of_materials"]
    for line in lines:
        line["extended"] = line["count"] * line["net_price"]
    brief = Brief.from_dict(content["brief"])
    book = [c for c in content["tables"]["cost"] if c["kind"] not in ("capex", "residual")]
    for line in lines:
        book.append(
            {
                "layer": line["layer"], "kind": "capex", "period_month": line["period_month"],
                "amount": line["extended"],
                "present_value": line["extended"]
                * finance.present_value_factor(max(0.0, line["order_by_month"]), brief.wacc_frac),
            }
        )  # fmt: skip
    content["tables"]["cost"] = []
    bare = Design.from_dict(content) if stands else before
    ends = (*before.dates[1:], brief.tco_months)
    for month, end in zip(before.dates, ends, strict=True) if stands else ():
        old = interval_amounts(before, catalog, brief, month, end)
        new = interval_amounts(bare, catalog, brief, month, end)
        for row in book:
            if row["period_month"] == month and old.get(row["kind"]):
                scale = new[row["kind"]] / old[row["kind"]]
                row["amount"] *= scale
                row["present_value"] *= scale
    left = worth_today(bare, catalog, brief)
    book.append(
        {"layer": "compute", "kind": "residual", "period_month": before.dates[0],
         "amount": -left, "present_value": -left}
    )  # fmt: skip
    content["tables"]["cost"] = book
    total = fsum(c["present_value"] for c in book)
    content["summary"] |= {"capex": fsum(x["extended"] for x in lines), "tco": total}
    content["certificate"] |= {"objective": total, "bound": total, "gap": 0.0}
    return Design.from_dict(content)
