"""Options of the tests of the model."""

from __future__ import annotations


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write tests/milp/golden/*.lp anew; read the difference before you commit it",
    )
