"""Files: written completely or not at all, and refused by name where they cannot be read."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import NoReturn

from designlib.faults import Fault, FaultError


def write_atomic(path: str | Path, content: str | bytes) -> Path:
    """Write a file completely or not at all: a temporary file of the same folder takes its place.

    Parameters
    ----------
    path : str or Path
        File to write; its folder exists.
    content : str or bytes
        What it shall hold; text is written as UTF-8.

    Returns
    -------
    Path
        The file.
    """
    target = Path(path)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return target


def _mode(target: Path) -> int:
    """Return the permissions of the file that is replaced, or those of any new file."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def read_text(path: str | Path) -> str:
    """Return the text of a file, or raise ``FaultError`` where it is none."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        refuse(path, None, f"cannot be read: {error.strerror or error}")
    except UnicodeDecodeError:
        refuse(path, None, "expected a text file, found binary content")


def parse_json(text: str, path: str | Path) -> object:
    """Return the content of a JSON text, or raise ``FaultError`` with its line."""
    try:
        content: object = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        refuse(path, error.lineno, f"expected JSON: {error.msg}")
    except (ValueError, RecursionError) as error:
        refuse(path, None, f"expected JSON: {error}")
    return content


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def refuse(path: str | Path, line: int | None, message: str) -> NoReturn:
    """Raise ``FaultError`` on a file as a whole."""
    raise FaultError([Fault(str(path), line, "file", message)])
