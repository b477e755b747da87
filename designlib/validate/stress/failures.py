"""Failures: one server, switch, storage unit, module or site is lost, and what breaks meanwhile.

Every promise is counted with the promised redundancy gone already, so what a spare unit or module
takes over breaks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import SPARES, Row, bill, brief_of, count, grown, spec, until
from designlib.validate._promise import Promise
from designlib.validate.recount import cabling
from designlib.validate.recount._names import operations
from designlib.validate.sites import carries
from designlib.validate.stress.cases import Case, Plain, changed

GROUP: Final = "failure"
COVERED: Final = "the redundancy that every promise leaves out takes over"


def failures_of(design: Design, catalog: Catalog) -> Iterator[Case]:
    """Yield the loss of one unit of each kind and of each site."""
    last = max(design.dates)
    lines = until(bill(design), last)
    yield from _servers(design, catalog, lines)
    yield from _stores(design, catalog, lines)
    yield from _modules(design, catalog, lines)
    yield from _switches(design, catalog, lines, last)
    yield from _sites(design, catalog, last)


def _without(design: Design, line: Row) -> Design:
    """Return a design with one piece of a line less."""

    def change(content: Plain) -> None:
        mine = content["tables"]["bill_of_materials"]
        next(x for x in mine if x["line_id"] == line["line_id"])["count"] -= 1

    return changed(design, change)


def _each(lines: list[Row], parts: Any, key: str) -> dict[str, Row]:
    """Return one line of each kind of part, by name."""
    return {x[key]: x for x in lines if x["part_id"] in parts and x["count"] > 0}


def _servers(design: Design, catalog: Catalog, lines: list[Row]) -> Iterator[Case]:
    gpus = [x for x in lines if x["layer"] == "compute"]
    for pool, line in _each(gpus, catalog.servers, "pool").items():
        spares = count(
            x
            for x in bill(design, cold=True)
            if (x["layer"], x["part_id"], x["site"]) == (SPARES, line["part_id"], line["site"])
        )
        note = f"until one of {spares:g} spares stands in its place" if spares else "no spare"
        price = 0.0 if spares else float(line["net_price"])
        yield Case(
            GROUP, f"one server of {pool} lost", _without(design, line), price, note=note
        )  # fmt: skip


def _stores(design: Design, catalog: Catalog, lines: list[Row]) -> Iterator[Case]:
    for part, line in _each(lines, catalog.storage, "part_id").items():
        covered = spec(catalog.storage[part], "redundant_units_count") >= 1
        yield Case(
            GROUP, f"one storage unit of {part} lost",
            design if covered else _without(design, line),
            0.0 if covered else float(line["net_price"]),
            note=COVERED if covered else "price: one more of it", broken=() if covered else None,
        )  # fmt: skip


def _modules(design: Design, catalog: Catalog, lines: list[Row]) -> Iterator[Case]:
    """Yield the loss of a cooling or power module; racks and their strips are no modules."""
    kinds = ("rack-cabinet", "rack-pdu")
    every: dict[str, Any] = {**catalog.cooling, **catalog.power}
    parts = {name: part for name, part in every.items() if part.kind not in kinds}
    policy = {site.id: site.redundancy for site in brief_of(design).sites}
    for part, line in _each(lines, parts, "part_id").items():
        rules = policy[line["site"]]
        covered = (rules.cooling if part in catalog.cooling else rules.power) != "N"
        yield Case(
            GROUP, f"one module of {part} lost", design if covered else _without(design, line),
            0.0 if covered else float(line["net_price"]),
            note=COVERED if covered else "price: one more of it", broken=() if covered else None,
        )  # fmt: skip


def _switches(design: Design, catalog: Catalog, lines: list[Row], month: int) -> Iterator[Case]:
    """Yield the loss of a leaf and of an upper switch of each fabric: what no longer reaches."""
    seen: dict[tuple[str, str], Promise] = {}
    for p in cabling.promises(design, catalog):
        if p.what.startswith("devices cut off by the loss of one"):
            seen[p.where, p.what] = p  # the last date at which it grows
    bought = _each(lines, catalog.switches, "pool")
    for (fabric, what), p in seen.items():
        broken = () if not p.recomputed else (replace(p, sense="at most", month=month),)
        price = bought[fabric]["net_price"] if fabric in bought and broken else 0.0
        yield Case(
            GROUP, f"one {what.removeprefix('devices cut off by the loss of one ')} of {fabric}"
            " lost", design, float(price),
            note="price: one more on the shelf" if broken else "every device has another way",
            broken=broken,
        )  # fmt: skip


def _sites(design: Design, catalog: Catalog, month: int) -> Iterator[Case]:
    """Yield the loss of each site: what the others carry of each service's peak."""
    brief = brief_of(design)
    for site in brief.sites if len(brief.sites) > 1 else ():
        broken = []
        for w in brief.services():
            rows = [r for r in operations(design, month) if r["workload"] == w.id]
            if not any(r["replicas"] for r in rows if r["site"] == site.id):
                continue
            grows = grown(brief.horizon_months, w.growth_factor_24_months, w.growth_shape)
            peak = w.peak_requests_s * grows
            left = sum(carries(brief, catalog, w, r, peak) for r in rows if r["site"] != site.id)
            p = Promise(
                "sites", "peak carried by the other sites", w.id, peak, left, "requests/s",
                "at least", month,
            )  # fmt: skip
            broken += [] if p.kept else [p]
        yield Case(
            GROUP, f"site {site.id} lost", design, note="the whole peak, whatever is promised",
            broken=tuple(sorted(broken, key=lambda p: p.margin)),
        )  # fmt: skip
