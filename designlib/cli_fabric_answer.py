"""Fabric answer: what ``designlib fabric`` prints, once for programs and once for readers."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.faults import Fault, FaultError, nearest
from designlib.physics import fabric_claims
from designlib.physics.dragonfly import dragonfly_size
from designlib.physics.fabric_count import fabric_size
from designlib.physics.fabric_rules import FabricSize

SCHEMA_VERSION: Final = 1
NOT_IN_A_DRAGONFLY: Final = {
    "rails_per_leaf": None, "oversubscription": 1.0, "min_leaves": 1, "min_spines": 1,
    "keep_spine": False, "racks_per_leaf": None, "trays_per_rack": None, "core_reserve": False,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the command line asked for; None where nothing was said."""

    servers: int
    rails: int | None
    radix: int | None
    planes: int | None
    topology: Any
    links_per_cable: int
    switch: str | None
    server: str | None
    rules: dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """Ports of a server, ports of a switch and planes, as stated or as the catalog has them."""

    rails: int
    radix: int
    planes: int


def answer(
    asked: Asked, overlay: Path | None, sheet: Path | None, graph: Path | None
) -> dict[str, Any]:
    """Return what the command prints, and write the files that it was asked for."""
    catalog = _catalog(overlay) if asked.switch or asked.server else None
    shape = shape_of(asked, catalog)
    if asked.topology == "dragonfly":
        return dragonfly_content(asked, shape)
    rules = {"radix_ports": shape.radix, "planes": shape.planes, "topology": asked.topology}
    rules |= asked.rules
    size = fabric_size(asked.servers, shape.rails, **rules)  # type: ignore[arg-type]
    built = fabric_size(asked.servers, shape.rails, **rules | {"whole_pods": True})  # type: ignore[arg-type]
    largest = fabric_claims.largest_servers(shape.rails, **rules)  # type: ignore[arg-type]
    return clos_content(asked, size, built) | {"maximum_servers": largest._asdict()}


def _catalog(overlay: Path | None) -> Catalog:
    if overlay is not None and not overlay.is_dir():
        raise FaultError([Fault(str(overlay), None, "file", "no such folder")])
    return Catalog.load(overlay=overlay)


def shape_of(asked: Asked, catalog: Catalog | None) -> Shape:
    """Return the ports and planes of a fabric; what is not stated comes from the catalog.

    A server whose ports are a whole multiple of the switch's speed is split over as many planes.
    """
    found: list[Fault] = []
    switch = _part(catalog, "switches", asked.switch, "--switch", found)
    server = _part(catalog, "servers", asked.server, "--server", found)
    if asked.radix is None and asked.switch is None:
        found.append(Fault("fabric", None, "--radix", "state it, or name a --switch"))
    if asked.rails is None and asked.server is None:
        found.append(Fault("fabric", None, "--rails", "state it, or name a --server"))
    if found:
        raise FaultError(found)
    planes = asked.planes or 1
    if asked.planes is None and switch is not None and server is not None:
        ratio = server.specs.compute_port_gbit_s.value / switch.specs.port_gbit_s.value
        if ratio != int(ratio) or ratio < 1:
            text = (
                f"ports of {switch.specs.port_gbit_s.value:g} Gbit/s cannot carry those of "
                f"{server.id}, {server.specs.compute_port_gbit_s.value:g} Gbit/s"
            )
            raise FaultError([Fault("fabric", None, "--switch", text)])
        planes = int(ratio)
    return Shape(
        asked.rails or int(server.specs.compute_ports_count.value),
        asked.radix or int(switch.specs.radix_ports.value),
        planes,
    )


def _part(
    catalog: Catalog | None, family: str, part_id: str | None, option: str, found: list[Fault]
) -> Any:
    if catalog is None or part_id is None:
        return None
    parts = getattr(catalog, family)
    if part_id not in parts:
        text = f"unknown id of {family}: {part_id!r}{nearest(part_id, parts)}"
        found.append(Fault("fabric", None, option, text))
    return parts.get(part_id)


def clos_content(asked: Asked, size: FabricSize, built: FabricSize) -> dict[str, Any]:
    """Return the counts and claims of a Clos fabric; claims are about the fabric as wired."""
    links = {
        "server_leaf": size.links_server_leaf,
        "leaf_spine": size.links_leaf_spine,
        "spine_core": size.links_spine_core,
        "inter_leaf": size.links_inter_leaf,
    }
    return {
        "schema_version": SCHEMA_VERSION,
        "topology": asked.topology,
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
        "cables": {tier: ceil(n / asked.links_per_cable) for tier, n in links.items()},
        "links_per_cable": asked.links_per_cable,
        "rails_per_leaf": size.rails_per_leaf,
        "ports_per_leaf": {"down": size.down_per_leaf, "up": size.up_per_leaf},
        "ports_free": size.leaf_ports_free,
        "wired": {"leaf": built.leaf, "spine": built.spine, "core": built.core},
        "hops_max": fabric_claims.hops_max(built),
        "bisection_links": fabric_claims.bisection_links(built),
        "bisection_frac": fabric_claims.bisection_frac(built),
    }


def dragonfly_content(asked: Asked, shape: Shape) -> dict[str, Any]:
    """Return the counts and claims of a dragonfly, totals over all planes."""
    found = [
        Fault("fabric", None, f"--{name.replace('_', '-')}", "a dragonfly has no such choice")
        for name, default in NOT_IN_A_DRAGONFLY.items()
        if asked.rules[name] != default
    ]
    if found:
        raise FaultError(found)
    unit = asked.rules["scalable_unit_count"]
    servers = ceil(asked.servers / unit) * unit
    endpoints = asked.servers * shape.rails + asked.rules["extra_endpoints"]
    fly = dragonfly_size(max(servers * shape.rails, endpoints), shape.radix)
    n = shape.planes
    links = {
        "server_leaf": endpoints * n,
        "local": fly.links_local * n,
        "global": fly.links_global * n,
    }
    return {
        "schema_version": SCHEMA_VERSION,
        "topology": "dragonfly",
        "servers": asked.servers,
        "rails": shape.rails,
        "radix": shape.radix,
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
        "cables": {tier: ceil(count / asked.links_per_cable) for tier, count in links.items()},
        "links_per_cable": asked.links_per_cable,
        "hops_max": fabric_claims.dragonfly_hops_max(fly),
        "bisection_links": fabric_claims.dragonfly_bisection_links(fly) * n,
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
            lines.append(f"{indent}{word}:")
            lines += [
                indent + "  " + ", ".join(f"{k} {_amount(v)}" for k, v in row.items())
                for row in value
            ]
        elif key != "schema_version":
            lines.append(f"{indent}{word}: {_amount(value)}")
    return lines


def _amount(value: Any) -> str:
    return (
        f"{value:,.6g}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )
