"""Validate: every promise of a design is recomputed by code of its own, never by the model's.

Each file of this folder whose name begins with a letter is one check; its docstring states the
promise.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from designlib.catalog import Catalog
from designlib.design import Design

Check = Callable[[Design, Catalog], list[str]]
GATE = "readable"
"""The check without which no other can count."""


@dataclass(frozen=True)
class Validation:
    """What every check found.

    Attributes
    ----------
    findings : dict of str to tuple of str
        Check -> one sentence for each promise that is not kept; empty where all are.
    """

    findings: dict[str, tuple[str, ...]]

    @property
    def ok(self) -> bool:
        """Return whether every promise is kept."""
        return not any(self.findings.values())

    def __str__(self) -> str:
        """Return one line for each check, and one for each finding below it."""
        lines = []
        for name, found in self.findings.items():
            lines.append(f"{name}: {len(found)} not kept" if found else f"{name}: kept")
            lines += [f"  {sentence}" for sentence in found]
        return "\n".join(lines)


def checks() -> dict[str, Check]:
    """Return the checks by name, as found in this folder."""
    found = pkgutil.iter_modules(__path__)
    names = sorted(m.name for m in found if not m.name.startswith("_") and not m.ispkg)
    return {name: importlib.import_module(f"{__name__}.{name}").check for name in names}


def sentences() -> dict[str, str]:
    """Return the sentence that each check stands for, by name."""
    return {
        name: " ".join(
            (importlib.import_module(f"{__name__}.{name}").__doc__ or "").split("\n\n")[0].split()
        )
        for name in checks()
    }


def validate(design: Design, catalog: Catalog | None = None) -> Validation:
    """Return what every check finds in a design.

    Parameters
    ----------
    design : Design
        The design; nothing in it is believed that can be counted again.
    catalog : Catalog, optional
        What could be bought; the shipped catalog by default.

    Returns
    -------
    Validation
        Findings by check.
    """
    parts = catalog or Catalog.load()
    found = checks()
    first = {GATE: tuple(found.pop(GATE)(design, parts))}
    if first[GATE]:
        return Validation(first)
    return Validation(first | {name: tuple(one(design, parts)) for name, one in found.items()})


__all__ = ["Validation", "checks", "sentences", "validate"]
