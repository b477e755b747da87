"""Parts: what the catalog says of cables, cages and halls, as cabling needs it."""

from __future__ import annotations

from designlib.cabling.assembly import Piece, Socket
from designlib.cabling.hall import Hall
from designlib.catalog import Catalog
from designlib.schema.parts import Server, Switch


def pieces_of(catalog: Catalog) -> list[Piece]:
    """Return every cable, fibre and transceiver that is shipping and has a price."""
    return [
        Piece(part, float(catalog.price(part.id).value))
        for part in catalog.optics.values()
        if part.status == "shipping" and catalog.has_price(part.id)
    ]


def socket_of(switch: Switch) -> Socket:
    """Return the cages of a switch."""
    return Socket(
        owner=switch.id,
        gbit_s=float(switch.specs.port_gbit_s.value),
        links=int(switch.specs.radix_ports.value // switch.specs.cages_count.value),
        technology=switch.technology,
        cage=switch.cage,
    )


def end_socket(switch: Switch, server: Server | None, planes: int = 1) -> Socket:
    """Return the ports of a server in one plane; without a server, ports that suit the switch.

    Parameters
    ----------
    switch : Switch
        Switch at the far end, whose technology the port speaks.
    server : Server or None
        Server; its port is split over the planes.
    planes : int
        Planes that share the port. [1]

    Raises
    ------
    ValueError
        If the server does not speak the technology of the switch.
    """
    if server is None:
        return Socket("server", float(switch.specs.port_gbit_s.value), 1, switch.technology)
    if switch.technology not in server.compute_technologies:
        speaks = ", ".join(server.compute_technologies) or "no compute fabric"
        raise ValueError(
            f"technology: {server.id} speaks {speaks}, {switch.id} {switch.technology}"
        )
    specs = server.specs
    gbit_s = float(specs.compute_port_gbit_s.value) / planes
    ports, cages = specs.compute_ports_count.value, specs.compute_cages_count
    links = int(ports // cages.value) if cages is not None and planes == 1 else 1
    return Socket(server.id, gbit_s, links, switch.technology, server.compute_cage)


def hall_of(
    catalog: Catalog,
    switch: Switch | None,
    server: Server | None,
    servers_per_rack: int | None = None,
) -> Hall:
    """Return the measures of a hall, from the calibration constants of the catalog.

    Parameters
    ----------
    catalog : Catalog
        With the constants of subjects ``hall`` and ``network-rack``.
    switch, server : Switch, Server or None
        What stands in it; None takes one unit a switch, and fills the height with servers.
    servers_per_rack : int or None
        Servers of one rack; None takes the assumption of the catalog, if so many fit, and one
        where the server is a rack itself. At rack scale the trays of a rack. [1]

    Raises
    ------
    ValueError
        If so many servers are higher than a rack.
    """

    def of(subject: str, quantity: str) -> float:
        return float(catalog.constant(subject, quantity).value)

    height = int(of("network-rack", "height_u"))
    whole = server is not None and server.rack_scale
    wanted = servers_per_rack or (1 if whole else int(of("hall", "servers_per_rack_count")))
    each = height // wanted if server is None or whole else int(server.specs.height_u.value)
    if servers_per_rack is None:
        wanted = max(1, min(wanted, height // each))
    if wanted * each > height or each < 1:
        raise ValueError(f"{wanted} servers of {each} U do not fit a rack of {height} U")
    switch_u = int(switch.specs.height_u.value) if switch is not None else 1
    switches = min(int(of("network-rack", "switches_count")), height // switch_u)
    return Hall(
        servers_per_rack=wanted,
        server_height_u=each,
        switch_height_u=switch_u,
        rack_height_u=height,
        switches_per_rack=max(1, switches),
        racks_per_row=int(of("hall", "racks_per_row_count")),
        rack_pitch_m=of("hall", "rack_pitch_m"),
        row_pitch_m=of("hall", "row_pitch_m"),
        tray_m=of("hall", "tray_m"),
        slack_m=of("hall", "slack_m"),
    )
