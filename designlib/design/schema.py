"""Schema: a saved design as JSON Schema, made from the form that every design is checked against.

References
----------
.. [1] JSON Schema, draft 2020-12, https://json-schema.org/draft/2020-12.
"""

from __future__ import annotations

import json
from typing import Any, Final

from designlib.design.form import (
    ANYTHING,
    COLUMNS,
    FIELDS,
    NUMBERS,
    OPTIONAL,
    SCHEMA_VERSION,
    STATUSES,
    WHOLE,
)

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
FILE: Final = "design.schema.json"

WORDS: Final = {
    "bill_of_materials": "What to buy: a row is a part of a pool that enters service at a date.",
    "operations": "How each workload runs at each date, with its predicted figures.",
    "placement": "Where each unit stands: a row is a unit in a rack.",
    "balance": "Supply and draw of every resource by place, date, day slice and failure case.",
    "cost": "What each layer costs, by kind and date.",
    "candidates": "Every way to run a workload: chosen, considered, or dropped with the reason.",
    "compliance": "Each rule on the data: who asks, how it is kept, what it removed and added.",
    "assumptions": "Every default, price and constant, with source, date and confidence.",
}
"""Table -> what it holds."""


def design_schema() -> dict[str, Any]:
    """Return the JSON Schema of a saved design."""
    kinds: dict[type, dict[str, Any]] = {
        str: {"type": "string"},
        dict: {"type": "object"},
        list: {"type": "array"},
    }
    fields: dict[str, Any] = {name: dict(kinds[kind]) for name, kind in FIELDS.items()}
    fields["schema_version"] = {"const": SCHEMA_VERSION}
    fields["status"] = {"enum": list(STATUSES)}
    fields["dates"] = {
        "type": "array",
        "items": {"type": "integer"},
        "description": "Decision dates, in months from the day of the decision.",
    }
    fields["tables"] = {
        "type": "object",
        "properties": {name: _table(name) for name in COLUMNS},
        "required": sorted(COLUMNS.keys() - OPTIONAL),
        "additionalProperties": False,
    }
    return {
        "$schema": DRAFT,
        "title": "A design of designlib",
        "type": "object",
        "properties": fields,
        "required": ["schema_version", *FIELDS],
        "additionalProperties": False,
    }


def schema_text() -> str:
    """Return the JSON Schema of a saved design as the text of a file."""
    return json.dumps(design_schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _table(name: str) -> dict[str, Any]:
    row = {
        "type": "object",
        "properties": {column: _column(column) for column in COLUMNS[name]},
        "required": list(COLUMNS[name]),
        "additionalProperties": False,
    }
    return {"type": "array", "description": WORDS[name], "items": row}


def _column(name: str) -> dict[str, Any]:
    if name == "figures":
        return {"type": "object"}
    if name in ANYTHING:
        return {}
    if name in WHOLE:
        return {"type": "integer"}
    return {"type": ["number", "null"] if name in NUMBERS else "string"}
