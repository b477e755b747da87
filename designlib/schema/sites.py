"""Sites: what a hall offers, what it costs, and what it already has."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from designlib.schema.base import (
    Amount,
    BriefId,
    Closed,
    Flag,
    Frac,
    Name,
    Number,
    Positive,
    Whole,
    absent,
    assumed,
)
from designlib.schema.steps import PowerSteps, UtilitySteps

Redundant = Literal["N", "N+1", "2N"]
PowerRedundant = Literal["N", "N+1", "2N", "distributed"]
"""Distributed: four systems carry the load of three."""


def _one_pue(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    # A wrong number is told once, not once for each kind of cooling.
    right = 1 <= value < math.inf
    return dict.fromkeys(("air", "rear_door", "direct_to_chip") if right else ("air",), value)


Pue = Annotated[Number, Field(ge=1)]


class RearDoor(Closed):
    """Rear-door heat exchangers that the hall can take."""

    rack_limit_kw: Positive = Field(description="Most that one rack with a door may draw.")
    lead_weeks: Amount | None = absent("Order to service; without it the catalog's.")


class DirectToChip(Closed):
    """A loop of warm water to the chips."""

    available: Flag = Field(description="Does the hall have, or may it get, such a loop?")
    rack_limit_kw: Positive | None = absent("Most that one liquid-cooled rack may draw.")
    warm_water_supply_c: Number | None = absent("Supply temperature.")
    max_kw: Positive | None = absent("Most heat that the loop carries away.")
    capture_frac: Annotated[Positive, Field(le=1)] | None = absent(
        "Share of the heat that it takes."
    )


class LiquidToAir(Closed):
    """Sidecars that give the heat of liquid-cooled racks to the room, for halls without a loop."""

    rack_limit_kw: Positive = Field(description="Most that one rack with a sidecar may draw.")


class Immersion(Closed):
    """Tanks in which servers stand whose maker allows it."""

    rack_limit_kw: Positive = Field(description="Most that what stands in one tank may draw.")


class HeatRejection(Closed):
    """Chillers or dry coolers that give the heat of the hall to the outside."""

    exists: Flag = assumed(
        True,
        "Does it stand already?",
        reason="a hall is handed over with its chillers",
    )


class PuePerCooling(Closed):
    """Facility power over IT power, by kind of cooling."""

    air: Pue
    rear_door: Pue | None = absent("With rear doors; without it that of air.")
    direct_to_chip: Pue | None = absent("With direct-to-chip; without it that of air.")


class Redundancy(Closed):
    """Spare units of the power chain and of cooling."""

    power: PowerRedundant = assumed(
        "N+1",
        "Power chain; distributed: four systems carry the load of three.",
        reason="one unit can be serviced while the load runs",
        source="assumption",
    )
    cooling: Redundant = assumed(
        "N+1",
        "Cooling.",
        reason="one unit can be serviced while the load runs",
        source="assumption",
    )
    ups: Literal["everything", "storage_and_management", "none"] = assumed(
        "everything",
        "What the UPS carries; without it, GPU servers rely on their checkpoints.",
        reason="the safe case",
    )


class PowerChain(Closed):
    """Who owns transformers, switchgear, generators and UPS, and whether they stand already."""

    owner: Literal["hall", "colo", "customer"] = assumed(
        "hall",
        "Who owns it.",
        reason="a hall is handed over with its power chain",
    )
    exists: Flag = assumed(
        True,
        "Does it stand already?",
        reason="a hall is handed over with its power chain",
    )


class RoomAir(Closed):
    """Air cooling of the room."""

    exists: Flag = assumed(
        True,
        "Does it stand already?",
        reason="a hall is handed over with its air handlers",
    )


class Site(Closed):
    """One hall: what it feeds, cools and carries, and what it charges."""

    id: BriefId
    kind: Literal["owned_hall", "colo", "colo_build_to_suit"] = assumed(
        "owned_hall", "Whose hall it is.", reason="no landlord is named"
    )
    region: Name | None = absent("Country or region in which it lies.")
    it_power_kw: PowerSteps | None = absent(
        "IT power, one number or steps by month; no limit without it."
    )
    utility_mw: UtilitySteps | None = absent("Power of the utility, one number or steps by month.")
    rack_positions_count: Whole | None = absent("Rack positions; no limit without it.")
    rack_air_kw: Positive = assumed(
        15.0,
        "Most that one rack cooled by room air may draw.",
        reason="common upper end of perimeter cooling without containment",
        source="assumption",
    )
    rack_feed_kw: Positive | None = absent("Most that one position is fed with, whatever cools it.")
    rear_door: RearDoor | None = absent("Rear doors; none without it.")
    direct_to_chip: DirectToChip | None = absent("Direct-to-chip; none without it.")
    liquid_to_air: LiquidToAir | None = absent("Sidecars beside liquid-cooled racks.")
    immersion: Immersion | None = absent("Immersion tanks; none without it.")
    heat_rejection: HeatRejection = Field(default_factory=HeatRejection)
    design_ambient_c: Number | None = absent("Hottest outside air that cooling is designed for.")
    pue: Annotated[
        PuePerCooling, BeforeValidator(_one_pue, json_schema_input_type=float | PuePerCooling)
    ]
    electricity_per_kwh: Amount
    space_per_kw_month: Amount = assumed(0.0, "Rent.", reason="an owned hall charges none")
    grid_kg_co2_per_kwh: Amount | None = absent(
        "Carbon of the electricity; without it the catalog's."
    )
    wue_l_per_kwh: Amount | None = absent(
        "Water of the site over IT energy; without it the catalog's."
    )
    floor_limit_kg_per_m2: Positive | None = absent("Floor load; not checked without it.")
    redundancy: Redundancy = Field(default_factory=Redundancy)
    power_chain: PowerChain = Field(default_factory=PowerChain)
    room_air: RoomAir = Field(default_factory=RoomAir)


class SitePolicy(Closed):
    """How several sites share the work and what is promised when one is lost."""

    mode: Literal["active_active", "active_passive", "independent"] = assumed(
        "active_active",
        "How the sites share work.",
        reason="no site stands idle",
    )
    survive_loss_of_count: Whole = assumed(
        0, "Sites that may be lost.", reason="no such loss is promised"
    )
    surviving_load_frac: Frac = assumed(
        1.0,
        "Share of the peak that the remaining sites still carry.",
        reason="the whole promise",
    )
    split: dict[BriefId, Frac] | None = absent(
        "Share of the requests of each site; even without it."
    )
    intra_site: Redundant | None = absent("Spare servers within each site.")
    wan_carriers_count: Whole | None = absent("Independent carriers.")
