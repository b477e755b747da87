"""Certificate: what was proven, over which options, and by what."""

from __future__ import annotations

from typing import Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import words
from designlib.report.section import Section
from designlib.report.table import Cell, Table, table
from designlib.report.words import money, number

ORDER: Final = 1300


def certificate(design: Design) -> Table:
    """Return the proof in numbers."""
    c, currency = design.certificate, design.currency
    seconds, model = c.get("seconds", {}), c.get("model", {})
    spent = ", ".join(f"{name} {value:.1f}" for name, value in seconds.items() if value is not None)
    rows: list[tuple[Cell | str, ...]] = [
        ("Outcome", words.STATUSES.get(c.get("status", ""), str(c.get("status", "")))),
        ("Cost of this design", f"{money(c.get('objective'))} {currency} in present value"),
        ("No design costs less than", f"{money(c.get('bound'))} {currency} in present value"),
        ("Gap", f"{c['gap']:.3%}" if c.get("gap") is not None else "not known"),
        ("Options weighed", number(c.get("candidates_considered"))),
        ("Options dropped beforehand", number(c.get("candidates_dropped"))),
        ("Model", ", ".join(f"{name} {number(n)}" for name, n in model.items() if n is not None)),
        ("Time, s", spent),
        ("Solver", str(c.get("solver", ""))),
        ("Versions", ", ".join(f"{k} {v}" for k, v in c.get("versions", {}).items())),
        ("Catalog, SHA-256", str(c.get("catalog_hash", ""))),
        ("Brief, SHA-256", str(c.get("brief_hash", ""))),
    ]
    return table("The proof in numbers", "Item | Value", rows)


def section(design: Design, catalog: Catalog | None) -> Section:
    """Return the proof in words and in numbers."""
    return Section(
        "Certificate",
        lead=tuple(filter(None, [str(design.certificate.get("statement", ""))])),
        tables=(certificate(design),),
        items_title="Policies under which this holds",
        items=tuple(design.certificate.get("policies", [])),
    )
