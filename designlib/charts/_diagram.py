"""Diagram: a fabric as tiers of boxes with links between them, many like devices in one box."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import plotly.graph_objects as go

from designlib.cabling.links import Links
from designlib.charts._style import BASE, CYCLE, INK, SOFT, label

BOXES_MAX: Final = 16
"""Boxes of a tier that stay readable side by side."""

LINES_MANY: Final = 50
"""Lines of a fabric above which they are drawn thinner."""

WORDS: Final = {
    "server": ("server", "servers"),
    "port": ("device port", "device ports"),
    "leaf": ("leaf", "leaves"),
    "spine": ("spine", "spines"),
    "core": ("core", "cores"),
    "router": ("router", "routers"),
}
SHADES: Final = {
    "server": SOFT, "port": SOFT, "leaf": BASE, "router": BASE, "spine": CYCLE[1],
    "core": CYCLE[2],
}  # fmt: skip


@dataclass(frozen=True)
class Tier:
    """Devices of one kind, drawn as so many boxes from left to right."""

    kind: str
    count: int
    boxes: int

    @property
    def words(self) -> str:
        """Number and kind of the devices, as a reader says it."""
        return f"{self.count:,} {WORDS[self.kind][self.count != 1]}"

    def box_of(self, device: int) -> int:
        """Return the box that a device is drawn in."""
        return device * self.boxes // self.count

    def size_of(self, box: int) -> int:
        """Return the devices of a box. [1]."""
        first, after = (-(-n * self.count // self.boxes) for n in (box, box + 1))
        return after - first


@dataclass(frozen=True)
class Diagram:
    """One fabric: its tiers from the servers up, and what joins which boxes.

    ``joins`` holds tier, box, tier, box -> links; 0 links where only the shape is known.
    """

    name: str
    tiers: tuple[Tier, ...]
    joins: dict[tuple[int, int, int, int], int]


def boxes(count: int, parts: int = 0) -> int:
    """Return how many boxes to draw: all devices, or as many equal shares as stay readable.

    Examples
    --------
    >>> boxes(8), boxes(32), boxes(128, 4), boxes(17)
    (8, 16, 4, 1)
    """
    if count <= BOXES_MAX:
        return count
    if parts and parts <= BOXES_MAX and count % parts == 0:
        return parts
    return next(n for n in range(BOXES_MAX, 0, -1) if count % n == 0)


def of_wiring(name: str, wiring: Iterable[Links], pods: int = 0) -> Diagram:
    """Return the diagram of the first plane of a fabric, from its real links.

    Parameters
    ----------
    name : str
        Name of the fabric.
    wiring : iterable of Links
        Its links; fabric managers are left out.
    pods : int
        Pods of three tiers, which are kept together. [1]
    """
    plane = [part for part in wiring if part.plane == 0 and part.a_kind != "manager"]
    counts: dict[str, int] = {}
    for part in plane:
        for kind, device in ((part.a_kind, part.a), (part.z_kind, part.z)):
            counts[kind] = max(counts.get(kind, 0), int(device.max(initial=-1)) + 1)
    tiers = tuple(
        Tier(kind, n, boxes(n, pods if kind in {"leaf", "spine"} else 0))
        for kind, n in counts.items()
    )
    level = {tier.kind: n for n, tier in enumerate(tiers)}
    joins: Counter[tuple[int, int, int, int]] = Counter()
    for part in plane:
        low, high = level[part.a_kind], level[part.z_kind]
        for a, z in zip(part.a.tolist(), part.z.tolist(), strict=True):
            joins[low, tiers[low].box_of(a), high, tiers[high].box_of(z)] += 1
    return Diagram(name, tiers, dict(joins))


def of_counts(name: str, ports: int, leaf: int, spine: int, core: int) -> Diagram:
    """Return the diagram of a fabric whose counts alone are known.

    Parameters
    ----------
    name : str
        Name of the fabric.
    ports : int
        Device ports that it joins. [ports]
    leaf, spine, core : int
        Switches of each tier. [1]
    """
    shares = min(boxes(leaf), ports)
    held = (("leaf", leaf), ("spine", spine), ("core", core))
    tiers = (
        *([Tier("port", ports, shares)] if shares else []),
        *(Tier(kind, n, boxes(n)) for kind, n in held if n),
    )
    joins: dict[tuple[int, int, int, int], int] = {}
    for low, (here, above) in enumerate(pairwise(tiers)):
        # Device ports hang on one leaf each, leaves of a pod on its spines, others on all.
        within = here.kind == "port" or (core and above.kind == "spine")
        for a in range(here.boxes):
            first = a * above.boxes // here.boxes
            last = max(first, ((a + 1) * above.boxes - 1) // here.boxes)
            for z in range(first, last + 1) if within else range(above.boxes):
                joins[low, a, low + 1, z] = 0
    if leaf == 2 and not spine:
        joins[len(tiers) - 1, 0, len(tiers) - 1, 1] = 0
    return Diagram(name, tiers, joins)


def draw(fig: go.Figure, diagram: Diagram, row: int, *, keyed: Sequence[str] = ()) -> None:
    """Add a diagram to one row of a figure: lines first, boxes with their numbers on top.

    Parameters
    ----------
    fig : plotly.graph_objects.Figure
        A figure of one column of subplots.
    diagram : Diagram
        What to draw.
    row : int
        Row of the figure, counted from 1.
    keyed : sequence of str
        Kinds that have their entry in the legend already.
    """
    number = row if row > 1 else ""
    path = "".join(
        f"M{_x(diagram.tiers[low], a):.5f},{low}L{_x(diagram.tiers[high], z):.5f},{high}"
        for low, a, high, z in sorted(diagram.joins)
    )
    if path:
        width = 0.6 if len(diagram.joins) > LINES_MANY else 1.0
        fig.add_shape(
            type="path", path=path, xref=f"x{number}", yref=f"y{number}", layer="below",
            line={"color": INK, "width": width}, opacity=0.35,
        )  # fmt: skip
    for n, tier in enumerate(diagram.tiers):
        every = range(tier.boxes)
        sizes = [tier.size_of(box) for box in every]
        alike = tier.boxes < tier.count
        fig.add_scatter(
            x=[_x(tier, box) for box in every],
            y=[n] * tier.boxes,
            mode="markers+text",
            marker={
                "symbol": "square", "size": 30, "color": SHADES[tier.kind],
                "line": {"color": "white", "width": 1},
            },
            text=[f"{size:,}" if alike else "" for size in sizes],
            textfont={"size": 11, "color": INK if SHADES[tier.kind] == SOFT else "white"},
            hovertemplate=f"%{{text}} {label(tier.words)}" if alike else label(tier.words),
            name=WORDS[tier.kind][1],
            showlegend=tier.kind not in keyed,
            legendgroup=tier.kind,
            row=row,
            col=1,
        )  # fmt: skip
    fig.update_yaxes(
        tickvals=list(range(len(diagram.tiers))),
        ticktext=[label(tier.words) for tier in diagram.tiers],
        range=[-0.5, len(diagram.tiers) - 0.5], showgrid=False, zeroline=False, row=row, col=1,
    )  # fmt: skip
    fig.update_xaxes(range=[0, 1], showgrid=False, zeroline=False, showticklabels=False,
                     row=row, col=1)  # fmt: skip


def words(diagram: Diagram) -> str:
    """Return a diagram in words, from the top down."""
    return f"{diagram.name}: " + " over ".join(tier.words for tier in reversed(diagram.tiers))


def _x(tier: Tier, box: int) -> float:
    return (box + 0.5) / tier.boxes
