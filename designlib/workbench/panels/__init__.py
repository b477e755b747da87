"""Panels: one question of an architect a file, answered by ``show(view)``; the folder is the list.

A file of this folder has ``ORDER``, its place in the row of panels, ``TITLE``, and ``show``, which
returns the HTML of the panel. ``NEEDS_DESIGN`` says whether there is anything to show without a
design. A question that takes seconds has ``ask`` as well: what it is about, or nothing.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

__all__ = ["panels"]


def panels() -> dict[str, ModuleType]:
    """Return the files of this folder by name, in the order in which the page offers them."""
    names = [m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")]
    found = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    return dict(sorted(found.items(), key=lambda item: item[1].ORDER))
