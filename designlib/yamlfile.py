"""YAML files: read YAML 1.2 into plain values and remember the line of every key.

This is the only module that reads YAML. It composes the node tree and builds plain values itself,
so that every repeated key of a file is reported, and nothing but text, numbers, booleans, null,
lists and mappings can come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from designlib.faults import Fault, FaultError, one_line, quoted

Keys = tuple[str | int, ...]
Plain = str | int | float | bool | list[Any] | dict[Any, Any] | None
MAX_BYTES = 4_000_000
MAX_DEPTH = 40
_TAG = "tag:yaml.org,2002:"


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
    file = str(path)
    text = read_text(path)
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH
    yaml.composer.warn_double_anchors = False  # an alias is refused anyway
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        raise FaultError([_yaml_fault(file, error)]) from None
    except (YAMLError, RecursionError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else "nested too deeply"
        raise FaultError([Fault(file, 1, "file", f"not valid YAML: {one_line(reason)}")]) from None
    builder = _Builder(file, yaml)
    if root is None:
        builder.add(1, "file", "the file is empty; expected a mapping of fields")
    elif not isinstance(root, MappingNode):
        kind = "list" if isinstance(root, SequenceNode) else "single value"
        builder.add(_line(root), "file", f"expected a mapping of fields, found a {kind}")
    data = builder.mapping(root, ()) if isinstance(root, MappingNode) else {}
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


class _Builder:
    """Turns a node tree into plain values, lines and faults."""

    def __init__(self, file: str, yaml: YAML) -> None:
        self.file = file
        self.scalar = yaml.constructor.construct_object
        self.lines: dict[Keys, int] = {}
        self.faults: list[Fault] = []
        self.seen: set[int] = set()

    def add(self, line: int, where: str, message: str) -> None:
        """Record one fault."""
        self.faults.append(Fault(self.file, line, where, message))

    def build(self, node: Node, path: Keys) -> Plain:
        """Return the plain value of a node and record its lines."""
        self.lines.setdefault(path, _line(node))
        if id(node) in self.seen:
            # One rule for all: a value that stands in two places cannot be changed in one of them.
            self.add(_line(node), dotted(path), "aliases (*name) are not read; write the value out")
            return None
        self.seen.add(id(node))
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, path)

    def mapping(self, node: MappingNode, path: Keys) -> dict[Any, Any]:
        """Return the plain values of a mapping and record their lines."""
        self.lines.setdefault(path, _line(node))
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self._scalar(key_node, path) if isinstance(key_node, ScalarNode) else None
            if not isinstance(key, str | int) or isinstance(key, bool):
                self.add(_line(key_node), dotted(path) or "file", "expected a name as key")
                continue
            here = (*path, key)
            if key in result:
                message = f"key given twice; first on line {self.lines[here]}"
                self.add(_line(key_node), dotted(here), message)
                continue
            self.lines[here] = _line(key_node)
            result[key] = self.build(value_node, here)
        return result

    def _scalar(self, node: Node, path: Keys) -> Plain:
        tag = str(node.tag)
        if tag == f"{_TAG}timestamp":
            return str(node.value)
        if tag.removeprefix(_TAG) not in {"str", "int", "float", "bool", "null"}:
            message = f"tag or value {quoted(tag.removeprefix(_TAG))} is not read; write plain text"
            self.add(_line(node), dotted(path) or "file", message)
            return None
        try:
            value: Plain = self.scalar(node)
        except (YAMLError, ValueError, OverflowError):
            self.add(_line(node), dotted(path), f"cannot read {quoted(node.value)} as a value")
            return None
        return value


def dotted(path: Sequence[str | int]) -> str:
    """Return a path as text, ``sites.0.id``."""
    return ".".join(str(part) for part in path)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _yaml_fault(file: str, error: MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    line = 1 if mark is None else int(mark.line) + 1
    reason = one_line(str(error.problem or error.context or "syntax").splitlines()[0])
    return Fault(file, line, "file", f"not valid YAML: {reason}")
