"""Spread: the total cost falls on the workloads by the servers that each of them takes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from designlib.design import Design

RENTED = "rented"
"""Layer of capacity by the hour: only the work that rents it pays for it."""
Row = dict[str, Any]
Amounts = dict[tuple[str, int], float]
"""(workload, decision date) -> present value. [money]"""


def spread(design: Design) -> Amounts:
    """Return what each workload costs at each date; all together are the total cost of ownership.

    The cost of an interval is spread over the workloads by the price of the servers that they
    take, so that switches, storage, power and idle reserve follow the compute that needs them.
    Rent falls on the work that rents.
    """
    prices = server_prices(design)
    found: Amounts = defaultdict(float)
    for renting in (False, True):
        book: dict[int, float] = defaultdict(float)
        for entry in design.tables["cost"]:
            if (entry["layer"] == RENTED) == renting:
                book[entry["period_month"]] += entry["present_value"] or 0.0
        for month, amount in book.items():
            rows = [r for r in design.tables["operations"] if r["period_month"] == month]
            weights = _rents(rows) if renting else _worth(rows, prices)
            total = sum(weights.values())
            for workload, weight in weights.items():
                found[workload, month] += amount * weight / total
    return found


def server_prices(design: Design) -> dict[str, float]:
    """Return the price of a server of each pool. [money]."""
    lines = [b for b in design.tables["bill_of_materials"] if b["layer"] == "compute" and b["pool"]]
    return {b["pool"]: float(b["unit_price"] or 0.0) for b in lines}


def rented_frac(row: Row) -> float:
    """Return the share of its peak that a workload sends to rented capacity. [1]."""
    return float((row["figures"].get("rented_frac") or {}).get("value") or 0.0)


def _worth(rows: list[Row], prices: dict[str, float]) -> dict[str, float]:
    """Return the worth of the servers that each workload takes; alike where none takes any."""
    usual = max(prices.values(), default=1.0) or 1.0
    found: dict[str, float] = defaultdict(float)
    for row in rows:
        own = 0.0 if rented_frac(row) >= 1.0 else _servers(row, rows)
        found[row["workload"]] += prices.get(row["pool"], usual) * own
    return found if sum(found.values()) > 0 else dict.fromkeys(found, 1.0)


def _servers(row: Row, rows: list[Row]) -> float:
    """Return the servers that a workload takes; GPUs without servers count as in its own pool."""
    if row["servers"]:
        return float(row["servers"])
    ratios = [r["gpus"] / r["servers"] for r in rows if r["servers"] and r["gpus"]]
    return float(row["gpus"] or 0.0) / max(ratios, default=1.0)


def _rents(rows: list[Row]) -> dict[str, float]:
    """Return the GPUs that each workload rents at its peak; alike for all where none rents."""
    found: dict[str, float] = defaultdict(float)
    for row in rows:
        share = rented_frac(row)
        # The GPUs of a row are its own; of a service that rents wholly they are the rented ones.
        found[row["workload"]] += (row["gpus"] or 0.0) * (
            share if share >= 1 else share / (1 - share)
        )
    return found if sum(found.values()) > 0 else dict.fromkeys(found, 1.0)
