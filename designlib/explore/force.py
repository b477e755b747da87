"""Force: a brief or a catalog in which one option has no rivals, so that it has to be taken."""

from __future__ import annotations

from collections.abc import Iterable
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
    families: tuple[tuple[str, Any], ...] = (
        ("switches", _same_roles),
        ("storage", _same_tier),
        ("cooling", _same_kind),
        ("power", _same_kind),
    )
    for family, rival in families:
        parts = getattr(catalog, family)
        if part_id in parts:
            part = parts[part_id]
            kept = {i: p for i, p in parts.items() if i == part_id or not rival(part, p)}
            changed: dict[str, Any] = {family: MappingProxyType(kept)}
            return replace(catalog, **changed) if len(kept) < len(parts) else None
    return None


def _same_roles(one: Any, other: Any) -> bool:
    return bool(set(one.roles) & set(other.roles))


def _same_tier(one: Any, other: Any) -> bool:
    return bool(one.tier == other.tier)


def _same_kind(one: Any, other: Any) -> bool:
    return bool(one.kind == other.kind or (one.kind in ROOM_AIR and other.kind in ROOM_AIR))
