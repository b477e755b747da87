"""Toy problems: tiny instances of every layer, built by hand, for brute force.

Golden models and hand-solved cases.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from designlib.problem.tables import (
    Candidate,
    Fabric,
    FabricStep,
    Item,
    Kind,
    Limit,
    Pool,
    Problem,
    RackKind,
    Series,
)

DATES = (6, 12)


def series(value: float, dates: tuple[int, ...] = DATES) -> Series:
    """Return the same value at every date."""
    return tuple(float(value) for _ in dates)


def item(part: str, layer: str, price: float, dates: tuple[int, ...] = DATES, **more: Any) -> Item:
    """Return an item at a constant price, paid at its face value, worth nothing at the end."""
    fields: dict[str, Any] = {
        "part_id": part,
        "layer": layer,
        "unit": "each",
        "unit_price": series(price, dates),
        "capex_factor": series(1.0, dates),
        "residual": series(0.0, dates),
        "order_months": 3.0,
        "first_date": 0,
    }
    return Item(**{**fields, **more})


def kind(gpus: int = 8, *, per_rack: dict[str, int] | None = None, **more: Any) -> Kind:
    """Return a kind of server without spares."""
    fields: dict[str, Any] = {
        "gpus_count": gpus,
        "liquid_frac": 0.0,
        "per_rack": per_rack or {"air": 1},
        "spare_steps": ((0, 0),),
        "servers_max_count": 12,
    }
    return Kind(**{**fields, **more})


def problem(**changes: Any) -> Problem:
    """Return a problem of one service on one kind of server in air-cooled racks."""
    base = Problem(
        name="toy",
        currency="USD",
        site="hall",
        dates=DATES,
        annuity=(6.0, 12.0),
        interval_months=(6.0, 12.0),
        slice_hours={"day": 730.0},
        energy_per_kw_month=0.0,
        space_per_kw_month=0.0,
        items={
            "alpha": item("alpha", "compute", 100.0, max_kw=10.0, typical_kw=8.0),
            "cabinet": item("cabinet", "racks", 2.0),
        },
        kinds={"alpha": kind()},
        pools={"alpha": Pool("alpha", None, 0)},
        candidates={"chat-alpha": Candidate("chat", "alpha", {"day": (1.5, 2.5)})},
        workloads=("chat",),
        fabrics={},
        stores={},
        racks={"air": RackKind(17.0, "air", 1.4, {"cabinet": 1.0}, 0)},
        cooling={},
        power={},
        software={},
        control_item=None,
        limits=(
            Limit(
                "positions",
                "hall",
                series(10),
                "rack positions",
                "sites.0.rack_positions_count",
                "racks",
            ),
            Limit("it_kw", "hall", series(200), "IT power", "sites.0.it_power_kw", "kW"),
            Limit("facility_kw", "hall", series(1000), "facility power", "sites.0.utility", "kW"),
            Limit("air_kw", "hall", series(200), "room air", "sites.0.room_air", "kW"),
        ),
        demands=(),
    )
    return replace(base, **changes)


def fabric(
    place: str, ports: tuple[int, ...], prices: tuple[float, ...], **more: Any
) -> tuple[Fabric, dict[str, Item]]:
    """Return a compute fabric whose size steps cost the given totals, and its items."""
    steps = tuple(
        FabricStep(n, {f"{place}-switch": s + 1}, leaf=s + 1) for s, n in enumerate(ports)
    )
    each = prices[0]
    items = {
        f"{place}-switch": item(f"{place}-switch", "network", each),
        f"{place}-link": item(f"{place}-link", "network", 1.0),
    }
    fields: dict[str, Any] = {
        "role": "compute",
        "technology": place,
        "resource": "compute_ports",
        "place": place,
        "steps": steps,
        "link_items": {f"{place}-link": 1.0},
        "exclusive_group": "compute",
    }
    return Fabric(**{**fields, **more}), items
