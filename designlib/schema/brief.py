"""Brief schema: all that an architect may ask for, each default stated as an assumption."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from designlib.schema.base import (
    NOT_EMPTY,
    BriefId,
    Closed,
    Currency,
    Name,
    Number,
    Some,
    Whole,
    absent,
    assumed,
    refuse,
)
from designlib.schema.brief_blocks import (
    Budget,
    CloudBurst,
    Environment,
    Existing,
    Fleet,
    Fx,
    Phase,
    Procurement,
    StatedPrice,
    Teams,
)
from designlib.schema.brief_checks import brief_faults
from designlib.schema.drivers import Growth, driven
from designlib.schema.other_workloads import TieredInference, Workload
from designlib.schema.promises import (
    Compliance,
    Network,
    Policies,
    Reliability,
    StorageNeeds,
    Versions,
)
from designlib.schema.sites import Site, SitePolicy
from designlib.schema.workloads import Inference, Shaped


class BriefFields(Closed):
    """What a brief says; money is in ``currency``, months count from the day of the decision."""

    id: BriefId | None = absent("Short id of the customer or the brief.")
    name: Name = Field(description="Name for readers.")
    currency: Currency = assumed(
        "USD",
        "Currency of every amount.",
        reason="catalog prices are in US dollars",
    )
    fx: Fx | None = absent("Exchange rate; required where the currency is not USD.")
    horizon_months: Some = assumed(
        24,
        "Last decision date.",
        reason="the usual planning horizon is 12 to 24 months",
    )
    tco_months: Some = assumed(
        48,
        "End of the discounted sum.",
        reason="common service life in a business case",
        source="assumption",
    )
    wacc_frac: Annotated[Number, Field(ge=0, lt=1)] = assumed(
        0.08, "Cost of capital a year.", reason="middle of what companies use", source="assumption"
    )
    service_start_month: Whole | None = absent(
        "Start of service; without it the longest lead time."
    )
    sites: Annotated[tuple[Site, ...], NOT_EMPTY]
    site_policy: SitePolicy | None = absent("How several sites share the work.")
    budget: Budget = Field(default_factory=Budget)
    environment: Environment | None = absent("Carbon and water: limits and prices.")
    teams: Teams | None = absent("Teams that share the cluster.")
    growth: Growth | None = absent("Drivers of growth, for work that states none of its own.")
    fleet: Fleet = Field(default_factory=Fleet)
    workloads: Annotated[tuple[Workload, ...], NOT_EMPTY]
    storage: StorageNeeds = Field(default_factory=StorageNeeds)
    network: Network = Field(default_factory=Network)
    reliability: Reliability = Field(default_factory=Reliability)
    compliance: Compliance | None = absent("Rules that the data is under.")
    versions: Versions | None = absent("Versions of a language model kept in service.")
    procurement: Procurement = Field(default_factory=Procurement)
    prices: tuple[StatedPrice, ...] = Field(default=(), description="Prices the customer states.")
    cloud_burst: CloudBurst | None = absent("Rented capacity; none without it.")
    existing: tuple[Existing, ...] = Field(
        default=(), description="Servers that are there already."
    )
    phases: tuple[Phase, ...] = Field(default=(), description="Dates by which capacity is needed.")
    policies: Policies = Field(default_factory=Policies)

    @model_validator(mode="after")
    def _drivers(self) -> Self:
        self.__dict__.update(driven(self))  # frozen: a validator is the last to set a field
        return self

    @model_validator(mode="after")
    def _checks(self) -> Self:
        refuse(brief_faults(self))
        return self

    def shaped_workloads(self) -> tuple[tuple[tuple[str | int, ...], Shaped], ...]:
        """Return the workloads and tiers that are language models, each with its path."""
        found: list[tuple[tuple[str | int, ...], Shaped]] = []
        for index, workload in enumerate(self.workloads):
            if isinstance(workload, Shaped):
                found.append((("workloads", index), workload))
            elif isinstance(workload, TieredInference):
                here = ("workloads", index, "tiers")
                found += [((*here, n), tier) for n, tier in enumerate(workload.tiers)]
        return tuple(found)

    def work(self) -> tuple[Any, ...]:
        """Return every piece of work to be placed; of a tiered service, each of its tiers."""
        found: list[Any] = []
        for workload in self.workloads:
            if isinstance(workload, TieredInference):
                found += workload.services()
            else:
                found.append(workload)
        return tuple(found)

    def path_of(self, work: str) -> str:
        """Return the dotted path of a workload, or of a tier inside its service."""
        for workload in self.workloads:
            tiers = workload.tiers if isinstance(workload, TieredInference) else ()
            if any(tier.id == work for tier in tiers):
                return f"workloads.{workload.id}.tiers.{work}"
        return f"workloads.{work}"

    def services(self) -> tuple[Inference, ...]:
        """Return every service of a language model; each tier is a service of its own."""
        found: list[Inference] = []
        for workload in self.workloads:
            if isinstance(workload, Inference):
                found.append(workload)
            elif isinstance(workload, TieredInference):
                found += workload.services()
        return tuple(found)
