"""A small real design, optimized once for all questions around it."""

import pytest
from ruamel.yaml import YAML

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.optimize import optimize
from tests.toy_brief import TOY_BRIEF


@pytest.fixture(scope="session")
def catalog():
    return Catalog.load()


@pytest.fixture(scope="session")
def brief():
    return Brief.from_dict(YAML(typ="safe", pure=True).load(TOY_BRIEF))


@pytest.fixture(scope="session")
def design(brief, catalog):
    return optimize(brief, catalog)
