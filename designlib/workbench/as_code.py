"""As code: the cell that makes a design of the workbench again, in a kernel of its own."""

from __future__ import annotations

import pprint
from pathlib import Path
from typing import Any, Final

from designlib.brief import IN_MEMORY, Brief
from designlib.faults import FaultError

WIDTH: Final = 92


def as_code(opened: Brief, brief: Brief, *, gap: float = 1e-3, own_catalog: bool = False) -> str:
    """Return the cell that answers a brief again.

    Parameters
    ----------
    opened : Brief
        The brief that the reader has, in its file where it came from one.
    brief : Brief
        The brief that was answered.
    gap : float
        Relative distance between cost and bound at which the search may stop. [1]
    own_catalog : bool
        Whether it was answered from another catalog than the shipped one.
    """
    lines = ["import designlib as dl", ""]
    changes = changes_between(opened, brief)
    file = _file(opened)
    if changes is None or file is None:
        stated = pprint.pformat(brief.to_dict(), sort_dicts=False, width=WIDTH)
        lines.append(f"brief = dl.Brief.from_dict({stated})")
    else:
        lines.append(f"brief = dl.Brief.load({file!r})")
        if changes:
            stated = pprint.pformat(changes, sort_dicts=True, width=WIDTH)
            lines.append(f"brief = brief.with_changes({stated})")
    catalog = ""
    if own_catalog:
        lines.append("catalog = dl.Catalog.load()  # with the overlay that the workbench was given")
        catalog = "catalog, "
    lines.append(f"design = dl.optimize(brief, {catalog}gap={gap:g})")
    return "\n".join([*lines, "design"])


def _file(opened: Brief) -> str | None:
    """Return the file of a brief as a cell beside it names it; None where it has none."""
    if opened._file == IN_MEMORY or not Path(opened._file).is_file():
        return None
    path = Path(opened._file).resolve()
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def changes_between(before: Brief, after: Brief) -> dict[str, Any] | None:
    """Return the changes that turn one brief into another; None where changes cannot do it.

    Parameters
    ----------
    before, after : Brief
        The briefs. A default that is stated in one and not in the other has no value to change to.
    """
    changes = difference(before.to_dict(), after.to_dict())
    try:
        made = before.with_changes(changes)
    except FaultError:
        return None
    return changes if made.to_dict() == after.to_dict() else None


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
