"""Plugs: what the links of a fabric are made of, read from what was bought for it.

A link is one cable with fixed ends, or a fibre between two transceivers. Of the ways in which the
parts of a bill can make the links of each tier, the one that uses up the bill is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import ceil
from typing import Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.schema.pairing import fits_cage, pairs
from designlib.schema.parts import Optic, Switch

ENDS: Final = "device-leaf"
"""Tier of the links that end at a device; the others join two switches."""


@dataclass(frozen=True, slots=True)
class Plugs:
    """What each link of a tier is made of; ``near`` is at the device or the lower switch."""

    cable: str = ""
    near: str = ""
    far: str = ""

    def pieces(self, links: int, catalog: Catalog) -> Counter[str]:
        """Return the pieces of so many links; twin-port transceivers serve two."""
        found: Counter[str] = Counter()
        for part in (self.near, self.far):
            if part:
                found[part] += links / _links(catalog.optics[part])  # type: ignore[assignment]
        whole = Counter({part: ceil(count - 1e-9) for part, count in found.items()})
        if self.cable:
            whole[self.cable] += ceil(links / _links(catalog.optics[self.cable]))
        return whole


def bought(design: Design, catalog: Catalog, pool: str) -> Counter[str]:
    """Return the cables, fibres and transceivers that were bought for a fabric until the end."""
    found: Counter[str] = Counter()
    for line in design.tables["bill_of_materials"]:
        if line["pool"] == pool and line["part_id"] in catalog.optics:
            found[line["part_id"]] += round(line["count"] or 0)
    return found


def plugs_of(
    design: Design, catalog: Catalog, pool: str, switch: str, links: Mapping[str, int]
) -> dict[str, Plugs]:
    """Return what the links of each tier are made of.

    Parameters
    ----------
    design, catalog : Design, Catalog
        What was bought, and what it is.
    pool, switch : str
        The fabric in the bill of materials, and the part of its switches.
    links : mapping of str to int
        Tier -> links. [links]

    Returns
    -------
    dict of str to Plugs
        Tier -> its pieces; empty ones where the bill has nothing that fits.
    """
    bill = bought(design, catalog, pool)
    parts = [catalog.optics[part] for part in sorted(bill)]
    kind = catalog.switches[switch]
    tiers = [tier for tier, count in links.items() if count]
    options = [list(_options(parts, kind, ends=tier == ENDS)) or [Plugs()] for tier in tiers]

    def missed(choice: tuple[Plugs, ...]) -> int:
        total: Counter[str] = Counter()
        for tier, plugs in zip(tiers, choice, strict=True):
            total += plugs.pieces(links[tier], catalog)
        return sum(abs(total[part] - bill[part]) for part in total.keys() | bill.keys())

    best = min(product(*options), key=missed)
    return dict.fromkeys(links, Plugs()) | dict(zip(tiers, best, strict=True))


def _options(parts: list[Optic], switch: Switch, *, ends: bool) -> Iterator[Plugs]:
    """Yield what a link of a switch could be made of: to a device, or to a like switch."""
    per_cage = switch.specs.radix_ports.value / switch.specs.cages_count.value
    fit = [p for p in parts if fits_cage(p, switch.cage)]
    for part in fit:
        if part.kind not in ("fibre", "transceiver"):
            yield Plugs(part.id)
    for fibre in (p for p in parts if p.kind == "fibre"):
        paired = [p for p in parts if p.kind == "transceiver" and pairs(p, fibre)]
        at_switch = [p for p in paired if p in fit and _links(p) == per_cage]
        for far in at_switch:
            near = [p for p in paired if _links(p) == 1] if ends else [far]
            yield from (Plugs(fibre.id, one.id, far.id) for one in near)


def _links(part: Optic) -> int:
    return int(part.specs.links_per_unit_count.value)
