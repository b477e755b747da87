"""Review: the mistakes that architects warn of, looked for in a design or in a quotation.

Each file of this folder whose name begins with ``dr_`` is one check: its number and title, the rule
in one sentence with its reference, and what it finds in a case.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.quoted import QuotedLine
from designlib.validate.review._case import (
    SEVERITIES,
    Case,
    Finding,
    Mend,
    Mended,
    Number,
    Verdict,
)
from designlib.validate.review._gaps import Gap, gaps
from designlib.validate.review._quoted import as_design

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Review:
    """What every check found, and what the bill lacks against what the brief needs.

    Attributes
    ----------
    findings : tuple of Finding
        One row a check, in the order of their numbers.
    gaps : tuple of Gap
        What is missing, each with the fewest units that fill it and their price.
    currency : str
        Currency of every price.
    """

    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    currency: str

    @property
    def ok(self) -> bool:
        """Return whether no check failed."""
        return not any(f.severity == "fail" for f in self.findings)


def checks() -> dict[str, ModuleType]:
    """Return the checks by number, as found in this folder."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name.startswith("dr_"))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {module.CHECK: module for module in modules}


def review(
    design: Design,
    catalog: Catalog | None = None,
    *,
    mend: Mend | None = None,
    accepted: Mapping[str, str] | None = None,
    quoted: bool = False,
    reference: Design | None = None,
    free: Design | None = None,
    progress: Progress | None = None,
) -> Review:
    """Return what every check finds in a design, with the cheapest mend of each fault.

    Parameters
    ----------
    design : Design
        A saved design, or a quotation made into one by ``as_design``.
    catalog : Catalog, optional
        What its parts state; the shipped catalog by default.
    mend : callable, optional
        Asks the optimizer for the cheapest design under some changes of the brief; without it a
        mend is only counted.
    accepted : mapping, optional
        Check -> the reason for which the customer accepts what it finds.
    quoted : bool
        Whether the bill was written by hand.
    reference, free : Design, optional
        For a quotation: the cheapest design out of the same kinds of parts, and out of any parts.
    progress : callable, optional
        Called with the number of a check, how many are done and how many there are.

    Returns
    -------
    Review
        Findings and gaps.
    """
    case = Case(design, catalog or Catalog.load(), quoted=quoted, reference=reference, free=free)
    known = checks()
    asked = _once(mend)
    found = []
    for n, (number, module) in enumerate(known.items()):
        found.append(_finding(case, module, asked, (accepted or {}).get(number, "")))
        if progress is not None:
            progress(number, n + 1, len(known))
    return Review(tuple(found), gaps(case), design.currency)


def _finding(case: Case, module: ModuleType, mend: Mend | None, accepted: str) -> Finding:
    verdict: Verdict = module.check(case)
    finding = Finding(
        check=module.CHECK,
        title=module.TITLE,
        severity=verdict.severity,
        words=verdict.words,
        numbers=verdict.numbers,
        rule=module.RULE,
        reference=module.REFERENCE,
        fix=verdict.fix,
        fix_price=verdict.fix_price,
        changes=verdict.changes,
    )
    if verdict.severity in ("pass", "not applicable"):
        return finding
    if accepted:
        return replace(finding, severity="warn", accepted=accepted)
    asks = verdict.severity == "fail" or bool(verdict.changes)
    if mend is None or not asks:
        return finding
    return replace(finding, mended=mend(verdict.changes))


def _once(mend: Mend | None) -> Mend | None:
    """Return a mend that asks for the same changes only once."""
    if mend is None:
        return None
    known: dict[str, Mended] = {}

    def ask(changes: Mapping[str, Any]) -> Mended:
        key = repr(sorted(changes.items()))
        if key not in known:
            known[key] = mend(changes)
        return known[key]

    return ask


def worst(findings: Iterable[Finding]) -> str:
    """Return the worst severity of some findings."""
    return min((f.severity for f in findings), key=SEVERITIES.index, default="not applicable")


__all__ = [
    "Case",
    "Finding",
    "Gap",
    "Mend",
    "Mended",
    "Number",
    "QuotedLine",
    "Review",
    "as_design",
    "checks",
    "review",
    "worst",
]
