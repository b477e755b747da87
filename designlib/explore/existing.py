"""Existing: what becomes of the servers that a customer has already, and what the books say."""

from __future__ import annotations

from typing import Final

import pandas as pd

from designlib.design import Design

USES: Final = ("in service", "spare", "idle")


def existing(design: Design) -> pd.DataFrame:
    """Return what becomes of the servers that were there already, a row for each change.

    Parameters
    ----------
    design : Design
        The design.

    Returns
    -------
    DataFrame
        Columns ``site``, ``part_id``, ``name``, ``period_month`` [mo], the number of servers
        ``in service``, ``spare`` and ``idle`` [1] from then on, and ``runs``, the work on those in
        service. A date at which nothing changes has no row; servers that have retired count 0.
    """
    rows = []
    there = design.tables.get("existing", [])
    for site, part in dict.fromkeys((r["site"], r["part_id"]) for r in there):
        before: tuple[object, ...] = ()
        for month in design.dates:
            mine = [
                r
                for r in there
                if (r["site"], r["part_id"], r["period_month"]) == (site, part, month)
            ]
            counts = [sum(r["count"] for r in mine if r["use"] == use) for use in USES]
            runs = _runs(design, {r["pool"] for r in mine if r["pool"]}, month)
            if (*counts, runs) != before:
                name = next(r["name"] for r in there if r["part_id"] == part)
                rows.append([site, part, name, month, *counts, runs])
            before = (*counts, runs)
    columns = ["site", "part_id", "name", "period_month", *USES, "runs"]
    return pd.DataFrame(rows, columns=columns)


def _runs(design: Design, pools: set[str], month: int) -> str:
    """Return the work that runs in some pools at a date, each with the share that it does there."""
    found = []
    for r in design.tables["operations"]:
        if r["period_month"] == month and r["pool"] in pools:
            share = r["figures"].get("share", {}).get("value")
            found.append(r["workload"] if share is None else f"{share:.0%} of {r['workload']}")
    return ", ".join(found)


def book_values(design: Design) -> pd.DataFrame:
    """Return what the brief says of each lot of servers that is there already.

    Parameters
    ----------
    design : Design
        The design.

    Returns
    -------
    DataFrame
        Columns ``site``, ``gpu``, ``servers`` [1], ``retire_by_month`` [mo], None where they stay,
        and ``book_value`` [currency], which is spent whatever is decided.
    """
    rows = [
        [lot["site"], lot["gpu"], lot["servers_count"], lot.get("retire_by_month"),
         lot.get("book_value") or 0.0]
        for lot in design.brief.get("existing", [])
    ]  # fmt: skip
    columns = ["site", "gpu", "servers", "retire_by_month", "book_value"]
    return pd.DataFrame(rows, columns=columns).astype({"retire_by_month": object})
