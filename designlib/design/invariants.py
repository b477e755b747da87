"""Invariants: a design adds up; what the tables say twice they say alike."""

from __future__ import annotations

from collections import Counter
from typing import Any

Row = dict[str, Any]

NOISE = 1e-6
"""Relative rounding that sums of thousands of solver values may carry. [1]"""


def same(a: float, b: float, scale: float = 1.0) -> bool:
    """Return whether two amounts are equal up to rounding."""
    return abs(a - b) <= NOISE * max(abs(a), abs(b), abs(scale))


def invariant_faults(
    tables: dict[str, list[Row]], summary: Row, certificate: Row, dates: tuple[int, ...]
) -> list[str]:
    """Return one sentence for each thing that does not add up; an empty list is a sound design."""
    return [
        *_bill(tables["bill_of_materials"], summary),
        *_balance(tables["balance"]),
        *_cost(tables["cost"], summary, certificate),
        *_references(tables, dates),
    ]


def _bill(rows: list[Row], summary: Row) -> list[str]:
    found = []
    for row in rows:
        expected = row["count"] * row["net_price"]
        if not same(row["extended"], expected):
            found.append(
                f"bill of materials {row['line_id']}: extended {row['extended']:,.2f} is not "
                f"count x net price = {expected:,.2f}"
            )
        if row["order_by_month"] > row["period_month"]:
            found.append(
                f"bill of materials {row['line_id']}: to be ordered by month "
                f"{row['order_by_month']:g}, after it is needed in month {row['period_month']}"
            )
    total, capex = sum(row["extended"] for row in rows), summary.get("capex")
    if capex is None or not same(total, capex):
        found.append(f"capex {capex} is not the sum of the bill of materials, {total:,.2f}")
    return found


def _balance(rows: list[Row]) -> list[str]:
    found = []
    for row in rows:
        supply, draw = row["supply"], row["draw"]
        where = f"balance of {row['resource']} at {row['place']}, month {row['period_month']}"
        if supply < draw and not same(supply, draw):
            found.append(f"{where}: draws {draw:,.6g} {row['unit']}, has {supply:,.6g}")
        if not same(row["slack"], supply - draw, scale=supply):
            found.append(f"{where}: slack {row['slack']:,.6g} is not supply - draw")
        used = draw / supply if supply else 0.0
        if row["utilisation"] is None or not same(row["utilisation"], used):
            found.append(f"{where}: utilisation {row['utilisation']} is not draw / supply")
    return found


def _cost(rows: list[Row], summary: Row, certificate: Row) -> list[str]:
    found = []
    total, tco = sum(row["present_value"] for row in rows), summary.get("tco")
    if tco is None or not same(total, tco):
        found.append(f"cost over the horizon {tco} is not the sum of the cost book, {total:,.2f}")
    spent = sum(row["amount"] for row in rows if row["kind"] == "capex")
    if not same(spent, summary.get("capex") or 0.0):
        found.append(f"capex of the cost book {spent:,.2f} is not {summary.get('capex')}")
    objective, bound = certificate.get("objective"), certificate.get("bound")
    if objective is None or not same(objective, total):
        found.append(f"objective {objective} is not the sum of the cost book, {total:,.2f}")
    elif bound is not None and bound > objective and not same(bound, objective):
        found.append(f"bound {bound:,.2f} is above the objective {objective:,.2f}")
    return found


def _references(tables: dict[str, list[Row]], dates: tuple[int, ...]) -> list[str]:
    lines = Counter(row["line_id"] for row in tables["bill_of_materials"])
    found = [f"bill of materials: {line} is given {n} times" for line, n in lines.items() if n > 1]
    placed = {row["line_id"] for row in tables["placement"]} - {""}  # what is owned has no line
    found += [f"placement: no line {line} to buy" for line in sorted(placed - lines.keys())]
    for name in ("bill_of_materials", "operations", "placement", "balance", "cost"):
        months = {row["period_month"] for row in tables[name]} - set(dates)
        found += [f"{name}: month {month} is no decision date" for month in sorted(months)]
    return found
