"""Decision: the first page says what to buy, what it costs and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from designlib.design import Design
from designlib.report import words
from designlib.report.grid import Cell, Group, Row, Table, columns, row
from designlib.report.words import money, money_short, month, number, percent, plural

SPARE_LEAST = 0.0005
"""Room to grow that reads as none. [1]"""


@dataclass(frozen=True)
class Card:
    """One headline figure."""

    label: str
    value: str
    note: str


def headline(design: Design, name: str) -> float:
    """Return a figure of the summary; nothing where the search was stopped before it was known."""
    return float(design.summary.get(name) or 0.0)


def gpus_at(design: Design, date: int) -> int:
    """Return the GPUs in service at a date."""
    rows = design.summary.get("gpus") or []
    return sum(int(g["count"]) for g in rows if g["period_month"] == date)


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


def running_per_year(design: Design) -> float:
    """Return the average yearly payments that are no purchases. [currency/yr]."""
    rows = [c for c in design.tables["cost"] if c["kind"] not in {"capex", "residual"}]
    months = (design.brief.get("tco_months") or 0) - min(design.dates, default=0)
    return 12 * sum(float(c["amount"]) for c in rows) / months if months > 0 else 0.0


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
    return Table(
        "What to buy, and by when to order it",
        columns(
            "Item | Count # | GPUs # | In service, month # | Order by, month # | "
            f"{design.currency} #"
        ),
        (Group("Servers", servers), Group("Everything around them", _other_layers(design))),
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


def bottleneck(design: Design) -> str:
    """Return which layer fills up first, in one sentence."""
    tight = design.summary.get("bottleneck")
    if not tight:
        return "No layer limits growth: none of them is drawn on."
    layer = words.label(words.LAYERS, tight["layer"]).lower()
    what = tight.get("words") or words.label(words.RESOURCES, tight["resource"])
    growth = tight["growth_factor"]
    if growth is None or growth < 1 + SPARE_LEAST:
        room = "nothing is left, so any further growth starts with a purchase here"
    else:
        room = f"all workloads can still grow by {percent(growth - 1)} until it is full"
    return (
        f"At month {tight['period_month']} the bottleneck is {layer} ({what} at "
        f"{words.place(tight['place'])}): {room}."
    )


def proof(design: Design) -> str:
    """Return what was proven, in one sentence."""
    return str(design.certificate.get("statement", ""))
