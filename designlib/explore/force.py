"""Force: a brief or a catalog in which one option has no rivals, so that it has to be taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog

ROOM_AIR = ("perimeter-air", "contained-air")


def only_servers(brief: Brief, servers: Iterable[str]) -> Brief:
    """Return a brief that allows no GPU servers but these."""
    return brief.with_changes({"fleet.server_kinds_allowed": sorted(set(servers))})


def without_rivals(catalog: Catalog, part_id: str) -> Catalog | None:
    """Return a catalog without the rivals of a part, None where it has none."""
    if part_id in catalog.switches:
        switches = _switches(catalog, part_id)
        return None if switches == dict(catalog.switches) else _with(catalog, "switches", switches)
    rivals: dict[str, Callable[[Any, Any], bool]] = {
        "storage": _same_tier,
        "cooling": _same_kind,
        "power": _same_kind,
    }
    for family, rival in rivals.items():
        parts = getattr(catalog, family)
        if part_id in parts:
            kept = {i: p for i, p in parts.items() if i == part_id or not rival(parts[part_id], p)}
            return _with(catalog, family, kept) if len(kept) < len(parts) else None
    return None


def _with(catalog: Catalog, family: str, parts: dict[str, Any]) -> Catalog:
    changed: dict[str, Any] = {family: MappingProxyType(parts)}
    return replace(catalog, **changed)


def _switches(catalog: Catalog, part_id: str) -> dict[str, Any]:
    """Return the switches, the others without the roles that one of them can take."""
    taken = set(catalog.switches[part_id].roles)
    kept: dict[str, Any] = {}
    for i, switch in catalog.switches.items():
        roles = tuple(role for role in switch.roles if i == part_id or role not in taken)
        if roles:
            kept[i] = switch.model_copy(update={"roles": roles})
    return kept


def _same_tier(one: Any, other: Any) -> bool:
    return bool(one.tier == other.tier)


def _same_kind(one: Any, other: Any) -> bool:
    return bool(one.kind == other.kind or (one.kind in ROOM_AIR and other.kind in ROOM_AIR))
