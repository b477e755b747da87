"""Session file: what was done comes back, whole or not at all; what is damaged is refused."""

import json
from pathlib import Path

import pytest

from designlib.brief import Brief
from designlib.catalog import shipped_folder
from designlib.faults import FaultError
from designlib.workbench import workbench
from designlib.workbench.session_file import (
    NOTEBOOK,
    Session,
    own_file,
    read_session,
    write_session,
)
from tests.toy_design import toy_design

FIRST = Brief.load(shipped_folder() / "briefs" / "studio.yaml")
NEXT = FIRST.with_changes({"sites.colo.electricity_per_kwh": 0.3})
SESSION = Session(FIRST, (FIRST, NEXT), 1, {"<b>pin</b>": toy_design()}, toy_design(name="now"))


def test_a_session_comes_back(tmp_path):
    found = read_session(write_session(SESSION, tmp_path / "x.session.json"))
    assert found.opened.to_dict() == FIRST.to_dict()
    assert found.opened._file == FIRST._file
    assert [b.to_dict() for b in found.briefs] == [FIRST.to_dict(), NEXT.to_dict()]
    assert (found.place, found.pins, found.design) == (1, SESSION.pins, SESSION.design)


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = write_session(SESSION, tmp_path / "x.session.json")
    before = path.read_bytes()

    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_session(Session(NEXT, (NEXT,), 0, {}), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "change",
    [{"kind": "other"}, {"schema_version": 99}, {"place": 7}, {"briefs": [{"name": 1}]},
     {"pins": {"a": {}}}, {"opened": None}],
    ids=str,
)  # fmt: skip
def test_a_damaged_file_is_refused(tmp_path, change):
    path = write_session(SESSION, tmp_path / "x.session.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(FaultError):
        read_session(path)


def test_text_that_is_no_session_is_refused(tmp_path):
    path = tmp_path / "x.session.json"
    path.write_text("{")
    with pytest.raises(FaultError, match="expected JSON"):
        read_session(path)


def test_each_notebook_and_brief_has_a_file_of_its_own(tmp_path, monkeypatch):
    monkeypatch.delenv(NOTEBOOK, raising=False)
    assert own_file(FIRST) is None
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(NOTEBOOK, "/srv/My plan.ipynb")
    assert own_file(FIRST) == Path.cwd() / "My-plan-F.session.json"


def test_a_session_opens_where_it_was_left(tmp_path):
    path = write_session(SESSION, tmp_path / "x.session.json")
    bench = workbench(path)
    assert bench.brief.hash == NEXT.hash
    assert bench.design.name == "now"
    assert list(bench.pins) == ["<b>pin</b>"]
