"""Exports: a design as the files that other tools read; one file here is one export.

An export is a module with ``export(design, catalog, start)`` that returns the name and the text of
each of its files; its name is that of the module. One that is named after a piece of orchestration
is for the designs that run it. All texts are made before the first file is written.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.files import write_atomic
from designlib.faults import Fault, FaultError, nearest

EXECUTABLE: Final = 0o111

Files = dict[str, str]
"""Name of a file, with its folders -> its text."""


@dataclass(frozen=True)
class Exported:
    """What was exported.

    Attributes
    ----------
    files : dict of str to dict of str to str
        Export -> its files.
    left_out : dict of str to str
        Export -> why the design has none of it.
    """

    files: dict[str, Files] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


@cache
def names() -> tuple[str, ...]:
    """Return the names of all exports."""
    return tuple(
        sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    )


def exports(
    design: Design, catalog: Catalog, only: Iterable[str] = (), start: date | None = None
) -> Exported:
    """Return the exports of a design.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        The parts that it names.
    only : iterable of str
        Names of exports; all of them where none is named.
    start : date or None
        Day of the decision, month 0; None takes the day of the latest price.

    Returns
    -------
    Exported
        Files of each export, and why one was left out.

    Raises
    ------
    FaultError
        If an export has an unknown name, if the catalog lacks a part of the design, or if the
        design cannot be wired.
    """
    wanted = list(only) or list(names())
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        raise FaultError([
            Fault("export", None, "--only", f"no export {name}{nearest(name, names())}")
            for name in unknown
        ])  # fmt: skip
    _check_parts(design, catalog)
    day, found = start or day_of(design), Exported()
    for name in names():
        if name not in wanted:
            continue
        if name in catalog.software and name not in (design.summary.get("orchestration") or []):
            found.left_out[name] = f"{catalog.software[name].name} is not part of the design"
            continue
        module: Any = importlib.import_module(f"{__name__}.{name}")
        found.files[name] = module.export(design, catalog, day)
        if not found.files[name]:
            del found.files[name]
            found.left_out[name] = "the design has nothing for it"
    return found


def write(exported: Exported, folder: str | Path) -> list[Path]:
    """Write exported files into a folder, each completely or not at all, and return them.

    What starts as a script may be run.
    """
    written = []
    for files in exported.files.values():
        for name, text in files.items():
            target = Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            written.append(write_atomic(target, text))
            if text.startswith("#!"):
                target.chmod(target.stat().st_mode | EXECUTABLE)
    return written


def day_of(design: Design) -> date:
    """Return the day that stands for month 0: that of the latest price of the design."""
    days = [str(line["price_date"]) for line in design.tables["bill_of_materials"]]
    whole = [d for d in days if len(d) == len("YYYY-MM-DD")]
    return date.fromisoformat(max(whole)) if whole else date(1970, 1, 1)


def _check_parts(design: Design, catalog: Catalog) -> None:
    """Raise a fault for each device of a design that the catalog does not have."""
    known = (*catalog.servers, *catalog.storage, *catalog.switches, *catalog.software)
    placed = sorted({unit["part_id"] for unit in design.tables["placement"]})
    missing = [part for part in placed if part not in known]
    if missing:
        raise FaultError([
            Fault("<design>", None, "part_id", f"the catalog has no {part}{nearest(part, known)}")
            for part in missing
        ])  # fmt: skip
