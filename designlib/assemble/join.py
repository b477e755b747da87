"""Assemble: the tables of a solved model, joined with sources.

Assumptions and certificate into a design.
"""

from __future__ import annotations

from typing import Any

from designlib.assemble.certificate import certificate
from designlib.assemble.compliance import matrix
from designlib.assemble.headline import summary
from designlib.assemble.market import market
from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import SCHEMA_VERSION, Design
from designlib.milp.extract import MOVED_LINKS, extract
from designlib.milp.ledger import Ledger
from designlib.milp.outcome import Outcome
from designlib.problem.context import Context
from designlib.problem.tables import Problem

Row = dict[str, Any]


def assemble(
    brief: Brief,
    catalog: Catalog,
    context: Context,
    m: Any,
    ledger: Ledger,
    outcome: Outcome,
    physics_s: float,
    whole: Problem | None = None,
) -> Design:
    """Return the design that the variables of a solved model hold.

    Where the model is only a part of a ``whole`` problem, the certificate speaks of the whole.
    """
    problem = ledger.problem
    tables = extract(m, ledger)
    classes = {w.id: (w.workload_class, w.name or w.id) for w in brief.work()}
    for row in tables["operations"]:
        row["workload_class"], row["name"] = classes[row["workload"]]
    tables["bill_of_materials"] = [_sourced(catalog, row) for row in tables["bill_of_materials"]]
    for row in tables.get("existing", []):
        row["name"] = catalog.part(row["part_id"]).name
    tables["assumptions"] = _assumptions(brief, catalog, context, tables["bill_of_materials"])
    headline = summary(m, ledger, tables, outcome)
    headline["install_months"] = _installs(catalog, context, tables["bill_of_materials"])
    with_gpus = [row["part"] for row in headline["gpus"]]
    headline["market"] = market(brief, catalog, with_gpus)
    tables["compliance"] = matrix(
        brief, catalog, context, headline["orchestration"], tables["bill_of_materials"]
    )
    return Design(
        schema_version=SCHEMA_VERSION,
        status=outcome.status,
        name=brief.name,
        currency=brief.currency,
        brief=brief.to_dict(),
        dates=problem.dates,
        tables=tables,
        certificate=certificate(brief, catalog, whole or problem, outcome, physics_s),
        summary=headline,
    )


def _installs(catalog: Catalog, context: Context, bill: list[Row]) -> dict[str, float]:
    """Return the months from delivery to service of each part of the bill."""
    parts = sorted({line["part_id"] for line in bill} - {MOVED_LINKS})
    return {part: context.install_months(catalog.part(part)) for part in parts}


def _sourced(catalog: Catalog, row: Row) -> Row:
    """Return a line of the bill with name, vendor and where its price comes from."""
    line = {k: v for k, v in row.items() if k != "item"}
    if row["part_id"] == MOVED_LINKS:
        labor = catalog.constants["cabling", "labour_usd_per_link"]
        return {
            **line,
            "name": "Links re-plugged as the fabric grows",
            "vendor": "",
            "price_source": labor.source,
            "price_date": str(labor.date),
            "confidence": labor.confidence,
            "note": labor.note or "",
        }
    part, price = catalog.part(row["part_id"]), catalog.price(row["part_id"])
    return {
        **line,
        "name": part.name,
        "vendor": part.vendor,
        "price_source": price.source,
        "price_date": str(price.date),
        "confidence": price.confidence,
        "note": price.note or "",
    }


def _assumptions(brief: Brief, catalog: Catalog, context: Context, bill: list[Row]) -> list[Row]:
    """Return every default, derived figure and estimated price that the design rests on."""
    rows = [
        {
            "path": a.path,
            "value": a.value,
            "unit": a.unit,
            "source": a.source,
            "date": "",
            "confidence": "assumption",
            "reason": a.reason,
        }
        for a in brief.assumptions()
    ]
    rows += [
        {
            "path": path,
            "value": amount,
            "unit": unit,
            "source": "derived",
            "date": "",
            "confidence": "assumption",
            "reason": reason,
        }
        for path, amount, unit, reason in dict.fromkeys(context.notes)
    ]
    for part in sorted({line["part_id"] for line in bill} - {MOVED_LINKS}):
        price = catalog.price(part)
        rows.append(
            {
                "path": f"prices.{part}",
                "value": price.value,
                "unit": price.unit,
                "source": price.source,
                "date": str(price.date),
                "confidence": price.confidence,
                "reason": price.note or f"range {price.low:,.0f} to {price.high:,.0f}",
            }
        )
    rows += [
        {
            "path": f"{c.subject}.{c.quantity}",
            "value": c.value,
            "unit": c.unit,
            "source": c.source,
            "date": str(c.date),
            "confidence": c.confidence,
            "reason": c.note or "",
        }
        for c in sorted(context.constants_used(), key=lambda c: (c.subject, c.quantity))
    ]
    return rows
