"""Names: a device and a port are called the same in every file and drawing."""

from __future__ import annotations


def node_name(kind: str, device: int, prefix: str = "") -> str:
    """Return the name of a device, the same in the sheet, the graph and the diagram.

    Examples
    --------
    >>> node_name("leaf", 0), node_name("server", 41, "c1-")
    ('leaf-0001', 'c1-server-0042')
    """
    return f"{prefix}{kind}-{device + 1:04d}"


def port_name(port: int, links_per_cage: int) -> str:
    """Return the name of a port: its number, or cage and lane where a cage holds several.

    Examples
    --------
    >>> port_name(3, 1), port_name(3, 2), port_name(4, 2)
    ('3', '2/1', '2/2')
    """
    if links_per_cage == 1:
        return str(port)
    cage, lane = divmod(port - 1, links_per_cage)
    return f"{cage + 1}/{lane + 1}"
