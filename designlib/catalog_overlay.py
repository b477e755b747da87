"""Catalog overlay: a user's folder adds parts, changes single fields, retires parts, sets prices.

A file of an overlay that states name, vendor and status is a whole part: it adds one, or takes the
place of the shipped one. Any other file changes what it states of the shipped part with its id, and
nothing else: a figure is replaced with its source, a source is added under a key of its own, and
``retired: why`` says that the part is bought no more. Every difference is kept as a `Change`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from designlib.faults import Fault, nearest, quoted
from designlib.schema.parts import Part
from designlib.schema.quantity import Quantity
from designlib.schema.tables import Constant, Price
from designlib.units import unit_of
from designlib.yamlfile import Document

WHOLE = ("name", "vendor", "status")
"""A file that states all of these is a whole part."""
RETIRED = "retired"
END = "end-of-sale"
_JOINED = ("sources", "specs")


@dataclass(frozen=True)
class Change:
    """One difference that an overlay makes.

    Attributes
    ----------
    item : str
        Id of the part, or subject of the calibration constant.
    field : str
        What differs: a field, ``price purchase``, or ``part`` for a part that is new.
    shipped, overlaid : str
        What the shipped catalog says and what holds now; "-" where one says nothing.
    file : str
        File of the overlay.
    """

    item: str
    field: str
    shipped: str
    overlaid: str
    file: str


def is_change(document: Document) -> bool:
    """Return whether a file of an overlay changes a shipped part, rather than being a whole one."""
    return not all(key in document.data for key in WHOLE)


def unknown_part(document: Document, part_id: str, known: Mapping[str, Iterable[str]]) -> Fault:
    """Return the fault of a file that changes a part which its family does not have.

    Parameters
    ----------
    document : Document
        The file.
    part_id : str
        Id that its name gives.
    known : mapping
        Family -> ids; the family of the file comes first.
    """
    family = next(iter(known))
    elsewhere = [name for name, ids in known.items() if part_id in ids]
    hint = f"; it stands in {elsewhere[0]}" if elsewhere else nearest(part_id, known[family])
    missing = ", ".join(key for key in WHOLE if key not in document.data)
    message = (
        f"{family} has no shipped part '{part_id}' to change{hint}; a new part needs {missing}"
    )
    return Fault(document.file, 1, "id", message)


def changed(base: Document, own: Document) -> tuple[Document, list[Fault]]:
    """Return a shipped part with the fields that a file of the overlay states.

    Parameters
    ----------
    base : Document
        File of the shipped part.
    own : Document
        File of the overlay; lines are its own.

    Returns
    -------
    tuple
        The part as one document, and what is wrong with the change itself.
    """
    faults: list[Fault] = []
    if not own.data:
        faults.append(Fault(own.file, 1, "file", "the file changes nothing"))
    data = dict(base.data)
    for key, value in own.data.items():
        before = data.get(key)
        if key in _JOINED and isinstance(before, dict) and isinstance(value, dict):
            data[key] = {**before, **value}
        else:
            data[key] = value
    faults += _borrowed_keys(base, own)
    if RETIRED in own.data:
        reason = data.pop(RETIRED)
        data["status"] = END
        if not isinstance(reason, str) or not reason.strip():
            message = f"expected text that says why, found {quoted(reason)}"
            faults.append(Fault(own.file, own.line((RETIRED,)), RETIRED, message))
        if "status" in own.data:
            line = own.line(("status",))
            faults.append(Fault(own.file, line, "status", f"a retired part is {END}; leave it out"))
    return replace(own, data=data), faults


def _borrowed_keys(base: Document, own: Document) -> Iterator[Fault]:
    before, stated = base.data.get("sources"), own.data.get("sources")
    if not isinstance(before, dict) or not isinstance(stated, dict):
        return
    for key, source in stated.items():
        if key in before and source != before[key]:
            message = "the shipped part has a source of this key; figures that you did not change"
            message += " point there, so give yours another key"
            yield Fault(own.file, own.line(("sources", key)), f"sources.{key}", message)


def part_changes(before: Part | None, after: Part, own: Document) -> list[Change]:
    """Return how an overlaid part differs from the shipped one; a new part is one change."""
    if before is None:
        return [Change(after.id, "part", "-", f"added: {after.name}", own.file)]
    old, new = dict(_fields(before)), dict(_fields(after))
    reason = own.data.get(RETIRED)
    if reason:
        new["status"] += f", retired: {reason}"
    return [
        Change(after.id, name, old.get(name, "-"), new.get(name, "-"), own.file)
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def row_change(before: Price | Constant | None, after: Price | Constant, file: str) -> list[Change]:
    """Return how a price or calibration row of an overlay differs from the shipped one."""
    if before == after:
        return []
    subject, quantity = after.key
    name = f"price {quantity}" if isinstance(after, Price) else quantity
    old = "-" if before is None else _row(before)
    return [Change(subject, name, old, _row(after), file)]


def _fields(part: Part) -> Iterator[tuple[str, str]]:
    for name in type(part).model_fields:
        if name == "specs":
            for spec, quantity in part.quantities().items():
                source = part.sources.get(quantity.source)
                title = quantity.source if source is None else source.title
                yield f"specs.{spec}", f"{_figure(quantity, unit_of(spec))} ({title})"
        elif name not in {"sources", "prices"}:  # a price is told as a row
            yield name, _plain(getattr(part, name))


def _plain(value: Any) -> str:
    if isinstance(value, BaseModel):
        return str(value.model_dump(exclude_none=True))
    if isinstance(value, tuple):
        return ", ".join(_plain(item) for item in value)
    return str(value)


def _row(row: Price | Constant) -> str:
    return f"{_figure(row, row.unit)} ({row.source}, {row.date})"


def _figure(value: Quantity | Price, unit: str | None) -> str:
    text = f"{value.value:,.10g}" + (f" {unit}" if unit not in {None, "1"} else "")
    ends = [end for end in (value.low, value.high) if end is not None and end != value.value]
    if ends:
        low, high = ("?" if end is None else f"{end:,.10g}" for end in (value.low, value.high))
        text += f" [{low} to {high}]"
    return text
