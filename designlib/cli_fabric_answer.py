"""Fabric answer: what was asked of ``designlib fabric``, counted, wired and written to files."""

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
from designlib.cli_common import load_catalog
from designlib.cli_fabric_content import clos_content, dragonfly_content
from designlib.cli_fabric_map import PortMap, check_path, write_diagram
from designlib.faults import Fault, FaultError, nearest
from designlib.physics import fabric_claims
from designlib.physics.dragonfly import Dragonfly, dragonfly_size
from designlib.physics.fabric_count import fabric_size
from designlib.physics.fabric_rules import FabricSize

NOT_IN_A_DRAGONFLY: Final = {
    "rails_per_leaf": None, "oversubscription": 1.0, "min_leaves": 1, "min_spines": 1,
    "keep_spine": False, "racks_per_leaf": None, "trays_per_rack": None, "core_reserve": False,
    "extra_endpoints": 0, "final_servers_count": 0,
}  # fmt: skip
OPTIONS: Final = {"extra_endpoints": "management_links", "final_servers_count": "final_servers"}
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
    optics: tuple[str, ...]
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


@dataclass(frozen=True)
class Files:
    """The files that were asked for; None where one was not."""

    sheet: Path | None = None
    graph: Path | None = None
    diagram: Path | None = None

    def check(self) -> None:
        """Raise a FaultError if one of them cannot be written where it should be."""
        check_path(self.sheet, "--sheet", (".csv", ".xlsx"))
        check_path(self.graph, "--graph", (".graphml",))
        check_path(self.diagram, "--diagram", (".html",))


def answer(asked: Asked, files: Files, overlay: Path | None) -> dict[str, Any]:
    """Return what the command prints, and write the files that it was asked for."""
    files.check()
    mapped = bool(asked.switch or files.sheet or files.graph)
    parts = _parts(asked, overlay, needed=mapped or bool(asked.server or asked.optics))
    shape = shape_of(asked, parts)
    if asked.rules["racks_per_leaf"] and parts.server is not None and parts.server.rack_scale:
        asked.rules["trays_per_rack"] = _trays(asked, parts.server)
    if asked.topology == "dragonfly":
        content, wiring = _dragonfly(asked, shape)
        if files.diagram:
            raise FaultError([Fault("fabric", None, "--diagram", "a dragonfly has no tiers")])
    else:
        content, built = _clos(asked, shape)
        wiring = wire(built)
        if files.diagram:
            write_diagram(files.diagram, built)
    if not mapped or parts.catalog is None:
        return content
    trays = _trays(asked, parts.server)
    per_rack = asked.servers_per_rack or (trays if trays > 1 else None)
    port_map = PortMap(
        wiring, parts.catalog, parts.switch, parts.server, shape.planes, per_rack, asked.optics
    )
    wired = content.get("wired") or {"router": content["routers"]}
    content |= port_map.content(sum(wired.values()))
    if files.sheet:
        port_map.write_sheet(files.sheet)
    if files.graph:
        port_map.write_graph(files.graph)
    return content


def _clos(asked: Asked, shape: Shape) -> tuple[dict[str, Any], FabricSize]:
    rules: Any = {"radix_ports": shape.radix, "planes": shape.planes, "topology": asked.topology}
    rules |= asked.rules
    size = fabric_size(asked.servers, shape.rails, **rules)
    built = fabric_size(asked.servers, shape.rails, **rules | {"whole_pods": True})
    largest = fabric_claims.largest_servers(shape.rails, **rules | {"final_servers_count": 0})
    content = clos_content(size, built, asked.links_per_cable) | {
        "maximum_servers": largest._asdict()
    }
    return content, built


def _dragonfly(asked: Asked, shape: Shape) -> tuple[dict[str, Any], Iterator[Links]]:
    fly = dragonfly_of(asked, shape)
    wiring = wire_dragonfly(fly, asked.servers, shape.rails, shape.planes)
    content = dragonfly_content(
        fly, asked.servers, shape.rails, shape.radix, shape.planes, asked.links_per_cable
    )
    return content, wiring


def _parts(asked: Asked, overlay: Path | None, *, needed: bool) -> Parts:
    """Return the catalog, if it is needed, with the switch and the server that were named."""
    if not needed:
        return Parts(None, None, None)
    catalog = load_catalog(overlay)
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
    for part_id in asked.optics:
        if part_id not in catalog.optics:
            text = f"unknown part id {part_id!r}{nearest(part_id, catalog.optics)}"
            found.append(Fault("fabric", None, "--optic", text))
    if asked.optics and asked.switch is None:
        found.append(Fault("fabric", None, "--optic", "name the --switch that it goes into"))
    if found:
        raise FaultError(found)
    return Parts(catalog, *named)


def shape_of(asked: Asked, parts: Parts) -> Shape:
    """Return the ports and planes of a fabric; what is not stated comes from the catalog.

    A port of a whole multiple of the switch's speed is split over as many planes; a system that is
    a rack counts by its trays.
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
    return Shape(
        asked.rails or _rails(asked, server),
        asked.radix or int(switch.specs.radix_ports.value),
        planes,
    )


def _rails(asked: Asked, server: Any) -> int:
    """Return the ports of a server, or of one tray of a system that is a rack."""
    ports = int(server.specs.compute_ports_count.value)
    rails = ports // _trays(asked, server) if server.rack_scale else ports
    if rails < 1:
        text = f"{server.id} has no port for a compute fabric"
        raise FaultError([Fault("fabric", None, "--server", text)])
    return rails


def _trays(asked: Asked, server: Any) -> int:
    """Return the trays of a rack as stated, else as the catalog has them."""
    held = server.specs.trays_count if server is not None and server.rack_scale else None
    return int(asked.rules["trays_per_rack"] or (held.value if held is not None else 1))


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
