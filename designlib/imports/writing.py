"""Writing: an import becomes one file of an overlay, completely or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from designlib.catalog import shipped_folder
from designlib.design.files import write_atomic
from designlib.faults import Fault, FaultError


@dataclass(frozen=True)
class Imported:
    """What one import gives.

    Attributes
    ----------
    name : str
        File of the overlay, such as ``llms/mine.yaml``.
    text : str
        What it shall hold.
    notes : tuple of str
        What is missing, was taken for something, or found no place; one line each.
    """

    name: str
    text: str
    notes: tuple[str, ...] = ()


def place(imported: Imported, overlay: str | Path, *, replace: bool = False) -> Path:
    """Write an import into an overlay folder and return the file.

    Parameters
    ----------
    imported : Imported
        What to write.
    overlay : str or Path
        The user's folder; it is made where there is none.
    replace : bool
        Whether a file of that name may be written over.

    Raises
    ------
    FaultError
        The folder is the shipped catalog, is no folder, or holds such a file already.
    """
    folder = Path(overlay)
    target = folder / imported.name
    if folder.resolve().is_relative_to(shipped_folder()):
        _refuse(folder, "is the shipped catalog; name a folder of your own")
    if folder.exists() and not folder.is_dir():
        _refuse(folder, "is a file; expected a folder")
    if target.exists() and not replace:
        _refuse(target, "exists already; say --replace to write over it")
    target.parent.mkdir(parents=True, exist_ok=True)
    return write_atomic(target, imported.text)


def _refuse(path: Path, message: str) -> None:
    raise FaultError([Fault(str(path), None, "file", message)])
