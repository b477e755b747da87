"""Catalog summary: how much there is, where its numbers come from, and which prices are old."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from designlib.catalog import Catalog, Stale
from designlib.schema.plant_parts import FAMILIES
from designlib.schema.quantity import ASSUMED_KINDS


@dataclass(frozen=True)
class CatalogSummary:
    """What a catalog holds.

    Attributes
    ----------
    parts_count : mapping
        Family -> parts.
    values_by_source_kind : mapping
        Kind of source -> figures of parts that come from one, the most frequent first.
    assumption_frac : float
        Share of those figures that are assumptions by the kind of their source. Prices and
        calibration rows are not among them.
    stale_prices : tuple of Stale
        Prices that nobody has looked at for a year.
    """

    parts_count: Mapping[str, int]
    values_by_source_kind: Mapping[str, int]
    assumption_frac: float
    stale_prices: tuple[Stale, ...]


def summary(catalog: Catalog, today: date | None = None) -> CatalogSummary:
    """Return how many parts a catalog holds and where their figures come from.

    Whether a figure is an assumption is decided by the kind of its source alone: a vendor, a
    reference architecture, a standard, a paper or a measurement answers for it, a web page or
    nobody does not.

    Parameters
    ----------
    catalog : Catalog
        The catalog.
    today : date, optional
        Day from which the age of a price counts.

    Returns
    -------
    CatalogSummary
        Counts, and the prices older than a year.
    """
    kinds = Counter(
        part.sources[quantity.source].kind
        for family in FAMILIES
        for part in getattr(catalog, family).values()
        for quantity in part.quantities().values()
    )
    figures = sum(kinds.values())
    assumed = sum(kinds[kind] for kind in ASSUMED_KINDS)
    return CatalogSummary(
        MappingProxyType({family: len(getattr(catalog, family)) for family in FAMILIES}),
        MappingProxyType(dict(kinds.most_common())),
        assumed / figures if figures else 0.0,
        catalog.stale_prices(today),
    )
