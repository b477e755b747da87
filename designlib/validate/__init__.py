"""Validate: every promise of a design is recomputed by code of its own, never by the model's.

Each file of this folder whose name begins with a letter is one check: a rule, told in its
docstring, with a sentence for each breach. Each file of ``recount`` counts quantities again and
gives a row for each. Both end as rows of one table, promise by promise.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Event
from types import ModuleType

import pandas as pd

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate import acceptance, recount, review, stress
from designlib.validate._promise import COLUMNS, Promise

Check = Callable[[Design, Catalog], list[str]]
Tell = Callable[[str, int, int], None]
GATE = "readable"
"""The check without which no other can count."""
DOUBTS = frozenset({"stated"})
"""Checks of what the customer states: their findings are doubts, no promise of the design."""


@dataclass(frozen=True)
class Validation:
    """What every check found.

    Attributes
    ----------
    findings : dict of str to tuple of str
        Check -> one sentence for each promise that is not kept; empty where all are.
    promises : tuple of Promise
        Every promise with its figures; a rule promises no breach.
    cancelled : bool
        Whether the checks were stopped before the last one.
    """

    findings: dict[str, tuple[str, ...]]
    promises: tuple[Promise, ...] = ()
    cancelled: bool = False

    @property
    def ok(self) -> bool:
        """Return whether nothing at all was found."""
        return not any(self.findings.values()) and not self.cancelled

    @property
    def kept(self) -> bool:
        """Return whether every promise is kept; doubts about stated figures break none."""
        broken = (found for name, found in self.findings.items() if name not in DOUBTS)
        return not any(broken) and not self.cancelled

    def __str__(self) -> str:
        """Return one line for each check, and one for each finding below it."""
        lines = []
        for name, found in self.findings.items():
            lines.append(f"{name}: {len(found)} not kept" if found else f"{name}: kept")
            lines += [f"  {sentence}" for sentence in found]
        return "\n".join(lines)

    def table(self) -> pd.DataFrame:
        """Return the promises as a table.

        Returns
        -------
        DataFrame, shape (promises, 14)
            A row is a promise: check, what, where, month, sense, promised, recomputed, unit,
            margin (safe side over the promise [1]), kept, tolerance [1], low and high (95 %
            confidence where simulated, else the figure itself), law.
        """
        return pd.DataFrame([p.row() for p in self.promises], columns=list(COLUMNS))


def _modules() -> dict[str, ModuleType]:
    names = sorted(
        m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg and not m.name.startswith("_")
    )
    found = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    return {name: module for name, module in found.items() if hasattr(module, "check")}


def checks() -> dict[str, Check]:
    """Return the checks by name, as found in this folder."""
    return {name: module.check for name, module in _modules().items()}


def sentences() -> dict[str, str]:
    """Return the sentence that each check stands for, by name."""
    return {
        name: " ".join((module.__doc__ or "").split("\n\n")[0].split())
        for name, module in _modules().items()
    }


def validate(
    design: Design,
    catalog: Catalog | None = None,
    *,
    only: Iterable[str] | None = None,
    tell: Tell | None = None,
    cancel: Event | None = None,
) -> Validation:
    """Return what every check finds in a design, and every promise with its figures.

    Parameters
    ----------
    design : Design
        The design; nothing in it is believed that can be counted again.
    catalog : Catalog, optional
        What could be bought; the shipped catalog by default.
    only : iterable of str, optional
        Names of checks and recounts to run; all by default.
    tell : callable, optional
        Told the name of each check, its number and their sum as it begins.
    cancel : Event, optional
        Set from another thread or a signal, it ends the work after the check that runs.

    Returns
    -------
    Validation
        Findings by check, and promises.
    """
    parts = catalog or Catalog.load()
    rules, counts, said = checks(), recount.recounts(), sentences()
    wanted = [n for n in (*rules, *counts) if only is None or n in set(only)]
    order = [GATE, *(n for n in wanted if n != GATE)]
    findings: dict[str, tuple[str, ...]] = {}
    promises: list[Promise] = []
    for number, name in enumerate(order, start=1):
        if cancel is not None and cancel.is_set():
            return Validation(findings, tuple(promises), cancelled=True)
        if tell is not None:
            tell(name, number, len(order))
        if name in rules:
            found = rules[name](design, parts)
            rows = [_rule(name, said[name], found)]
        else:
            rows = counts[name](design, parts)
            found = [p.sentence() for p in rows if not p.kept]
        findings[name] = tuple(found)
        promises += rows
        if name == GATE and found:
            break
    return Validation(findings, tuple(promises))


def _rule(name: str, sentence: str, found: list[str]) -> Promise:
    """Return a rule as a promise: no breach."""
    what, _, _ = sentence.partition(": ")
    law = sentence.partition(": ")[2]
    sense: str = "told" if name in DOUBTS else "at most"
    words = f"breaches of the rule: {law.rstrip('.')}"
    return Promise(
        name, words, what, 0.0, float(len(found)), "breaches",
        "told" if sense == "told" else "at most", law="each breach is a finding",
    )  # fmt: skip


__all__ = [
    "Promise",
    "Validation",
    "acceptance",
    "checks",
    "review",
    "sentences",
    "stress",
    "validate",
]
