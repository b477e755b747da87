"""Sections: one question of a reader a file, answered by ``section(design, catalog)``; no list.

A file of this folder has ``ORDER``, its place in the report, and ``section``, which returns the
chapter, or None where the design has nothing to say in it or where it needs a catalog and has none.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from types import ModuleType

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report.facts import foreign
from designlib.report.section import Point, Section

__all__ = ["sections"]


def sections(design: Design, catalog: Catalog | None = None) -> dict[str, Section]:
    """Return the sections of the report of a design by name, in their order.

    Parameters
    ----------
    design : Design
        The design to report.
    catalog : Catalog or None
        The parts that the design was made of; sections that need them are left out without, or
        where it lacks one, which the first chapter then says.
    """
    unknown = foreign(design, catalog) if catalog is not None else []
    parts = None if unknown else catalog
    found = ((m.__name__.rpartition(".")[2], m.section(design, parts)) for m in _modules())
    chapters = {name.replace("_", "-"): chapter for name, chapter in found if chapter is not None}
    if unknown:
        first, chapter = next(iter(chapters.items()))
        chapters[first] = replace(chapter, callouts=(*chapter.callouts, _left_out(unknown)))
    return chapters


def _left_out(unknown: list[str]) -> Point:
    """Return what a reader must know where the catalog is not that of the design."""
    return Point(
        "Chapters are left out",
        f"The catalog has no {', '.join(unknown)}. Racks, floor, promises, review and acceptance "
        "need the catalog that the design was made of.",
    )


def _modules() -> list[ModuleType]:
    """Return the files of this folder in the order of the report."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return sorted(modules, key=lambda m: m.ORDER)
