"""Placement: every server, switch and storage unit gets a rack and a height.

In the order in which it arrives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyomo.environ as pyo

from designlib.problem.tables import Problem

Row = dict[str, Any]


@dataclass
class _Rack:
    name: str
    kind: str
    month: int
    used_u: float = 0.0
    used_kw: float = 0.0
    used_kg: float = 0.0
    rows: list[Row] = field(default_factory=list)


def place_all(m: Any, p: Problem, bill: list[Row]) -> list[Row]:
    """Return one row for each placed unit.

    Rack, lowest unit of height and the line of the bill it belongs to.
    """
    racks: list[_Rack] = []
    lines = {i: _Lines(bill, i) for i in p.kinds}
    for i, q in m.FITS:
        _place_servers(m, p, lines[i], racks, i, q)
    of_servers = len(racks)
    mixed = _mixed(m, p, racks)
    _place_service(m, p, bill, racks, mixed)
    _name_in_order(racks[:of_servers], racks[of_servers:], p)
    return [row for rack in racks for row in rack.rows]


def _name_in_order(servers: list[_Rack], shared: list[_Rack], p: Problem) -> None:
    """Name the racks of each site as they stand: those of switches in the middle of the servers.

    Drawings and cable lengths follow the names along the rows, so that no server is farther from
    its switches than it has to be. Racks that hold nothing have no place yet.
    """
    standing: list[_Rack] = []
    for site in p.sites:
        of, between = (
            [rack for rack in racks if rack.rows and p.racks[rack.kind].site == site]
            for racks in (servers, shared)
        )
        half = (len(of) + 1) // 2
        standing += [*of[:half], *between, *of[half:]]
    digits = max(3, len(str(len(standing))))
    for number, rack in enumerate(standing, 1):
        rack.name = f"R{number:0{digits}d}"
        for row in rack.rows:
            row["rack"] = rack.name


def _put(rack: _Rack, p: Problem, item: str, line: str, month: int) -> None:
    it = p.items[item]
    rack.rows.append(
        {
            "site": it.site,
            "rack": rack.name,
            "rack_kind": rack.kind.removesuffix(f"@{it.site}"),
            "u_bottom": int(rack.used_u) + 1,
            "u_height": int(it.height_u),
            "line_id": line,
            "part_id": it.part_id,
            "kw": it.max_kw,
            "kg": it.weight_kg,
            "period_month": month,
        }
    )
    rack.used_u += it.height_u
    rack.used_kw += it.max_kw
    rack.used_kg += it.weight_kg


def _new(racks: list[_Rack], q: str, month: int) -> _Rack:
    rack = _Rack(f"R{len(racks) + 1:03d}", q, month)
    racks.append(rack)
    return rack


def _place_servers(m: Any, p: Problem, lines: _Lines, racks: list[_Rack], i: str, q: str) -> None:
    """Fill the racks of one kind of server one after the other, by date of service.

    What is owned already comes first; where it retires, the next server takes its place.
    """
    free: list[tuple[_Rack, int]] = []
    owned: list[tuple[_Rack, int, Row]] = []
    bought = 0

    def seat(month: int) -> tuple[_Rack, int]:
        if not free:
            rack = _new(racks, q, month)
            free.extend((rack, n) for n in range(p.kinds[i].per_rack[q]))
        return free.pop(0)

    for t in p.date_indices:
        stands = round(pyo.value(m.stands[i, q, t])) if (i, q) in m.STANDING else 0
        while len(owned) > stands:
            rack, n, row = owned.pop()
            row["until_month"] = p.dates[t]
            free.insert(0, (rack, n))
        while t == 0 and len(owned) < stands:
            rack, n = seat(p.dates[t])
            owned.append((rack, n, _stand(rack, p, i, "", p.dates[t], n)))
        while bought < round(pyo.value(m.placed[i, q, t])) - stands:
            rack, n = seat(p.dates[t])
            _stand(rack, p, i, lines.take(p.dates[t]), p.dates[t], n)
            bought += 1


def _stand(rack: _Rack, p: Problem, item: str, line: str, month: int, seat: int) -> Row:
    """Put a server into a seat of a rack of servers that are alike, and return its row."""
    rack.used_u = seat * p.items[item].height_u
    _put(rack, p, item, line, month)
    return rack.rows[-1]


class _Lines:
    """The lines of an item, handed out unit by unit; an owned unit has no line."""

    def __init__(self, bill: list[Row], item: str) -> None:
        self.left = [
            [row["period_month"], row["line_id"], row["count"]]
            for row in bill
            if row["item"] == item and row["layer"] == "compute"
        ]
        self.left.sort(key=lambda line: line[0])

    def take(self, month: int) -> str:
        for line in self.left:
            if line[2] > 0 and line[0] <= month:
                line[2] -= 1
                return str(line[1])
        return ""


@dataclass
class _Mixed:
    """A rack of servers with room for other things, which stand from its top down."""

    rack: _Rack
    kind: str
    """Kind of server that the rack is kept for, all of it."""
    held_u: float = 0.0
    held_kw: float = 0.0
    held_kg: float = 0.0


def _mixed(m: Any, p: Problem, racks: list[_Rack]) -> list[_Mixed]:
    """Return the racks of servers that may take other things; what is bought empty comes too."""
    found: list[_Mixed] = []
    for i, q in m.FITS:
        if not p.kinds[i].left_frac.get(q):
            continue
        part, site = p.items[i].part_id, p.items[i].site
        here = [
            rack
            for rack in racks
            if rack.kind == q
            and rack.rows
            and (rack.rows[0]["part_id"], rack.rows[0]["site"]) == (part, site)
        ]
        for t in p.date_indices:
            count = round(pyo.value(m.racks[i, q, t]))
            while len(here) < count:
                here.append(_new(racks, q, p.dates[t]))
            for rack in here[:count]:  # it may be there before the servers that fill it
                rack.month = min(rack.month, p.dates[t])
        found += [_Mixed(rack, i) for rack in here]
    return found


def _beside(p: Problem, mixed: list[_Mixed], row: Row, month: int) -> bool:
    """Put a unit into a rack of servers that is there and has room; return whether one has."""
    it = p.items[row["item"]]
    for spot in mixed:
        kind, server = p.racks[spot.rack.kind], p.items[spot.kind]
        n = p.kinds[spot.kind].per_rack[spot.rack.kind]
        room_u = kind.usable_u - n * server.height_u - spot.held_u
        room_kw = kind.limit_kw - n * server.max_kw - spot.held_kw
        room_kg = kind.limit_kg - n * server.weight_kg - spot.held_kg
        fits = it.height_u <= room_u and it.max_kw <= room_kw and it.weight_kg <= room_kg
        if spot.rack.month > month or kind.site != it.site or not fits:
            continue
        spot.held_u += it.height_u
        spot.held_kw += it.max_kw
        spot.held_kg += it.weight_kg
        below = spot.rack.used_u
        spot.rack.used_u = kind.usable_u - spot.held_u
        _put(spot.rack, p, row["item"], row["line_id"], month)
        spot.rack.used_u = below
        return True
    return False


def _place_service(
    m: Any, p: Problem, bill: list[Row], racks: list[_Rack], mixed: list[_Mixed]
) -> None:
    """Put switches, storage and control servers into the first rack that has room for them."""
    shared: dict[str, list[_Rack]] = {q: [] for q in m.SHARED}
    for t in p.date_indices:
        for q in m.SHARED:
            while len(shared[q]) < round(pyo.value(m.shared[q, t])):
                shared[q].append(_new(racks, q, p.dates[t]))
        arriving = [
            row
            for row in bill
            if row["period_month"] == p.dates[t]
            and row["item"] in p.items
            and "service_racks" in p.items[row["item"]].draws
        ]
        for row in sorted(arriving, key=lambda r: -p.items[r["item"]].draws["service_racks"]):
            for _ in range(row["count"]):
                if not _beside(p, mixed, row, p.dates[t]):
                    rack = _roomy(p, shared, row["item"])
                    _put(rack, p, row["item"], row["line_id"], p.dates[t])


def _roomy(p: Problem, shared: dict[str, list[_Rack]], item: str) -> _Rack:
    it = p.items[item]
    here = {q: racks for q, racks in shared.items() if p.racks[q].site == it.site}
    for q, racks in here.items():
        for rack in racks:
            kind = p.racks[q]
            tall = rack.used_u + it.height_u <= kind.usable_u
            light = rack.used_kg + it.weight_kg <= kind.limit_kg
            if tall and light and rack.used_kw + it.max_kw <= kind.limit_kw:
                return rack
    raise RuntimeError(f"no shared rack has room for {item}: the packing guarantee is broken")
