"""Reading: a file is recognized by what it says, never by its name, and read by its tool's reader.

A reader raises a ``FaultError`` with the line and the reason where a file of its tool is cut short
or makes no sense; a file that no reader knows is refused too.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

import designlib.calibrate as room
from designlib.calibrate.measured import Measured
from designlib.design.files import read_text
from designlib.faults import Fault, FaultError


def tools() -> dict[str, ModuleType]:
    """Return the readers by the name of their tool, as found in this folder."""
    names = sorted(m.name for m in pkgutil.iter_modules(room.__path__))
    modules = [
        importlib.import_module(f"{room.__name__}.{n}") for n in names if n.startswith("read_")
    ]
    return {module.TOOL: module for module in modules}


def read(path: str | Path) -> Measured:
    """Return what a file of a tool says.

    Parameters
    ----------
    path : str or Path
        Output of nccl-tests, fio, ``vllm bench serve``, GenAI-Perf, MLPerf, or a CSV of metrics.

    Raises
    ------
    FaultError
        No tool wrote such a file, or it is cut short; line and reason are in it.
    """
    text = read_text(path)
    for module in tools().values():
        if module.knows(text):
            found: Measured = module.read(text, str(path))
            return found
    expected = ", ".join(tools())
    message = f"is the output of no tool that is known; expected one of {expected}"
    raise FaultError([Fault(str(path), 1, "file", message)])


def refuse(file: str, line: int, field: str, message: str) -> FaultError:
    """Return the refusal of one place in a file."""
    return FaultError([Fault(file, line, field, message)])
