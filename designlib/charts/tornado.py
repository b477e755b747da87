"""Tornado: which inputs move the cost of the best design, each end optimized anew."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from designlib.charts._style import BASE, CYCLE, finish, label, money_unit, nothing, short
from designlib.design import Design

SHOWN = 10
"""Inputs shown; the others move the cost less."""
Y = "Input"


def plot(design: Design) -> go.Figure:
    """Return bars from the cost at the low end of each input to that at its high end."""
    rows = design.summary.get("sensitivity") or []
    ends = {(r["driver"], r["end"]): r for r in rows}
    names = list(dict.fromkeys(r["driver"] for r in rows))[:SHOWN]
    x = "Change of present value against this design"
    if not names:
        return nothing("No input was moved: ask for a sensitivity", f"{x} [{design.currency}]", Y)
    base = design.certificate["objective"]
    moves = {k: None if r["objective"] is None else r["objective"] - base for k, r in ends.items()}
    largest = max((abs(v) for v in moves.values() if v is not None), default=0.0)
    divisor, unit = money_unit(largest, design.currency)
    fig = go.Figure()
    for end, color in (("low", BASE), ("high", CYCLE[1])):
        fig.add_bar(
            name=f"input at its {end} end",
            orientation="h",
            y=[label(n) for n in names],
            x=[(moves[n, end] or 0.0) / divisor for n in names],
            text=[_said(ends[n, end], moves[n, end], divisor) for n in names],
            textposition="outside",
            cliponaxis=False,
            marker_color=color,
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    fig.update_layout(barmode="overlay", bargap=0.35)
    reach = 1.7 * largest / divisor or 1.0
    fig.update_xaxes(range=[-reach, reach])
    fig.update_yaxes(autorange="reversed")
    title, alt = _words(names, ends, moves, divisor, unit)
    return finish(
        fig,
        title=title,
        alt=alt,
        x=f"{x} [{unit}]",
        height=170 + 44 * len(names),
        width_min=720,
    )


def _said(row: dict[str, Any], move: float | None, divisor: float) -> str:
    """Return what stands at the end of a bar: the input and what it does to the cost."""
    if move is None:
        return f"{label(row['change'])}: {label(row['status'])}"
    return f"{label(row['change'])}: {_signed(move / divisor)}"


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else '-'}{short(abs(value))}"


def _words(
    names: list[str], ends: Any, moves: dict[Any, float | None], divisor: float, unit: str
) -> tuple[str, str]:
    first = names[0]
    refused = [n for n in names for end in ("low", "high") if moves[n, end] is None]
    low, high = moves[first, "low"], moves[first, "high"]
    if refused:
        shut = list(dict.fromkeys(refused))
        which = f"of {len(shut)} inputs" if len(shut) > 2 else f"of {' and '.join(shut).lower()}"
        title = f"At one end {which} the brief cannot be met"
    else:
        assert low is not None
        assert high is not None
        title = f"Moves the cost most: {first.lower()}, {_signed(low / divisor)} to "
        title += f"{_signed(high / divisor)} {unit}"
    said = [
        f"{n}, {_said(ends[n, e], moves[n, e], divisor)}" for n in names for e in ("low", "high")
    ]
    return title, f"{title}. In {unit}: {'; '.join(said)}."
