"""Hall: where every device of a fabric stands, and how long its cables are.

Servers fill racks in order; every switch stands as near as it can to the middle of what it joins.
Racks stand in rows, and a cable runs up to the tray, along it, and down again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from designlib.cabling.links import Links, Whole

UNIT_M: Final = 0.04445
"""Height of one rack unit, EIA-310. [m]"""

Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """Measures of a hall and its racks.

    Parameters
    ----------
    servers_per_rack : int
        Servers of one rack. [1]
    server_height_u, switch_height_u, rack_height_u : int
        Heights. [U]
    switches_per_rack : int
        Switches of one network rack. [1]
    racks_per_row : int
        Racks side by side. [1]
    rack_pitch_m, row_pitch_m : float
        Distance between neighboring racks, and between rows. [m]
    tray_m : float
        Height of the cable tray above the racks. [m]
    slack_m : float
        Cable of both ends together that is not on the way. [m]
    """

    servers_per_rack: int
    server_height_u: int
    switch_height_u: int
    rack_height_u: int
    switches_per_rack: int
    racks_per_row: int
    rack_pitch_m: float
    row_pitch_m: float
    tray_m: float
    slack_m: float


@dataclass(frozen=True, slots=True)
class Positions:
    """Where the devices of a fabric stand.

    Parameters
    ----------
    rack : dict of str to ndarray of int, shape (devices,)
        Kind -> rack of each device, counted from 0 along the rows.
    u_bottom : dict of str to ndarray of int, shape (devices,)
        Kind -> lowest unit of each device. [U]
    racks_count : int
        Racks with something in them. [1]
    hall : Hall
        Measures of the hall.
    """

    rack: dict[str, Whole]
    u_bottom: dict[str, Whole]
    racks_count: int
    hall: Hall

    def lengths_m(self, links: Links) -> Real:
        """Return the length of the cable of each link, shape (links,). [m]."""
        hall = self.hall
        a, z = self.rack[links.a_kind][links.a], self.rack[links.z_kind][links.z]
        ua, uz = self.u_bottom[links.a_kind][links.a], self.u_bottom[links.z_kind][links.z]
        along = np.abs(a % hall.racks_per_row - z % hall.racks_per_row) * hall.rack_pitch_m
        across = np.abs(a // hall.racks_per_row - z // hall.racks_per_row) * hall.row_pitch_m
        rise = (2 * hall.rack_height_u - ua - uz) * UNIT_M + 2 * hall.tray_m
        way = np.where(a == z, np.abs(ua - uz) * UNIT_M, along + across + rise)
        return np.asarray(way + hall.slack_m, dtype=np.float64)


def place(wiring: Sequence[Links], hall: Hall) -> Positions:
    """Return where every device of a fabric stands.

    Parameters
    ----------
    wiring : sequence of Links
        Links of the fabric, servers first and the top tier last.
    hall : Hall
        Measures of the hall.
    """
    counts = _counts(wiring)
    server = np.arange(counts.get("server", 0), dtype=np.int64)
    home: dict[str, Real] = {"server": (server // hall.servers_per_rack).astype(np.float64)}
    for links in wiring:
        _settle(home, counts, links)
    kinds = [kind for kind in counts if kind != "server"]
    network = np.concatenate([_known(home[kind]) for kind in kinds]) if kinds else np.empty(0)
    rack, level = np.divmod(_rank(network), hall.switches_per_rack)
    racks_of_servers = -(-counts.get("server", 0) // hall.servers_per_rack)
    middle = np.bincount(rack, weights=network) / np.maximum(1, np.bincount(rack))
    place_of = _rank(np.concatenate([np.arange(racks_of_servers), middle]))
    racks = {"server": place_of[server // hall.servers_per_rack]}
    units = {"server": 1 + server % hall.servers_per_rack * hall.server_height_u}
    start = 0
    for kind in kinds:
        these = slice(start, start + counts[kind])
        racks[kind] = place_of[racks_of_servers + rack[these]]
        units[kind] = hall.rack_height_u + 1 - (level[these] + 1) * hall.switch_height_u
        start += counts[kind]
    return Positions(racks, units, len(place_of), hall)


def _rank(values: Real) -> Whole:
    """Return the place of each value in increasing order; equals keep theirs."""
    rank = np.empty(len(values), dtype=np.int64)
    rank[np.argsort(values, kind="stable")] = np.arange(len(values))
    return rank


def _counts(wiring: Sequence[Links]) -> dict[str, int]:
    """Return the devices of each kind that have a link."""
    counts: dict[str, int] = {}
    for links in wiring:
        for kind, device in ((links.a_kind, links.a), (links.z_kind, links.z)):
            counts[kind] = max(counts.get(kind, 0), int(device.max(initial=-1)) + 1)
    return counts


def _settle(home: dict[str, Real], counts: dict[str, int], links: Links) -> None:
    """Give the far devices of these links the mean place of their near ones, if they have none."""
    kind, near, far, at = links.z_kind, links.a, links.z, links.a_kind
    if at == "manager":
        kind, near, far, at = links.a_kind, links.z, links.a, links.z_kind
    if at == kind:
        return
    held = home.setdefault(kind, np.full(counts[kind], np.nan))
    weight = np.bincount(far, minlength=counts[kind])
    total = np.bincount(far, weights=_known(home[at])[near], minlength=counts[kind])
    free = np.isnan(held) & (weight > 0)
    held[free] = total[free] / weight[free]


def _known(home: Real) -> Real:
    """Return the places, where a device that joins nothing yet stands behind the others."""
    known: Real = np.where(np.isnan(home), np.nanmax(home, initial=0.0), home)
    return known
