"""Review: the mistakes that architects warn of, looked for in this design."""

from __future__ import annotations

from typing import Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report.section import Point, Section
from designlib.report.table import Cell, Table, table
from designlib.report.words import capital
from designlib.validate.review import Finding, Review, review

ORDER: Final = 920
TONES: Final = {"pass": "kept", "warn": "at-risk", "fail": "broken", "not applicable": ""}
SHEET: Final = "Design review"
NUMBERS_SHOWN: Final = 6


def findings(found: Review, names: frozenset[str] = frozenset()) -> Table:
    """Return one row for each check of a review.

    Parameters
    ----------
    found : Review
        What the checks found.
    names : frozenset of str
        Names of workloads, which keep their small letters at the start of a sentence.
    """
    return table(
        "Known mistakes, each with what was found, the rule and the cheapest mend",
        "Check | Verdict | Found | Rule | Mend",
        [_row(f, names) for f in found.findings],
        sheet=SHEET,
    )


def _row(f: Finding, names: frozenset[str]) -> tuple[Cell | str, ...]:
    numbers = "; ".join(map(str, f.numbers[:NUMBERS_SHOWN]))
    mend = f.fix if f.severity in ("warn", "fail") else ""
    return (
        Cell(f.title, f.check),
        Cell(f.severity, badge=TONES[f.severity]),
        Cell(_sentence(f.words, names), numbers),
        Cell(f.rule, f.reference),
        _sentence(mend, names) or "-",
    )


def _sentence(text: str, names: frozenset[str]) -> str:
    """Return a text with a capital at its start, unless it begins with the name of something."""
    first = text.partition(" ")[0]
    return capital(text) if first.isalpha() and first not in names else text


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return what a review of the design finds; None without the catalog of its parts."""
    if catalog is None:
        return None
    found = review(design, catalog)
    names = frozenset(r["workload"] for r in design.tables["operations"])
    gaps = tuple(Point("Mind", f"{g.words(design.currency, 'design')}.") for g in found.gaps)
    counts = {s: sum(f.severity == s for f in found.findings) for s in TONES}
    lead = (
        f"Known mistakes looked for: {len(found.findings)}. Avoided: {counts['pass']}; worth a "
        f"look: {counts['warn']}; made: {counts['fail']}; not applicable: "
        f"{counts['not applicable']}."
    )
    return Section("Design review", lead=(lead,), callouts=gaps, tables=(findings(found, names),))
