"""Evidence: what was left out and why, on what the design rests, and what was proven."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from designlib.design import Design, Infeasible
from designlib.report import words
from designlib.report.grid import Cell, Group, Row, Table, badge, columns, row, table
from designlib.report.words import money, number, quantity

DOMINATED: Final = "dominated by "
EVERY: Final = "*"
SHARES: Final = ("_frac", "_frac_per_year", "_probability")
"""How the path of an assumption ends where its value is a share."""


@dataclass(frozen=True)
class Reason:
    """Options that were dropped for one kind of reason."""

    text: str
    rows: tuple[dict[str, Any], ...]

    @property
    def workloads(self) -> str:
        """Workloads that lost an option."""
        named = sorted({entry["workload"] for entry in self.rows})
        return "all" if EVERY in named else ", ".join(named)


def reasons(rows: Iterable[dict[str, Any]]) -> list[Reason]:
    """Return why options were dropped, by kind of reason, the most frequent first."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for entry in rows:
        if entry["status"] == "dropped":
            kinds.setdefault(_kind(entry["reason"]), []).append(entry)
    ordered = sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Reason(_text(kind, mine), tuple(mine)) for kind, mine in ordered]


def _kind(reason: str) -> str:
    """Return a reason without its names and numbers."""
    if reason.startswith(DOMINATED):
        _, _, why = reason.partition(": ")
        return f"another option is never worse{f': {why}' if why else ''}"
    return re.sub(r"\d[\d,]*(\.\d+)?", "\N{HORIZONTAL ELLIPSIS}", reason)


def _text(kind: str, mine: list[dict[str, Any]]) -> str:
    told = {entry["reason"] for entry in mine}
    return words.capital(told.pop() if len(told) == 1 else kind)


def counts(found: list[Reason]) -> Table:
    """Return how many options each kind of reason dropped."""
    return table(
        "Options dropped before the optimization, by reason",
        "Reason | Workloads | Options #",
        [(reason.text, reason.workloads, number(len(reason.rows))) for reason in found],
        row("All", "", number(sum(len(reason.rows) for reason in found))),
    )


def dropped(found: list[Reason]) -> Table:
    """Return every dropped option with its own reason."""
    return Table(
        "Dropped options",
        columns("Option | Workload | Reason"),
        tuple(
            Group(
                f"{reason.text} ({len(reason.rows)})",
                tuple(
                    row(
                        Cell(entry["candidate"] or entry["part_id"], entry["part_id"]),
                        "all" if entry["workload"] == EVERY else entry["workload"],
                        words.capital(entry["reason"]),
                    )
                    for entry in reason.rows
                ),
            )
            for reason in found
        ),
    )


def considered(design: Design) -> Table:
    """Return the options that the optimizer weighed, by workload, the chosen ones first."""
    rank = {"chosen": 0, "considered": 1}
    kept = [c for c in design.tables["candidates"] if c["status"] in rank]
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in sorted(kept, key=lambda c: (c["workload"], rank[c["status"]], c["candidate"])):
        groups.setdefault(entry["workload"], []).append(entry)
    return Table(
        "Options that the optimizer weighed",
        columns("Option | Predicted | Outcome"),
        tuple(
            Group(
                f"{workload}: {words.plural(len(mine), 'option')}",
                tuple(_considered(entry) for entry in mine),
            )
            for workload, mine in groups.items()
        ),
    )


def _best(figure: dict[str, Any]) -> str:
    return quantity(figure["value"], figure["unit"], is_share=figure["unit"] == "1")


def _considered(entry: dict[str, Any]) -> Row:
    told = [
        f"{words.figure_name(name).lower()} {_best(figure)}"
        for name, figure in list(entry["figures"].items())[:2]
    ]
    return row(
        Cell(entry["candidate"], entry["part_id"]),
        "; ".join(told) or words.NONE,
        Cell("chosen", badge="kept") if entry["status"] == "chosen" else entry["reason"],
    )


def assumption_counts(design: Design) -> list[tuple[str, int]]:
    """Return how many assumptions there are of each confidence, the surest first."""
    counts = Counter(a["confidence"] for a in design.tables["assumptions"])
    known = [(c, counts[c]) for c in words.CONFIDENCE if counts[c]]
    return known + sorted((c, n) for c, n in counts.items() if c not in words.CONFIDENCE)


def assumptions(design: Design) -> Table:
    """Return the register: prices, then what the brief left open, then constants."""
    groups: dict[str, list[Row]] = {"Prices": [], "Left open by the brief": [], "Constants": []}
    for entry in design.tables["assumptions"]:
        groups[_chapter(entry, design.brief)].append(
            row(
                Cell(entry["path"], entry["reason"] or ""),
                _value(entry, design.currency),
                Cell(entry["source"] or "not stated"),
                entry["date"] or words.NONE,
                badge(entry["confidence"]),
            )
        )
    return Table(
        "Register of assumptions",
        columns("What | Value # | Source | Date | Confidence"),
        tuple(
            Group(f"{title} ({len(rows)})", tuple(rows)) for title, rows in groups.items() if rows
        ),
    )


def _value(entry: dict[str, Any], currency: str) -> str:
    is_share = str(entry["path"]).endswith(SHARES)
    return quantity(entry["value"], entry["unit"].replace("money", currency), is_share=is_share)


def _chapter(entry: dict[str, Any], brief: dict[str, Any]) -> str:
    first = str(entry["path"]).partition(".")[0]
    if first == "prices":
        return "Prices"
    return "Left open by the brief" if first in brief or not entry["date"] else "Constants"


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


def shortfalls(refusal: Infeasible) -> Table:
    """Return what the brief gives and what a design needs."""
    return table(
        "What the brief gives and what a design needs",
        "Requirement | Given # | Needed # | Missing #",
        [
            (
                Cell(words.capital(s["requirement"]), s["path"]),
                quantity(s["limit"], s["unit"]),
                quantity(s["needed"], s["unit"]),
                _missing(s),
            )
            for s in refusal.shortfalls
        ],
    )


def _missing(shortfall: dict[str, Any]) -> str:
    limit, needed = shortfall["limit"], shortfall["needed"]
    if isinstance(limit, (int, float)) and isinstance(needed, (int, float)):
        return quantity(abs(needed - limit), shortfall["unit"])
    return words.NONE


def repairs(refusal: Infeasible) -> Table:
    """Return what would help, and what the design then costs."""
    currency = str(refusal.brief.get("currency", ""))
    return table(
        "Repairs",
        "Change | From # | To # | Cost of the design then # | Checked",
        [
            (
                words.capital(r["requirement"]),
                quantity(r["from"], r["unit"]),
                quantity(r["to"], r["unit"]),
                f"{money(r['cost'])} {currency}".strip() if r["cost"] is not None else words.NONE,
                Cell("verified", badge="verified")
                if r["verified"]
                else Cell("not verified", badge="unverified"),
            )
            for r in refusal.repairs
        ],
    )
