"""Designs to export: two briefs that are solved at once, or every design of a folder.

``EXPORT_DESIGNS=folder`` names a folder of saved designs; `.ci/exports` fills one with all briefs.
"""

import os
from functools import cache
from pathlib import Path

import pytest

from designlib import Brief, Catalog, Design, optimize
from tests.source import CATALOGS

FOLDER = os.environ.get("EXPORT_DESIGNS")
QUICK = ("research", "studio")


def design_files() -> dict[str, Path]:
    return {p.parent.name: p for p in sorted(Path(FOLDER).glob("*/design.json"))} if FOLDER else {}


NAMES = sorted(design_files()) if FOLDER else list(QUICK)


@cache
def catalog_of_designs() -> Catalog:
    return Catalog.load()


@cache
def solved(name: str) -> Design:
    if FOLDER:
        return Design.load(design_files()[name])
    brief = Brief.load(CATALOGS / "briefs" / f"{name}.yaml")
    return optimize(brief, catalog_of_designs(), gap=0.01)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return catalog_of_designs()


@pytest.fixture(params=NAMES)
def design(request) -> Design:
    return solved(request.param)


@pytest.fixture(scope="session")
def one() -> Design:
    """Return one design, for what does not depend on which it is."""
    return solved(NAMES[0] if "research" not in NAMES else "research")


@pytest.fixture(scope="session")
def small() -> Design:
    """Return the design with the fewest things in racks."""
    return min(map(solved, NAMES), key=lambda design: len(design.tables["placement"]))
