"""Decision: the first page says what to buy, what it costs and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from designlib.design import Design
from designlib.report import words
from designlib.report.grid import Cell, Group, Row, Table, columns, row
from designlib.report.words import money, money_short, month, number, percent, plural


@dataclass(frozen=True)
class Card:
    """One headline figure."""

    label: str
    value: str
    note: str


def lead(design: Design) -> str:
    """Return the decision in one sentence."""
    servers = sum(p.count for p in purchases(design))
    gpus = gpus_at(design, design.dates[-1]) if design.dates else 0
    bill = design.tables["bill_of_materials"]
    orders = [b["order_by_month"] for b in bill if b["order_by_month"] is not None]
    when = f" The first order leaves by month {month(min(orders))}." if orders else ""
    return (
        f"Buy {plural(servers, 'GPU server')} and all that they need for "
        f"{money_short(design.summary['capex'], design.currency)}: {number(gpus)} GPUs in "
        f"{plural(design.summary['racks'], 'rack')} at month {design.dates[-1]}.{when}"
    )


def cards(design: Design) -> list[Card]:
    """Return the headline figures."""
    s, brief, currency = design.summary, design.brief, design.currency
    last = design.dates[-1]
    tco_months = brief.get("tco_months")
    span = f"all costs over {tco_months} months" if tco_months else "all costs"
    return [
        Card("Capital", money_short(s["capex"], currency), f"{money(s['capex'])} {currency}"),
        Card("Present value", money_short(s["tco"], currency), f"{span}, less residual value"),
        Card(
            "Cost of a GPU-hour",
            f"{s['usd_per_gpu_hour']:.2f} {currency}",
            "present value by hours in service",
        ),
        Card("GPUs", number(gpus_at(design, last)), f"in service at month {last}"),
        Card("IT power", f"{number(s['it_kw'])} kW", f"{number(s['facility_kw'])} kW at the meter"),
        Card("Racks", number(s["racks"]), f"at month {last}"),
        Card("Energy", f"{number(s['annual_energy_mwh'])} MWh", f"a year from month {last}"),
    ]


def gpus_at(design: Design, date: int) -> int:
    """Return the GPUs in service at a date."""
    return sum(int(g["count"]) for g in design.summary["gpus"] if g["period_month"] == date)


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
    """Return the GPU servers to buy, by date and kind."""
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
        g["period_month"]: int(g["count"]) for g in design.summary["gpus"] if g["part"] == part
    }
    before = [d for d in design.dates if d < date]
    return counts.get(date, 0) - (counts.get(before[-1], 0) if before else 0)


def shopping_list(design: Design) -> Table:
    """Return what to buy: servers by kind and date, all else by layer; it sums to the capital."""
    bought = purchases(design)
    servers = tuple(
        row(
            Cell(p.name, p.part),
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
        (Group("GPU servers", servers), Group("Everything around them", _other_layers(design))),
        row("Capital", "", "", "", "", money(design.summary["capex"])),
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
    rest = design.summary["capex"] - sum(b["extended"] for b in bill)
    if abs(rest) >= 1:
        rows.append(row("Links that move", *[words.NONE] * 4, money(rest)))
    return tuple(rows)


def bottleneck(design: Design) -> str:
    """Return which layer fills up first, in one sentence."""
    tight = design.summary["bottleneck"]
    if not tight:
        return "No layer limits growth: none of them is drawn on."
    what = tight.get("words") or words.label(words.RESOURCES, tight["resource"])
    where = f"{words.label(words.LAYERS, tight['layer'])}: {what} at {tight['place']}"
    growth = tight["growth_factor"]
    if growth is None or growth < 1.0005:
        room = "fully used, so any further growth starts with a purchase here"
    else:
        room = f"full once all workloads have grown by another {percent(growth - 1)}"
    return f"Bottleneck at month {tight['period_month']}: {where} is {room}."


def proof(design: Design) -> str:
    """Return what was proven, in one sentence."""
    return str(design.certificate.get("statement", ""))
