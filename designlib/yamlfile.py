"""YAML files: read YAML 1.2 into plain values and remember the line of every key.

This is the only module that reads YAML. It takes the parser's events and builds plain values
itself, so that every repeated key of a file is reported, and nothing but text, numbers, booleans,
null, lists and mappings can come out. The compiled parser reads what is right some ten times
faster; a file that it refuses is read again by the pure one, so that a fault has one wording.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.nodes import ScalarNode

from designlib.faults import Fault, FaultError, one_line, quoted

Keys = tuple[str | int, ...]
Plain = str | int | float | bool | list[Any] | dict[Any, Any] | None
MAX_BYTES = 4_000_000
MAX_DEPTH = 40
_TAG = "tag:yaml.org,2002:"
# The compiled parser takes the last three for ends of lines, as YAML 1.1 did, and allows tabs where
# YAML 1.2 does not.
_ODD = frozenset("\t\x85\u2028\u2029")


@dataclass(frozen=True)
class Document:
    """What one YAML file says, and where.

    Attributes
    ----------
    file : str
        Path as the user gave it.
    data : dict
        Plain values.
    lines : dict
        Path of keys and indices -> line, counted from 1.
    """

    file: str
    data: dict[Any, Any]
    lines: dict[Keys, int] = field(default_factory=dict)

    def line(self, path: Sequence[str | int]) -> int | None:
        """Return the line of a field, or of the nearest enclosing field that the file has."""
        return line_of(self.lines, path)


def line_of(lines: dict[Keys, int], path: Sequence[str | int]) -> int | None:
    """Return the line of a path or of its nearest known ancestor; None if there are no lines."""
    for length in range(len(path), -1, -1):
        found = lines.get(tuple(path[:length]))
        if found is not None:
            return found
    return None


def read_yaml(path: str | Path) -> Document:
    """Read one YAML file whose top level is a mapping.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Document
        Values and lines.

    Raises
    ------
    FaultError
        The file cannot be read, is empty, is no YAML, is no mapping, or repeats a key; one fault
        for each.
    """
    text = read_text(path)
    if _ODD.isdisjoint(text):
        try:
            return _read(str(path), text, pure=False)
        except FaultError:
            pass  # told below, in the words and with the lines of the one parser
    return _read(str(path), text, pure=True)


def _read(file: str, text: str, *, pure: bool) -> Document:
    builder = _Builder(file, _Yaml(typ="safe", pure=pure).parse(text))
    try:
        data = builder.document()
    except MarkedYAMLError as error:
        raise FaultError([_yaml_fault(file, error)]) from None
    except (YAMLError, ValueError) as error:
        reason = one_line(str(error).splitlines()[0])
        raise FaultError([Fault(file, 1, "file", f"not valid YAML: {reason}")]) from None
    if builder.faults:
        raise FaultError(builder.faults)
    return Document(file, data, builder.lines)


def read_text(path: str | Path) -> str:
    """Read a text file as UTF-8, or raise a FaultError that says why it cannot be read."""
    file = str(path)
    try:
        if Path(path).stat().st_size > MAX_BYTES:
            message = f"the file is larger than {MAX_BYTES // 1_000_000} MB; expected a short text"
            raise FaultError([Fault(file, 1, "file", message)])
        raw = Path(path).read_bytes()
    except FileNotFoundError:
        raise FaultError([Fault(file, None, "file", "no such file")]) from None
    except IsADirectoryError:
        raise FaultError([Fault(file, None, "file", "is a folder; expected a file")]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FaultError([Fault(file, None, "file", f"cannot be read: {reason}")]) from None
    if b"\0" in raw:
        line = raw[: raw.index(b"\0")].count(b"\n") + 1
        raise FaultError([Fault(file, line, "file", "binary content; expected UTF-8 text")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8 text"
        raise FaultError([Fault(file, line, "file", message)]) from None


class _Yaml(YAML):
    """The reader without its plug-ins, which it would look for on the disk for every file."""

    def official_plug_ins(self) -> list[Any]:
        return []


@cache
def _words() -> YAML:
    return _Yaml(typ="safe", pure=True)


@lru_cache(maxsize=10_000)
def _meaning(word: str) -> str:
    """Return what a plain word is in YAML 1.2, whichever parser found it: str, int, null, ..."""
    tag = _words().resolver.resolve(ScalarNode, word, (True, False))
    return str(tag).removeprefix(_TAG)


class _Builder:
    """Turns a stream of events into plain values, lines and faults."""

    def __init__(self, file: str, events: Iterator[Event]) -> None:
        self.file = file
        self.events = events
        self.lines: dict[Keys, int] = {}
        self.faults: list[Fault] = []

    def add(self, line: int, where: str, message: str) -> None:
        """Record one fault."""
        self.faults.append(Fault(self.file, line, where, message))

    def document(self) -> dict[Any, Any]:
        """Return the mapping that the file holds, and record what else it holds as faults."""
        next(self.events)
        if not isinstance(next(self.events), DocumentStartEvent):
            self.add(1, "file", "the file is empty; expected a mapping of fields")
            return {}
        root = next(self.events)
        data: dict[Any, Any] = {}
        if isinstance(root, MappingStartEvent):
            data = self.mapping(root, ())
        else:
            kind = "list" if isinstance(root, SequenceStartEvent) else "single value"
            self.add(_line(root), "file", f"expected a mapping of fields, found a {kind}")
            self.build(root, ())
        next(self.events)
        after = next(self.events)
        if not isinstance(after, StreamEndEvent):
            self.add(_line(after), "file", "not valid YAML: expected one document, found another")
        return data

    def build(self, event: Event, path: Keys) -> Plain:
        """Return the plain value that an event begins and record its lines."""
        self.lines.setdefault(path, _line(event))
        if isinstance(event, ScalarEvent):
            return self.scalar(event, path)
        if isinstance(event, AliasEvent):
            # One rule for all: a value that stands in two places cannot be changed in one of them.
            message = "aliases (*name) are not read; write the value out"
            self.add(_line(event), dotted(path), message)
            return None
        if len(path) >= MAX_DEPTH:
            raise YAMLError("nested too deeply")
        if isinstance(event, MappingStartEvent):
            return self.mapping(event, path)
        return self.sequence(path)

    def sequence(self, path: Keys) -> list[Any]:
        """Return the plain values of a list whose start was read."""
        result: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            result.append(self.build(event, (*path, len(result))))
        return result

    def mapping(self, start: Event, path: Keys) -> dict[Any, Any]:
        """Return the plain values of a mapping whose start was read, and record their lines."""
        self.lines.setdefault(path, _line(start))
        result: dict[Any, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            if isinstance(event, ScalarEvent):
                key = self.scalar(event, path)
            else:
                key = None
                self.skip(event, path)
            if not isinstance(key, str | int) or isinstance(key, bool):
                self.add(_line(event), dotted(path) or "file", "expected a name as key")
                self.skip(next(self.events), path)
                continue
            here = (*path, key)
            if key in result:
                message = f"key given twice; first on line {self.lines[here]}"
                self.add(_line(event), dotted(here), message)
                self.skip(next(self.events), here)
                continue
            self.lines[here] = _line(event)
            result[key] = self.build(next(self.events), here)
        return result

    def skip(self, event: Event, path: Keys) -> None:
        """Read past a value whose faults and lines are not of interest."""
        lines, faults = dict(self.lines), list(self.faults)
        self.build(event, path)
        self.lines, self.faults = lines, faults

    def scalar(self, event: ScalarEvent, path: Keys) -> Plain:
        """Return the plain value of a scalar."""
        tag = str(event.tag or "").removeprefix(_TAG)
        if tag in {"", "!"}:
            # What is quoted, or a block, is text.
            tag = _meaning(event.value) if event.implicit[0] else "str"
        if tag in {"str", "timestamp"}:
            return str(event.value)
        if tag not in {"int", "float", "bool", "null"}:
            message = f"tag or value {quoted(tag)} is not read; write plain text"
            self.add(_line(event), dotted(path) or "file", message)
            return None
        try:
            make = getattr(_words().constructor, f"construct_yaml_{tag}")
            value: Plain = make(ScalarNode(_TAG + tag, event.value))
        except (YAMLError, ValueError, OverflowError):
            self.add(_line(event), dotted(path), f"cannot read {quoted(event.value)} as a value")
            return None
        return value


def dotted(path: Sequence[str | int]) -> str:
    """Return a path as text, ``sites.0.id``."""
    return ".".join(str(part) for part in path)


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _yaml_fault(file: str, error: MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    line = 1 if mark is None else int(mark.line) + 1
    reason = one_line(str(error.problem or error.context or "syntax").splitlines()[0])
    return Fault(file, line, "file", f"not valid YAML: {reason}")
