"""Sections: one question of a reader a file, answered by ``section(design, catalog)``; no list.

A file of this folder has ``ORDER``, its place in the report, and ``section``, which returns the
chapter, or None where the design has nothing to say in it or where it needs a catalog and has none.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report.section import Section

__all__ = ["sections"]


def sections(design: Design, catalog: Catalog | None = None) -> dict[str, Section]:
    """Return the sections of the report of a design by name, in their order.

    Parameters
    ----------
    design : Design
        The design to report.
    catalog : Catalog or None
        The parts that the design was made of; sections that need them are left out without.
    """
    found = ((m.__name__.rpartition(".")[2], m.section(design, catalog)) for m in _modules())
    return {name.replace("_", "-"): chapter for name, chapter in found if chapter is not None}


def _modules() -> list[ModuleType]:
    """Return the files of this folder in the order of the report."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return sorted(modules, key=lambda m: m.ORDER)
