"""Session: the code that makes this design again, and the file that holds all of it."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from designlib.workbench.render import render
from designlib.workbench.view import View

ORDER: Final = 160
TITLE: Final = "Code and session"
NEEDS_DESIGN: Final = False


def show(view: View) -> Markup:
    """Return a cell to copy, and where to save the session or open another."""
    return render(
        "session",
        code=view.code,
        path=view.chosen.get("path", ""),
        told=view.chosen.get("told", ""),
    )
