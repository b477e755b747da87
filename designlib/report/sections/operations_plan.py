"""Operations plan: who runs the cluster, what is watched, what stands by, and what to do when."""

from __future__ import annotations

from math import floor
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import words
from designlib.report.facts import SPARE_LEAST, gpus_at
from designlib.report.section import Section
from designlib.report.sections.operations import figures
from designlib.report.table import Cell, Table, table
from designlib.report.words import factor, month, number, percent, plural

ORDER: Final = 720
WATCH_FROM: Final = 0.8
"""Use from which on a resource is watched. [1]"""


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return how the cluster is run, with thresholds and stocks from the design."""
    if not design.dates:
        return None
    return Section(
        "Operations plan",
        lead=(
            "Thresholds, stocks and times below are those of the design: an alarm at them says "
            "that what was planned no longer holds.",
        ),
        tables=tuple(
            t
            for t in (_people(design), _telemetry(design), _stock(design), _runbooks(design))
            if t.rows_count
        ),
    )


def _known(design: Design, path: str) -> Any:
    """Return a value of the register of assumptions; None where the design does not use it."""
    rows = design.tables["assumptions"]
    return next((a["value"] for a in rows if a["path"] == path), None)


def _people(design: Design) -> Table:
    """Return the operators at each date."""
    per = _known(design, "staff.gpus_per_fte")
    heads = f"Month | GPUs #count | Operators, FTE #figure | Staff, {design.currency} a year #money"
    rows = []
    ends = [*design.dates[1:], design.brief.get("tco_months") or 0]
    for date, end in zip(design.dates, ends, strict=True):
        paid = sum(
            c["amount"]
            for c in design.tables["cost"]
            if c["kind"] == "staff" and c["period_month"] == date
        )
        gpus = gpus_at(design, date)
        yearly = 12 * paid / (end - date) if end > date else None
        rows.append((month(date), gpus, gpus / per if per else None, yearly))
    note = f"one operator for {number(per)} GPUs" if per else "as the brief states"
    return table(f"People: {note}", heads, rows)


def _telemetry(design: Design) -> Table:
    """Return what to watch: resources that are nearly full, and promised figures."""
    last = max(design.dates)
    rows: list[tuple[Any, ...]] = []
    seen = set()
    tight = sorted(design.tables["balance"], key=lambda r: -(r["utilisation"] or 0.0))
    for r in tight:
        key = (r["resource"], r["place"])
        used = r["utilisation"] or 0.0
        if r["period_month"] == last and r["growth_factor"] and used >= WATCH_FROM:
            if key not in seen:
                rows.append(
                    (
                        words.label(words.RESOURCES, r["resource"]),
                        words.place(r["place"]),
                        Cell(percent(used), share=used),
                        f"above {number(r['supply'])} {r['unit']}",
                        _room(r["growth_factor"]),
                    )
                )
            seen.add(key)
    for f in dict.fromkeys(figures(design)):
        if f.verdict:
            rows.append((f.label, f.workload, f.best, f"above {f.limit}", f"range up to {f.worst}"))
    return table(
        f"Telemetry: what to watch at month {last}",
        "Measure | Of | Planned # | Alarm # | What it means",
        rows,
    )


def _room(growth: float) -> str:
    """Return what the growth factor of a resource asks for."""
    if growth < 1 + SPARE_LEAST:
        return "full: any growth starts with a purchase"
    return f"full when the demand is {factor(growth)}"


def _stock(design: Design) -> Table:
    """Return what stands by: spare units, and servers that a pool can do without."""
    rows: list[tuple[Any, ...]] = [
        (
            Cell(b["name"], b["part_id"]),
            "spare on the shelf" if b["layer"] == "spares" else b["layer"],
            b["site"],
            b["count"],
            month(b["period_month"]),
        )
        for b in design.tables["bill_of_materials"]
        if b["layer"] == "spares"
    ]
    last = max(design.dates)
    for r in design.tables["balance"]:
        if r["resource"] == "servers" and r["period_month"] == last:
            drained = floor((r["slack"] or 0.0) + 1e-6)
            rows.append(
                (
                    words.place(r["place"]),
                    "may leave for a patch at once" if drained else "one at a time, onto a spare",
                    "",
                    drained,
                    month(last),
                )
            )
    return table(
        "Spares, and servers that may be drained for patches",
        "Unit or pool | Use | Site | Count #count | From month #",
        rows,
        sheet="Spares and drain",
    )


def _runbooks(design: Design) -> Table:
    """Return what to do when a part fails, with the times that the design plans with."""
    days = _known(design, "reliability.repair_days")
    restart = _known(design, "server.restart_hours")
    spares = sum(b["count"] for b in design.tables["bill_of_materials"] if b["layer"] == "spares")
    fabrics = design.summary.get("fabrics") or []
    back = f"repair within {number(days)} days" if days is not None else "repair"
    again = f"; jobs run again within {number(restart)} h" if restart is not None else ""
    rows = [
        (
            "A GPU server fails",
            f"drain it, move its work onto {plural(spares, 'spare')}{again}"
            if spares
            else f"drain it; its work waits{again}",
            back,
        )
    ]
    for name in dict.fromkeys(f["name"].partition(": ")[0] for f in fabrics):
        mine = [f for f in fabrics if f["name"].partition(": ")[0] == name]
        switches = sum(f[tier] for f in mine for tier in ("leaf", "spine", "core"))
        rows.append(
            (
                f"A switch of the {name} network fails",
                f"one of {number(switches)}: what hangs on it alone loses this network"
                if switches > 1
                else "the only one: all that it joins lose this network",
                "exchange it and load its saved configuration",
            )
        )
    stores = dict.fromkeys(
        b["part_id"] for b in design.tables["bill_of_materials"] if b["layer"] == "storage"
    )
    rows += [
        (
            f"A storage node fails ({part})",
            "watch the rebuild and keep writes within the rest",
            back,
        )
        for part in stores
    ]
    rows.append(
        (
            "A power feed fails",
            "the other feed carries the rack: check that its load is below its rating",
            "restore the feed before any other work in the rack",
        )
    )
    return table("Runbooks", "Event | First | Then", rows)
