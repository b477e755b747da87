"""Switch choice: of switches that build the same fabric, only those that win somewhere are kept.

Two switches of one technology with as many ports of one speed in as many cages make fabrics of the
same counts, links and cables. One that costs, draws, fills, weighs and waits at least as much as
the other is never the better choice, whatever the fabric.
"""

from __future__ import annotations

from typing import Any

from designlib.problem.context import Context


def worth_a_look(ctx: Context, switches: list[Any]) -> list[Any]:
    """Return the switches on sale that no like one beats in everything; others are dropped."""
    kept: list[Any] = []
    for switch in (s for s in switches if s.status != "shipping"):
        _drop(ctx, switch, f"{switch.status.replace('-', ' ')}: it cannot be bought now")
    switches = [s for s in switches if s.status == "shipping"]
    for switch in sorted(switches, key=lambda s: _burden(ctx, s)):
        better = next((k for k in kept if _same(k, switch) and _beats(ctx, k, switch)), None)
        if better is None:
            kept.append(switch)
            continue
        reason = (
            f"dominated by {better.id}: the same ports and speed, and no less of price "
            f"({ctx.price(switch.id):,.0f} to {ctx.price(better.id):,.0f}), power, size and lead"
        )
        _drop(ctx, switch, reason)
    return [s for s in switches if s in kept]


def _drop(ctx: Context, switch: Any, reason: str) -> None:
    """Add a switch to what was dropped, once for all the fabrics that it could build."""
    if all(d.part_id != switch.id for d in ctx.dropped):
        ctx.drop("*", switch.id, "", switch.id, reason)


def _same(a: Any, b: Any) -> bool:
    """Return whether two switches build fabrics of the same counts and links."""
    fields = ("radix_ports", "port_gbit_s", "cages_count")
    alike = all(getattr(a.specs, f).value == getattr(b.specs, f).value for f in fields)
    return alike and a.technology == b.technology


def _burden(ctx: Context, switch: Any) -> tuple[float, ...]:
    specs = switch.specs
    typical = specs.power_typical_kw or specs.power_max_kw
    return (
        ctx.price(switch.id),
        specs.power_max_kw.value,
        typical.value,
        specs.height_u.value,
        specs.weight_kg.value,
        ctx.order_months(switch),
    )


def _beats(ctx: Context, a: Any, b: Any) -> bool:
    return all(x <= y for x, y in zip(_burden(ctx, a), _burden(ctx, b), strict=True))
