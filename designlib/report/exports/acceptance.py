"""Acceptance: the tests of every promised figure, as a plan and as scripts that run them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate.acceptance import write_acceptance


def export(design: Design, catalog: Catalog, start: date) -> dict[str, str]:
    """Return the files of the acceptance plan; scripts begin with ``#!``."""
    with TemporaryDirectory() as folder:
        written = [Path(path) for path in write_acceptance(design, catalog, folder)]
        texts = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in written}
    return {f"acceptance/{name}": text for name, text in texts.items()}
