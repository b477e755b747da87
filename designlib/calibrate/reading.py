"""Reading: a file is recognized by what it says, never by its name, and read by its tool's reader.

A reader raises a ``FaultError`` with the line and the reason where a file of its tool is cut short
or makes no sense; a file that no reader knows is refused too.
"""

from __future__ import annotations

import importlib
import json
import math
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import designlib.calibrate as room
from designlib.calibrate.measured import Measured
from designlib.design.files import read_text
from designlib.faults import Fault, FaultError

LARGEST: Final = 1e18
"""No figure of a tool is as large."""


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


def json_of(text: str, file: str) -> dict[str, Any]:
    """Return the object that a JSON text is, whatever was printed before it.

    Parameters
    ----------
    text : str
        Output of a tool.
    file : str
        Its name, for the refusal of what is cut short, no object, or has numbers without end.
    """
    begin = max(0, text.find("{"))

    def endless(word: str) -> float:
        raise ValueError(f"{word} is no number")

    try:
        content = json.loads(text[begin:], parse_constant=endless, parse_float=_finite)
    except json.JSONDecodeError as error:
        line = text[:begin].count("\n") + error.lineno
        raise refuse(file, line, "file", f"is cut short or no JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise refuse(file, 1, "file", f"is no JSON of a tool: {error}") from None
    if not isinstance(content, dict):
        raise refuse(file, 1, "file", "expected an object")
    return content


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is no number")
    return value


def number(told: Any, key: str, file: str, *, where: str = "", line: int = 1) -> float:
    """Return a number of an object that is not negative; raise a ``FaultError`` for all else."""
    value = told.get(key) if isinstance(told, dict) else None
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise refuse(file, line, where or key, "expected a number, found none")
    if not 0 <= value < LARGEST:
        raise refuse(file, line, where or key, f"expected a number from 0 on, found {value}")
    return float(value)


def refuse(file: str, line: int, field: str, message: str) -> FaultError:
    """Return the refusal of one place in a file."""
    return FaultError([Fault(file, line, field, message)])
