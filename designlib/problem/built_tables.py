"""Tables of what is built around the servers: fabrics, stores, racks, plant and software."""

from __future__ import annotations

from dataclasses import dataclass

Series = tuple[float, ...]


@dataclass(frozen=True)
class FabricStep:
    """One built size of a fabric: exact counts, never an average."""

    ports: int
    counts: dict[str, int]
    """Item id -> units of this size (switches, fabric managers, cables between switches)."""
    moved_links_cost: float = 0.0
    """Price of the links that move when the step is reached by growth. [currency]"""
    leaf: int = 0
    spine: int = 0
    core: int = 0


@dataclass(frozen=True)
class Fabric:
    """A network that can be built: its size steps in increasing order.

    And what an endpoint link costs.
    """

    role: str
    technology: str
    resource: str
    place: str
    steps: tuple[FabricStep, ...]
    link_items: dict[str, float]
    """Item id -> units bought for every endpoint port in use."""
    exclusive_group: str
    """At most as many fabrics of a group are built as the problem's policy allows."""
    staff_per_month: float = 0.0
    least_ports: Series = ()
    """Ports that the fabric must be built for by each date, where it is built at all. [ports]"""


@dataclass(frozen=True)
class Store:
    """A storage product for one tier: whole units, the redundant ones included in the minimum."""

    tier: str
    supplies: dict[str, float]
    """Resource -> amount that one unit supplies."""
    units_min_count: int
    redundant_units_count: int
    units_max_count: int


@dataclass(frozen=True)
class RackKind:
    """A kind of rack position at a site."""

    site: str
    limit_kw: float
    cooling: str
    pue: float
    items: dict[str, float]
    """Item id -> units bought with each rack (cabinet, power strips, rear door)."""
    first_date: int
    usable_u: float = 0.0
    limit_kg: float = 0.0
    service_frac: float = 0.0
    """Share of a rack that mixed equipment may fill so that any first fit succeeds; 0: none."""
    positions: float = 1.0
    air_heat_frac: float = 1.0
    """Share of the rack's heat that the room air must take. [1]"""


@dataclass(frozen=True)
class Plant:
    """A cooling or power product bought in whole modules."""

    resource: str
    unit_kw: float
    redundancy: str
    units_max_count: int
    group: str


@dataclass(frozen=True)
class Software:
    """An orchestrator, component or licence that can be chosen."""

    provides: tuple[str, ...]
    requires: tuple[str, ...]
    control_servers_count: float
    cost_per_month: float
    staff_per_month: float = 0.0
    orchestrator: bool = False
    """Several orchestrators side by side need a shared identity."""


@dataclass(frozen=True)
class Site:
    """What a hall charges for power and for the room that power takes."""

    energy_per_kw_month: float = 0.0
    """Electricity of 1 kW for a month. [currency/kW/month]"""
    space_per_kw_month: float = 0.0
    service_pue: float = 1.0
    """PUE of the racks of switches, storage and control servers. [1]"""
    carbon_t_per_kw_year: float = 0.0
    """Emissions of 1 kW of facility power for a year. [t/kW/yr]"""
    water_m3_per_kw_year: float = 0.0
    """Water of 1 kW of IT power for a year. [m3/kW/yr]"""
    carbon_per_kw_month: float = 0.0
    """Price of the emissions of 1 kW of facility power for a month. [currency/kW/month]"""
    water_per_kw_month: float = 0.0
    """Price of the water of 1 kW of IT power for a month. [currency/kW/month]"""
