"""Notebooks: every cell was run, in order, and stored small; nbval skips what was never run."""

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BYTES_MAX = 500_000


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def test_notebooks_are_found():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_is_whole_and_small(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]
    counts = [c.execution_count for c in code]
    assert counts == list(range(1, len(code) + 1)), "run all cells in order, then save"
    assert not [c for c in code if "nbval-skip" in tags(c)], "a skipped cell proves nothing"
    assert "widgets" not in notebook.metadata, "store no widget state: 5 MB for each figure"
    assert path.stat().st_size < BYTES_MAX


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_hides_no_error(path):
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error" or "raises-exception" in tags(cell)
            assert output.get("name") != "stderr", "a warning is an answer to give, not to print"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_uses_public_names_only(path):
    cells = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    assert not [
        s for s in cells if "from designlib." in s or "import designlib." in s or "dl._" in s
    ]
