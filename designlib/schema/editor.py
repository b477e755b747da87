"""Schema for editors: JSON Schemas of parts, of changes of parts and of briefs.

An editor that is pointed at them completes fields and marks wrong ones while a file is written.
They say less than ``designlib check``: laws across fields, ids and sources are judged only there.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from designlib.schema.brief import BriefFields
from designlib.schema.parts import Part
from designlib.schema.plant_parts import FAMILIES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def schema_texts() -> dict[str, str]:
    """Return file name -> JSON text: one schema a family, one for changes of it, one for briefs."""
    schemas: dict[str, Schema] = {"brief.json": _schema(BriefFields)}
    for family, model in FAMILIES.items():
        schemas[f"{family}.json"] = part_schema(model)
        schemas[f"changes/{family}.json"] = change_schema(model)
    return {
        name: json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        for name, schema in schemas.items()
    }


def part_schema(model: type[Part]) -> Schema:
    """Return the schema of a part file; its id is the name of the file, so no field holds it."""
    schema = _schema(model)
    schema["properties"].pop("id")
    schema["required"] = [name for name in schema["required"] if name != "id"]
    return schema


def change_schema(model: type[Part]) -> Schema:
    """Return the schema of an overlay file that changes a shipped part: nothing is required."""
    schema = part_schema(model)
    specs = schema["properties"]["specs"]["$ref"].rpartition("/")[2]
    for owner in (schema, schema["$defs"][specs]):
        owner.pop("required", None)
    retired = {"type": "string", "description": "Why this part is bought no more."}
    schema["properties"]["retired"] = retired
    schema["title"] = f"Change of {schema['title']}"
    schema["minProperties"] = 1
    return schema


def _schema(model: type[BaseModel]) -> Schema:
    schema = model.model_json_schema(mode="validation")
    return {"$schema": DIALECT, **schema}
