"""Cables: every cable of a design with both of its ends, its length and what it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from designlib.cabling.hall import Positions
from designlib.cabling.links import Links
from designlib.cabling.names import port_name
from designlib.cabling.parts import hall_of
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.standing import places, standing
from designlib.explore.devices import Device
from designlib.explore.plugs import Plugs, plugs_of
from designlib.explore.wires import Fabric, fabrics


class Cable(NamedTuple):
    """One cable; ``near`` and ``far`` are the transceivers at its ends, where it has any.

    ``length_m`` is None where an end stands in no rack; ``period_month`` is the date from which
    both ends are there.
    """

    fabric: str
    tier: str
    a: Device
    a_port: str
    z: Device
    z_port: str
    part: str
    near: str
    far: str
    length_m: float | None
    period_month: int


def cables(design: Design, catalog: Catalog) -> list[Cable]:
    """Return every cable of a design at its last date, fabric by fabric and tier by tier.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        The parts that it names, and the measures of its halls.

    Returns
    -------
    list of Cable
        Each port of each device is in at most one of them. Lengths run along the racks of the
        placement, in [m].
    """
    place_of = places(standing(design.tables["placement"], max(design.dates, default=0)))
    found: list[Cable] = []
    for fabric in fabrics(design, catalog):
        made = list(fabric.links())
        counts = {part.tier: len(part) for part in made}
        plugs = plugs_of(design, catalog, fabric.pool, fabric.switch, counts)
        where = {
            kind: [place_of.get((d.site, d.rack), -1) for d in held]
            for kind, held in _ends(fabric).items()
        }
        found += [c for part in made for c in _cables(fabric, part, where, plugs, catalog)]
    return found


def _ends(fabric: Fabric) -> dict[str, tuple[Device, ...]]:
    return {"server": fabric.ends, **fabric.switches}


def _cables(
    fabric: Fabric,
    links: Links,
    where: dict[str, list[int]],
    plugs: dict[str, Plugs],
    catalog: Catalog,
) -> Iterator[Cable]:
    held = _ends(fabric)
    positions = Positions(
        {kind: np.array(racks, dtype=np.int64) for kind, racks in where.items()},
        {kind: np.array([d.u_bottom for d in these]) for kind, these in held.items()},
        0,
        hall_of(catalog, None, None),
    )
    length = positions.lengths_m(links).round(1).tolist()
    specs = catalog.switches[fabric.switch].specs
    per_cage = int(specs.radix_ports.value // specs.cages_count.value)
    made = plugs[links.tier]
    ends = zip(
        links.a.tolist(), links.a_port.tolist(), links.z.tolist(), links.z_port.tolist(), length,
        strict=True,
    )  # fmt: skip
    for a, a_port, z, z_port, meters in ends:
        one, other = held[links.a_kind][a], held[links.z_kind][z]
        near = (
            f"{fabric.role}-{a_port}" if links.a_kind == "server" else port_name(a_port, per_cage)
        )
        yield Cable(
            fabric.name, links.tier, one, near, other, port_name(z_port, per_cage),
            made.cable, made.near, made.far, meters if one.rack and other.rack else None,
            max(one.period_month, other.period_month),
        )  # fmt: skip
