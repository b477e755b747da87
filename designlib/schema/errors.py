"""Schema errors: what pydantic found becomes faults with a line and the nearest valid name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from designlib import units
from designlib.faults import Fault, nearest, quoted
from designlib.schema.walk import Keys, path_of

_EXPECTED = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "int_parsing": "a whole number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "a mapping of fields",
    "model_type": "a mapping of fields",
    "model_attributes_type": "a mapping of fields",
}
_LIMITS = {
    "greater_than_equal": (">=", "ge"),
    "greater_than": (">", "gt"),
    "less_than_equal": ("<=", "le"),
    "less_than": ("<", "lt"),
}
_BAND = {"value", "low", "high"}


@dataclass(frozen=True)
class _Raw:
    """One error before it has a line: where, which field it may have meant, and the sentence."""

    path: Keys
    message: str
    missing: bool = False
    meant: str = ""


def faults_of(
    error: ValidationError,
    model: type[BaseModel],
    data: object,
    file: str,
    lines: Mapping[Keys, int],
) -> list[Fault]:
    """Return one fault for each thing that is wrong, in the order of the file.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.
    model : type
        Model that the data was meant for.
    data : Any
        The raw data.
    file : str
        Name of the file.
    lines : mapping
        Path of keys -> line.
    """
    found: list[_Raw] = []
    for item in error.errors(include_url=False):
        path, owner = path_of(model, item["loc"])
        context = item.get("ctx", {})
        if "faults" in context:
            found += [_Raw((*path, *more), text) for more, text in context["faults"]]
        else:
            found.append(_read(dict(item), path, owner))
    # A misspelt required field is unknown and missing at once; one line that says how to spell it
    # is enough.
    meant = {(*raw.path[:-1], raw.meant) for raw in found if raw.meant}
    kept = [raw for raw in found if not (raw.missing and raw.path in meant)]
    faults = [
        Fault(file, _line(lines, raw.path), named(raw.path, data), raw.message) for raw in kept
    ]
    return sorted(faults, key=lambda fault: fault.line or 0)


def named(path: Keys, data: object) -> str:
    """Return a path as text, with the id of a list item in place of its number.

    Examples
    --------
    >>> named(("sites", 0, "pue"), {"sites": [{"id": "east"}]})
    'sites.east.pue'
    """
    parts: list[str] = []
    here: Any = data
    for key in path:
        try:
            here = here[key]
        except (KeyError, IndexError, TypeError):
            here = None
        name = here.get("id") if isinstance(key, int) and isinstance(here, dict) else None
        usable = isinstance(name, str) and name.replace("-", "").isalnum()
        parts.append(str(name) if usable else str(key))
    return ".".join(parts) or "file"


def _line(lines: Mapping[Keys, int], path: Keys) -> int | None:
    for length in range(len(path), -1, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def _read(item: dict[str, Any], path: Keys, owner: type[BaseModel] | None) -> _Raw:
    kind, found, context = item["type"], item["input"], item.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_field(path, owner)
    if kind == "missing":
        return _Raw(path, f"required field is missing{_unit(path)}", missing=True)
    if kind == "union_tag_not_found":
        return _Raw((*path, "kind"), "required field is missing", missing=True)
    if kind == "union_tag_invalid":
        tags = [tag.strip(" '") for tag in str(context["expected_tags"]).split(",")]
        word = str(context["tag"])
        text = f"expected one of {', '.join(tags)}, found {quoted(word)}{nearest(word, tags)}"
        return _Raw((*path, "kind"), text)
    if kind == "literal_error":
        choices = [
            word.strip(" '") for word in str(context["expected"]).replace(" or ", ", ").split(",")
        ]
        text = f"expected one of {', '.join(choices)}, found {_show(found)}"
        return _Raw(path, text + (nearest(found, choices) if isinstance(found, str) else ""))
    if kind in _LIMITS:
        sign, key = _LIMITS[kind]
        return _Raw(
            path, f"expected a number {sign} {context[key]:g}{_unit(path)}, found {_show(found)}"
        )
    if kind in _EXPECTED:
        return _Raw(path, f"expected {_EXPECTED[kind]}{_unit(path)}, found {_show(found)}")
    return _Raw(path, str(item["msg"]))


def _unknown_field(path: Keys, owner: type[BaseModel] | None) -> _Raw:
    name = str(path[-1])
    valid = [] if owner is None else [field for field in owner.model_fields if field not in path]
    stem = units.stem_of(name)
    same = [field for field in valid if units.suffix_of(field) and units.stem_of(field) == stem]
    if same and units.unit_of(same[0]) != units.unit_of(name):
        unit = units.unit_of(same[0])
        return _Raw(path, f"unknown field; its unit is [{unit}]: write '{same[0]}'", meant=same[0])
    hint = nearest(name, valid)
    if not hint:
        return _Raw(path, f"unknown field; expected one of {', '.join(sorted(valid))}")
    return _Raw(path, f"unknown field{hint}", meant=hint.split("'")[1])


def _unit(path: Keys) -> str:
    names = [key for key in path if isinstance(key, str) and key not in _BAND]
    unit = units.unit_of(names[-1]) if names else None
    return "" if unit in (None, "1") else f" [{unit}]"


def _show(value: object) -> str:
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"text {quoted(value)}"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return quoted(value)
