"""Documents of real designs: the smallest brief, or every design of a folder (`.ci/exports`).

Browser and office program take minutes over all designs: they run with a folder only. The suite
has them open the toy design, in tests/browser and tests/office.
"""

from pathlib import Path

import pytest

from designlib import Catalog, Design
from designlib.report import write_report, write_workbook
from designlib.report.section import Section
from designlib.report.sections import sections
from tests.shipped_designs import FOLDER, SMALLEST, catalog_of_designs, names, solved

collect_ignore = [] if FOLDER else ["test_page.py", "test_workbook.py"]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return catalog_of_designs()


@pytest.fixture(scope="session", params=names(SMALLEST))
def design(request) -> Design:
    return solved(request.param)


@pytest.fixture(scope="session")
def chapters(design, catalog) -> dict[str, Section]:
    return sections(design, catalog)


@pytest.fixture(scope="session")
def page(design, catalog, tmp_path_factory) -> Path:
    return write_report(design, tmp_path_factory.mktemp("page") / "report.html", catalog)


@pytest.fixture(scope="session")
def workbook(design, catalog, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("workbook")
    return write_workbook(design, folder / "bill_of_materials.xlsx", catalog)
