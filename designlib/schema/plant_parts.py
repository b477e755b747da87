"""Plant and service parts: what is not computing itself; the table of families."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from designlib.schema.base import Closed, Flag, PartId, Text
from designlib.schema.blueprints import Blueprint
from designlib.schema.parts import Gpu, Optic, Part, Server, Storage, Switch, Technology
from designlib.schema.quantity import (
    CountQuantity,
    FracQuantity,
    PositiveQuantity,
    Quantity,
    Specs,
)


class CoolingSpecs(Specs):
    """Numbers of a cooling unit."""

    unit_kw: PositiveQuantity
    rack_limit_kw: PositiveQuantity | None = None
    captured_frac: FracQuantity | None = None
    parasitic_kw: Quantity
    approach_kelvin: PositiveQuantity | None = None
    height_u: Quantity | None = None
    lead_weeks: Quantity
    install_weeks: Quantity


class Cooling(Part):
    """A cooling unit; a rear door serves one rack, heat rejection stands outside of the hall.

    Heat rejection with an ``approach_kelvin`` has no compressor: the water that it gives is so much
    warmer than the outside air.
    """

    folder: ClassVar[str] = "cooling"

    kind: Literal[
        "perimeter-air",
        "contained-air",
        "rear-door",
        "direct-to-chip",
        "liquid-to-air",
        "immersion",
        "heat-rejection",
    ]
    specs: CoolingSpecs


CHAIN_KINDS = ("transformer", "switchgear", "generator", "ups", "busway")
"""Kinds of power part that carry the load of a site; the others serve a rack or stand beside."""


class PowerSpecs(Specs):
    """Numbers of a part of the power chain or of a rack cabinet."""

    unit_kw: PositiveQuantity | None = None
    rating_kva: PositiveQuantity | None = None
    voltage_volts: PositiveQuantity | None = None
    current_amperes: PositiveQuantity | None = None
    efficiency_frac: FracQuantity | None = None
    height_u: PositiveQuantity | None = None
    height_usable_u: PositiveQuantity | None = None
    weight_limit_kg: PositiveQuantity | None = None
    lead_weeks: Quantity
    install_weeks: Quantity


class Power(Part):
    """A part of the power chain, equipment beside it, or the cabinet that the servers stand in."""

    folder: ClassVar[str] = "power"

    kind: Literal[
        "transformer",
        "switchgear",
        "generator",
        "ups",
        "busway",
        "rack-pdu",
        "rack-cabinet",
        "static-switch",
        "tap-off",
        "power-shelf",
        "dc-busbar",
        "battery-storage",
    ]
    specs: PowerSpecs


class SoftwareSpecs(Specs):
    """Numbers of a software part."""

    control_servers_count: CountQuantity | None = None
    appliances_count: CountQuantity | None = None


class AppliesTo(Closed):
    """To what a licence or a contract applies; an empty one applies to everything."""

    vendors: tuple[Text, ...] | None = None
    technologies: tuple[Technology, ...] | None = None


class Software(Part):
    """Software, a licence, a support contract, or the staff that runs the cluster.

    Orchestrators and components are chosen by the optimizer; a platform, runtime or operator runs
    on top of them.
    """

    folder: ClassVar[str] = "software"

    kind: Literal[
        "orchestrator",
        "component",
        "platform",
        "runtime",
        "operator",
        "cluster-manager",
        "fabric-manager",
        "network-os",
        "storage-software",
        "licence",
        "staff",
        "support",
    ]
    provides: tuple[PartId, ...] = ()
    requires: tuple[PartId, ...] = ()
    applies_to: AppliesTo = Field(default_factory=AppliesTo)
    metric: Literal[
        "free",
        "per-gpu",
        "per-gpu-year",
        "per-gpu-hour",
        "per-server-year",
        "per-system-year",
        "per-switch-year",
        "per-tb-year",
        "per-fte-year",
    ]
    specs: SoftwareSpecs


class CloudSpecs(Specs):
    """Numbers of a rented server."""

    gpus_count: CountQuantity


class Cloud(Part):
    """Rented capacity; ``residency`` names where the provider keeps the data, as ``EU`` or ``FR``.

    ``tee`` says whether the offer runs in a confidential-computing mode, not whether it could.
    """

    folder: ClassVar[str] = "cloud"

    gpu: PartId
    region: Text
    commitment: Literal["on-demand", "reserved", "spot"] = "on-demand"
    residency: tuple[Text, ...] = ()
    tee: Flag = False
    specs: CloudSpecs


class LlmSpecs(Specs):
    """Shape of a language model.

    Where layers differ: ``attention_layers_count`` keep a cache that grows with the context (else
    all do), ``window_layers_count`` of them for the last ``window_tokens`` only, and
    ``moe_layers_count`` hold experts (else all do), the others a feed-forward of
    ``dense_ffn_count``. Every token visits the ``shared_experts_count`` beside its routed ones.
    ``cache_bits`` is the width of the cache where nobody says otherwise.
    """

    params_count: CountQuantity
    active_params_count: CountQuantity | None = None
    layers_count: CountQuantity
    hidden_count: CountQuantity
    heads_count: CountQuantity
    kv_heads_count: CountQuantity
    head_dim: CountQuantity
    ffn_count: CountQuantity
    vocab_count: CountQuantity
    experts_count: CountQuantity | None = None
    top_k_count: CountQuantity | None = None
    kv_latent: CountQuantity | None = None
    kv_rope: CountQuantity | None = None
    moe_layers_count: CountQuantity | None = None
    shared_experts_count: CountQuantity | None = None
    dense_ffn_count: CountQuantity | None = None
    attention_layers_count: CountQuantity | None = None
    window_layers_count: CountQuantity | None = None
    window_tokens: CountQuantity | None = None
    cache_bits: CountQuantity | None = None


class Llm(Part):
    """A language model, by its published shape; a hybrid mixes attention with linear layers."""

    folder: ClassVar[str] = "llms"

    kind: Literal["dense", "moe", "mla-moe", "hybrid", "hybrid-moe"]
    specs: LlmSpecs


FAMILIES: dict[str, type[Part]] = {
    model.folder: model
    for model in (
        Gpu,
        Server,
        Switch,
        Optic,
        Storage,
        Cooling,
        Power,
        Software,
        Cloud,
        Llm,
        Blueprint,
    )
}
"""Folder of the catalog -> model of its parts."""
