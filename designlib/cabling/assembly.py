"""Assembly: what plugs into both ends of a link must match in cage, connector, fibre and speed.

A link is one cable with fixed ends, or a fibre with a transceiver at each end. A twin-port cage
holds one transceiver for two links. What does not fit is refused by the name of what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from designlib.schema.pairing import fits_cage, pairing_faults
from designlib.schema.parts import Cage, Optic

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
    cage: Cage | None = None


@dataclass(frozen=True)
class Piece:
    """A cable, a fibre or a transceiver with its price.

    Parameters
    ----------
    part : Optic
        What the catalog says of it.
    price : float
        Price of one piece. [USD]
    """

    part: Optic
    price: float = 0.0

    @property
    def id(self) -> str:
        """Its id in the catalog."""
        return self.part.id

    @property
    def kind(self) -> str:
        """What it is: a kind of cable, a fibre or a transceiver."""
        return self.part.kind

    @cached_property
    def gbit_s(self) -> float:
        """Speed of one link. [Gbit/s]."""
        return float(self.part.specs.gbit_s.value)

    @cached_property
    def links(self) -> int:
        """Links that it carries. [links]."""
        return int(self.part.specs.links_per_unit_count.value)

    @cached_property
    def reach_m(self) -> float:
        """Longest link. [m]."""
        return float(self.part.specs.reach_max_m.value)

    @cached_property
    def power_w(self) -> float:
        """Power drawn at each end. [W]."""
        return float(self.part.specs.power_per_end_w.value)


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
    for plug, socket in ((assembly.near, a), (assembly.far, z)):
        if assembly.cable.kind == "fibre":
            found += _fibre_faults(assembly.cable, plug, socket)
        found += [text for text in plug_faults(plug or assembly.cable, socket) if text not in found]
    for piece in assembly.pieces:
        if length_m > piece.reach_m:
            found.append(f"reach: {piece.id} reaches {piece.reach_m:g} m, not {length_m:.1f} m")
    if assembly.cable.kind == "transceiver":
        found.append(f"optic: {assembly.cable.id} is a transceiver, not a cable")
    return found


def plug_faults(plug: Piece, socket: Socket) -> Iterator[str]:
    """Yield what keeps the end of a cable, or a transceiver, from a socket.

    Parameters
    ----------
    plug : Piece
        Cable or transceiver; a bare fibre is judged by its technology alone.
    socket : Socket
        The cage.
    """
    if socket.technology not in plug.part.technologies:
        yield f"technology: {plug.id} is not for {socket.technology}, which {socket.owner} speaks"
    if plug.kind == "fibre":
        return
    if plug.gbit_s != socket.gbit_s:
        yield (
            f"speed: {plug.id} runs at {plug.gbit_s:g} Gbit/s a link, "
            f"{socket.owner} at {socket.gbit_s:g} Gbit/s"
        )
    if socket.cage is not None and not fits_cage(plug.part, socket.cage):
        yield f"cage: {plug.id} fits {', '.join(plug.part.cages)}, {socket.owner} has {socket.cage}"
    # Passive copper is listed link by link: two of them share a twin-port plug.
    by_link = plug.kind == "dac" and plug.links == 1
    if plug.links != socket.links and not by_link:
        yield (
            f"cage: {plug.id} carries {plug.links} links, a cage of {socket.owner} "
            f"holds {socket.links}"
        )


def _fibre_faults(fibre: Piece, plug: Piece | None, socket: Socket) -> Iterator[str]:
    """Yield what keeps a fibre from what is plugged at its end."""
    if plug is None or plug.kind != "transceiver":
        name = "nothing" if plug is None else plug.id
        yield f"optic: {fibre.id} needs a transceiver in {socket.owner}, not {name}"
    else:
        yield from (f"fibre: {text}" for text in pairing_faults(plug.part, fibre.part))


def assemblies(pieces: Iterable[Piece], a: Socket, z: Socket) -> Iterator[Assembly]:
    """Yield what the pieces could be put together to, from plugs that fit their sockets if any.

    Parameters
    ----------
    pieces : iterable of Piece
        What can be bought.
    a, z : Socket
        The ends.
    """
    held = list(pieces)
    plugs = [piece for piece in held if piece.kind == "transceiver"]
    near, far = ([p for p in plugs if not any(plug_faults(p, s))] or plugs for s in (a, z))
    for cable in held:
        if cable.kind in FIXED:
            yield Assembly(cable)
        elif cable.kind == "fibre":
            yield from (Assembly(cable, n, f) for n in near for f in far)


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
    for option in assemblies(pieces, a, z):
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
