"""A small real design, optimized once, and its workbook as a vendor might send it back."""

import openpyxl
import pytest
from ruamel.yaml import YAML

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.optimize import optimize
from designlib.report.workbook import write_workbook
from tests.toy_brief import TOY_BRIEF

ASKED = TOY_BRIEF + "storage: {hot_tb: 100, object_tb: 200}\n"


@pytest.fixture(scope="session")
def shipped():
    return Catalog.load()


@pytest.fixture(scope="session")
def brief():
    return Brief.from_dict(YAML(typ="safe", pure=True).load(ASKED))


@pytest.fixture(scope="session")
def design(brief, shipped):
    return optimize(brief, shipped)


@pytest.fixture(scope="session")
def quote(design, tmp_path_factory):
    """Return a way to write the bill of the design without some of its lines."""

    def without(*lines):
        path = write_workbook(design, tmp_path_factory.mktemp("quote") / "vendor.xlsx")
        book = openpyxl.load_workbook(path)
        sheet = book["Bill of materials"]
        for row in range(sheet.max_row, 1, -1):
            if sheet.cell(row, 1).value in lines:
                sheet.delete_rows(row)
        book.save(path)
        return path

    return without
