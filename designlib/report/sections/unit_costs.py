"""Unit costs: what an hour and a million tokens cost, and whether renting would cost less."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.break_even import break_even
from designlib.design.unit_costs import cost_by_workload, unit_costs
from designlib.report.figures import charts_of
from designlib.report.section import Section
from designlib.report.table import Table, table

ORDER: Final = 410


def units(design: Design) -> Table:
    """Return each unit cost with what it is made of."""
    return table(
        "Each figure is its cost by its quantity, both discounted alike",
        f"Figure | Value #price | Unit | Cost, {design.currency} #money | Quantity #figure | of | "
        "What it rests on",
        unit_costs(design).itertuples(index=False, name=None),
        sheet="Unit costs",
    )


def workloads(design: Design) -> Table:
    """Return what each workload costs; all together are the whole."""
    found = cost_by_workload(design)
    return table(
        "Each workload bears the cost of the servers that it takes, and of what they need",
        f"Workload | Present value, {design.currency} #money | Share #percent",
        found.itertuples(index=False, name=None),
        ("All", float(found.present_value.sum()), float(found.share.sum())),
        sheet="Cost by workload",
    )


def ways(design: Design) -> Table:
    """Return the ways to have a GPU, what its hour costs, and from which use owning pays."""
    found: list[Any] = break_even(design).options.to_dict("records")
    rows = [
        (
            row["option"],
            row["per_gpu_hour"],
            row["low"],
            row["high"],
            row["paid_for"],
            float(row["break_even_frac"]) if isfinite(row["break_even_frac"]) else None,
            row["inputs"],
        )
        for row in found
    ]
    return table(
        "Owning against renting",
        f"Way | GPU-hour, {design.currency} #price | Low #price | High #price | Paid for | "
        "Owning pays from a use of #percent | What it rests on",
        rows,
        sheet="Break-even",
    )


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return what a GPU-hour and a million tokens cost, and how that compares with renting."""
    if not design.dates or unit_costs(design).empty:
        return None
    return Section(
        "Unit costs",
        figures=charts_of(design, "break_even"),
        tables=(units(design), workloads(design), ways(design)),
        notes=(
            "What is owned is paid for every hour, what is rented by the hour for hours in use. "
            "Taxes are left out everywhere.",
        ),
    )
