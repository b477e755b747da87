"""Waterfall: how the total cost of ownership adds up, from purchases to residual value."""

from __future__ import annotations

import plotly.graph_objects as go

from designlib.charts._style import BASE, CYCLE, INK, finish, label, money_unit, nothing, short
from designlib.design import Design

LAYERS_MAX = 7
"""Layers whose purchases have a bar of their own; the others share one."""
GAIN = CYCLE[2]
RUNNING = CYCLE[1]
KINDS = {
    "energy": "energy", "carbon": "carbon", "water": "water", "space": "space",
    "support": "support", "licence": "licenses", "staff": "staff", "rented": "rented capacity",
    "residual": "residual value",
}  # fmt: skip
X = "Part of the cost"


def plot(design: Design) -> go.Figure:
    """Return the present value of purchases by layer, of each running cost, and their total."""
    steps = parts(design)
    if not steps:
        return nothing("Nothing costs anything", X, f"Present value [{design.currency}]")
    total = sum(amount for _, amount, _ in steps)
    divisor, unit = money_unit(max(total, *(a for _, a, _ in steps)), design.currency)
    fig = go.Figure()
    reached, ends = 0.0, []
    for _, amount, _ in steps:
        reached += amount
        ends.append(reached)
    for group, color in (("purchases", BASE), ("running", RUNNING), ("left over", GAIN)):
        mine = [(n, s, e) for (n, s, g), e in zip(steps, ends, strict=True) if g == group]
        if mine:
            _bars(fig, group, mine, color, divisor, unit)
    _bars(fig, "total", [("total", total, total)], INK, divisor, unit)
    names = [label(n, 24) for n, _, _ in steps] + ["total"]
    fig.update_layout(barmode="overlay", bargap=0.25)
    fig.update_xaxes(type="category", showgrid=False, categoryorder="array", categoryarray=names)
    fig.update_yaxes(range=[min(0.0, 1.1 * min(ends) / divisor), 1.14 * max(ends) / divisor])
    bought = sum(amount for _, amount, group in steps if group == "purchases")
    whole = sum(amount for _, amount, _ in steps if amount > 0)
    share = f"purchases are {bought / whole:.0%} of what is paid"
    title = f"{short(total / divisor)} {unit} in all: {share}"
    told = "; ".join(f"{group}, {name} {short(amount / divisor)}" for name, amount, group in steps)
    alt = f"{title}. Present values in {unit}: {told}; total {short(total / divisor)}. No taxes."
    return finish(fig, title=title, alt=alt, x=X, y=f"Present value [{unit}]", height=420,
                  width_min=640)  # fmt: skip


def parts(design: Design) -> list[tuple[str, float, str]]:
    """Return the parts of the total cost: name, present value, and what kind of part it is."""
    bought: dict[str, float] = {}
    running: dict[str, float] = {}
    for c in design.tables["cost"]:
        book, key = (bought, c["layer"]) if c["kind"] == "capex" else (running, c["kind"])
        book[key] = book.get(key, 0.0) + (c["present_value"] or 0.0)
    ranked = sorted(bought.items(), key=lambda pair: -pair[1])
    steps = [(layer, amount, "purchases") for layer, amount in ranked[:LAYERS_MAX]]
    rest = sum(amount for _, amount in ranked[LAYERS_MAX:])
    if rest:
        steps.append(("other layers", rest, "purchases"))
    known = [k for k in KINDS if k in running and k != "residual"]
    known += sorted(running.keys() - KINDS.keys())
    steps += [(KINDS.get(kind, kind), running[kind], "running") for kind in known]
    if running.get("residual"):
        steps.append((KINDS["residual"], running["residual"], "left over"))
    return steps


def _bars(
    fig: go.Figure,
    group: str,
    mine: list[tuple[str, float, float]],
    color: str,
    divisor: float,
    unit: str,
) -> None:
    """Add the bars of a group, each from where the one before it ended."""
    fig.add_bar(
        x=[label(name, 24) for name, _, _ in mine],
        y=[amount / divisor for _, amount, _ in mine],
        base=[(end - amount) / divisor for _, amount, end in mine],
        name=group,
        text=[short(amount / divisor) for _, amount, _ in mine],
        textposition="outside",
        constraintext="none",
        cliponaxis=False,
        marker_color=color,
        hovertemplate=f"%{{x}}: %{{y:,.3f}} {label(unit)}<extra></extra>",
    )
