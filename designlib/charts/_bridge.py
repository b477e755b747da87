"""Bridge: how the cost of one design becomes that of another."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from designlib.charts._style import ACCENT, BASE, INK, finish, label, money_unit, short

UP, DOWN = ACCENT, "#3d8168"
BARS_MAX = 12
"""Steps that have a bar of their own; the smallest are drawn as one. [1]"""


def steps_between(
    ends: tuple[tuple[str, float], tuple[str, float]],
    steps: Sequence[tuple[str, float]],
    currency: str,
) -> go.Figure:
    """Return a waterfall: the first cost, what each step changes, the second cost.

    Parameters
    ----------
    ends : pair of (str, float)
        Name and cost of the first and of the second design. [currency]
    steps : sequence of (str, float)
        What changes and by how much. [currency]
    currency : str
        Currency of all amounts.
    """
    (first, before), (second, after) = ends
    shown = _largest(steps)
    divisor, unit = money_unit(max(abs(before), abs(after)), currency)
    names, starts, sizes, shades = [first], [0.0], [before], [BASE]
    at = before
    for name, change in shown:
        names.append(name)
        starts.append(at)
        sizes.append(change)
        shades.append(UP if change > 0 else DOWN)
        at += change
    names, starts, sizes = [*names, second], [*starts, 0.0], [*sizes, after]
    texts = [short(before / divisor), *(_signed(c / divisor) for _, c in shown),
             short(after / divisor)]  # fmt: skip
    fig = go.Figure(
        go.Bar(
            orientation="h",
            y=[label(name) for name in names],
            x=[size / divisor for size in sizes],
            base=[start / divisor for start in starts],
            marker_color=[*shades, BASE],
            text=texts,
            textposition="outside",
            cliponaxis=False,
            textfont={"color": INK},
            hovertemplate=f"%{{y}}: %{{text}} {label(unit)}<extra></extra>",
        )
    )
    fig.update_yaxes(autorange="reversed", showgrid=False)
    edges = [0.0, *starts, *(s + z for s, z in zip(starts, sizes, strict=True))]
    fig.update_xaxes(range=[1.1 * min(edges) / divisor, 1.15 * max(edges) / divisor])
    change = after - before
    word = "more" if change >= 0 else "less"
    title = f"The second design costs {short(abs(change) / divisor)} {unit} {word}"
    told = "; ".join(f"{name} {text}" for name, text in zip(names, texts, strict=True))
    return finish(fig, title=title, alt=f"{title}. In {unit}: {told}.",
                  x=f"Present value [{unit}]", height=150 + 30 * len(names))  # fmt: skip


def _largest(steps: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return the largest steps in order, and all others as one."""
    ranked = sorted(steps, key=lambda s: -abs(s[1]))
    if len(ranked) <= BARS_MAX:
        return ranked
    rest = ranked[BARS_MAX:]
    return [*ranked[:BARS_MAX], (f"{len(rest)} smaller changes", sum(c for _, c in rest))]


def _signed(value: float) -> str:
    return ("+" if value > 0 else "\N{MINUS SIGN}") + short(abs(value))
