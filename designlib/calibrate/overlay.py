"""Overlay: measured constants laid over those that a user's folder holds already."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from designlib.catalog import shipped_folder
from designlib.faults import Fault, FaultError
from designlib.schema.tables import CONSTANT_COLUMNS, Constant, read_constants
from designlib.yamlfile import read_text

FILE: Final = "calibration/measured.csv"
FORMULAS: Final = ("=", "+", "-", "@")


def overlay_text(constants: Iterable[Constant], folder: str | Path) -> str:
    """Return the calibration table of an overlay with some rows in the place of old ones.

    Parameters
    ----------
    constants : iterable of Constant
        Measured rows; of two about the same the last counts.
    folder : str or Path
        The overlay; rows of its table about other things are kept.

    Raises
    ------
    FaultError
        The folder is the shipped catalog or a file, or its table is faulty.
    """
    target = Path(folder)
    if target.resolve().is_relative_to(shipped_folder()):
        message = "is the shipped catalog; name a folder of your own"
        raise FaultError([Fault(str(target), None, "--overlay", message)])
    if target.exists() and not target.is_dir():
        raise FaultError([Fault(str(target), None, "--overlay", "is a file; expected a folder")])
    rows: dict[tuple[str, str], Constant] = {}
    table = target / FILE
    if table.exists():
        held, faults = read_constants(read_text(table), str(table))
        if faults:
            raise FaultError(faults)
        rows = {c.key: c for _, c in held}
    rows |= {c.key: c for c in constants}
    out = io.StringIO()
    writer = csv.DictWriter(out, CONSTANT_COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for key in sorted(rows):
        told = rows[key].model_dump()
        writer.writerow({name: _cell(told[name]) for name in CONSTANT_COLUMNS})
    return out.getvalue()


def _cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers keep six digits."""
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    return f"'{text}" if text[:1] in FORMULAS else text
