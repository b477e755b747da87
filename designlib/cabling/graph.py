"""Graph: the devices of a fabric and the links between them, as other tools read a network.

GraphML is written as text; analysis (flows, paths, failures) reads the same links.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from designlib.cabling.links import SWITCHES, Links
from designlib.cabling.names import node_name

Node = tuple[str, int]


def edges(wiring: Iterable[Links]) -> Iterator[tuple[Node, Node, str]]:
    """Yield both ends and the tier of every link; parallel links come one by one.

    Parameters
    ----------
    wiring : iterable of Links
        Links of a fabric.

    Yields
    ------
    tuple
        (kind, device), (kind, device), tier.
    """
    for part in wiring:
        for a, z in zip(part.a.tolist(), part.z.tolist(), strict=True):
            yield (part.a_kind, a), (part.z_kind, z), part.tier


def capacities(wiring: Iterable[Links]) -> Counter[tuple[Node, Node]]:
    """Return the number of parallel links between every two devices that are joined. [links].

    Parameters
    ----------
    wiring : iterable of Links
        Links of a fabric.
    """
    return Counter((a, z) for a, z, _ in edges(wiring))


def port_faults(wiring: Iterable[Links], radix_ports: int) -> list[str]:
    """Return a sentence for each port that is used twice or that a switch does not have.

    Parameters
    ----------
    wiring : iterable of Links
        Links of a fabric.
    radix_ports : int
        Ports of a switch. [ports]
    """
    used: Counter[tuple[str, int, int]] = Counter()
    for part in wiring:
        for kind, device, port in (
            (part.a_kind, part.a, part.a_port),
            (part.z_kind, part.z, part.z_port),
        ):
            used.update((kind, d, p) for d, p in zip(device.tolist(), port.tolist(), strict=True))
    twice = [f"port {p} of {k} {d} holds {n} links" for (k, d, p), n in used.items() if n > 1]
    beyond = [
        f"{k} {d} has no port {p}: it has {radix_ports}"
        for k, d, p in used
        if p < 1 or (k in SWITCHES and p > radix_ports)
    ]
    return twice + beyond


def graphml(wiring: Iterable[Links]) -> Iterator[str]:
    """Yield the lines of a GraphML document: devices, and parallel links as one edge with a count.

    Parameters
    ----------
    wiring : iterable of Links
        Links of a fabric.
    """
    found = Counter((a, z, tier) for a, z, tier in edges(wiring))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for key, of, kind in (("kind", "node", "string"), ("tier", "edge", "string"),
                          ("links", "edge", "int")):  # fmt: skip
        yield f'<key id="{key}" for="{of}" attr.name="{key}" attr.type="{kind}"/>\n'
    yield '<graph edgedefault="undirected">\n'
    for kind, device in sorted({node for a, z, _ in found for node in (a, z)}):
        yield f'<node id="{node_name(kind, device)}"><data key="kind">{kind}</data></node>\n'
    for (a, z, tier), links in found.items():
        ends = f'source="{node_name(*a)}" target="{node_name(*z)}"'
        data = f'<data key="tier">{tier}</data><data key="links">{links}</data>'
        yield f"<edge {ends}>{data}</edge>\n"
    yield "</graph>\n</graphml>\n"
