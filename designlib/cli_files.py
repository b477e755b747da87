"""Files: a path is a catalog, a brief, a design or a report, and is read as what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from designlib import catalog, report
from designlib.brief import Brief, check_file
from designlib.catalog_summary import summary
from designlib.design import Design
from designlib.faults import Fault, FaultError
from designlib.schema.plant_parts import FAMILIES

BRIEFS = "briefs"
CATALOG_FOLDERS = frozenset({*FAMILIES, "calibration"})
CATALOG_FILES = frozenset({"prices.csv", "aliases.csv"})


def read_brief(path: Path) -> Brief:
    """Return the brief in a file: a brief itself, or the one that a design or a report answers.

    A bare name such as ``enterprise`` that is no file here is a brief of the shipped catalog.
    """
    if path.suffix == ".json":
        return Brief.from_dict(Design.load(path).brief, file=str(path))
    if path.suffix == ".html":
        return Brief.from_dict(report.read_brief(path), file=str(path))
    return Brief.load(path)


def faults_of(path: Path) -> list[Fault]:
    """Return the faults of a catalog, a brief, a design, or a folder of them."""
    if path.is_dir():
        return _folder_faults(path)
    if path.suffix == ".json":
        return _faults_of_reading(Design.load, path)
    if path.suffix == ".html":
        return _faults_of_reading(read_brief, path)
    if path.name in CATALOG_FILES or path.resolve().parent.name in CATALOG_FOLDERS:
        return catalog.check_path(path)
    return check_file(path, catalog.Catalog.load())


def _folder_faults(path: Path) -> list[Fault]:
    own = path.resolve().name in CATALOG_FOLDERS
    if own or any((path / name).exists() for name in CATALOG_FOLDERS | CATALOG_FILES):
        found = catalog.check_path(path)
        files = sorted((path / BRIEFS).glob("*.yaml"))
    else:
        found = []
        files = sorted(f for f in path.iterdir() if f.suffix in {".yaml", ".yml", ".json"})
        if not files:
            return [Fault(str(path), None, "file", "holds no catalog, brief or design")]
    return found + [fault for file in files for fault in faults_of(file)]


def _faults_of_reading(read: Callable[[Path], object], path: Path) -> list[Fault]:
    try:
        read(path)
    except FaultError as error:
        return list(error.faults)
    return []


def is_catalog(path: Path) -> bool:
    """Return whether a path is the folder of a whole catalog or overlay."""
    return path.is_dir() and any((path / name).exists() for name in CATALOG_FOLDERS | CATALOG_FILES)


def summary_lines(path: Path) -> Iterator[str]:
    """Yield what a catalog folder without faults holds: parts, sources of values, old prices."""
    shipped = path.resolve() == catalog.shipped_folder()
    held = catalog.Catalog.load(None if shipped else path)
    told = summary(held)
    parts = ", ".join(f"{count} {family}" for family, count in told.parts_count.items())
    kinds = ", ".join(f"{count} {kind}" for kind, count in told.values_by_source_kind.items())
    yield f"{sum(told.parts_count.values())} parts: {parts}"
    yield f"{sum(told.values_by_source_kind.values())} values by kind of source: {kinds}"
    yield f"{told.assumption_frac:.1%} of them are assumptions; prices are not counted"
    if not shipped:
        yield f"{len(held.changes)} changes by {path}"
    for stub in sorted(path.glob("*/_*.yaml")):
        yield f"not read until it is filled in and renamed: {stub}"
    old = f"{len(told.stale_prices)} older than {catalog.STALE_MONTHS} months"
    yield f"{len(held.prices)} prices, {old}"
    for stale in told.stale_prices:
        yield f"stale: {stale.where}, {stale.date}, {stale.title}"
