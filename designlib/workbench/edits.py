"""Edits: a brief with one workload more, less or of another language model."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.faults import Fault, FaultError
from designlib.imports import read_config
from designlib.schema.workloads import Shaped
from designlib.yamlfile import read_yaml

LOCAL: Final = ("phase", "team", "data_class", "priority")
"""Fields of a workload that name other parts of its own brief."""


@cache
def examples() -> Mapping[str, Mapping[str, Any]]:
    """Return the workloads of the shipped briefs by a name for readers, to begin with."""
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted((shipped_folder() / "briefs").glob("*.yaml")):
        for item in read_yaml(path).data["workloads"]:
            told = item.get("name") or item["id"]
            name = f"{str(item['kind']).replace('-', ' ')}: {told} ({path.stem})"
            found[name] = {k: v for k, v in item.items() if k not in LOCAL}
    return dict(sorted(found.items()))


def with_example(brief: Brief, name: str) -> tuple[Brief, str]:
    """Return a brief with a workload like one of the shipped briefs, and the id that it got.

    Parameters
    ----------
    brief : Brief
        The brief before.
    name : str
        A name of ``examples()``.
    """
    if name not in examples():
        raise FaultError([Fault("<brief>", None, "workloads", f"there is no example '{name}'")])
    return _with(brief, dict(examples()[name]))


def with_copy(brief: Brief, workload: str) -> tuple[Brief, str]:
    """Return a brief in which a workload is there twice, and the id of the second.

    Parameters
    ----------
    brief : Brief
        The brief before.
    workload : str
        Id of the workload.
    """
    return _with(brief, dict(_item(brief, workload)))


def without(brief: Brief, workload: str) -> Brief:
    """Return a brief without a workload.

    Parameters
    ----------
    brief : Brief
        The brief before.
    workload : str
        Id of the workload.
    """
    _item(brief, workload)
    kept = [item for item in _items(brief) if item["id"] != workload]
    return brief.with_changes({"workloads": kept})


def with_llm(brief: Brief, workload: str, llm: str, catalog: Catalog) -> Brief:
    """Return a brief in which a workload runs a language model of the catalog.

    Parameters
    ----------
    brief : Brief
        The brief before.
    workload : str
        Id of the workload.
    llm : str
        Id of the language model.
    catalog : Catalog
        Where it stands.
    """
    if llm not in catalog.llms:
        raise FaultError([Fault("<brief>", None, "llm", f"the catalog has no '{llm}'")])
    return _reshaped(brief, workload, {"llm": llm})


def with_config(brief: Brief, workload: str, name: str, text: str) -> Brief:
    """Return a brief in which a workload has the shape that the config.json of weights states.

    Parameters
    ----------
    brief : Brief
        The brief before.
    workload : str
        Id of the workload.
    name : str
        Name of the file.
    text : str
        Its content.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or "config.json")
        path.write_text(text, encoding="utf-8")
        imported = read_config(path, part_id="imported")
        entry = Path(folder) / "imported.yaml"
        entry.write_text(imported.text, encoding="utf-8")
        specs: Mapping[str, Any] = read_yaml(entry).data["specs"]
    shape = {n: specs[n]["value"] for n in Shaped.__annotations__ if n in specs}
    return _reshaped(brief, workload, shape)


def _reshaped(brief: Brief, workload: str, shape: Mapping[str, Any]) -> Brief:
    item = dict(_item(brief, workload))
    kept = {k: v for k, v in item.items() if k not in Shaped.__annotations__}
    items = [{**kept, **shape} if i["id"] == workload else i for i in _items(brief)]
    return brief.with_changes({"workloads": items})


def _with(brief: Brief, item: dict[str, Any]) -> tuple[Brief, str]:
    taken = {w.id for w in brief.workloads}
    ident = free_id(str(item["id"]), taken)
    items = [*_items(brief), {**item, "id": ident}]
    return brief.with_changes({"workloads": items}), ident


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """Return an id that is not taken, as near to the wanted one as can be.

    Examples
    --------
    >>> free_id("A1", {"A1", "A1-2"})
    'A1-3'
    """
    used = set(taken)
    number, ident = 1, wanted
    while ident in used:
        number += 1
        ident = f"{wanted}-{number}"
    return ident


def _items(brief: Brief) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = brief.to_dict()["workloads"]
    return items


def _item(brief: Brief, workload: str) -> dict[str, Any]:
    for item in _items(brief):
        if item["id"] == workload:
            return item
    raise FaultError([Fault("<brief>", None, "workloads", f"there is no workload '{workload}'")])
