"""Bill: cables, transceivers and their lengths, counted from the wiring and the positions.

Links that share a cage share what is plugged into it, so the longest of them decides for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from designlib.cabling.assembly import Assembly, Piece, Socket, cheapest
from designlib.cabling.hall import Positions, Real
from designlib.cabling.links import Links, Whole


@dataclass(frozen=True, slots=True)
class Cabling:
    """Cables of one group of links.

    Parameters
    ----------
    links : Links
        The links.
    length_m : ndarray of float, shape (links,)
        Length of the way of each link. [m]
    choice : ndarray of int, shape (links,)
        Which of ``assemblies`` each link is.
    assemblies : tuple of Assembly
        What the links are made of.
    """

    links: Links
    length_m: Real
    choice: Whole
    assemblies: tuple[Assembly, ...]


@dataclass(slots=True)
class Bill:
    """Pieces of a fabric, and lengths of its cables.

    Parameters
    ----------
    pieces : dict of str to int
        Piece id -> how many are plugged. [1]
    histogram : dict of str to dict of int to int
        Kind of cable -> whole meters -> links. [links]
    power_w : float
        Power of all plugs at both ends. [W]
    """

    pieces: Counter[str] = field(default_factory=Counter)
    histogram: dict[str, Counter[int]] = field(default_factory=dict)
    power_w: float = 0.0

    def spares(self, spare_frac: float) -> dict[str, int]:
        """Return the spares of every piece: a share of it, at least one. [1]."""
        return {piece: ceil(n * spare_frac) for piece, n in self.pieces.items()}


def cable(
    wiring: Iterable[Links],
    positions: Positions,
    pieces: Sequence[Piece],
    sockets: Mapping[str, Socket],
) -> list[Cabling]:
    """Return what every link is made of: the cheapest assembly that fits and reaches.

    Parameters
    ----------
    wiring : iterable of Links
        Links of a fabric.
    positions : Positions
        Where its devices stand.
    pieces : sequence of Piece
        What can be bought.
    sockets : mapping of str to Socket
        Kind of device -> its cages.

    Raises
    ------
    ValueError
        If no assembly fits a link, with what is wrong with the nearest miss.
    """
    found = []
    for links in wiring:
        length = positions.lengths_m(links)
        a, z = sockets[links.a_kind], sockets[links.z_kind]
        together = _longest_of_cage(links, length, a, z)
        meters, choice = np.unique(np.ceil(together).astype(np.int64), return_inverse=True)
        options = tuple(cheapest(pieces, a, z, float(m)) for m in meters)
        found.append(Cabling(links, length, choice.reshape(-1), options))
    return found


def _longest_of_cage(links: Links, length: Real, a: Socket, z: Socket) -> Real:
    """Return for each link the longest of those that share a cage with it, over both ends."""
    cages = [
        np.unique(device * (1 << 20) + (port - 1) // socket.links, return_inverse=True)[1]
        for device, port, socket in (
            (links.a, links.a_port, a),
            (links.z, links.z_port, z),
        )
    ]
    longest = length.copy()
    while True:
        before = longest
        for cage in cages:
            of_cage = np.zeros(int(cage.max(initial=-1)) + 1)
            np.maximum.at(of_cage, cage, longest)
            longest = of_cage[cage]
        if np.array_equal(before, longest):
            return longest


def bill(cablings: Iterable[Cabling], sockets: Mapping[str, Socket]) -> Bill:
    """Return the pieces and the length histogram of all cables of a fabric."""
    found = Bill()
    for cabling in cablings:
        links = cabling.links
        for n, assembly in enumerate(cabling.assemblies):
            these = cabling.choice == n
            count = int(these.sum())
            wire = assembly.cable
            found.pieces[wire.id] += ceil(count / wire.links)
            meters = np.ceil(cabling.length_m[these]).astype(np.int64).tolist()
            found.histogram.setdefault(wire.kind, Counter()).update(meters)
            if assembly.near is None or assembly.far is None:
                found.power_w += 2 * wire.power_w * count / wire.links
                continue
            for plug, device, port, kind in (
                (assembly.near, links.a, links.a_port, links.a_kind),
                (assembly.far, links.z, links.z_port, links.z_kind),
            ):
                cage = (port[these] - 1) // sockets[kind].links
                plugs = len(np.unique(device[these] * (1 << 20) + cage))
                found.pieces[plug.id] += plugs
                found.power_w += plug.power_w * plugs
    return found
