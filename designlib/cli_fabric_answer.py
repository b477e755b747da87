"""Fabric answer: what ``designlib fabric`` prints, once for programs and once for readers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, Final

from designlib.cabling.dragonfly_wiring import wire_dragonfly
from designlib.cabling.links import Links
from designlib.cabling.wiring import wire
from designlib.catalog import Catalog
from designlib.cli_fabric_map import PortMap, check_path
from designlib.faults import Fault, FaultError, nearest
from designlib.physics import fabric_claims
from designlib.physics.dragonfly import Dragonfly, dragonfly_size
from designlib.physics.fabric_count import fabric_size
from designlib.physics.fabric_rules import FabricSize

SCHEMA_VERSION: Final = 1
NOT_IN_A_DRAGONFLY: Final = {
    "rails_per_leaf": None, "oversubscription": 1.0, "min_leaves": 1, "min_spines": 1,
    "keep_spine": False, "racks_per_leaf": None, "trays_per_rack": None, "core_reserve": False,
    "extra_endpoints": 0,
}  # fmt: skip
OPTIONS: Final = {"extra_endpoints": "management_links"}
"""Rules whose option has another name."""


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
    servers_per_rack: int | None
    rules: dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """Ports of a server, ports of a switch and planes, as stated or as the catalog has them."""

    rails: int
    radix: int
    planes: int


@dataclass(frozen=True)
class Parts:
    """The catalog and the parts that were named; None where it is not needed or nothing was."""

    catalog: Catalog | None
    switch: Any
    server: Any


def answer(
    asked: Asked, overlay: Path | None, sheet: Path | None, graph: Path | None
) -> dict[str, Any]:
    """Return what the command prints, and write the files that it was asked for."""
    check_path(sheet, "--sheet", (".csv", ".xlsx"))
    check_path(graph, "--graph", (".graphml",))
    mapped = bool(asked.switch or sheet or graph)
    parts = _parts(asked, overlay, needed=mapped or bool(asked.server))
    shape = shape_of(asked, parts)
    content, wiring = (_dragonfly if asked.topology == "dragonfly" else _clos)(asked, shape)
    if not mapped or parts.catalog is None:
        return content
    per_rack = asked.servers_per_rack or asked.rules["trays_per_rack"]
    port_map = PortMap(wiring, parts.catalog, parts.switch, parts.server, shape.planes, per_rack)
    wired = content.get("wired") or {"router": content["routers"]}
    content |= port_map.content(sum(wired.values()))
    if sheet:
        port_map.write_sheet(sheet)
    if graph:
        port_map.write_graph(graph)
    return content


def _clos(asked: Asked, shape: Shape) -> tuple[dict[str, Any], Iterator[Links]]:
    rules: Any = {"radix_ports": shape.radix, "planes": shape.planes, "topology": asked.topology}
    rules |= asked.rules
    size = fabric_size(asked.servers, shape.rails, **rules)
    built = fabric_size(asked.servers, shape.rails, **rules | {"whole_pods": True})
    largest = fabric_claims.largest_servers(shape.rails, **rules)
    content = clos_content(asked, size, built) | {"maximum_servers": largest._asdict()}
    return content, wire(built)


def _dragonfly(asked: Asked, shape: Shape) -> tuple[dict[str, Any], Iterator[Links]]:
    fly = dragonfly_of(asked, shape)
    wiring = wire_dragonfly(fly, asked.servers, shape.rails, shape.planes)
    return dragonfly_content(asked, shape, fly), wiring


def _parts(asked: Asked, overlay: Path | None, *, needed: bool) -> Parts:
    """Return the catalog, if it is needed, with the switch and the server that were named."""
    if overlay is not None and not overlay.is_dir():
        raise FaultError([Fault(str(overlay), None, "file", "no such folder")])
    if not needed:
        return Parts(None, None, None)
    catalog = Catalog.load(overlay=overlay)
    found: list[Fault] = []
    named: list[Any] = []
    for option, part_id, parts in (
        ("--switch", asked.switch, catalog.switches),
        ("--server", asked.server, catalog.servers),
    ):
        named.append(None if part_id is None else parts.get(part_id))
        if part_id is not None and part_id not in parts:
            text = f"unknown part id {part_id!r}{nearest(part_id, parts)}"
            found.append(Fault("fabric", None, option, text))
    if found:
        raise FaultError(found)
    return Parts(catalog, *named)


def shape_of(asked: Asked, parts: Parts) -> Shape:
    """Return the ports and planes of a fabric; what is not stated comes from the catalog.

    A server whose ports are a whole multiple of the switch's speed is split over as many planes.
    """
    switch, server = parts.switch, parts.server
    found = [
        Fault("fabric", None, option, f"state it, or name a {part}")
        for option, stated, part in (
            ("--radix", asked.radix or switch, "--switch"),
            ("--rails", asked.rails or server, "--server"),
        )
        if not stated
    ]
    if found:
        raise FaultError(found)
    planes = asked.planes or 1
    if asked.planes is None and switch is not None and server is not None:
        ratio = server.specs.compute_port_gbit_s.value / switch.specs.port_gbit_s.value
        # Any other ratio fits no cable, and is refused with the two speeds when cables are chosen.
        planes = int(ratio) if ratio >= 1 and ratio == int(ratio) else 1
    trays = (asked.rules["trays_per_rack"] or 1) if server is not None and server.rack_scale else 1
    return Shape(
        asked.rails or int(server.specs.compute_ports_count.value) // trays,
        asked.radix or int(switch.specs.radix_ports.value),
        planes,
    )


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
        "survives_one_loss": fabric_claims.survives_one_loss(built),
    }


def dragonfly_of(asked: Asked, shape: Shape) -> Dragonfly:
    """Return the smallest dragonfly of one plane; options that it does not have are refused."""
    found = [
        Fault(
            "fabric",
            None,
            f"--{OPTIONS.get(name, name).replace('_', '-')}",
            "a dragonfly has no such choice",
        )
        for name, default in NOT_IN_A_DRAGONFLY.items()
        if asked.rules[name] != default
    ]
    if found:
        raise FaultError(found)
    unit = asked.rules["scalable_unit_count"]
    return dragonfly_size(ceil(asked.servers / unit) * unit * shape.rails, shape.radix)


def _option(rule: str) -> str:
    return "--" + OPTIONS.get(rule, rule).replace("_", "-")


def dragonfly_content(asked: Asked, shape: Shape, fly: Dragonfly) -> dict[str, Any]:
    """Return the counts and claims of a dragonfly, totals over all planes."""
    endpoints, n = asked.servers * shape.rails, shape.planes
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
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
