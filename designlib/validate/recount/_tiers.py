"""Tiers: how many of the switches of a fabric are leaves, spines and cores."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor


@dataclass(frozen=True)
class Tiers:
    """Switches of a fabric by tier.

    Attributes
    ----------
    leaf, spine, core : int
        Switches. [1]
    """

    leaf: int
    spine: int = 0
    core: int = 0

    @property
    def count(self) -> int:
        """Return all switches."""
        return self.leaf + self.spine + self.core

    @property
    def depth(self) -> int:
        """Return the tiers that have switches."""
        return 1 + bool(self.spine) + bool(self.core)


def tiers_of(
    switches: int, ports: int, between: int, radix: int, oversubscription: float = 1.0
) -> tuple[Tiers, int]:
    """Return the tiers that so many switches make, and the links between them that find ports.

    Parameters
    ----------
    switches, ports : int
        Switches, and ports of devices. [1]
    between : int
        Links between switches that were bought. [links]
    radix : int
        Ports of a switch. [ports]
    oversubscription : float
        Ports of devices over uplinks of a leaf. [1]

    Notes
    -----
    Two tiers are split so that the most links find a port at both ends, over as few spines as that
    takes. There are three tiers where more leaves than a spine has ports are needed.
    """
    if switches <= 2:
        return Tiers(switches), min(between, max(0, (switches * radix - ports) // 2))
    down = max(1, floor(radix * oversubscription / (1 + oversubscription)))
    usable = [
        (min(between, leaf * radix - ports, (switches - leaf) * radix), leaf)
        for leaf in range(1, min(switches - 1, radix) + 1)
    ]
    most, low = max(usable)
    links = min(between, (switches * radix - ports) // 2)
    leaf, spine = ceil((ports + links / 2) / radix), ceil(links / radix)
    three = leaf + spine < switches
    # A leaf without a link to each spine is one of a fabric with cores.
    meshed = most >= low * (switches - low)
    if ceil(ports / down) <= radix and (meshed or not three):
        return Tiers(low, switches - low), max(0, most)
    if three:
        return Tiers(leaf, spine, switches - leaf - spine), links
    return Tiers(max(1, switches - 1), 1), max(0, min(links, radix))
