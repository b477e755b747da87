"""Session file: the briefs, the pins and the design of a workbench, written whole or not at all."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from designlib.brief import Brief
from designlib.design import Design
from designlib.design.files import parse_json, read_text, refuse, write_atomic
from designlib.faults import FaultError

VERSION: Final = 1
KIND: Final = "designlib workbench session"
ENDING: Final = ".session.json"
NOTEBOOK: Final = "JPY_SESSION_NAME"
"""Variable by which Jupyter tells a kernel for which notebook it runs."""


@dataclass(frozen=True)
class Session:
    """What is kept of a workbench.

    Attributes
    ----------
    opened : Brief
        The brief of the beginning.
    briefs : tuple of Brief
        The line of answered briefs.
    place : int
        Index of the present one.
    pins : mapping
        Name -> design.
    design : Design or None
        The design of the present brief.
    """

    opened: Brief
    briefs: tuple[Brief, ...]
    place: int
    pins: Mapping[str, Design]
    design: Design | None = None


def write_session(session: Session, path: str | Path) -> Path:
    """Write a session to a JSON file, completely or not at all, and return the file.

    Parameters
    ----------
    session : Session
        What to keep.
    path : str or Path
        The file; its folder exists.
    """
    content = {
        "kind": KIND,
        "schema_version": VERSION,
        "opened": session.opened.to_dict(),
        "file": session.opened._file,
        "briefs": [brief.to_dict() for brief in session.briefs],
        "place": session.place,
        "pins": {name: design.to_dict() for name, design in session.pins.items()},
        "design": session.design.to_dict() if session.design else None,
    }
    return write_atomic(path, json.dumps(content, ensure_ascii=False) + "\n")


def read_session(path: str | Path) -> Session:
    """Read a session; a file that is none raises ``FaultError``.

    Parameters
    ----------
    path : str or Path
        A file of ``write_session``.
    """
    content = parse_json(read_text(path), path)
    if not isinstance(content, dict) or content.get("kind") != KIND:
        refuse(path, None, f"expected a {KIND}")
    if content.get("schema_version") != VERSION:
        refuse(path, None, f"expected version {VERSION} of a {KIND}")
    try:
        return _session(content, str(path))
    except FaultError:
        raise
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        refuse(path, None, f"is a damaged {KIND}: {error}")


def _session(content: dict[str, Any], file: str) -> Session:
    # What the session was opened with may still lie in its file; faults are told of the session's.
    opened = Brief.from_dict(content["opened"], file=str(content["file"]))
    briefs = tuple(Brief.from_dict(brief, file=file) for brief in content["briefs"])
    place = int(content["place"])
    briefs[place]  # a place outside the line is refused
    kept = content["design"]
    return Session(
        opened,
        briefs,
        place,
        {str(name): Design.from_dict(d, file) for name, d in content["pins"].items()},
        Design.from_dict(kept, file) if kept else None,
    )


def is_session(path: str | Path) -> bool:
    """Return whether a file is named like a session."""
    return Path(path).name.endswith(ENDING)


def own_file(opened: Brief) -> Path | None:
    """Return where the workbench of this notebook saves itself; None outside a notebook.

    Parameters
    ----------
    opened : Brief
        The brief of the beginning: each has a file of its own.
    """
    notebook = os.environ.get(NOTEBOOK)
    if not notebook:
        return None
    return Path.cwd() / f"{stem_of(opened, Path(notebook).stem)}{ENDING}"


def stem_of(opened: Brief, *before: str) -> str:
    """Return a name of a file for the sessions of a brief, without its ending.

    Parameters
    ----------
    opened : Brief
        The brief of the beginning.
    *before : str
        What its name begins with.
    """
    words = "-".join((*before, opened.id or opened.name))
    return re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-")[:80] or "workbench"
