"""Power and cooling: from the grid to the rack and back as heat, with what each level has left."""

from __future__ import annotations

from typing import Any, Final

from designlib.catalog import Catalog
from designlib.charts.power_chain import CHAIN, draw, levels, with_modules
from designlib.design import Design
from designlib.explore.cooling_budget import cooling_budget, load_steps, rack_flows
from designlib.explore.power_budget import LEVELS, power_budget
from designlib.report import words
from designlib.report.figures import charts_of
from designlib.report.section import Figure, Section
from designlib.report.table import Cell, Column, Table, table

ORDER: Final = 630

POWER_HEADS: Final = (
    Column("Level"), Column("Site"), Column("At", "month", "month"), Column("Owner"),
    Column("Part"), Column("Modules", "", "count"), Column("Module", "kW", "count"),
    Column("Redundancy"), Column("May carry", "kW", "tenth"), Column("Nameplate", "kW", "tenth"),
    Column("Sustained", "kW", "tenth"), Column("Left", "kW", "tenth"),
    Column("Left", "of it", "percent"), Column("Losses", "kW", "tenth"),
)  # fmt: skip
COOLING_HEADS: Final = (
    Column("Path of the heat"), Column("Site"), Column("At", "month", "month"),
    Column("Heat", "kW", "tenth"), Column("May take", "kW", "tenth"), Column("Left", "kW", "tenth"),
    Column("Unit"), Column("Units", "", "count"), Column("Redundancy"),
    Column("Flow", "", "count"), Column("Unit of flow"), Column("Supply", "degC", "tenth"),
    Column("Return", "degC", "tenth"),
)  # fmt: skip
STEP_HEADS: Final = (
    Column("Path of the heat"), Column("Site"), Column("Unit"), Column("Load", "", "percent"),
    Column("Heat", "kW", "tenth"), Column("Units that run", "", "count"),
    Column("They draw", "kW", "tenth"), Column("Overhead per heat", "", "percent"),
)  # fmt: skip
RACK_HEADS: Final = (
    Column("Rack"), Column("Site"), Column("Cooling"), Column("Heat", "kW", "tenth"),
    Column("Room air", "kW", "tenth"), Column("Loop", "kW", "tenth"),
    Column("Rear door", "kW", "tenth"), Column("Air", "m3/h", "count"),
    Column("Water", "L/min", "tenth"), Column("Rack limit", "kW", "tenth"),
)  # fmt: skip


def power_table(found: Any, month: int | None = None) -> Table:
    """Return every level of the power of each site, at one date or at each."""
    rows = [
        (
            words.capital(r.level), r.site, _cell(r.period_month), r.owner, r.part_id,
            _cell(r.modules or None), _cell(r.unit_kw), r.redundancy, _cell(r.capacity_kw),
            _cell(r.nameplate_kw), _cell(r.sustained_kw), _cell(r.headroom_kw),
            _cell(r.headroom_frac), _cell(r.loss_kw),
        )
        for r in found.itertuples()
        if month in (None, r.period_month)
    ]  # fmt: skip
    if month is not None:
        return table(f"Power budget at month {month}", POWER_HEADS, rows)
    return table(
        "Power budget: nameplate sizes the chain, sustained power is paid",
        POWER_HEADS, rows, sheet="Power budget", folded="Every level at every date",
    )  # fmt: skip


def cooling_table(found: Any, month: int | None = None) -> Table:
    """Return every path of the heat of each site, at one date or at each."""
    rows = [
        (
            words.capital(r.path), r.site, _cell(r.period_month), _cell(r.heat_kw),
            _cell(r.capacity_kw), _cell(r.headroom_kw), r.part_id, _cell(r.units or None),
            r.redundancy, _cell(r.flow), r.flow_unit, _cell(r.supply_c), _cell(r.return_c),
        )
        for r in found.itertuples()
        if month in (None, r.period_month)
    ]  # fmt: skip
    if month is not None:
        return table(f"Cooling budget at month {month}", COOLING_HEADS, rows)
    return table(
        "Cooling budget: sized on the sustained maximum",
        COOLING_HEADS, rows, sheet="Cooling budget", folded="Every path at every date",
    )  # fmt: skip


def rack_table(found: Any) -> Table:
    """Return the heat of each rack and the flow that carries it."""
    rows = [
        (
            r.rack, r.site, r.rack_kind, _cell(r.kw), _cell(r.air_kw), _cell(r.liquid_kw),
            _cell(r.door_kw), _cell(r.air_m3_h), _cell(r.water_l_min), _cell(r.limit_kw),
        )
        for r in found.itertuples()
    ]  # fmt: skip
    return table(
        "Heat and flow of each rack", RACK_HEADS, rows, sheet="Rack cooling", folded="Every rack"
    )


def step_table(found: Any) -> Table:
    """Return what the cooling that is bought draws at steps of the load."""
    rows = [
        (
            words.capital(r.path), r.site, r.part_id, _cell(r.load_frac), _cell(r.heat_kw),
            _cell(r.running), _cell(r.draws_kw), _cell(r.overhead),
        )
        for r in found.itertuples()
    ]  # fmt: skip
    return table(
        "Cooling that is bought at steps of the load; its overhead is a part of the PUE",
        STEP_HEADS, rows, sheet="Cooling at load",
    )  # fmt: skip


def _cell(value: Any) -> Cell | None:
    """Return a cell of a number; None where nobody states one."""
    if value is None or value != value:
        return None
    return Cell(value=value.item() if hasattr(value, "item") else value)


def one_line(design: Design, budget: Any) -> Figure:
    """Return the one-line diagram with the modules that are bought at each level."""
    last = max(design.dates)
    names = dict(zip(LEVELS, CHAIN.values(), strict=True))
    drawn = {}
    for site in design.summary.get("sites") or []:
        here = budget[(budget.site == site["site"]) & (budget.period_month == last)]
        modules = {
            names[r.level]: f"{r.modules} x {r.unit_kw:,.0f} kW, {r.redundancy}"
            for r in here.itertuples()
            if r.level in names
        }
        drawn[site["site"]] = with_modules(levels(design, site), modules)
    return Figure("power_chain", draw(drawn))


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return the power and cooling budgets; nothing where nothing draws power."""
    if not design.tables["placement"]:
        return None
    figures = charts_of(design, "power_chain", "power_and_cooling")
    if catalog is None:
        return Section("Power and cooling", figures=figures)
    budget, heat = power_budget(design, catalog), cooling_budget(design, catalog)
    last, steps = max(design.dates), load_steps(design, catalog)
    return Section(
        "Power and cooling",
        lead=(
            "Nameplate is the sum of the maxima and sizes every level; sustained is what is drawn "
            "on average and paid. What may be carried is what is left with the promised redundancy "
            "gone. Where the hall or the landlord owns a level, it is granted, not bought.",
        ),
        figures=(one_line(design, budget), *charts_of(design, "power_and_cooling")),
        tables=(
            power_table(budget, last),
            cooling_table(heat, last),
            *((step_table(steps),) if len(steps) else ()),
            power_table(budget),
            cooling_table(heat),
            rack_table(rack_flows(design, catalog)),
        ),
        notes=(
            "The flow of water is that of the heat at the planned temperature rise; supply and "
            "return are those of the loop, where the brief states its supply.",
        ),
    )
