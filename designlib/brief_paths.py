"""Brief paths: follow a dotted path into the plain values of a brief and set what stands there."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from designlib.faults import nearest
from designlib.schema.walk import is_block, type_below


def change(data: dict[str, Any], model: type[BaseModel], path: str, value: object) -> str:
    """Return why a path leads nowhere, or an empty text after setting the value.

    Parameters
    ----------
    data : dict
        Plain values of the brief; changed in place.
    model : type
        Model of the brief, which tells a block that is not stated yet from a misspelt one.
    path : str
        Dotted path; items of a list by index or id.
    value : object
        New value.
    """
    keys = path.split(".")
    here: Any = data
    annotation: object = model
    for depth, key in enumerate(keys):
        last = depth == len(keys) - 1
        if isinstance(here, list):
            found = _index(here, key)
            if found is None:
                ids = [str(item["id"]) for item in here if isinstance(item, dict) and "id" in item]
                known = nearest(key, ids) or f"; it has {', '.join(ids) or len(here)}"
                return f"no item '{key}' in '{'.'.join(keys[:depth])}'{known}"
            step: Any = found
        elif isinstance(here, dict):
            step = key
        else:
            return f"'{'.'.join(keys[:depth])}' is a single value and has no field '{key}'"
        annotation = type_below(annotation, step, here)
        if last:
            here[step] = value
        elif isinstance(here, dict) and here.get(step) is None:
            if not is_block(annotation):
                return (
                    f"'{'.'.join(keys[: depth + 1])}' is not stated in the brief; set it as a whole"
                )
            here[step] = {}
            here = here[step]
        else:
            here = here[step]
    return ""


def _index(items: list[Any], key: str) -> int | None:
    for index, item in enumerate(items):
        if isinstance(item, dict) and item.get("id") == key:
            return index
    return int(key) if key.isdecimal() and int(key) < len(items) else None
