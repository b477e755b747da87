"""Blueprint checks: printed counts close: links, ports, units and racks agree with each other."""

from __future__ import annotations

from collections.abc import Iterator

from designlib.schema.base import Found
from designlib.schema.blueprints import Blueprint, BlueprintFabric, FabricSize
from designlib.schema.parts import Server, Switch

SAME_FRAC = 0.02


def blueprint_counts(part: Blueprint) -> Iterator[Found]:
    """Yield counts of a blueprint that contradict each other or name no source."""
    for n, guide in enumerate(part.storage_guides):
        if guide.source not in part.sources:
            path = ("storage_guides", n, "source")
            yield path, f"unknown source '{guide.source}'; this part has {', '.join(part.sources)}"
    if part.server is None and part.gpu is None:
        yield ("server",), "required field is missing; name the server, or the gpu of any server"
    unit = part.specs.servers_per_unit_count
    for f, fabric in enumerate(part.fabrics):
        for s, size in enumerate(fabric.sizes):
            here = ("fabrics", f, "sizes", s)
            if size.source not in part.sources:
                known = ", ".join(part.sources)
                yield (*here, "source"), f"unknown source '{size.source}'; this part has {known}"
            if unit is not None and size.units_count is not None:
                most = unit.value * size.units_count
                if size.servers_count > most:
                    message = f"expected at most units x servers_per_unit_count = {most}"
                    yield (*here, "servers_count"), f"{message}, found {size.servers_count}"
            for name, message in _links(fabric, size):
                yield (*here, name), message


def _links(fabric: BlueprintFabric, size: FabricSize) -> Iterator[tuple[str, str]]:
    """Yield (field, sentence) for links that servers do not have or switches cannot take."""
    down, up, top = (
        size.links_server_leaf_count,
        size.links_leaf_spine_count or 0,
        size.links_spine_core_count or 0,
    )
    if down is None:
        return
    law = size.servers_count * fabric.ports_per_server_count + size.management_links_count
    if down != law:
        message = f"expected servers x ports_per_server_count + management links = {law}"
        yield "links_server_leaf_count", f"{message}, found {down}"
    if size.spines:
        tiers = (("leaves", down + up), ("spines", up + top), ("cores", top))
    else:  # leaves joined to each other: such a link takes a port at both of its ends
        tiers = (("leaves", down + 2 * up), ("spines", top), ("cores", top))
    for name, links in tiers:
        ports = getattr(size, name) * fabric.radix_ports
        if links > ports:
            message = f"{getattr(size, name)} switches of {fabric.radix_ports} ports have {ports}"
            yield name, f"{message}, the printed links need {links}"


def blueprint_parts(
    part: Blueprint, server: Server | None, switches: dict[str, Switch]
) -> Iterator[Found]:
    """Yield what a blueprint says that its own server and switches deny.

    Parameters
    ----------
    part : Blueprint
        The blueprint.
    server : Server, optional
        Its server, where it names one.
    switches : dict
        Id -> switch of its fabrics.
    """
    for f, fabric in enumerate(part.fabrics):
        switch = switches.get(fabric.switch)
        if switch is None:
            continue
        if fabric.technology != switch.technology:
            yield ("fabrics", f, "technology"), f"expected {switch.technology}, as {switch.id} has"
        if fabric.role not in switch.roles:
            message = f"expected one of {', '.join(switch.roles)}, the roles of {switch.id}"
            yield ("fabrics", f, "role"), f"{message}, found {fabric.role}"
        if fabric.radix_ports != switch.specs.radix_ports.value:
            message = f"expected {switch.specs.radix_ports.value}, the ports of {switch.id}"
            yield ("fabrics", f, "radix_ports"), f"{message}, found {fabric.radix_ports}"
    rack, count = part.specs.rack_kw, part.specs.servers_per_rack_count
    if server is not None and rack is not None and count is not None:
        load = count.value * server.specs.power_max_kw.value
        if load > rack.value * (1 + SAME_FRAC):
            message = f"expected at least servers_per_rack_count x power_max_kw = {load:g} kW"
            yield ("specs", "rack_kw"), f"{message}, found {rack.value:g}"
