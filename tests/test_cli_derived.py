"""Derived files of the catalog: what is committed follows from the entries and the models."""

import pytest

from designlib.catalog import Catalog
from designlib.cli_derived import SCHEMAS, TABLE, derived_texts, write
from tests.source import CATALOGS

HELD = derived_texts(Catalog.load())


@pytest.mark.parametrize("name", HELD)
def test_committed_file_is_current(name):
    path = CATALOGS / name
    current = path.is_file() and path.read_text(encoding="utf-8") == HELD[name]
    assert current, f"catalogs/{name} is not current; run: designlib catalog generate"


def test_no_file_is_left_over():
    schemas = {p.relative_to(CATALOGS).as_posix() for p in (CATALOGS / SCHEMAS).rglob("*.json")}
    assert schemas == set(HELD) - {TABLE}


def test_files_are_written_where_they_are_wanted(tmp_path):
    written = {path.relative_to(tmp_path).as_posix() for path in write(tmp_path)}
    assert written == set(HELD)
    assert (tmp_path / TABLE).read_text(encoding="utf-8") == HELD[TABLE]
