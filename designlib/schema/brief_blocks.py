"""Blocks of a brief: money, teams, what may be bought and how, and what is there already."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from designlib.schema.base import (
    NOT_EMPTY,
    Amount,
    BriefId,
    Closed,
    Date,
    Flag,
    Frac,
    Name,
    Number,
    PartId,
    Positive,
    Some,
    Whole,
    absent,
    as_list,
    assumed,
)
from designlib.schema.steps import CountSteps

BuyingClass = Literal[
    "servers",
    "switches",
    "optics",
    "storage",
    "cooling",
    "power",
    "transformer",
    "switchgear",
    "generator",
    "ups",
    "busway",
    "rack-pdu",
    "rack-cabinet",
    "rear-door",
    "direct-to-chip",
]


class Fx(Closed):
    """An exchange rate."""

    usd_per_unit: Positive = Field(description="US dollars for one unit of the brief's currency.")
    date: Date


class Expansion(Closed):
    """Money for a later step."""

    month: Whole
    capex_total: Amount
    extra_gpus_frac: Amount | None = absent("GPUs added, as a share of the first fleet.")


class Budget(Closed):
    """What may be spent."""

    capex_total: Positive | None = absent("Most capital; no limit without it.")
    expansions: tuple[Expansion, ...] = Field(default=(), description="Money for later steps.")


class Environment(Closed):
    """What running the design may emit and use in a year, and what that costs beside energy."""

    carbon_max_t_per_year: Positive | None = absent("Most carbon of a year; no limit without it.")
    water_max_m3_per_year: Positive | None = absent("Most water of a year; no limit without it.")
    wue_max_l_per_kwh: Amount | None = absent(
        "Most water of any site over its IT energy; no limit without it."
    )
    carbon_price_per_t: Amount | None = absent("Price of carbon; none is paid without it.")
    water_price_per_m3: Amount | None = absent("Price of water; none is paid without it.")


class Teams(Closed):
    """Teams that share the cluster."""

    now_count: Whole
    month_24_count: Whole | None = absent("Teams at month 24.")
    guaranteed_quota_frac: Frac | None = absent("Share of the fleet under guaranteed quotas.")
    borrow: Flag = assumed(True, "May idle quota be borrowed?", reason="idle GPUs help nobody")
    chargeback: Flag = assumed(False, "Is use billed to teams?", reason="not asked for")


class Fleet(Closed):
    """What may be bought."""

    server_kinds_allowed: (
        Annotated[
            tuple[Name, ...],
            BeforeValidator(as_list, json_schema_input_type=str | tuple[str, ...]),
            NOT_EMPTY,
        ]
        | None
    ) = absent("Words that name servers, GPUs or GPU families; anything without them.")
    server_kinds_max_count: Some = assumed(
        3,
        "Most kinds of server at a site.",
        reason="what operators can keep running",
    )
    generations_max_count: Some | None = absent("Most GPU generations at a time.")
    scalable_unit_servers_count: Some | None = absent(
        "GPU servers of a building block that is bought whole; single servers without it."
    )
    max_gpus: CountSteps | None = absent("Most GPUs in service, one number or steps by month.")
    servers_in_fabric: CountSteps | None = absent("Servers that the compute fabric holds.")


class Procurement(Closed):
    """How things are bought; what is stated here holds before the catalog."""

    lead_weeks: Amount | None = absent("Order to delivery of servers.")
    install_weeks: Amount | None = absent("Delivery to service of servers.")
    lead_times_weeks: dict[BuyingClass, Amount] | None = absent(
        "Order to delivery by class of part."
    )
    min_order_servers_count: Some = assumed(
        1, "Fewest servers of an order.", reason="none is stated"
    )
    price_decline_frac_per_year: Annotated[Number, Field(ge=-1, le=1)] = assumed(
        0.0,
        "How fast prices fall; below 0 they rise.",
        reason="waiting must not look cheap by assumption",
    )
    performance_doubling_years: Positive | None = absent(
        "Years in which money buys twice the performance; prices of the same fall accordingly."
    )


class StatedPrice(Closed):
    """A price that the customer states, in the currency of the brief."""

    item: PartId
    quantity: PartId = assumed("purchase", "What is priced.", reason="a price to buy")
    value: Amount


class CloudBurst(Closed):
    """Rented capacity for peaks."""

    gpu: Name = Field(description="Word that names the GPU.")
    price_per_gpu_hour: Amount | None = absent("Price; without it the catalog's.")
    peak_requests_max_frac: Frac = Field(description="Most of the peak that may be rented.")


class Existing(Closed):
    """Servers that are there already."""

    id: BriefId | None = absent("Name of the lot.")
    site: BriefId
    servers_count: Some
    gpu: Name = Field(description="Word that names the GPU.")
    gpus_per_server_count: Some
    book_value: Amount = assumed(0.0, "Value in the books.", reason="written off")
    retire_by_month: Whole | None = absent("Month by which they leave.")


class Phase(Closed):
    """A date by which capacity is needed."""

    id: BriefId
    need_month: Whole
    max_gpus_count: Some | None = absent("Most GPUs of the phase.")
