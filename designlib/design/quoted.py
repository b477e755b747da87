"""Quoted: one line of a bill of materials that somebody else wrote."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class QuotedLine:
    """One line of a quotation, its part found in the catalog.

    Attributes
    ----------
    row : int
        Row of the sheet.
    part_id : str
        Part of the catalog.
    count : float
        Units.
    site, pool, layer : str
        As stated; empty where the sheet does not say.
    month : int or None
        Month of service; None where the sheet does not say. [mo]
    price : float or None
        Price of one unit, in the currency of the brief.
    """

    row: int
    part_id: str
    count: float
    site: str = ""
    pool: str = ""
    layer: str = ""
    month: int | None = None
    price: float | None = None
