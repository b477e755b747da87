"""Fabric content: the counts and claims of a fabric, once for programs and once for readers."""

from __future__ import annotations

from math import ceil
from typing import Any, Final

from designlib.physics import fabric_claims
from designlib.physics.dragonfly import Dragonfly
from designlib.physics.fabric_rules import FabricSize

SCHEMA_VERSION: Final = 1


def clos_content(size: FabricSize, built: FabricSize, links_per_cable: int) -> dict[str, Any]:
    """Return the counts and claims of a Clos fabric.

    Parameters
    ----------
    size : FabricSize
        Counts as published tables print them.
    built : FabricSize
        The same fabric as it is wired evenly; the claims are about it.
    links_per_cable : int
        Links that one cable holds. [links]
    """
    links = {
        "server_leaf": size.links_server_leaf,
        "leaf_spine": size.links_leaf_spine,
        "spine_core": size.links_spine_core,
        "inter_leaf": size.links_inter_leaf,
    }
    return {
        "schema_version": SCHEMA_VERSION,
        "topology": _topology(size),
        "tiers": fabric_claims.tiers(size),
        "servers": size.servers_count,
        "rails": size.ports_per_server_count,
        "radix": size.radix_ports,
        "planes": size.planes,
        "endpoints": size.endpoints,
        "leaf": size.leaf,
        "spine": size.spine,
        "core": size.core,
        "core_even": size.core_even,
        "spine_minimum": size.spine_minimum,
        "links": links,
        "cables": {tier: ceil(n / links_per_cable) for tier, n in links.items()},
        "links_per_cable": links_per_cable,
        "rails_per_leaf": size.rails_per_leaf,
        "ports_per_leaf": {"down": size.down_per_leaf, "up": size.up_per_leaf},
        "ports_free": size.leaf_ports_free,
        "wired": {"leaf": built.leaf, "spine": built.spine, "core": built.core},
        "hops": fabric_claims.hops_max(built),
        "bisection": {
            "links": fabric_claims.bisection_links(built),
            "frac": fabric_claims.bisection_frac(built),
        },
        "survives_one_loss": fabric_claims.survives_one_loss(built),
    }


def _topology(size: FabricSize) -> str:
    """Return what was built, whatever was asked for."""
    if not size.spine:
        return "pair" if size.links_inter_leaf else "single"
    return "rail-optimized" if size.rails_per_leaf else "fat-tree"


def dragonfly_content(
    fly: Dragonfly, servers: int, rails: int, radix: int, planes: int, links_per_cable: int
) -> dict[str, Any]:
    """Return the counts and claims of a dragonfly, totals over all planes.

    Parameters
    ----------
    fly : Dragonfly
        Counts of one plane.
    servers, rails, radix, planes, links_per_cable : int
        As they were asked for.
    """
    endpoints, n = servers * rails, planes
    links = {
        "server_leaf": endpoints * n,
        "local": fly.links_local * n,
        "global": fly.links_global * n,
    }
    return {
        "schema_version": SCHEMA_VERSION,
        "topology": "dragonfly",
        "servers": servers,
        "rails": rails,
        "radix": radix,
        "planes": n,
        "endpoints": endpoints * n,
        "routers": fly.routers * n,
        "groups": fly.groups * n,
        "routers_per_group": fly.routers_per_group,
        "ports_per_router": {
            "servers": fly.hosts_per_router,
            "local": fly.routers_per_group - 1,
            "global": fly.globals_per_router,
        },
        "ports_free": (fly.hosts - endpoints) * n,
        "links": links,
        "cables": {tier: ceil(count / links_per_cable) for tier, count in links.items()},
        "links_per_cable": links_per_cable,
        "hops": fabric_claims.dragonfly_hops_max(fly),
        "bisection": {"links": fabric_claims.dragonfly_bisection_links(fly) * n},
    }


def text(content: dict[str, Any]) -> str:
    """Return the answer for readers, a line a figure."""
    return "\n".join(_lines(content))


def _lines(content: dict[str, Any], indent: str = "") -> list[str]:
    lines: list[str] = []
    for key, value in content.items():
        word = key.replace("_", " ")
        if isinstance(value, dict):
            inside = ", ".join(f"{k.replace('_', ' ')} {_amount(v)}" for k, v in value.items())
            lines.append(f"{indent}{word}: {inside}")
        elif isinstance(value, list):
            if not value:
                continue
            lines.append(f"{indent}{word}:")
            lines += [
                indent + "  " + ", ".join(f"{k} {_amount(v)}" for k, v in row.items())
                for row in value
            ]
        elif key != "schema_version":
            lines.append(f"{indent}{word}: {_amount(value)}")
    return lines


def _amount(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
