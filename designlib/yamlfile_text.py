"""YAML text: plain values as YAML that every reader of 1.1 and 1.2 understands alike.

Every text stands in double quotes, so that none of them can be taken for a number, a date, a
truth value or an end of the document.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from designlib.faults import one_line


def yaml_text(documents: Iterable[Mapping[str, Any]], head: str = "") -> str:
    """Return mappings as the documents of one YAML file.

    Parameters
    ----------
    documents : iterable of mapping
        Texts, numbers, truth values, None, and lists and mappings of them. Keys are texts.
    head : str
        A line of comment at the top.

    Examples
    --------
    >>> print(yaml_text([{"on": "no", "list": [1, {"a": "b: #c"}]}]), end="")
    ---
    "on": "no"
    "list":
      - 1
      - "a": "b: #c"
    """
    lines = [f"# {one_line(head)}"] if head else []
    for document in documents:
        lines += ["---", *_lines(document, "")]
    return "\n".join(lines) + "\n"


def _lines(value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of a list or mapping that is not empty."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _entry(f"{indent}{_scalar(str(key))}:", item, indent)
        return
    for item in value:
        if not _is_block(item):
            yield f"{indent}- {_scalar(item)}"
            continue
        first, *rest = _lines(item, f"{indent}  ")
        yield f"{indent}- {first.removeprefix(f'{indent}  ')}"
        yield from rest


def _entry(start: str, item: Any, indent: str) -> Iterator[str]:
    if _is_block(item):
        yield start
        yield from _lines(item, f"{indent}  ")
    else:
        yield f"{start} {_scalar(item)}"


def _is_block(value: Any) -> bool:
    return isinstance(value, (Mapping, Sequence)) and not isinstance(value, str) and len(value) > 0


def _scalar(value: Any) -> str:
    """Return a value on one line: JSON is YAML, once all that is not printable is spelled out."""
    if isinstance(value, str):
        return json.dumps(one_line(value), ensure_ascii=False)
    if isinstance(value, (Mapping, Sequence)):
        return "{}" if isinstance(value, Mapping) else "[]"
    return json.dumps(value, allow_nan=False)
