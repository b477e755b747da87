"""Writing: one whole file in the user's folder, never in the shipped catalog."""

import pytest

from designlib.catalog import shipped_folder
from designlib.faults import FaultError
from designlib.imports import Imported, place

ONE = Imported("llms/mine.yaml", "name: x\n")


def test_folder_is_made_and_the_file_written(tmp_path):
    path = place(ONE, tmp_path / "new" / "ours")
    assert path == tmp_path / "new" / "ours" / "llms" / "mine.yaml"
    assert path.read_text() == "name: x\n"
    assert [p.name for p in path.parent.iterdir()] == ["mine.yaml"]


def test_file_is_not_written_over_unless_asked(tmp_path):
    place(ONE, tmp_path)
    with pytest.raises(FaultError, match=r"mine.yaml: file: exists already; say --replace"):
        place(Imported(ONE.name, "other"), tmp_path)
    assert (tmp_path / ONE.name).read_text() == ONE.text
    place(Imported(ONE.name, "other"), tmp_path, replace=True)
    assert (tmp_path / ONE.name).read_text() == "other"


def test_shipped_catalog_is_never_written_to(tmp_path):
    for folder in (shipped_folder(), shipped_folder() / "llms", shipped_folder() / "x" / ".."):
        with pytest.raises(FaultError, match="is the shipped catalog"):
            place(ONE, folder)
    (tmp_path / "link").symlink_to(shipped_folder())
    with pytest.raises(FaultError, match="is the shipped catalog"):
        place(ONE, tmp_path / "link")
    assert not (shipped_folder() / ONE.name).exists()


def test_file_is_no_folder(tmp_path):
    (tmp_path / "x").write_text("")
    with pytest.raises(FaultError, match="is a file; expected a folder"):
        place(ONE, tmp_path / "x")
