"""Floor: where every rack stands, what it weighs on the floor, and how long its cables are.

Racks stand side by side along rows in the order of their names, as every drawing, cable list and
length of a design takes them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from designlib.brief import Brief
from designlib.cabling.hall import Hall
from designlib.cabling.parts import hall_of
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.standing import places, standing
from designlib.explore._once import once
from designlib.explore.cables import Cable, cables
from designlib.explore.elevations import racks
from designlib.explore.halls import Row, site_of

EMPTY: Final = "empty"
"""Rack of which nothing is in service: room that the packing keeps, so that everything fits."""
FREE: Final = "free"
"""Position of the brief on which no rack stands."""

POSITIONS: Final = (
    "site", "position", "row", "column", "x_m", "y_m", "rack", "rack_kind", "holds", "kw",
    "limit_kw", "kg", "kg_per_m2", "floor_limit_kg_per_m2", "period_month",
)  # fmt: skip
LENGTHS: Final = ("fabric", "tier", "part", "kind", "reach_m", "could_be", "up_to_m", "links")
BY_REACH: Final = ("copper", "dac", "aec", "aoc", "fibre")
"""Kinds of cable from the shortest reach to the longest, which is also from cheap to dear."""

BINS_M: Final = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50)
"""Upper ends of the length histogram; beyond the last, every hundred. [m]"""
BIN_M: Final = 100


def floor(design: Design, catalog: Catalog) -> pd.DataFrame:
    """Return every rack position of every site.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        The parts that it names, and the measures of its halls.

    Returns
    -------
    pandas.DataFrame
        A row is a position: ``row`` and ``column`` count from 0, ``x_m`` runs along a row and
        ``y_m`` across the rows. ``rack_kind`` is ``empty`` for a rack that is bought and holds
        nothing yet, and ``free`` for a position that the brief grants and nobody takes.
        ``kg_per_m2`` spreads what stands in the rack over its share of the floor.
        [m], [kW], [kg], [kg/m2]
    """
    brief = Brief.from_dict(design.brief)
    hall = hall_of(catalog, None, None)
    share = float(catalog.constant("rack", "floor_share_m2").value)
    at = places(standing(design.tables["placement"], max(design.dates, default=0)))
    held = {(r["site"], at[r["site"], r["rack"]]): r
            for r in racks(design, catalog).to_dict("records")}  # fmt: skip
    rows: list[Row] = []
    for site_id in dict.fromkeys(s.id for s in brief.sites):
        site = site_of(brief, site_id)
        there = _racks_bought(design, site_id, sum(s == site_id for s, _ in at))
        for n in range(max(there, _granted(site))):
            row = _place(n, hall) | _nothing(site_id)
            rack = held.get((site_id, n))
            if rack is not None:
                row |= {k: rack[k] for k in ("rack", "rack_kind", "kw", "limit_kw", "kg")}
                row |= {"kg_per_m2": rack["kg"] / share, "period_month": rack["period_month"]}
                row["holds"] = _holds(design, site_id, rack["rack"])
            elif n < there:
                row["rack_kind"] = EMPTY
            row["floor_limit_kg_per_m2"] = site.floor_limit_kg_per_m2
            rows.append(row)
    return pd.DataFrame(rows, columns=list(POSITIONS))


def _place(position: int, hall: Hall) -> Row:
    row, column = divmod(position, hall.racks_per_row)
    return {
        "position": position,
        "row": row,
        "column": column,
        "x_m": column * hall.rack_pitch_m,
        "y_m": row * hall.row_pitch_m,
    }


def _nothing(site: str) -> Row:
    zero = dict.fromkeys(("kw", "limit_kw", "kg", "kg_per_m2"), 0.0)
    return {"site": site, "rack": "", "rack_kind": FREE, "holds": "", "period_month": 0, **zero}


def _granted(site: object) -> int:
    return int(getattr(site, "rack_positions_count", None) or 0)


def _racks_bought(design: Design, site: str, placed: int) -> int:
    """Return the racks of a site: those that the summary counts, at least those that are filled."""
    told = [s["racks"] for s in design.summary.get("sites") or [] if s["site"] == site]
    return max([placed, *(int(n) for n in told)])


def _holds(design: Design, site: str, rack: str) -> str:
    """Return what stands in a rack at the last date, in words."""
    parts = Counter(
        u["part_id"]
        for u in standing(design.tables["placement"], max(design.dates, default=0))
        if (u["site"], u["rack"]) == (site, rack)
    )
    return ", ".join(f"{n} x {part}" for part, n in parts.most_common())


@dataclass(frozen=True)
class Split:
    """Links of one kind of cable, and whether each is long enough."""

    kind: str
    links: int
    longest_m: float
    reach_m: float


def cable_lengths(design: Design, catalog: Catalog) -> pd.DataFrame:
    """Return how many links of each length there are, by what they are made of.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        The parts that it names, and the measures of its halls.

    Returns
    -------
    pandas.DataFrame
        A row is a bin that is not empty: links of a ``tier`` of a ``fabric`` that are made of a
        ``part`` of a ``kind`` (dac, aec, aoc, copper, or fibre between transceivers), at most
        ``up_to_m`` long. ``reach_m`` is how far the part may go; ``could_be`` is the simplest kind
        of its speed that reaches as far as the link is long. [m], [links]
    """
    bins: Counter[tuple[str, str, str, str, float, str, int]] = Counter()
    for cable, links in _alike(design, catalog):
        if cable.length_m is not None:
            kind, reach = _made_of(cable, catalog)
            could = _simplest(cable, catalog)
            made = (cable.fabric, cable.tier, cable.part, kind, reach, could)
            bins[*made, _bin(cable.length_m)] += links
    rows = [(*key, links) for key, links in sorted(bins.items())]
    return pd.DataFrame(rows, columns=list(LENGTHS))


def split(design: Design, catalog: Catalog) -> list[Split]:
    """Return the links of each kind of cable, the most frequent first."""
    links: Counter[str] = Counter()
    longest: dict[str, float] = {}
    reaches: dict[str, float] = {}
    for cable, n in _alike(design, catalog):
        kind, reach = _made_of(cable, catalog)
        links[kind] += n
        longest[kind] = max(longest.get(kind, 0.0), cable.length_m or 0.0)
        reaches[kind] = min(reaches.get(kind, np.inf), reach)
    return [Split(kind, n, longest[kind], reaches[kind]) for kind, n in links.most_common()]


@once
def _alike(design: Design, catalog: Catalog) -> list[tuple[Cable, int]]:
    """Return one of the cables that are alike in fabric, tier, parts and length, and how many."""
    found: dict[tuple[object, ...], list[Cable]] = {}
    for c in cables(design, catalog):
        found.setdefault((c.fabric, c.tier, c.part, c.near, c.far, c.length_m), []).append(c)
    return [(alike[0], len(alike)) for alike in found.values()]


def _made_of(cable: Cable, catalog: Catalog) -> tuple[str, float]:
    """Return the kind of a link, and how far all of its pieces reach. [m]."""
    pieces = [catalog.optics[p] for p in (cable.part, cable.near, cable.far) if p]
    if not pieces:
        return "unknown", 0.0
    reach = min(float(piece.specs.reach_max_m.value) for piece in pieces)
    return str(pieces[0].kind), reach


def _simplest(cable: Cable, catalog: Catalog) -> str:
    """Return the kind of least reach that is as fast and long enough; empty where none is."""
    if not cable.part:
        return ""
    ends = [p for p in (cable.near, cable.far) if p] or [cable.part]
    speed = max(float(catalog.optics[p].specs.gbit_s.value) for p in ends)
    fit = {
        piece.kind
        for piece in catalog.optics.values()
        if piece.specs.reach_max_m.value >= (cable.length_m or 0.0)
        and (piece.kind == "fibre" or piece.specs.gbit_s.value == speed)
    }
    return next((kind for kind in BY_REACH if kind in fit), "")


def _bin(length_m: float) -> int:
    """Return the upper end of the bin of a length. [m]."""
    return next((b for b in BINS_M if length_m <= b), int(-(-length_m // BIN_M) * BIN_M))
