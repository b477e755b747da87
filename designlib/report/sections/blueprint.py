"""Blueprint: what the design does in another way than the nearest reference architecture."""

from __future__ import annotations

from typing import Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.nearest_blueprint import deviations, nearest
from designlib.report.section import Section
from designlib.report.table import Cell, table
from designlib.report.words import capital

ORDER: Final = 1040


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return the deviations from the nearest blueprint of the catalog, with the price of each."""
    if catalog is None:
        return None
    title = "Against the nearest reference architecture"
    near = nearest(design, catalog)
    if near is None:
        told = "No reference architecture of the catalog has the GPUs of this design."
        return Section(title, lead=(told,))
    found = deviations(design, catalog, near)
    source = next(iter(near.sources.values()))
    return Section(
        title,
        lead=(
            f"The nearest published architecture is {near.name}. Where the design leaves it, the "
            "price is what its own way costs more to buy at the prices of the catalog.",
        ),
        tables=(
            table(
                f"Deviations from {near.name}",
                f"Subject | Published | This design | Price, {design.currency} #money",
                [(capital(d.subject), d.blueprint, Cell(d.design, d.why), d.price) for d in found],
                sheet="Deviations",
            ),
        )
        if found
        else (),
        notes=(
            *(() if found else ("It is the same in every point that is printed.",)),
            f"Source: {source.title}.",
        ),
    )
