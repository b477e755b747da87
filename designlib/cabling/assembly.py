"""Assembly: what plugs into both ends of a link must match in cage, connector, fibre and speed.

A link is one cable with fixed ends, or a fibre with a transceiver at each end. A twin-port cage
holds one transceiver for two links. What does not fit is refused by the name of what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

FIXED: Final = frozenset({"dac", "aec", "aoc", "copper"})
"""Kinds of cable whose ends belong to them."""


@dataclass(frozen=True, slots=True)
class Socket:
    """A cage of a device, and what it expects.

    Parameters
    ----------
    owner : str
        Name of the device, for refusals.
    gbit_s : float
        Speed of one link. [Gbit/s]
    links : int
        Links that one cage holds: 2 in a twin-port cage. [links]
    technology : str
        "infiniband" or "ethernet".
    cage : str or None
        Shape of the cage; None where nobody stated it, and then it is not checked.
    """

    owner: str
    gbit_s: float
    links: int
    technology: str
    cage: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A cable, a fibre or a transceiver.

    Parameters
    ----------
    id, kind, medium, connector : str
        As in the catalog; ``connector`` is what a fibre is plugged with.
    technologies, cages, fibre_types : frozenset of str
        What it works with; no cage stated means that cages are not checked.
    gbit_s : float
        Speed of one link. [Gbit/s]
    links : int
        Links that it carries. [links]
    reach_m : float
        Longest link. [m]
    price : float
        Price of one piece. [USD]
    power_w : float
        Power drawn at each end. [W]
    """

    id: str
    kind: str
    medium: str
    connector: str
    technologies: frozenset[str]
    cages: frozenset[str]
    fibre_types: frozenset[str]
    gbit_s: float
    links: int
    reach_m: float
    price: float = 0.0
    power_w: float = 0.0


@dataclass(frozen=True, slots=True)
class Assembly:
    """What one link is made of: a cable, or a fibre between two transceivers."""

    cable: Piece
    near: Piece | None = None
    far: Piece | None = None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The cable, and the transceivers where there are any."""
        return tuple(piece for piece in (self.cable, self.near, self.far) if piece is not None)

    @property
    def price_per_link(self) -> float:
        """Price of one link, where every piece is full. [USD]."""
        return sum(piece.price / piece.links for piece in self.pieces)


def refusals(assembly: Assembly, a: Socket, z: Socket, length_m: float) -> list[str]:
    """Return why an assembly cannot join two sockets, a sentence each; none where it can.

    Parameters
    ----------
    assembly : Assembly
        What would be plugged.
    a, z : Socket
        The ends.
    length_m : float
        Length of the way. [m]
    """
    found = []
    if a.gbit_s != z.gbit_s:
        found.append(
            f"speed: {a.owner} runs at {a.gbit_s:g} Gbit/s, {z.owner} at {z.gbit_s:g} Gbit/s"
        )
    ends = (assembly.near, a), (assembly.far, z)
    for plug, socket in ends:
        plugged = plug or assembly.cable
        found += [text for text in _plug_faults(plugged, socket) if text not in found]
    for piece in assembly.pieces:
        if length_m > piece.reach_m:
            found.append(f"reach: {piece.id} reaches {piece.reach_m:g} m, not {length_m:.1f} m")
    if assembly.cable.kind == "fibre":
        for plug, socket in ends:
            found += _fibre_faults(assembly.cable, plug, socket)
    elif assembly.cable.kind not in FIXED:
        found.append(f"optic: {assembly.cable.id} is a {assembly.cable.kind}, not a cable")
    return found


def _plug_faults(plug: Piece, socket: Socket) -> Iterator[str]:
    """Yield what keeps a plug from a socket."""
    if plug.kind != "fibre" and plug.gbit_s != socket.gbit_s:
        yield (
            f"speed: {plug.id} runs at {plug.gbit_s:g} Gbit/s a link, "
            f"{socket.owner} at {socket.gbit_s:g} Gbit/s"
        )
    if socket.technology not in plug.technologies:
        yield f"technology: {plug.id} is not for {socket.technology}, which {socket.owner} speaks"
    if plug.cages and socket.cage is not None and socket.cage not in plug.cages:
        fits = ", ".join(sorted(plug.cages))
        yield f"cage: {plug.id} fits {fits}, {socket.owner} has {socket.cage}"
    # Passive copper is listed link by link: two of them share a twin-port plug.
    by_link = plug.kind == "dac" and plug.links == 1
    if plug.kind != "fibre" and plug.links != socket.links and not by_link:
        yield (
            f"cage: {plug.id} carries {plug.links} links, a cage of {socket.owner} "
            f"holds {socket.links}"
        )


def _fibre_faults(fibre: Piece, plug: Piece | None, socket: Socket) -> Iterator[str]:
    """Yield what keeps a fibre from a transceiver."""
    if plug is None or plug.kind != "transceiver":
        name = "nothing" if plug is None else plug.id
        yield f"optic: {fibre.id} needs a transceiver in {socket.owner}, not {name}"
        return
    if plug.medium != fibre.medium:
        yield f"fibre: {plug.id} is {plug.medium}, {fibre.id} is {fibre.medium}"
    elif plug.fibre_types and fibre.fibre_types and not plug.fibre_types & fibre.fibre_types:
        takes, is_ = (", ".join(sorted(p.fibre_types)) for p in (plug, fibre))
        yield f"fibre: {plug.id} takes {takes}, {fibre.id} is {is_}"
    if _one(plug.connector) != _one(fibre.connector):
        yield f"connector: {plug.id} has {plug.connector}, {fibre.id} has {fibre.connector}"
    if fibre.gbit_s < socket.gbit_s:
        yield f"speed: {fibre.id} carries {fibre.gbit_s:g} Gbit/s, not {socket.gbit_s:g} Gbit/s"


def _one(connector: str) -> str:
    """Return the connector of one fibre: a twin-port module has two of them."""
    return re.sub(r"^\d+x", "", connector)


def assemblies(pieces: Iterable[Piece]) -> Iterator[Assembly]:
    """Yield everything that the pieces could be put together to, whether it fits or not."""
    held = list(pieces)
    plugs = [piece for piece in held if piece.kind == "transceiver"]
    for cable in held:
        if cable.kind in FIXED:
            yield Assembly(cable)
        elif cable.kind == "fibre":
            yield from (Assembly(cable, near, far) for near in plugs for far in plugs)


def cheapest(pieces: Iterable[Piece], a: Socket, z: Socket, length_m: float) -> Assembly:
    """Return the cheapest assembly that joins two sockets over a way.

    Parameters
    ----------
    pieces : iterable of Piece
        What can be bought.
    a, z : Socket
        The ends.
    length_m : float
        Length of the way. [m]

    Returns
    -------
    Assembly
        By price of a full link; of equals the first by id.

    Raises
    ------
    ValueError
        If nothing fits, with what is wrong with the nearest miss.
    """
    best: Assembly | None = None
    nearest: list[str] | None = None
    for option in assemblies(pieces):
        wrong = refusals(option, a, z, length_m)
        if wrong:
            nearest = wrong if nearest is None or len(wrong) < len(nearest) else nearest
        elif best is None or _rank(option) < _rank(best):
            best = option
    if best is None:
        why = "; ".join(nearest or ["the catalog has no cable"])
        raise ValueError(f"nothing joins {a.owner} and {z.owner} over {length_m:.1f} m: {why}")
    return best


def _rank(assembly: Assembly) -> tuple[float, tuple[str, ...]]:
    return assembly.price_per_link, tuple(piece.id for piece in assembly.pieces)
