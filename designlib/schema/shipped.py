"""Shipped: where the catalog, the briefs and the notebooks that come with the package lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped_folder() -> Path:
    """Return the folder of the shipped catalog: inside the installed package, or in a checkout."""
    return _folder("catalogs")


def shipped_notebooks() -> Path:
    """Return the folder of the shipped notebooks: in the installed package, or in a checkout."""
    return _folder("notebooks")


def _folder(name: str) -> Path:
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name


def brief_file(path: str | Path) -> Path:
    """Return the file of a brief; a bare name that is no file here is a shipped brief.

    Parameters
    ----------
    path : str or Path
        A file, or a name such as ``enterprise``.
    """
    asked = Path(path)
    shipped = shipped_folder() / "briefs" / f"{asked.name}.yaml"
    bare = asked.parent == Path() and not asked.suffix
    return shipped if bare and not asked.exists() and shipped.is_file() else asked
