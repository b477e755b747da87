"""Shipped: a bare name is a brief of the package, and a file of your own goes first."""

import pytest

from designlib.brief import Brief
from designlib.faults import FaultError
from designlib.schema.shipped import brief_file, shipped_folder, shipped_notebooks


def test_shipped_folders_hold_what_they_say():
    assert (shipped_folder() / "prices.csv").is_file()
    assert (shipped_notebooks() / "00-quickstart.ipynb").is_file()


@pytest.mark.parametrize("path", sorted((shipped_folder() / "briefs").glob("*.yaml")))
def test_bare_name_is_a_shipped_brief(path):
    assert brief_file(path.stem) == path
    assert Brief.load(path.stem).hash == Brief.load(path).hash


def test_file_of_your_own_goes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "studio").write_text("name: mine")
    assert brief_file("studio").name == "studio"
    assert brief_file("studio.yaml").name == "studio.yaml"
    assert brief_file("folder/studio").parts == ("folder", "studio")


def test_name_of_nothing_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FaultError, match="no such file"):
        Brief.load("nonesuch")
