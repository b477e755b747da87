"""Network: which switches each fabric has, tier by tier, and what joins them."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from designlib.cabling.wiring import wire
from designlib.charts._diagram import Diagram, draw, of_counts, of_wiring, words
from designlib.charts._style import colors, finish, label, nothing, place
from designlib.design import Design
from designlib.physics.fabric_rules import FabricSize

FABRICS_MAX: Final = 6
TIER_PX: Final = 76
RESOURCES: Final = {"out-of-band": "oob_ports"}
"""Resource that holds the ports of a fabric, where it is not named after the role."""

X: Final = "Devices side by side; a number stands for so many that are alike [1]"
Y: Final = "Tier of the network"
LENGTH: Final = "Longest of each group [m]"
LINKS: Final = "Links [1]"
SHORT_M: Final = 3
"""Passive copper of the fastest links ends about here. [m]"""
KINDS: Final = {
    "dac": "passive copper (DAC)",
    "aec": "active copper (AEC)",
    "aoc": "active optical (AOC)",
    "copper": "twisted pair",
    "fibre": "fiber between transceivers",
}
"""Kind of cable -> its name in a figure."""


def plot(design: Design) -> go.Figure:
    """Return the tiers of every fabric of a design at its last date."""
    found = [_of_design(design, fabric) for fabric in design.summary.get("fabrics") or []]
    switches = sum(t.count for d in found for t in d.tiers if t.kind != "port")
    return _figure(found, f"{_count(len(found), 'fabric')} with {_count(switches, 'switch')}")


def diagram(size: FabricSize, name: str = "fabric") -> go.Figure:
    """Return the tiers of one counted fabric, drawn from its real links.

    Parameters
    ----------
    size : FabricSize
        Counts of an evenly wired fabric; three tiers as ``whole_pods``. Of several planes, which
        are alike, one is drawn.
    name : str
        Name of the fabric.
    """
    one = of_wiring(name, wire(size), size.pods)
    switches = size.leaf + size.spine + size.core
    planes = f", one of {size.planes} planes" if size.planes > 1 else ""
    title = f"{_count(size.servers_count, 'server')} on {_count(switches, 'switch')}{planes}"
    return _figure([one], title)


def lengths(table: pd.DataFrame) -> go.Figure:
    """Return how many links of each length there are, by what they are made of.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``kind``, ``up_to_m`` and ``links``, as of ``explore.floor.cable_lengths``.
    """
    counted = (
        table.groupby(["kind", "up_to_m"], as_index=False).links.sum() if len(table) else table
    )
    if not len(counted):
        return nothing("There are no cables between racks", LENGTH, LINKS)
    ends = sorted(counted.up_to_m.unique())
    fig = go.Figure()
    for kind, shade in colors(sorted(counted.kind.unique())).items():
        mine = counted[counted.kind == kind].set_index("up_to_m").links
        fig.add_bar(
            x=[f"{e:g}" for e in ends], y=[int(mine.get(e, 0)) for e in ends],
            name=KINDS.get(kind, kind), marker={"color": shade},
        )  # fmt: skip
    fig.update_layout(barmode="stack", showlegend=True)
    fig.update_xaxes(type="category", showgrid=False)
    total, longest = int(counted.links.sum()), max(ends)
    short = int(counted[counted.up_to_m <= SHORT_M].links.sum())
    title = f"{_count(total, 'link')}, none longer than {longest:g} m; {short:,} within {SHORT_M} m"
    by_kind = counted.groupby("kind").links.sum()
    split = ", ".join(f"{by_kind[k]:,} {KINDS.get(k, k)}" for k in map(str, by_kind.index))
    return finish(fig, title=title, alt=f"{title}. {split}.", x=LENGTH, y=LINKS, height=340)


def _of_design(design: Design, fabric: dict[str, Any]) -> Diagram:
    """Return the diagram of a fabric of a design, with the ports that are in use."""
    role, _, place = str(fabric["name"]).partition(": ")
    resource = RESOURCES.get(role, f"{role.replace('-', '_')}_ports")
    last = max((row["period_month"] for row in design.tables["balance"]), default=0)
    draws = [
        (row["place"] == place, row["draw"] or 0.0)
        for row in design.tables["balance"]
        if row["resource"] == resource and row["period_month"] == last
    ]
    own = [amount for here, amount in draws if here] or [amount for _, amount in draws]
    ports = round(max(own, default=0.0))
    return of_counts(fabric["name"], ports, fabric["leaf"], fabric["spine"], fabric["core"])


def _count(number: int, word: str) -> str:
    plural = "es" if word.endswith("ch") else "s"
    return f"{number:,} {word}{'' if number == 1 else plural}"


def _figure(every: list[Diagram], title: str) -> go.Figure:
    shown = [d for d in every if d.tiers][:FABRICS_MAX]
    if not shown:
        return nothing("There is no network", X, Y)
    tiers = [len(d.tiers) for d in shown]
    fig = make_subplots(
        rows=len(shown), cols=1, row_heights=tiers, vertical_spacing=0.2 / (len(shown) + 1),
        subplot_titles=[label(place(d.name), 90) for d in shown],
    )  # fmt: skip
    keyed: list[str] = []
    for row, one in enumerate(shown, 1):
        draw(fig, one, row, keyed=keyed)
        keyed += [tier.kind for tier in one.tiers]
    if len(shown) < len(every):
        title += f" (the first {len(shown)} are drawn)"
    alt = f"{title}. {'; '.join(place(words(d)) for d in shown)}."
    height = 150 + TIER_PX * sum(tiers) + 34 * len(shown)
    finish(fig, title=title, alt=alt, height=min(2000, height), width_min=640)
    fig.update_xaxes(title_text=X, row=len(shown), col=1)
    return fig
