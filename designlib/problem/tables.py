"""Problem tables: the sets and exact numbers that the optimization sees, and nothing else.

Every table is a frozen dataclass of plain numbers and names: no Pyomo, no catalog, no law. A
``Problem`` can be written as JSON, built by hand in a test, or enumerated by brute force. Money is
in the currency of the brief; series run over ``dates``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from designlib.problem.asked_tables import Demand, Dropped, Grant, Limit, grants
from designlib.problem.built_tables import (
    Fabric,
    FabricStep,
    Plant,
    RackKind,
    Series,
    Site,
    Software,
    Store,
)
from designlib.problem.candidate import Candidate
from designlib.problem.fleet_share import FleetShare

__all__ = [
    "ANYWHERE",
    "Candidate",
    "Demand",
    "Dropped",
    "Fabric",
    "FabricStep",
    "Grant",
    "Item",
    "Kind",
    "Limit",
    "Plant",
    "Pool",
    "Problem",
    "RackKind",
    "Series",
    "Site",
    "Software",
    "Store",
]

ANYWHERE = "anywhere"
"""Place of a workload that runs whole at one site, whichever it is."""


@dataclass(frozen=True)
class Item:
    """One thing that can be bought: what a unit costs, draws and needs.

    By the date it goes into service.
    """

    part_id: str
    layer: str
    unit: str
    site: str
    """Site at which the units stand."""
    unit_price: Series
    """Price of a unit that goes into service at each date. [currency]"""
    capex_factor: Series
    """Present value of 1 paid for a unit of that date. [1]"""
    residual: Series
    """Present value of what a unit bought for that date is still worth at the end. [currency]"""
    order_months: float
    """Time from order to service: lead plus installation. [months]"""
    first_date: int
    """Index of the first date at which a unit can be in service. [1]"""
    support_per_month: float = 0.0
    """Hardware support of a unit. [currency/month]"""
    license_per_month: float = 0.0
    """Software licenses of a unit in use. [currency/month]"""
    max_kw: float = 0.0
    typical_kw: float = 0.0
    height_u: float = 0.0
    weight_kg: float = 0.0
    draws: dict[str, float] = field(default_factory=dict)
    """Resource name -> amount that a unit draws at its site."""


@dataclass(frozen=True)
class Kind:
    """A kind of GPU server at a site; its item id is the kind's id."""

    gpus_count: int
    liquid_frac: float
    per_rack: dict[str, int]
    """Rack kind -> servers that one rack of that kind holds. [1]"""
    spare_steps: tuple[tuple[int, int], ...]
    """(servers up to, cold spares needed) in increasing order; a single step asks for no spares."""
    servers_max_count: int
    owned: Series = ()
    """Servers already owned, by date. [1]"""
    min_order_count: int = 1
    unit_servers_count: int = 1
    """Servers of a scalable unit, which is bought whole. [1]"""
    staff_per_month: float = 0.0
    """Operations staff that a server takes. [currency/month]"""
    generation: str = ""
    """Kinds of one GPU generation share drivers, images and habits."""
    left_frac: dict[str, float] = field(default_factory=dict)
    """Rack kind -> mixed equipment that a full rack of these servers surely takes besides. [1]"""
    ups: bool = True
    """Whether its servers hang on a UPS that is bought; without it, checkpoints cover a cut."""


@dataclass(frozen=True)
class Pool:
    """Servers that are alike and wired alike."""

    kind: str
    fabric: str | None
    ports_per_server: int
    zone: str = ""
    """Class of data that its servers are kept for, where classes may not share a server."""


@dataclass(frozen=True)
class Problem:
    """All that the optimization sees of a brief and a catalog."""

    name: str
    currency: str
    sites: dict[str, Site]
    dates: tuple[int, ...]
    annuity: Series
    """Present value of 1 a month over each interval. [months]"""
    interval_months: Series
    """Months from each date to the next (the last one to the end of the cost horizon). [months]"""
    slice_hours: dict[str, float]
    """Day slice -> hours a month. [h/month]"""
    items: dict[str, Item]
    kinds: dict[str, Kind]
    pools: dict[str, Pool]
    candidates: dict[str, Candidate]
    workloads: tuple[str, ...]
    fabrics: dict[str, Fabric]
    stores: dict[str, Store]
    racks: dict[str, RackKind]
    cooling: dict[str, Plant]
    power: dict[str, Plant]
    software: dict[str, Software]
    control_items: dict[str, str]
    """Site -> item id of its control servers."""
    limits: tuple[Limit, ...]
    demands: tuple[Demand, ...]
    it_resources: tuple[str, ...] = ("it_kw",)
    """Resources that every kW of IT equipment draws."""
    facility_resources: tuple[str, ...] = ("facility_kw",)
    """Resources that every kW of IT equipment draws times the PUE of its rack."""
    follows: tuple[tuple[str, str, str], ...] = ()
    """(resource, place, resource that is drawn with it): heat that leaves a room or a loop."""
    unlimited: tuple[tuple[str, str], ...] = ()
    """(resource, place) that are drawn but neither limited by the brief nor supplied by a layer."""
    fabric_groups: dict[str, int] = field(default_factory=dict)
    """Group -> fabrics that may be built. [1]"""
    kinds_max_count: int = 3
    generations_max_count: int | None = None
    """Most GPU generations in use over all sites; no limit without it. [1]"""
    gpus_max: Series = ()
    bought_at_once: bool = False
    """Whether every GPU server comes at the first date that its kind can come."""
    bought_when_needed: bool = False
    """Whether no server comes before the work that needs it, whatever its price does."""
    fleet_shares: dict[str, FleetShare] = field(default_factory=dict)
    batch_on_serving: bool = True
    at_sites: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Workload -> sites that each run a share of it; any other runs whole at one site."""
    dropped: tuple[Dropped, ...] = ()
    policies: tuple[str, ...] = ()

    @property
    def date_indices(self) -> range:
        """Return the indices of the decision dates."""
        return range(len(self.dates))

    def apart_in(self, pool: str) -> list[str]:
        """Return the workloads whose replicas are kept apart on servers of a pool."""
        return self._kept_apart.get(pool, [])

    @cached_property
    def _kept_apart(self) -> dict[str, list[str]]:
        """Return the workloads whose replicas are kept apart, for each pool that has any."""
        found: dict[str, set[str]] = {}
        for part in (x for c in self.candidates.values() for x in c.parts if x.pool and x.apart):
            found.setdefault(part.pool or "", set()).add(part.workload)
        return {k: [w for w in self.workloads if w in mine] for k, mine in found.items()}

    @cached_property
    def _by_work(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for o, c in self.candidates.items():
            found.setdefault(c.workload, []).append(o)
        return found

    def is_sold(self, kind: str) -> bool:
        """Return whether servers of a kind can be bought at some date."""
        return self.items[kind].first_date < len(self.dates)

    def retires(self, kind: str, t: int) -> bool:
        """Return whether servers of a kind that are there already leave at a date."""
        owned = self.kinds[kind].owned
        return bool(owned) and t > 0 and owned[t] < owned[t - 1]

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Return what the brief could grant more of, field by field and step by step."""
        return grants(self.limits)

    @property
    def fleet_grants(self) -> tuple[Grant, ...]:
        """Return what the brief could allow more of GPUs in service, step by step."""
        if not self.gpus_max:
            return ()
        words, path = "most GPUs in service", "fleet.max_gpus"
        return grants([Limit("gpus", self.everywhere, self.gpus_max, words, path, "GPUs")])

    @property
    def everywhere(self) -> str:
        """Return the place of what all sites share, such as the budget."""
        return next(iter(self.sites)) if len(self.sites) == 1 else "all sites"

    @property
    def tasks(self) -> list[tuple[str, str]]:
        """Return the (workload, site) that need a candidate each; most may run anywhere."""
        return [(w, s) for w in self.workloads for s in self.at_sites.get(w, (ANYWHERE,))]

    def site_of(self, candidate: str) -> str:
        """Return the site whose work a candidate takes, its own or rented elsewhere."""
        c = self.candidates[candidate]
        if c.pool is None:
            return c.rented_for or self.everywhere
        return self.items[self.pools[c.pool].kind].site

    def candidates_of(self, workload: str, site: str = ANYWHERE) -> list[str]:
        """Return the candidate ids of one workload, at one site or anywhere."""
        anywhere = site == ANYWHERE
        return [o for o in self._by_work.get(workload, []) if anywhere or self.site_of(o) == site]

    def to_dict(self) -> dict[str, Any]:
        """Return the whole problem as plain JSON-able values."""
        return asdict(self)
