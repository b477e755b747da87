"""Face: the one widget of a workbench; it shows HTML and hands on what a user does."""

from __future__ import annotations

import functools
import gzip
from collections.abc import Callable
from importlib.resources import files
from typing import Any, Final

import anywidget
import traitlets
from plotly.offline import get_plotlyjs

PARTS: Final = ("head", "status", "rail", "stage")


def asset(name: str) -> str:
    """Return a file of the page."""
    return (files("designlib.workbench") / "assets" / name).read_text(encoding="utf-8")


class Face(anywidget.AnyWidget):
    """The page of a workbench; a browser that loads it again shows the present state."""

    _esm = asset("face.js")
    _css = asset("face.css")
    head = traitlets.Unicode("").tag(sync=True)
    status = traitlets.Unicode("").tag(sync=True)
    rail = traitlets.Unicode("").tag(sync=True)
    stage = traitlets.Unicode("").tag(sync=True)

    def listen(self, heard: Callable[[dict[str, Any]], None]) -> None:
        """Record who is told what a user does: a mapping with ``do`` and what belongs to it."""

        def receive(_: object, content: object, __: object) -> None:
            if not isinstance(content, dict) or not isinstance(content.get("do"), str):
                return
            if content["do"] == "library":
                self.send({"library": "plotly"}, [library()])
            else:
                heard({str(k): v for k, v in content.items()})

        self.on_msg(receive)


@functools.cache
def library() -> bytes:
    """Return plotly.js, compressed: a browser unpacks it, and holds one copy for all its pages."""
    return gzip.compress(get_plotlyjs().encode(), compresslevel=6)
