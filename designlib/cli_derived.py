"""Derived files of the catalog: the table of all values and the JSON Schemas for editors."""

from __future__ import annotations

from pathlib import Path

from designlib.catalog import Catalog, shipped_folder
from designlib.catalog_table import table_text
from designlib.design.files import write_atomic
from designlib.design.schema import schema_text
from designlib.schema.editor import schema_texts

TABLE = "_table.csv"
SCHEMAS = "schemas"


def derived_texts(catalog: Catalog) -> dict[str, str]:
    """Return name -> text of every file that follows from a catalog and its models."""
    schemas = {f"{SCHEMAS}/{name}": text for name, text in schema_texts().items()}
    design = {f"{SCHEMAS}/design.json": schema_text()}
    return {TABLE: table_text(catalog), **schemas, **design}


def write(folder: Path | None = None) -> list[Path]:
    """Write the derived files of the shipped catalog into a folder, and return them.

    No overlay is read, so that private prices cannot reach a shipped file.
    """
    target = folder or shipped_folder()
    written = []
    for name, text in derived_texts(Catalog.load()).items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        written.append(write_atomic(path, text))
    return written
