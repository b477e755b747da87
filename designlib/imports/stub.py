"""Stub: the text of a part file, with what its source did not say as remarks to fill in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from designlib.schema.parts import Part
from designlib.schema.walk import plain
from designlib.units import unit_of


@dataclass(frozen=True)
class Figure:
    """A figure with what a reader must know about it."""

    value: float
    note: str = ""


def slug(text: str) -> str:
    """Return a text as an id of small letters, digits and single hyphens; "" if none is left.

    Examples
    --------
    >>> slug("Llama-3.1_8B (Instruct)")
    'llama-3-1-8b-instruct'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def part_text(
    model: type[Part],
    top: Mapping[str, Any],
    source: Mapping[str, Any],
    figures: Mapping[str, Figure],
) -> str:
    """Return the text of a part file whose figures come from one source.

    Parameters
    ----------
    model : type
        Family of the part; its required fields that are not given become remarks.
    top : mapping
        Fields outside the figures.
    source : mapping
        The source, as a catalog file states it.
    figures : mapping
        Field of ``specs`` -> figure.
    """
    lines = [f"{name}: {_text(value)}" for name, value in top.items()]
    lines += [f"# {name}:" for name in missing(model, top, {}) if not name.startswith("specs.")]
    told = ", ".join(f"{key}: {_text(value)}" for key, value in source.items())
    lines += ["sources:", f"  import: {{{told}}}", "specs:"]
    for name, figure in figures.items():
        note = f", note: {_text(figure.note)}" if figure.note else ""
        lines.append(f"  {name}: {{value: {_number(figure.value)}, source: import{note}}}")
    for name in missing(model, {}, figures):
        if name.startswith("specs."):
            field = name.removeprefix("specs.")
            lines.append(f"  # {field}: {{value: , source: }}  # [{unit_of(field)}]")
    return "\n".join(lines) + "\n"


def missing(model: type[Part], top: Mapping[str, Any], figures: Mapping[str, Any]) -> list[str]:
    """Return the required fields of a family that are given neither outside nor in the figures."""
    outside = [
        name
        for name, field in model.model_fields.items()
        if field.is_required() and name not in {"id", "specs", *top}
    ]
    specs = plain(model.model_fields["specs"].annotation)
    fields = getattr(specs, "model_fields", {})
    inside = [n for n, field in fields.items() if field.is_required() and n not in figures]
    return outside + [f"specs.{name}" for name in inside]


def _text(value: Any) -> str:
    # JSON is YAML too, and quotes whatever a plain word could be taken for.
    plain_word = isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z-]*", value)
    if plain_word and value.lower() not in {"true", "false", "null", "yes", "no", "on", "off"}:
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:.10g}"
