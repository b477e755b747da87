"""Fields: groups of fields as a form, each with its unit, its limits and its help."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Final

from markupsafe import Markup

from designlib.workbench.fields import GROUPS, Field
from designlib.workbench.render import render

LAST: Final = tuple(reversed([*GROUPS.values()]))
"""Groups below the work itself, what is asked for before what describes it."""


def form(fields: Iterable[Field]) -> Markup:
    """Return a form that writes every change into the brief at once.

    Parameters
    ----------
    fields : iterable of Field
        What can be set; fields of one group stand together.
    """
    groups: dict[str, list[dict[str, object]]] = {}
    for field in sorted(fields, key=lambda field: _rank(field.group)):
        groups.setdefault(field.group, []).append({**asdict(field), "limits": _limits(field)})
    return render("fields", groups=groups)


def _rank(group: str) -> int:
    """Return the place of a group: the work itself first, what describes it last."""
    return LAST.index(group) + 1 if group in LAST else 0


def _limits(field: Field) -> str:
    if field.least is not None and field.most is not None:
        return f"From {field.least:g} to {field.most:g}"
    if field.least is not None:
        return f"At least {field.least:g}" if field.least else ""
    return "" if field.most is None else f"At most {field.most:g}"
