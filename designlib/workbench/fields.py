"""Fields: what a brief may say, read off its schema: words, unit, limits, help and value."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel

from designlib.brief import Brief
from designlib.faults import Fault, FaultError
from designlib.report.sections.workloads import REQUIREMENTS
from designlib.units import stem_of, unit_of

Kind = Literal["number", "count", "choice", "flag", "text"]

GROUPS: Final[Mapping[str, str]] = {
    "AnyWorkload": "Growth, owner and rules",
    "Shaped": "Language model",
    "Trained": "How it is trained",
    "CacheBits": "Precision of weights and cache",
    "Answers": "Requests and promises",
}
"""Class of the schema that states a field -> heading over it; any other: the work itself."""
WORK: Final = "The work"
SHORT: Final[Mapping[str, str]] = {
    "ttft": "TTFT", "tpot": "TPOT", "id": "id", "llm": "language model of the catalog",
    "kv": "KV", "ups": "UPS", "pue": "PUE", "it": "IT", "mfu": "MFU", "gpus": "GPUs", "gpu": "GPU",
    "co2": "CO2", "wue": "WUE", "tco": "TCO", "wacc": "WACC", "lora": "LoRA", "ffn": "FFN",
    "ab": "A/B", "wan": "WAN", "fp4": "FP4", "oob": "out-of-band", "vocab": "vocabulary",
}  # fmt: skip
HIDDEN: Final = frozenset({"id", "kind"})
LARGE: Final = 1e6


@dataclass(frozen=True)
class Field:
    """One field of a brief that a user can set.

    Attributes
    ----------
    path : str
        Where it stands in the brief.
    group, label, unit, note : str
        Heading over it, its words, its unit and what it means.
    kind : str
        ``number``, ``count``, ``choice``, ``flag`` or ``text``.
    value : str
        What holds now; empty where nothing is asked for.
    stated : bool
        Whether the brief says so; otherwise it is an assumption, or absent.
    least, most : float or None
        Limits.
    choices : tuple of str
        Words to choose from.
    """

    path: str
    group: str
    label: str
    unit: str
    note: str
    kind: Kind
    value: str
    stated: bool
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


def fields(item: BaseModel, path: str, currency: str, group: str = "") -> list[Field]:
    """Return the fields of a block of a brief, and of the blocks inside it.

    Parameters
    ----------
    item : BaseModel
        The block.
    path : str
        Where it stands in the brief.
    currency : str
        What money is in.
    group : str
        Heading over them; without it that of the class that states them.
    """
    schema = type(item).model_json_schema()
    return list(_block(type(item), item, schema, schema.get("$defs", {}), path, currency, group))


def _block(
    model: type[BaseModel],
    item: BaseModel | None,
    schema: Mapping[str, Any],
    known: Mapping[str, Any],
    path: str,
    currency: str,
    group: str,
) -> Iterator[Field]:
    for name, given in schema.get("properties", {}).items():
        if name in HIDDEN:
            continue
        here = f"{path}.{name}" if path else name
        value = getattr(item, name, None)
        form = _form(given, known, block=isinstance(value, BaseModel))
        heading = group or GROUPS.get(_owner(model, name), WORK)
        if "properties" in form:
            inner = value if isinstance(value, BaseModel) else None
            below = type(inner) if inner is not None else model
            yield from _block(below, inner, form, known, here, currency, words(name))
        elif kind := _kind(form):
            stated = item is not None and name in item.model_fields_set and value is not None
            unit = (unit_of(name) or "").replace("money", currency)
            yield Field(
                here,
                heading,
                words(name),
                "" if unit == "1" else unit,
                str(given.get("description", "")),
                kind,
                _shown(_lone(value)),
                stated,
                form.get("minimum", form.get("exclusiveMinimum")),
                form.get("maximum", form.get("exclusiveMaximum")),
                tuple(str(w) for w in form.get("enum", ())),
            )


def _form(given: Mapping[str, Any], known: Mapping[str, Any], *, block: bool) -> Mapping[str, Any]:
    """Return the form of a value: that of a block where it is one, else its shortest."""
    forms = [_followed(f, known) for f in given.get("anyOf", [given]) if f.get("type") != "null"]
    blocks = [f for f in forms if "properties" in f]
    return next(iter(blocks if block and blocks else forms), {})


def _followed(form: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in form:
        form = known[form["$ref"].rpartition("/")[2]]
    return form


def _kind(form: Mapping[str, Any]) -> Kind | None:
    if "enum" in form:
        # Bits of a weight are chosen of numbers, and stay numbers.
        return "choice" if isinstance(form["enum"][0], str) else "count"
    kinds: Mapping[str, Kind] = {
        "number": "number", "integer": "count", "boolean": "flag", "string": "text"
    }  # fmt: skip
    return kinds.get(str(form.get("type")))


def _lone(value: Any) -> Any:
    """Return the only step of a number that may change by month, or the value itself."""
    if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        if len(value) > 1:
            return ", ".join(
                f"{_shown(amount)} from month {month}"
                for month, amount in (step.model_dump().values() for step in value)
            )
        return list(value[0].model_dump().values())[-1]
    return value


def _owner(model: type[BaseModel], name: str) -> str:
    own = (c for c in model.__mro__ if name in inspect.get_annotations(c))
    return next((c.__name__ for c in own), "")


def words(name: str) -> str:
    """Return the name of a field as it is spoken.

    Examples
    --------
    >>> words("ttft_p95_s"), words("rack_positions_count"), words("growth_factor_24_months")
    ('Time to first token', 'Rack positions', 'Growth in 24 months')
    """
    if name in REQUIREMENTS:
        return REQUIREMENTS[name][0].partition(",")[0]
    spoken = " ".join(SHORT.get(w, w) for w in (stem_of(name) or name).split("_"))
    return spoken[:1].upper() + spoken[1:]


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        if abs(value) >= LARGE and math.isfinite(value):
            power = int(math.log10(abs(value)) // 3) * 3
            return f"{value / 10**power:.12g}e{power}"
        return f"{value:.12g}"
    return value if isinstance(value, str) else ""


def read(kind: str, text: str, path: str = "") -> Any:
    """Return the value that a user typed; None where the field was emptied.

    Parameters
    ----------
    kind : str
        Kind of the field.
    text : str
        What was typed.
    path : str
        Where the field stands, for the fault.
    """
    typed = text.strip()
    if not typed:
        return None
    if kind == "flag":
        return typed == "true"
    if kind in ("number", "count"):
        try:
            number = float(typed.replace(",", ""))
        except ValueError:
            raise FaultError([Fault("<brief>", None, path, f"'{typed}' is no number")]) from None
        whole = number.is_integer() and (kind == "count" or abs(number) < LARGE)
        return int(number) if whole else number
    return typed


def with_field(brief: Brief, path: str, kind: str, text: str) -> Brief:
    """Return a brief in which a field has the value that was typed, or says nothing any more.

    Parameters
    ----------
    brief : Brief
        The brief before.
    path, kind : str
        Of the field.
    text : str
        What was typed; empty: the brief says nothing about it.
    """
    value = read(kind, text, path)
    if value is not None:
        return brief.with_changes({path: value})
    data = brief.to_dict()
    here: Any = data
    *keys, last = path.split(".")
    for key in keys:
        here = _step(here, key)
        if here is None:
            return brief
    here.pop(last, None)
    return Brief.from_dict(data)


def _step(here: Any, key: str) -> Any:
    if isinstance(here, list):
        found = [item for item in here if item.get("id") == key]
        return found[0] if found else (here[int(key)] if key.isdecimal() else None)
    return here.get(key)
