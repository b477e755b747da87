"""Designs to export: two briefs that are solved at once, or every design of a folder."""

import pytest

from designlib import Catalog, Design
from tests.shipped_designs import QUICK, catalog_of_designs, names, solved

NAMES = names(QUICK)


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
