"""Comparison: two designs side by side; only what differs, and what each difference costs."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from designlib.charts import steps_between
from designlib.design import Design
from designlib.explore.bridge import Bridge, bridge
from designlib.explore.difference import diff, money_between
from designlib.report import words
from designlib.report.section import Figure, Point, Section
from designlib.report.table import Column, Table, table
from designlib.report.words import number

__all__ = ["content", "sections"]

SCHEMA_VERSION: Final = 1
SUBJECTS: Final = {
    "headline": "Headline figures",
    "choices": "Decisions",
    "brief": "The brief",
    "bill_of_materials": "The bill of materials",
}
HEADS: Final = {
    "quantity": "Figure",
    "choice": "Decision",
    "path": "Field of the brief",
    "layer": "Layer",
    "part_id": "Part",
    "period_month": "In service, month",
    "before": "First design",
    "after": "Second design",
    "change": "Change",
}
HEADLINE: Final = {
    "capex": "Capital",
    "tco": "Present value",
    "it_kw": "IT power, kW",
    "facility_kw": "Facility power, kW",
    "racks": "Racks",
    "annual_energy_mwh": "Energy, MWh a year",
    "usd_per_gpu_hour": "Cost of a GPU-hour",
}


def content(a: Design, b: Design) -> dict[str, Any]:
    """Return the comparison of two designs as plain data, for programs."""
    way = bridge(a, b)
    return {
        "schema_version": SCHEMA_VERSION,
        "currency": a.currency,
        "before": {"name": a.name, "status": a.status, "cost": way.before},
        "after": {"name": b.name, "status": b.status, "cost": way.after},
        "change": way.after - way.before,
        "bridge": [
            {"layer": s.layer, "kind": s.kind, "before": s.before, "after": s.after,
             "change": s.change}
            for s in way.steps
        ],
        "changes": {
            name: [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
            for name, frame in diff(a, b).items()
        },
    }  # fmt: skip


def sections(a: Design, b: Design) -> dict[str, Section]:
    """Return the sections of the comparison of two designs by their names."""
    changed, way = diff(a, b), bridge(a, b)
    names = _names(a, b)
    found = {
        "cost-bridge": Section(
            "What the difference costs",
            callouts=(
                Point("First design", f"{names[0]}, {words.STATUSES[a.status].lower()}"),
                Point("Second design", f"{names[1]}, {words.STATUSES[b.status].lower()}"),
                Point("Verdict", f"The second design costs {money_between(a, b)}."),
            ),
            figures=(_figure(way, a.currency),) if way.steps else (),
            tables=(_bridge(way, a.currency),),
        )
    }
    for name, title in SUBJECTS.items():
        frame = changed[name]
        heading = f"{title}: what changed" if len(frame) else f"{title}: nothing changed"
        tables = (_changes(name, frame),) if len(frame) else ()
        found[name.replace("_", "-")] = Section(heading, tables=tables)
    return found


def _names(a: Design, b: Design) -> tuple[str, str]:
    return a.name or "without a name", b.name or "without a name"


def _step(layer: str, kind: str) -> str:
    return f"{words.label(words.LAYERS, layer)}: {words.label(words.KINDS, kind).lower()}"


def _figure(way: Bridge, currency: str) -> Figure:
    ends = ("First design", float(way.before)), ("Second design", float(way.after))
    steps = [(_step(s.layer, s.kind), float(s.change)) for s in way.steps]
    return Figure("bridge", steps_between(ends, steps, currency))


def _bridge(way: Bridge, currency: str) -> Table:
    """Return the steps from one cost to the other; the column of changes adds up exactly."""
    kept = [
        ("What did not change", way.before - sum(s.before for s in way.steps),
         way.after - sum(s.after for s in way.steps), 0)
    ]  # fmt: skip
    return table(
        f"From the cost of the first design to that of the second, {currency} in present value",
        "Step | First design #money | Second design #money | Change #money",
        [
            (_step(s.layer, s.kind), s.before, s.after, s.change)
            for s in sorted(way.steps, key=lambda s: words.by_layer(s.layer))
        ]
        + kept,
        ("All costs", way.before, way.after, way.after - way.before),
    )


def _changes(name: str, frame: pd.DataFrame) -> Table:
    numeric = {"before", "after", "change", "period_month"} if "change" in frame else set()
    heads = [
        Column(
            HEADS.get(str(c), str(c)),
            form="figure" if c in numeric else "text",
        )
        for c in frame
    ]
    rows = [[_shown(value) for value in record] for record in frame.itertuples(index=False)]
    return table(f"{SUBJECTS[name]}: before and after", heads, rows)


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return HEADLINE.get(value, value) if value else words.NONE
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    return number(value)


def text(content: dict[str, Any]) -> str:
    """Return a comparison in lines for a reader: the bridge, and the decisions that changed."""
    lines = [("first design", content["before"]["cost"], "")]
    lines += [
        (_step(s["layer"], s["kind"]), s["change"], "+" if s["change"] > 0 else "")
        for s in content["bridge"]
    ]
    lines.append(("second design", content["after"]["cost"], ""))
    width = max(len(name) for name, _, _ in lines)
    told = [f"{name:<{width}}  {f'{sign}{amount:,}':>16}" for name, amount, sign in lines]
    decisions = [
        f"{row['choice']}: {row['before'] or 'none'} -> {row['after'] or 'none'}"
        for row in content["changes"]["choices"]
    ]
    head = f"present value, {content['currency']}"
    return "\n".join([head, *told, *(decisions or ["no decision changed"])])
