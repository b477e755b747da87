"""Toy problems: small problems built by hand, for golden models and hand-solved cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from designlib.problem.tables import (
    Candidate,
    Demand,
    Fabric,
    FabricStep,
    Item,
    Kind,
    Limit,
    Plant,
    Pool,
    Problem,
    RackKind,
    Series,
    Site,
    Software,
    Store,
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
        "site": "hall",
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
        sites={"hall": Site()},
        dates=DATES,
        annuity=(6.0, 12.0),
        interval_months=(6.0, 12.0),
        slice_hours={"day": 730.0},
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
        racks={"air": RackKind("hall", 17.0, "air", 1.4, {"cabinet": 1.0}, 0)},
        cooling={},
        power={},
        software={},
        control_items={},
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
    place: str,
    ports: tuple[int, ...],
    prices: tuple[float, ...],
    *,
    moved: float = 0.0,
    **more: Any,
) -> tuple[Fabric, dict[str, Item]]:
    """Return a compute fabric of one, two, ... switches at the price of the first, and its items.

    Growth into each further step moves links for ``moved``; a link costs 1.
    """
    steps = tuple(
        FabricStep(n, {f"{place}-switch": s + 1}, moved if s else 0.0, leaf=s + 1)
        for s, n in enumerate(ports)
    )
    items = {
        f"{place}-switch": item(f"{place}-switch", "network", prices[0]),
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


def everything() -> Problem:
    """Return a problem that cannot do without any layer: every resource must be bought."""
    base = problem()
    wires, wire_items = fabric("ib", (4, 8), (10.0, 20.0))
    return replace(
        base,
        items={
            **base.items,
            **wire_items,
            "flash": item("flash", "storage", 20.0, max_kw=1.0, typical_kw=0.8),
            "control": item("control", "orchestration", 5.0, max_kw=0.5, typical_kw=0.4),
            "fan": item("fan", "cooling", 4.0),
            "ups": item("ups", "power", 6.0),
        },
        kinds={"alpha": kind(spare_steps=((0, 0), (2, 1), (4, 2)))},
        pools={"alpha-ib": Pool("alpha", "ib", 2)},
        candidates={
            "chat-alpha": Candidate(
                "chat", "alpha-ib", {"day": (1.5, 2.5)}, draws={"read_gb_s": (3.0, 6.0)}
            )
        },
        fabrics={"ib": wires},
        stores={"flash": Store("hot", {"hot_tb": 50.0, "read_gb_s": 5.0}, 2, 1, 9)},
        cooling={"fan": Plant("air_kw", 12.0, "N+1", 12, "air")},
        power={"ups": Plant("ups_kw", 25.0, "N", 9, "ups")},
        software={"scheduler": Software(("gang",), (), 2.0, 1.0)},
        control_items={"hall": "control"},
        limits=base.limits[:3],
        demands=(
            Demand("hot_tb", "hall", (40.0, 60.0), "workloads"),
            Demand("capability", "gang", series(1), "workloads", scales=False),
        ),
        it_resources=("it_kw", "ups_kw"),
    )
