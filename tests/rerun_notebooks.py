"""Rerun notebooks: execute them in place and store outputs that change only when answers change.

``python tests/rerun_notebooks.py`` runs every notebook; name files to run only those.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
VIEW = "application/vnd.jupyter.widget-view+json"


def rerun(path: Path) -> None:
    """Execute one notebook where it lies and write it back without what differs from run to run."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    notebook.metadata = {
        "kernelspec": notebook.metadata["kernelspec"],
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        # Times of execution, which change with every run.
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            # The panel of a kernel that is gone; the text beside it stays.
            output.get("data", {}).pop(VIEW, None)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]) if sys.argv[1:] else sorted(ROOT.glob("notebooks/*.ipynb")):
        rerun(path)
        print(f"{path}: {path.stat().st_size / 1e3:.0f} kB")
