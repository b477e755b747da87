"""Decision: the first page says what to buy, what it costs and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import words
from designlib.report.facts import bottleneck, gpus_at, headline, running_per_year
from designlib.report.section import Card, Point, Section
from designlib.report.sections.risks import risks
from designlib.report.table import Cell, Row, Table, grouped, row, table
from designlib.report.words import money, money_short, month, number, plural

ORDER: Final = 100
RISKS_MAX: Final = 3
"""Risks on the first page; all of them have a chapter. [1]"""
SITES_LEAST: Final = 2
"""Sites from which on a table sets them side by side. [1]"""


def lead(design: Design) -> str:
    """Return the decision in short."""
    last = max(design.dates, default=0)
    with_gpus = {g["part"] for g in design.summary.get("gpus") or []}
    servers = sum(p.count for p in purchases(design) if p.part in with_gpus)
    capital = money_short(headline(design, "capex"), design.currency)
    fleet = (
        f"{number(gpus_at(design, last))} GPUs in "
        f"{plural(headline(design, 'racks'), 'rack')} at month {last}"
    )
    bill = design.tables["bill_of_materials"]
    if not bill:
        return f"Buy nothing: what is there already serves the brief, with {fleet}."
    orders = [b["order_by_month"] for b in bill if b["order_by_month"] is not None]
    when = f" The first order leaves by month {month(min(orders))}" if orders else ""
    start = f"; service starts in month {min(design.dates)}." if when else ""
    return (
        f"Buy {plural(servers, 'GPU server')} and all that they need for {capital}: {fleet}."
        f"{when}{start}"
    )


def cards(design: Design) -> list[Card]:
    """Return the headline figures."""
    currency, last = design.currency, max(design.dates, default=0)
    capex, tco, hour = (headline(design, n) for n in ("capex", "tco", "usd_per_gpu_hour"))
    power, facility, energy = (
        headline(design, n) for n in ("it_kw", "facility_kw", "annual_energy_mwh")
    )
    months = design.brief.get("tco_months")
    span = f"net cost over {months} months" if months else "net cost"
    running = money_short(running_per_year(design), currency)
    return [
        Card("Capital", money_short(capex, currency), f"{money(capex)} {currency}"),
        Card("Present value", money_short(tco, currency), span),
        Card("Running cost a year", running, "average over the years"),
        Card("Cost of a GPU-hour", f"{hour:.2f} {currency}", "all costs by GPU-hours"),
        Card("GPUs", number(gpus_at(design, last)), f"in service at month {last}"),
        Card("IT power", f"{number(power)} kW", f"{number(facility)} kW with cooling"),
        Card("Racks", number(headline(design, "racks")), f"at month {last}"),
        Card("Energy", f"{number(energy)} MWh", f"a year from month {last}"),
    ]  # fmt: skip


@dataclass(frozen=True)
class Purchase:
    """The servers of one kind that enter service at one date."""

    part: str
    name: str
    count: float
    gpus: int
    period_month: int
    order_by_month: float | None
    extended: float


def purchases(design: Design) -> list[Purchase]:
    """Return the servers that work runs on, to buy by date and kind."""
    lines: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for line in design.tables["bill_of_materials"]:
        if line["layer"] == "compute":
            lines.setdefault((line["period_month"], line["part_id"]), []).append(line)
    return [
        Purchase(
            part,
            mine[0]["name"],
            sum(b["count"] for b in mine),
            _gpus_added(design, part, date),
            date,
            min(
                (b["order_by_month"] for b in mine if b["order_by_month"] is not None), default=None
            ),
            sum(b["extended"] for b in mine),
        )
        for (date, part), mine in sorted(lines.items())
    ]


def _gpus_added(design: Design, part: str, date: int) -> int:
    counts = {
        g["period_month"]: int(g["count"])
        for g in design.summary.get("gpus") or []
        if g["part"] == part
    }
    before = [d for d in design.dates if d < date]
    return counts.get(date, 0) - (counts.get(before[-1], 0) if before else 0)


def shopping_list(design: Design) -> Table:
    """Return what to buy: servers by kind and date, all else by layer; it sums to the capital."""
    bought = purchases(design)
    servers = tuple(
        row(
            Cell(words.short_name(p.name), p.part),
            number(p.count),
            number(p.gpus) if p.gpus > 0 else words.NONE,
            month(p.period_month),
            month(p.order_by_month),
            money(p.extended),
        )
        for p in bought
    )
    return grouped(
        "What to buy, and by when to order it",
        (
            "Item | Count # | GPUs # | In service, month # | Order by, month # | "
            f"{design.currency} #"
        ),
        [("Servers", servers, None), ("Everything around them", _other_layers(design), None)],
        row("Capital", "", "", "", "", money(headline(design, "capex"))),
    )


def _other_layers(design: Design) -> tuple[Row, ...]:
    layers: dict[str, list[dict[str, Any]]] = {}
    bill = design.tables["bill_of_materials"]
    for line in bill:
        if line["layer"] != "compute":
            layers.setdefault(line["layer"], []).append(line)
    rows = []
    for layer in sorted(layers, key=words.by_layer):
        mine = layers[layer]
        dates = sorted({b["period_month"] for b in mine})
        orders = [b["order_by_month"] for b in mine if b["order_by_month"] is not None]
        span = month(dates[0]) if len(dates) == 1 else f"{month(dates[0])} to {month(dates[-1])}"
        rows.append(
            row(
                words.label(words.LAYERS, layer),
                words.NONE,
                words.NONE,
                span,
                month(min(orders, default=None)),
                money(sum(b["extended"] for b in mine)),
            )
        )
    rest = headline(design, "capex") - sum(b["extended"] for b in bill)
    if abs(rest) >= 1:
        rows.append(row("Links that move", *[words.NONE] * 4, money(rest)))
    return tuple(rows)


def sites(design: Design) -> Table | None:
    """Return what stands at each site; None where there is only one."""
    rows = design.summary.get("sites") or []
    if len(rows) < SITES_LEAST:
        return None
    return table(
        f"Site by site at month {max(design.dates, default=0)}",
        f"Site | GPUs # | Racks # | IT power, kW # | Facility power, kW # | {design.currency} #",
        [
            (
                s["site"],
                *(number(s[name]) for name in ("gpus", "racks", "it_kw", "facility_kw")),
                money(s["capex"]),
            )
            for s in rows
        ],
    )


def section(design: Design, catalog: Catalog | None) -> Section:
    """Return the decision on one page: figures, proof, purchases and risks."""
    status, proof = words.STATUSES[design.status], str(design.certificate.get("statement", ""))
    places = sites(design)
    return Section(
        "The decision",
        cards=tuple(cards(design)),
        callouts=(Point("Bottleneck", bottleneck(design)), Point(status, proof)),
        tables=(*((places,) if places else ()), shopping_list(design)),
        points_title="Risks to weigh",
        points=tuple(risks(design)[:RISKS_MAX]),
    )
