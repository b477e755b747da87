"""Promises of a brief: storage, network, reliability, compliance, versions, and policies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from designlib.schema.base import (
    NOT_EMPTY,
    Amount,
    BriefId,
    Closed,
    Flag,
    Frac,
    Name,
    Number,
    Positive,
    Some,
    Whole,
    absent,
    assumed,
)
from designlib.schema.parts import Technology

CheckpointPolicy = Literal["async_two_tier", "sync_young_daly", "literal"]


class StorageNeeds(Closed):
    """Data that has to be kept, and how checkpoints are written."""

    hot_tb: Amount = assumed(0.0, "On the fast tier.", reason="none is stated")
    object_tb: Amount = assumed(0.0, "On the object tier.", reason="none is stated")
    home_tb: Amount = assumed(0.0, "Home folders.", reason="none is stated")
    dataset_tb: Amount = assumed(
        0.0, "Training data that no workload states.", reason="none is stated"
    )
    growth_factor_24_months: Positive = assumed(
        1.0, "Data at month 24 over data now.", reason="no growth is stated"
    )
    checkpoint_policy: CheckpointPolicy = assumed(
        "async_two_tier",
        "How checkpoints are written.",
        reason="studies of production checkpoints find needs far below a write within the step",
    )
    checkpoint_policies_compared: tuple[CheckpointPolicy, ...] = Field(
        default=(), description="Policies to show side by side."
    )
    checkpoint_overhead_max_frac: Frac = assumed(
        0.02, "Most time lost to checkpoints.", reason="a common target", source="assumption"
    )
    checkpoint_write_s: Positive | None = absent("Most time that one checkpoint may take to write.")
    checkpoints_kept_count: Whole | None = absent("Last checkpoints that are kept.")
    checkpoint_kept_every_tokens: Positive | None = absent(
        "Tokens between checkpoints kept for good."
    )
    images_hot_days: Amount | None = absent("Days that images stay on the fast tier.")
    images_kept_years: Amount | None = absent("Years that images are kept.")


class Network(Closed):
    """What the fabrics must be."""

    topology: Literal["auto", "fat-tree", "rail-optimized", "single", "dragonfly"] = assumed(
        "auto",
        "Shape of the compute fabric.",
        reason="the cheapest shape that holds",
    )
    tiers_count: Annotated[Some, Field(le=3)] | None = absent("Tiers of the compute fabric.")
    oversubscription: Annotated[Number, Field(ge=1)] = assumed(
        1.0,
        "Leaf downlink over uplink.",
        reason="all-reduce traffic needs every link",
    )
    expansion_ready_servers_count: Whole | None = absent("Servers that the fabric is built for.")
    compute_technologies_allowed: Annotated[tuple[Technology, ...], NOT_EMPTY] | None = absent(
        "Technologies of the compute fabric; any without it."
    )
    storage_technologies_allowed: Annotated[tuple[Technology, ...], NOT_EMPTY] = assumed(
        ("ethernet",),
        "Technologies of the storage fabric.",
        reason="servers, control plane and both storage tiers all speak it",
    )
    storage_gbit_s: Positive = assumed(
        100.0,
        "Least speed of a port of the storage network.",
        reason="common speed of server front ports",
        source="assumption",
    )
    in_band_gbit_s: Positive = assumed(
        100.0,
        "Least speed of an in-band port.",
        reason="common speed of server front ports",
        source="assumption",
    )


class Reliability(Closed):
    """Failures that are expected and what must hold in spite of them."""

    gpu_hours_per_interruption: Positive | None = absent("GPU hours between interruptions.")
    repair_share_frac: Frac | None = absent("Share of interruptions that need a repair.")
    repair_days: Positive = assumed(
        5.0,
        "Time that a repair takes.",
        reason="next-day part, exchange and test",
        source="assumption",
    )
    enough_servers_probability: Annotated[Positive, Field(lt=1)] = assumed(
        0.99,
        "Chance that enough servers are up.",
        reason="about seven hours a month short",
        source="assumption",
    )
    ettr_min_frac: Frac | None = absent("Least share of time in which training advances.")
    restart_s: Amount | None = absent("From a failure to training again.")
    snapshot_s: Amount | None = absent("Time that a snapshot holds training up.")


class Encryption(Closed):
    """Where data must be encrypted."""

    at_rest: Flag = assumed(True, "On storage.", reason="costs little")
    in_transit: Flag = assumed(True, "On networks.", reason="costs little")
    in_use: dict[BriefId, Flag] = Field(
        default_factory=dict, description="Workload -> in GPU memory too."
    )


class Audit(Closed):
    """Records that must be kept."""

    workloads: tuple[BriefId, ...]
    bytes_per_request: Positive
    retention_years: Positive
    immutable: Flag = assumed(True, "Written once.", reason="the safe case")


class Compliance(Closed):
    """Rules that the data is under."""

    profiles: Annotated[tuple[Literal["HIPAA", "SOC2", "FINANCE"], ...], NOT_EMPTY]
    residency: Name | None = absent("Country or region that the data may not leave.")
    single_tenant: Flag = assumed(False, "No server shared with others?", reason="not asked for")
    encrypt: Encryption = Field(default_factory=Encryption)
    audit: Audit | None = absent("Records that must be kept.")


class Versions(Closed):
    """Versions of a language model in service."""

    kept_count: Some
    canary_frac: Frac | None = absent("Share of requests that try a new version.")
    rollback_minutes: Positive | None = absent("Most time back to the last version.")


ServerCooling = Literal["air", "rear-door", "direct-to-chip", "liquid-to-air", "immersion"]


class Policies(Closed):
    """How the design is run; each may be switched."""

    batch_on_serving: Flag = assumed(
        True,
        "May batch work use idle serving GPUs?",
        reason="it costs nothing at night",
    )
    compute_fabric_technologies_max_count: Some = assumed(
        1,
        "Most compute-fabric technologies at a site.",
        reason="a second one needs staff and spares",
    )
    vendor_supported_software: Flag = assumed(
        False,
        "Buy the vendor's software support?",
        reason="open-source software serves",
    )
    job_busy_max_frac: Annotated[Positive, Field(le=1)] = assumed(
        0.85,
        "Most of a pool's hours that jobs may fill.",
        reason="above it waiting times grow fast",
        source="assumption",
    )
    residual_life_months: Whole = assumed(
        60,
        "Life for the residual value; 0 for none.",
        reason="common depreciation of servers",
        source="assumption",
    )
    purchases: Literal["staged", "when_needed", "all_at_once"] = assumed(
        "staged",
        "When servers are bought: when it costs least, never ahead of need, or all at first.",
        reason="what is bought later is paid later",
    )
    unmeasured_gpus: Literal["low", "best", "refused"] = assumed(
        "low",
        "GPUs whose speed nobody has published: plan with the low or the best estimate, or none.",
        reason="what is not measured is planned with care",
    )
    makes_weighed: Literal["cheapest", "all"] = assumed(
        "cheapest",
        "Of parts that do the same job: weigh the cheapest make, or all.",
        reason="a search over every vendor takes several times as long and saves at most 0.5 % "
        "on the shipped briefs (benchmarks/makes.py)",
    )
    server_cooling_allowed: tuple[ServerCooling, ...] | None = absent(
        "Kinds of cooling that GPU servers may use; any that the site has without it."
    )
    mixed_racks_allowed: Flag = assumed(
        False,
        "May switches, storage and control servers stand in what server racks leave free?",
        reason="servers and networks are cabled and serviced apart",
    )
    rear_door_allowed: Flag = assumed(
        True, "May rear doors be bought?", reason="where the hall can take them"
    )
    mfu_reference_gpu_family: Name = assumed(
        "H100",
        "GPU family that a stated MFU refers to.",
        reason="most published figures are of it",
    )
