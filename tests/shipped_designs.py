"""Designs of shipped briefs, solved at once or read from a folder of saved ones.

``EXPORT_DESIGNS=folder`` names the folder (``NAME/design.json``); `.ci/exports` fills one with all
briefs that can be built. Without it the small ones are solved, which takes seconds.
"""

import os
from functools import cache
from pathlib import Path

from designlib import Brief, Catalog, Design, optimize
from tests.source import CATALOGS

FOLDER = os.environ.get("EXPORT_DESIGNS")
GAP = 0.01
SMALLEST, QUICK = ("studio",), ("research", "studio")


@cache
def design_files() -> dict[str, Path]:
    return {p.parent.name: p for p in sorted(Path(FOLDER).glob("*/design.json"))} if FOLDER else {}


def names(unless_told: tuple[str, ...]) -> list[str]:
    """Return the designs of the folder, or some that are quick to solve."""
    return sorted(design_files()) if FOLDER else list(unless_told)


@cache
def catalog_of_designs() -> Catalog:
    return Catalog.load()


@cache
def solved(name: str) -> Design:
    if FOLDER:
        return Design.load(design_files()[name])
    brief = Brief.load(CATALOGS / "briefs" / f"{name}.yaml")
    return optimize(brief, catalog_of_designs(), gap=GAP)
