"""Recount: quantities that a design promises, each counted again from hardware and brief alone.

Each file of this folder is one recount: ``promises(design, catalog)`` gives a row for each figure.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._promise import Promise

Recount = Callable[[Design, Catalog], list[Promise]]


def recounts() -> dict[str, Recount]:
    """Return the recounts by name, as found in this folder."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    return {name: importlib.import_module(f"{__name__}.{name}").promises for name in names}
