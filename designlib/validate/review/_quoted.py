"""Quoted: a hand-written bill of materials becomes what a review can look at as a design.

Lines that state a pool keep it. Other servers and switches go to the pools of the reference that
use the same part, in its order, then to its shelf; units are stacked into racks from the bottom, in
the kind of rack that the reference uses. The work runs as it does in the reference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from designlib.catalog import Catalog
from designlib.design import SCHEMA_VERSION, Design
from designlib.design.quoted import QuotedLine
from designlib.validate._evidence import SPARES, Row, brief_of, spec
from designlib.validate.bill import price_today
from designlib.validate.orders import weeks_to_service

WEEKS_PER_MONTH = 365.25 / 12 / 7


def as_design(lines: Iterable[QuotedLine], reference: Design, catalog: Catalog) -> Design:
    """Return a quotation as a design: its own bill, with the work as the reference runs it.

    Parameters
    ----------
    lines : iterable of QuotedLine
        The quotation.
    reference : Design
        The cheapest design of the same brief out of the same kinds of parts.
    catalog : Catalog
        What the parts are.

    Returns
    -------
    Design
        Its certificate proves nothing; its summary and ledger are those of the reference.
    """
    bill = _Bill(reference, catalog)
    for line in lines:
        bill.add(line)
    tables: dict[str, list[Row]] = {
        **{name: reference.tables[name] for name in reference.tables},
        "bill_of_materials": bill.rows,
        "placement": _placement(bill.rows, reference, catalog),
        "candidates": [],
    }
    capex = sum(row["extended"] or 0.0 for row in bill.rows)
    return Design(
        schema_version=SCHEMA_VERSION,
        status="cancelled",
        name=reference.name,
        currency=reference.currency,
        brief=reference.brief,
        dates=reference.dates,
        tables=tables,
        certificate={},
        summary={**reference.summary, "capex": capex},
    )


class _Bill:
    """The rows of a quotation, each given the layer, the pool and the site where it belongs."""

    def __init__(self, reference: Design, catalog: Catalog) -> None:
        self.rows: list[Row] = []
        self.catalog, self.brief = catalog, brief_of(reference)
        self.start = min(reference.dates)
        self.left: dict[str, dict[tuple[str, str, str], float]] = defaultdict(dict)
        for row in reference.tables["bill_of_materials"]:
            key = row["layer"], row["pool"], row["site"]
            places = self.left[row["part_id"]]
            places[key] = places.get(key, 0.0) + row["count"]

    def add(self, line: QuotedLine) -> None:
        """Add a line, parted over the places that the reference has for its part."""
        rest = line.count
        places = self.left[line.part_id]
        for key in list(places):
            layer, pool, site = key
            stated = (line.layer, layer), (line.pool, pool), (line.site, site)
            if rest <= 0 or any(said and said != known for said, known in stated):
                continue
            taken = min(rest, places[key])
            if taken > 0:
                places[key] -= taken
                rest -= taken
                self._row(line, taken, *key)
        if rest > 0:
            last = next(reversed(places), ("", "", "")) if places else ("", "", "")
            layer = line.layer or last[0] or self._layer(line.part_id)
            pool, site = line.pool or last[1], line.site or last[2] or self.brief.sites[0].id
            self._row(line, rest, layer if layer != SPARES or line.layer else "compute", pool, site)

    def _layer(self, part_id: str) -> str:
        part: Any = self.catalog.part(part_id)
        if part.folder == "servers":
            return "orchestration" if part.gpu is None else "compute"
        known = {"switches": "network", "optics": "network", "storage": "storage"}
        other = "racks" if getattr(part, "kind", "").startswith("rack") else "site"
        return known.get(part.folder, "cooling" if part.folder == "cooling" else other)

    def _row(self, line: QuotedLine, n: float, layer: str, pool: str, site: str) -> None:
        part = self.catalog.part(line.part_id)
        month = self.start if line.month is None else line.month
        weeks = weeks_to_service(part, site, self.brief)
        known = self.catalog.has_price(line.part_id)
        price = line.price
        if price is None and known:
            price = price_today(line.part_id, self.brief, self.catalog)
        self.rows.append(
            {
                "line_id": f"Q{line.row}-{len(self.rows) + 1}",
                "part_id": line.part_id,
                "name": part.name,
                "vendor": part.vendor,
                "layer": layer,
                "site": site,
                "pool": pool,
                "count": n,
                "unit": "each",
                "period_month": month,
                "order_by_month": month - weeks / WEEKS_PER_MONTH,
                "unit_price": price,
                "net_price": price,
                "extended": None if price is None else n * price,
                "price_source": "the quotation" if line.price is not None else "the catalog",
                "price_date": "",
                "confidence": "unverified",
                "note": f"row {line.row}",
            }
        )


def _placement(lines: list[Row], reference: Design, catalog: Catalog) -> list[Row]:
    """Return the units of a bill stacked into racks, the tallest first, by the limits of a site."""
    kinds = {r["part_id"]: r["rack_kind"] for r in reference.tables["placement"]}
    brief = brief_of(reference)
    stands = {**catalog.servers, **catalog.switches, **catalog.storage}
    units = [
        (line, stands[line["part_id"]])
        for line in lines
        if line["part_id"] in stands and line["layer"] != SPARES
        for _ in range(round(line["count"]))
    ]
    units.sort(
        key=lambda u: (u[0]["site"], kinds.get(u[0]["part_id"], "air"), -spec(u[1], "height_u"))
    )
    height, weight = _cabinet(lines, reference, catalog)
    rows: list[Row] = []
    state: dict[tuple[str, str], list[float]] = {}
    for line, part in units:
        site = next((s for s in brief.sites if s.id == line["site"]), brief.sites[0])
        kind = kinds.get(part.id, "air")
        most = float(site.rack_air_kw) if kind == "air" else _denser_kw(kind, site, catalog)
        u, kw, kg = (spec(part, n) for n in ("height_u", "power_max_kw", "weight_kg"))
        open_ = state.get((site.id, kind))
        full = open_ is None or open_[1] + u - 1 > height or open_[2] + kw > most
        if open_ is None or full or open_[3] + kg > weight or getattr(part, "rack_scale", False):
            open_ = state[site.id, kind] = [float(len(rows) + 1), 1.0, 0.0, 0.0]
        rows.append(
            {
                "site": site.id,
                "rack": f"Q{open_[0]:.0f}",
                "rack_kind": kind,
                "u_bottom": round(open_[1]),
                "u_height": round(u),
                "line_id": line["line_id"],
                "part_id": part.id,
                "kw": kw,
                "kg": kg,
                "period_month": line["period_month"],
            }
        )
        open_[1], open_[2], open_[3] = open_[1] + u, open_[2] + kw, open_[3] + kg
    return rows


def _cabinet(lines: list[Row], reference: Design, catalog: Catalog) -> tuple[float, float]:
    """Return usable height [U] and load [kg] of the smallest cabinet bought, else of any."""
    every = {p.id: p for p in catalog.power.values() if p.kind == "rack-cabinet"}
    used = [*lines, *reference.tables["bill_of_materials"]]
    bought = [every[x["part_id"]] for x in used if x["part_id"] in every] or list(every.values())
    return (
        min((spec(c, "height_usable_u") for c in bought), default=0.0),
        min((spec(c, "weight_limit_kg") for c in bought), default=0.0),
    )


def _denser_kw(kind: str, site: Any, catalog: Catalog) -> float:
    """Return what a rack with a rear door or a liquid loop may draw. [kW]."""
    loop, door = site.direct_to_chip, catalog.cooling.get(kind)
    if kind == "direct-to-chip" and loop is not None:
        return float(loop.rack_limit_kw or site.rack_air_kw)
    if door is not None and site.rear_door is not None:
        return min(float(site.rear_door.rack_limit_kw), spec(door, "rack_limit_kw"))
    return float(site.rack_air_kw)
