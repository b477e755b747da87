"""Refusal: what conflicts in a brief that no design meets, by how much, and what would help."""

from __future__ import annotations

from typing import Any

from designlib.design import Infeasible
from designlib.report import words
from designlib.report.section import Point, Section
from designlib.report.sections import why_not
from designlib.report.table import Cell, Table, table
from designlib.report.words import money, quantity


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


def together(refusal: Infeasible) -> Table:
    """Return the statements of the brief that exclude each other, conflict by conflict."""
    return table(
        "What cannot be had together",
        "Conflict # | Statement of the brief | Without any one of them",
        [
            (
                str(n + 1),
                Cell(words.capital(s["sentence"]), _path(s["path"])),
                "the others can be met" if found["irreducible"] else words.NONE,
            )
            for n, found in enumerate(refusal.sets)
            for s in found["statements"]
        ],
    )


def _path(path: str | list[str]) -> str:
    return path if isinstance(path, str) else ", ".join(path)


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


def sections(refusal: Infeasible) -> dict[str, Section]:
    """Return the sections of the report of a refusal by their names."""
    reasons = why_not.reasons(refusal.candidates)
    missing, helpful = shortfalls(refusal), repairs(refusal)
    shown = (missing, together(refusal))
    found = {
        "conflict": Section(
            "What conflicts",
            callouts=tuple(Point("", words.capital(s)) for s in refusal.conflict),
            tables=tuple(one for one in shown if one.rows_count),
        ),
        "repairs": Section(
            "What would help",
            tables=(helpful,) if helpful.rows_count else (),
            notes=("Verified means that a design was found for the changed brief.",)
            if helpful.rows_count
            else ("No repair of a single requirement was found.",),
        ),
    }
    if reasons:
        found["why-not"] = Section(
            "Options dropped beforehand",
            tables=(why_not.counts(reasons), why_not.dropped(reasons)),
        )
    return found
