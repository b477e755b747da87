"""Phase plan: what is ordered, shipped, installed and accepted when, and what may not slip."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from designlib.design import Design

COLUMNS: Final = [
    "period_month", "layer", "part_id", "name", "count", "order_month", "delivery_month",
    "wait_months", "slack_months", "critical",
]  # fmt: skip
SAME: Final = 0.05
"""Orders of one date that leave so close together decide it together. [mo]"""


def phase_plan(design: Design) -> pd.DataFrame:
    """Return each part of each date of service with its order, delivery and slack.

    Parameters
    ----------
    design : Design
        Any design.

    Returns
    -------
    pandas.DataFrame, shape (parts by date, columns)
        ``period_month``: accepted and in service; ``order_month``: last day to order;
        ``delivery_month``: when it is delivered and its installation begins; ``wait_months``: order
        to service; ``slack_months``: how much later than today the order may leave [mo];
        ``critical``: no part of that date takes longer. The parts of a date come together, the
        longest wait first.
    """
    installs: dict[str, float] = design.summary.get("install_months") or {}
    lines: dict[tuple[int, str, str], dict[str, Any]] = {}
    for line in design.tables["bill_of_materials"]:
        key = line["period_month"], line["layer"], line["part_id"]
        known = lines.setdefault(key, {**line, "count": 0})
        known["count"] += line["count"]
    longest: dict[int, float] = {}
    for line in lines.values():
        wait = line["period_month"] - line["order_by_month"]
        longest[line["period_month"]] = max(longest.get(line["period_month"], 0.0), wait)
    rows = []
    for line in lines.values():
        wait = line["period_month"] - line["order_by_month"]
        install = min(installs.get(line["part_id"], 0.0), wait)
        rows.append(
            (
                line["period_month"], line["layer"], line["part_id"], line["name"], line["count"],
                line["order_by_month"], line["period_month"] - install, wait,
                max(0.0, line["order_by_month"]), wait >= longest[line["period_month"]] - SAME,
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (row[0], -row[7], row[1], row[2]))
    return pd.DataFrame(rows, columns=COLUMNS)
