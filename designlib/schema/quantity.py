"""Quantities and sources: every number says where it comes from and how sure it is."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from designlib.schema.base import (
    Amount,
    Closed,
    Date,
    Found,
    Frac,
    Name,
    Positive,
    Text,
    TextOrNumber,
    Whole,
    absent,
    refuse,
)

Confidence = Literal["verified", "secondary", "unverified", "assumption"]
SourceKind = Literal[
    "vendor-datasheet",
    "reference-architecture",
    "standard",
    "paper",
    "measured",
    "web",
    "assumption",
]


ASSUMED_KINDS: tuple[SourceKind, ...] = ("web", "assumption")
"""Kinds of source whose figures are assumptions: a page nobody answers for, and no page."""


class Source(Closed):
    """Where numbers come from: a document, a measurement, or a plain assumption."""

    title: Name = Field(description="Title and version of the document.")
    url: Text | None = absent("Public address.")
    published: Date | None = absent("When it was published.")
    accessed: Date = Field(description="When it was last read; older than 12 months is reported.")
    kind: SourceKind = Field(description="What kind of document it is.")
    confidence: Confidence | None = absent("How sure the numbers taken from it are.")


class Quantity(Closed):
    """A number >= 0 with its band and source; the name of its field says the unit."""

    value: Amount
    low: Amount | None = absent("Low end of the band.")
    high: Amount | None = absent("High end of the band.")
    source: Text = Field(description="Key of the part's sources.")
    page: TextOrNumber | None = absent("Page, table or section of the source.")
    note: Text | None = absent("What a reader must know about the number.")
    confidence: Confidence | None = absent("Where it differs from the source's.")

    @model_validator(mode="after")
    def _band(self) -> Self:
        refuse(band_faults(self.value, self.low, self.high))
        return self


class PositiveQuantity(Quantity):
    """A number above zero."""

    value: Positive


class FracQuantity(Quantity):
    """A share from 0 to 1."""

    value: Frac


class CountQuantity(Quantity):
    """A whole number of pieces."""

    value: Whole


def band_faults(value: float, low: float | None, high: float | None) -> list[Found]:
    """Return the fault of a band that does not hold its own value."""
    if (low is not None and low > value) or (high is not None and high < value):
        ends = ["-" if end is None else f"{end:g}" for end in (low, high)]
        message = f"expected low <= value <= high, found {ends[0]} <= {value:g} <= {ends[1]}"
        return [(("value",), message)]
    return []


class Specs(Closed):
    """The numbers of a part, one quantity a field."""


def fill_confidence(data: object) -> object:
    """Return a part's raw data; a quantity without a confidence gets that of its source."""
    if not isinstance(data, dict):
        return data
    sources, specs = data.get("sources"), data.get("specs")
    if not isinstance(sources, dict) or not isinstance(specs, dict):
        return data
    filled = {}
    for name, quantity in specs.items():
        key = quantity.get("source") if isinstance(quantity, dict) else None
        source = sources.get(key) if isinstance(key, str) else None
        if isinstance(source, dict) and "confidence" not in quantity and source.get("confidence"):
            quantity = {**quantity, "confidence": source["confidence"]}
        filled[name] = quantity
    return {**data, "specs": filled}
