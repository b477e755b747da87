"""Workbook tables: every row of a design is one row of a sheet; sums and products are formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from designlib.design import Design
from designlib.report.workbook_grid import CONFIDENCE, SERVICE, Column, Grid, Row, in_money, sums

COST_SHEET: Final = "Cost"
ACRONYMS: Final = {"gpu", "mfu", "ttft", "tpot"}
GROWTH_MARKED: Final = (1e-9, 1.1)
"""Growth factors to mark: up to 10 % room, but no empty cell, which counts as 0. [1]"""

OPERATIONS: Final = (
    Column("workload", "Workload"),
    Column("workload_class", "Class"),
    Column("name", "Name"),
    Column("candidate", "Candidate"),
    Column("pool", "Pool"),
    Column("site", "Site"),
    Column("period_month", "From [month]", "count"),
    Column("gpus", "GPUs", "count"),
    Column("servers", "Servers", "count"),
    Column("replicas", "Replicas", "count"),
    Column("layout", "Layout"),
    Column("precision", "Precision"),
    Column("batch", "Batch", "figure"),
    Column("busy_frac", "Busy share", "percent"),
    Column("hours", "Server hours a month [h]", "tenth"),
)
RACKS: Final = (
    Column("site", "Site"),
    Column("rack", "Rack"),
    Column("rack_kind", "Kind of rack"),
    Column("u_bottom", "Lowest unit [U]", "count"),
    Column("u_height", "Height [U]", "count"),
    Column("line_id", "Line"),
    Column("part_id", "Part"),
    Column("kw", "Power [kW]", "tenth"),
    Column("kg", "Mass [kg]", "tenth"),
    SERVICE,
)
BALANCE: Final = (
    Column("layer", "Layer"),
    Column("resource", "Resource"),
    Column("unit", "Unit"),
    Column("place", "Place"),
    Column("period_month", "Month", "count"),
    Column("slice", "Part of the day"),
    Column("case", "Case"),
    Column("supply", "Supply", "figure"),
    Column("draw", "Draw", "figure"),
    Column("slack", "Slack", "figure"),
    Column("utilisation", "Utilization", "percent"),
    Column("growth_factor", "Growth until full [times; empty: never]", "figure"),
)
COST: Final = (
    Column("layer", "Layer"),
    Column("kind", "Kind"),
    Column("period_month", "Month", "count"),
    Column("amount", "Amount [{}]", "money"),
    Column("present_value", "Present value [{}]", "money"),
)
CANDIDATES: Final = (
    Column("workload", "Workload"),
    Column("candidate", "Candidate"),
    Column("status", "Status"),
    Column("reason", "Reason"),
    Column("pool", "Pool"),
    Column("part_id", "Part"),
)
ASSUMPTIONS: Final = (
    Column("path", "What"),
    Column("value", "Value", "figure"),
    Column("unit", "Unit"),
    Column("source", "Source"),
    Column("date", "Date"),
    CONFIDENCE,
    Column("reason", "Reason"),
)
CERTIFICATE: Final = (Column("item", "Item"), Column("value", "Value"), Column("unit", "Unit"))


def write_tables(grid: Grid, design: Design) -> None:
    """Write every sheet that holds a table of the design as it is."""
    tables = design.tables
    ranges = {"low": "low", "value": "best", "high": "high"}
    grid.table("Operations", *_with_figures(OPERATIONS, tables["operations"], ranges))
    grid.sheets["Operations"].fit_to_pages(3, 0)
    grid.sheets["Operations"].repeat_columns(0)
    grid.table("Racks", RACKS, tables["placement"])
    _write_balance(grid, tables["balance"])
    cost = in_money(COST, design.currency)
    grid.table(COST_SHEET, cost, tables["cost"])
    sums(grid, COST_SHEET, cost, tables["cost"], ("amount", "present_value"))
    best = {"value": "best"}
    grid.table("Why not", *_with_figures(CANDIDATES, tables["candidates"], best))
    grid.table("Assumptions", ASSUMPTIONS, tables["assumptions"])
    grid.table("Certificate", CERTIFICATE, list(_proof(design)))


def _write_balance(grid: Grid, rows: list[Row]) -> None:
    grid.table("Balance", BALANCE, rows)
    last, at = max(len(rows), 1), {column.key: c for c, column in enumerate(BALANCE)}
    bar: dict[str, Any] = {"type": "data_bar", "bar_color": "#9DC3E6"}
    bar |= {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
    low, high = GROWTH_MARKED
    mark: dict[str, Any] = {"type": "cell", "criteria": "between", "minimum": low, "maximum": high}
    mark["format"] = grid.badges["unverified"]
    for key, rule in (("utilisation", bar), ("growth_factor", mark)):
        grid.sheets["Balance"].conditional_format(1, at[key], last, at[key], rule)


def _with_figures(
    columns: Sequence[Column], rows: list[Row], parts: Mapping[str, str]
) -> tuple[list[Column], list[Row]]:
    """Return a table with its predicted figures side by side, and where they come from."""
    found: dict[tuple[str, str], None] = {}
    flat: list[Row] = []
    for row in rows:
        cells: Row = {}
        sources: list[str] = []
        for name, figure in row["figures"].items():
            unit = str(figure.get("unit") or "")
            found[name, unit] = None
            cells |= {f"figures.{name}.{unit}.{part}": figure.get(part) for part in parts}
            sources.append(str(figure.get("source") or ""))
        told = "; ".join(dict.fromkeys(s for s in sources if s))
        flat.append(row | cells | {"sources": told})
    extra = [
        Column(f"figures.{name}.{unit}.{part}", f"{_spoken(name)}, {word} [{unit}]", "figure")
        for name, unit in found
        for part, word in parts.items()
    ]
    return [*columns, *extra, Column("sources", "Source of the figures")], flat


def _spoken(name: str) -> str:
    """Return the name of a figure as a reader says it."""
    words = [word.upper() if word in ACRONYMS else word for word in name.split("_")]
    told = " ".join(words)
    return told[:1].upper() + told[1:]


def _proof(design: Design) -> Iterator[Row]:
    """Yield the certificate, one fact a row."""
    money = {"unit": design.currency, "form": "money"}
    special = {
        "objective": money,
        "bound": money,
        "gap": {"form": "gap"},
        "seconds": {"unit": "s", "form": "figure"},
    }
    for key, value in design.certificate.items():
        for path, item in _flat(value, (key,)):
            told = ": ".join(path).replace("_", " ")
            yield {"item": told, "value": item, "form": "count"} | special.get(key, {})


def _flat(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(item, (*path, str(key)))
    elif isinstance(value, list):
        for item in value:
            yield from _flat(item, path)
    else:
        yield path, value
