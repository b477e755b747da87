"""designlib: find the cheapest balanced design of a GPU cluster, prove it, and explain it.

Every layer says what it installs, supplies, draws and costs. A design is balanced when, for every
resource, supply is at least draw.

>>> import designlib as dl
>>> "optimize" in dl.__all__
True

The rooms behind these names are at hand too, such as ``dl.explore.why_not`` or ``dl.charts.plot``;
a room is read when it is first entered.
"""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from designlib import calibrate as calibrate
    from designlib import charts as charts
    from designlib import explore as explore
    from designlib import imports as imports
    from designlib import report as report
    from designlib import validate as validate
    from designlib.brief import Brief
    from designlib.catalog import Catalog
    from designlib.design import Design, Infeasible
    from designlib.faults import FaultError
    from designlib.optimize import optimize
    from designlib.report import write_report, write_workbook
    from designlib.workbench import workbench

__version__ = "0.1.0"

__all__ = [
    "Brief",
    "Catalog",
    "Design",
    "FaultError",
    "Infeasible",
    "__version__",
    "optimize",
    "workbench",
    "write_report",
    "write_workbook",
]

# A name is imported when it is first used: `import designlib` stays instant, and a script that
# only reads a catalog never loads the solver or the charts.
_HOMES: Final = {
    "Brief": "brief",
    "Catalog": "catalog",
    "Design": "design",
    "FaultError": "faults",
    "Infeasible": "design",
    "optimize": "optimize",
    "workbench": "workbench",
    "write_report": "report",
    "write_workbook": "report",
}

_ROOMS: Final = ("calibrate", "charts", "explore", "imports", "report", "validate")
"""Rooms whose functions a user calls by their own name."""


class _Surface(ModuleType):
    """The package; a submodule never hides the public function of the same name."""

    def __setattr__(self, name: str, value: object) -> None:
        # Importing a submodule binds it here: `designlib.optimize` would turn into the module.
        if isinstance(value, ModuleType) and name in _HOMES:
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Surface


def __getattr__(name: str) -> object:
    """Return the public name or room, importing it on first use."""
    if name in _ROOMS:
        return importlib.import_module(f"designlib.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'designlib' has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"designlib.{_HOMES[name]}"), name)
    setattr(sys.modules[__name__], name, value)
    return value


def __dir__() -> list[str]:
    """Return the public names and rooms."""
    return sorted([*__all__, *_ROOMS])
