"""Notebooks: every cell was run, in order, and stored small; nbval skips what was never run."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BYTES_MAX = 500_000
CODE_CELLS_MAX = 12
STEPS = [
    "profile-workloads",
    "map-requirements-to-layers",
    "design-for-balance",
    "plan-for-growth",
    "integrate-operations",
    "validate-before-deployment",
]
# A folder of a user or of a run; what a notebook names must be there for its next reader too.
OWN_PATH = re.compile(r"(/home/|/Users/|/root/|/tmp/|/work/|[A-Z]:\\\\)")
RICH = ("image/png", "image/jpeg", "application/vnd.plotly.v1+json")


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


def test_every_step_of_the_architect_has_its_notebook():
    names = [path.stem for path in NOTEBOOKS]
    assert [n for n in names if n[3:] in STEPS] == [f"{i:02d}-{s}" for i, s in enumerate(STEPS, 1)]
    assert {"00-quickstart", "07-workbench", "08-compare-gpus"} <= set(names)
    assert len({name[:2] for name in names}) == len(names)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_asks_one_question_in_few_cells(path):
    cells = nbformat.read(path, as_version=4).cells
    title = cells[0].source.splitlines()[0]
    assert cells[0].cell_type == "markdown"
    assert title.startswith("# ")
    assert title.endswith("?")
    assert not [c for c in cells[1:] if c.cell_type == "markdown" and c.source.startswith("# ")]
    assert sum(c.cell_type == "code" for c in cells) <= CODE_CELLS_MAX


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_ends_with_an_assertion(path):
    last = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"][-1]
    assert any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(last.source)))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_names_no_folder_of_its_own(path):
    assert not OWN_PATH.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_keeps_nothing_of_the_run(path):
    notebook = nbformat.read(path, as_version=4)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert set(notebook.metadata.language_info) == {"name"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}
        for output in cell.get("outputs", []):
            kinds = output.get("data", {})
            assert "application/vnd.jupyter.widget-view+json" not in kinds, "its kernel is gone"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_only_pictures_and_panels_are_not_compared(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if "nbval-ignore-output" in tags(cell):
            kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
            assert kinds & set(RICH) or "<Workbench" in str(cell.outputs), cell.source
