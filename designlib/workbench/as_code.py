"""As code: what was turned in the workbench is one line of Python."""

from __future__ import annotations

import pprint
from typing import Any

from designlib.brief import Brief


def as_code(opened: Brief, brief: Brief) -> str:
    """Return the line that answers a brief again, given the brief that it was made from.

    Parameters
    ----------
    opened : Brief
        The brief that the reader has.
    brief : Brief
        The brief that was answered.
    """
    changes = difference(opened.to_dict(), brief.to_dict())
    if not changes:
        return "design = dl.optimize(brief)"
    stated = pprint.pformat(changes, sort_dicts=True, width=92)
    return f"design = dl.optimize(brief.with_changes({stated}))"


def difference(before: Any, after: Any, path: str = "") -> dict[str, Any]:
    """Return the changes that turn plain values of a brief into others, for ``with_changes``.

    Parameters
    ----------
    before, after : dict
        What ``Brief.to_dict`` gives.
    path : str
        Where in the brief they stand.
    """
    if before == after:
        return {}
    found: dict[str, Any] = {}
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            found |= difference(before.get(key), after.get(key), f"{path}.{key}" if path else key)
    elif _same_items(before, after):
        for old, new in zip(before, after, strict=True):
            found |= difference(old, new, f"{path}.{old['id']}")
    else:
        found[path] = after
    return found


def _same_items(before: Any, after: Any) -> bool:
    ids = _ids(before)
    return bool(ids) and ids == _ids(after)


def _ids(items: Any) -> list[str]:
    """Return the ids of a list of items that all have one; empty for anything else."""
    if not isinstance(items, list):
        return []
    ids = [str(item["id"]) for item in items if isinstance(item, dict) and item.get("id")]
    return ids if len(ids) == len(items) else []
