"""Part prices: a part may carry its own prices, so that one file is enough to offer it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Self

from pydantic import Field, model_validator

from designlib.schema.base import Amount, Closed, Date, Found, PartId, Text, Whole, absent, refuse
from designlib.schema.quantity import Source, band_faults
from designlib.schema.tables import Price


class PartPrice(Closed):
    """One price in the file of its part, in US dollars of ``currency_year``."""

    quantity: PartId = Field(description="purchase, per-gpu-hour, ...")
    value: Amount
    low: Amount | None = absent("Low end of the band; the value where it is left out.")
    high: Amount | None = absent("High end of the band; the value where it is left out.")
    currency_year: Whole = Field(ge=1990, le=2100)
    date: Date
    source: Text = Field(description="Key of the part's sources.")
    note: Text | None = absent("What a reader must know about it.")

    @model_validator(mode="after")
    def _band(self) -> Self:
        refuse(band_faults(self.value, self.low, self.high))
        return self


def price_faults(prices: Sequence[PartPrice], sources: Mapping[str, Source]) -> list[Found]:
    """Return what is wrong with the prices of a part beside its sources."""
    faults: list[Found] = []
    quantities = [price.quantity for price in prices]
    for index, price in enumerate(prices):
        if price.source not in sources:
            known = ", ".join(sources) or "none"
            message = f"unknown source '{price.source}'; this part has {known}"
            faults.append((("prices", index, "source"), message))
        if price.quantity in quantities[:index]:
            message = f"'{price.quantity}' is given twice"
            faults.append((("prices", index, "quantity"), message))
    return faults


def price_rows(
    part_id: str, prices: Sequence[PartPrice], sources: Mapping[str, Source]
) -> Iterator[Price]:
    """Return the rows that a part's own prices are, as if they stood in the table of prices.

    Parameters
    ----------
    part_id : str
        Id of the part.
    prices : sequence of PartPrice
        Its prices.
    sources : mapping
        Its sources; a price is as sure as its source says, else an assumption.
    """
    for price in prices:
        source = sources[price.source]
        yield Price(
            item=part_id,
            quantity=price.quantity,
            value=price.value,
            low=price.value if price.low is None else price.low,
            high=price.value if price.high is None else price.high,
            unit="USD",
            currency_year=price.currency_year,
            date=price.date,
            source=source.title,
            confidence=source.confidence or "assumption",
            note=price.note or "",
        )
