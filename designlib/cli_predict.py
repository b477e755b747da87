"""Predict: read configurations, let the room predict them, write what it says."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final

from designlib.catalog import Catalog
from designlib.design import write_atomic
from designlib.faults import Fault, FaultError, nearest
from designlib.predict import table

KINDS: Final = ("training", "inference")


def predict(
    kind: str, path: Path, output: Path | None, explain: str | None, catalog: Catalog
) -> str:
    """Write the predictions of a file and return what to say about them.

    Parameters
    ----------
    kind : str
        "training" or "inference".
    path, output : Path
        CSV file of configurations, and the file of predictions to write (None: none).
    explain : str or None
        Id of a row whose time budget is told.
    catalog : Catalog
        GPUs, servers and calibration.

    Raises
    ------
    FaultError
        The kind, the file or the id is wrong; nothing is written then.
    """
    if kind not in KINDS:
        message = f"expected {' or '.join(KINDS)}{nearest(kind, KINDS)}"
        raise FaultError([Fault("predict", None, "KIND", message)])
    if output is None and explain is None:
        raise FaultError([Fault("predict", None, "--output", "expected --output or --explain")])
    room = import_module(f"designlib.predict.{kind}")
    rows = table.read(path, room.INPUTS)
    chosen = {row[table.ID]: row for row in rows}
    if explain is not None and explain not in chosen:
        message = f"no such row{nearest(explain, chosen)}"
        raise FaultError([Fault(str(path), None, explain, message)])
    said = []
    if output is not None:
        if not output.absolute().parent.is_dir():
            raise FaultError([Fault(str(output), None, "--output", "no such folder")])
        found = room.predict(rows, catalog)
        write_atomic(output, table.as_csv(room.COLUMNS, found))
        done = sum(1 for row in found if row.get(room.COLUMNS[1]) is not None)
        said.append(f"predicted {done} of {len(rows)} rows; written: {output}")
    if explain is not None:
        said.append(room.explain(chosen[explain], catalog))
    return "\n".join(said)
