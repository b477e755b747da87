"""Browser: one Chromium and one JupyterLab for every test of this folder.

The tests that drive JupyterLab take minutes: ``.ci/run exports`` runs them, or LAB_TESTS=1.
"""

import os
import shutil
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from designlib.catalog import shipped_folder
from tests.browser.lab import CHROMIUM, FLAGS, lab
from tests.browser.notebook import Notebook

collect_ignore = [] if os.environ.get("LAB_TESTS") else ["test_lab.py", "test_workbench.py"]
FIGURES = {}
"""What was measured: name -> words; told at the end of the run."""


@pytest.fixture(scope="session")
def browser():
    if not Path(CHROMIUM).exists():
        pytest.fail(f"no Chromium at {CHROMIUM}; say where it is in the variable CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def figures():
    return FIGURES


@pytest.fixture(scope="session")
def server(tmp_path_factory, figures):
    """JupyterLab on a folder of its own with the shipped briefs in it."""
    root = tmp_path_factory.mktemp("lab") / "root"
    shutil.copytree(shipped_folder() / "briefs", root)
    begun = time.perf_counter()
    with lab(root) as (base, token):
        figures["JupyterLab answers [s]"] = round(time.perf_counter() - begun, 1)
        yield root, base, token


@pytest.fixture(scope="session")
def opened(browser, server):
    """Open a notebook in a window of its own, as often as asked; all are closed at the end."""
    books = []

    def open_(name, *cells):
        book = Notebook(browser, server, name, cells)
        books.append(book)
        return book

    yield open_
    for book in books:
        book.close()


def pytest_terminal_summary(terminalreporter):
    if FIGURES:
        terminalreporter.section("figures of the workbench in a browser")
        for name, value in FIGURES.items():
            terminalreporter.line(f"{name}: {value}")
