"""Form: the tables of a design have fixed columns and types, whatever they hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from designlib.faults import Fault, nearest, quoted

SCHEMA_VERSION: Final = 1

STATUSES: Final = ("optimal", "within_gap", "time_limit", "cancelled")

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "bill_of_materials": (
        "line_id", "part_id", "name", "vendor", "layer", "site", "pool", "count", "unit",
        "period_month", "order_by_month", "unit_price", "net_price", "extended", "price_source",
        "price_date", "confidence", "note",
    ),
    "operations": (
        "workload", "workload_class", "name", "candidate", "pool", "site", "period_month", "gpus",
        "servers", "replicas", "layout", "precision", "batch", "busy_frac", "hours", "figures",
    ),
    "placement": (
        "site", "rack", "rack_kind", "u_bottom", "u_height", "line_id", "part_id", "kw", "kg",
        "period_month",
    ),
    "balance": (
        "layer", "resource", "unit", "place", "period_month", "slice", "case", "supply", "draw",
        "slack", "utilisation", "growth_factor",
    ),
    "cost": ("layer", "kind", "period_month", "amount", "present_value"),
    "footprint": (
        "site", "period_month", "it_energy_mwh", "facility_energy_mwh", "carbon_t", "water_m3",
    ),
    "candidates": ("workload", "candidate", "pool", "part_id", "status", "reason", "figures"),
    "existing": ("site", "pool", "part_id", "name", "use", "period_month", "count"),
    "compliance": ("rule", "asked_by", "kept_by", "parts_removed", "items_added"),
    "assumptions": ("path", "value", "unit", "source", "date", "confidence", "reason"),
}  # fmt: skip
"""The columns of every table; a row has exactly these."""

OPTIONAL: Final = frozenset({"compliance", "existing", "footprint"})
"""Tables that a design may leave out where it has nothing to say in them."""

EXTRA: Final[dict[str, frozenset[str]]] = {"placement": frozenset({"until_month"})}
"""Columns that only some rows of a table have: when a server that was owned before leaves."""

NUMBERS: Final = frozenset({
    "count", "order_by_month", "unit_price", "net_price", "extended", "gpus", "servers", "replicas",
    "busy_frac", "hours", "kw", "kg", "supply", "draw", "slack", "utilisation", "growth_factor",
    "amount", "present_value", "it_energy_mwh", "facility_energy_mwh", "carbon_t", "water_m3",
})  # fmt: skip
"""Columns of numbers; None where there is none, as the growth factor of what never fills up."""

WHOLE: Final = frozenset({"period_month", "until_month", "u_bottom", "u_height"})
"""Columns of whole numbers, never empty."""

ANYTHING: Final = frozenset({"value", "layout", "batch", "figures"})
"""Columns that hold what fits the row: an assumption may be a number, a word or a list."""

FIELDS: Final[dict[str, type]] = {
    "status": str,
    "name": str,
    "currency": str,
    "brief": dict,
    "dates": list,
    "tables": dict,
    "certificate": dict,
    "summary": dict,
}

Row = dict[str, Any]


def plain(value: object) -> Any:
    """Return a copy of a value as JSON can hold it; what is not a finite number becomes None."""
    kind = value.__class__  # most are of these: a design holds a hundred thousand values
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is float:
        return value if math.isfinite(value) else None  # type: ignore[arg-type]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return value
    if hasattr(value, "item"):  # a number of numpy
        return plain(value.item())
    raise TypeError(f"a design holds numbers, texts, lists and mappings, not {quoted(value)}")


def form_faults(content: object, file: str) -> list[Fault]:
    """Return what keeps a content from being a design: version, fields, columns, types."""
    if not isinstance(content, dict):
        return [Fault(file, None, "file", f"expected a saved design, found {quoted(content)}")]
    version = content.get("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        message = f"expected {SCHEMA_VERSION}, found {quoted(version)}: optimize its brief again"
        return [Fault(file, None, "schema_version", message)]
    found = [
        Fault(file, None, key, f"expected a {kind.__name__}, found {quoted(content.get(key))}")
        for key, kind in FIELDS.items()
        if not isinstance(content.get(key), kind)
    ]
    for key in sorted(content.keys() - FIELDS.keys() - {"schema_version"}):
        found.append(Fault(file, None, key, f"unknown field of a design{nearest(key, FIELDS)}"))
    if found:
        return found
    if content["status"] not in STATUSES:
        message = f"expected one of {', '.join(STATUSES)}, found {quoted(content['status'])}"
        found.append(Fault(file, None, "status", message))
    if not all(_is_whole(t) for t in content["dates"]):
        found.append(Fault(file, None, "dates", "expected whole months"))
    return found + _table_faults(content["tables"], file)


def _table_faults(tables: dict[str, Any], file: str) -> list[Fault]:
    found = [
        Fault(file, None, f"tables.{name}", "missing" if name in COLUMNS else "unknown table")
        for name in sorted(COLUMNS.keys() ^ tables.keys())
        if name not in OPTIONAL
    ]
    for name in COLUMNS:
        rows = tables.get(name, [])
        if not isinstance(rows, list):
            found.append(Fault(file, None, f"tables.{name}", "expected a list of rows"))
            continue
        wrong = ((n, message) for n, row in enumerate(rows) if (message := _row_fault(name, row)))
        # One row of a table says it all: the others are most likely wrong in the same way.
        found += [Fault(file, None, f"tables.{name}.{n}", text) for n, text in list(wrong)[:1]]
    return found


def _row_fault(table: str, row: object) -> str:
    """Return what is wrong with one row of a table, or an empty text."""
    columns = COLUMNS[table]
    if not isinstance(row, dict):
        return f"expected a row of {table}, found {quoted(row)}"
    missing = [c for c in columns if c not in row]
    extra = sorted(row.keys() - set(columns) - EXTRA.get(table, frozenset()))
    if missing or extra:
        return f"missing columns: {missing}; unknown columns: {extra}"
    for column, value in row.items():
        if column == "figures" and not isinstance(value, dict):
            return f"{column}: expected a mapping, found {quoted(value)}"
        if column in WHOLE and not _is_whole(value):
            return f"{column}: expected a whole number, found {quoted(value)}"
        if column in NUMBERS and not (value is None or _is_number(value)):
            return f"{column}: expected a number, found {quoted(value)}"
        if column not in NUMBERS | WHOLE | ANYTHING and not isinstance(value, str):
            return f"{column}: expected a text, found {quoted(value)}"
    return ""


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
