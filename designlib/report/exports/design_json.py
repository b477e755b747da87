"""Design: the saved design itself, with the JSON Schema that it keeps."""

from __future__ import annotations

import json
from datetime import date

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.schema import FILE, schema_text


def export(design: Design, catalog: Catalog, start: date) -> dict[str, str]:
    """Return the design and its schema; ``designlib optimize`` can start from the first."""
    return {
        "design.json": json.dumps(design.to_dict(), indent=1, ensure_ascii=False) + "\n",
        FILE: schema_text(),
    }
