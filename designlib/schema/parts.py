"""Parts: what a catalog entry of each family may and must say."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from designlib.schema.base import NOT_EMPTY, Closed, Flag, Name, PartId, Text, absent, refuse
from designlib.schema.part_prices import PartPrice, price_faults
from designlib.schema.quantity import (
    CountQuantity,
    FracQuantity,
    PositiveQuantity,
    Quantity,
    Source,
    Specs,
    fill_confidence,
)

Technology = Literal["infiniband", "ethernet"]
Cage = Literal["osfp", "osfp-flat", "qsfp-dd", "qsfp112", "qsfp56", "qsfp28", "sfp28", "rj45"]
"""Sockets of switches and devices: a module with fins does not fit a flat-top OSFP cage."""
Connector = Literal[
    "fixed",
    "rj45",
    "mpo12-apc",
    "2xmpo12-apc",
    "mpo12-upc",
    "mpo16-apc",
    "duplex-lc",
    "2xduplex-lc",
]
"""What a fibre is plugged with; ``fixed`` where the ends belong to the cable."""
FibreType = Literal["om3", "om4", "os2"]


class Part(Closed):
    """What every part says: its name, its vendor, whether it can be bought, and its sources.

    ``folder`` is the family: the folder of the catalog that holds it.
    """

    folder: ClassVar[str]

    id: PartId = Field(description="Name of the file; not written in it.")
    name: Name
    vendor: Name
    status: Literal["announced", "shipping", "end-of-sale"]
    sources: dict[Text, Source] = Field(default_factory=dict)
    prices: tuple[PartPrice, ...] = Field(
        default=(), description="Its own prices; a row of prices.csv does the same."
    )
    specs: Specs

    @model_validator(mode="before")
    @classmethod
    def _confidence(cls, data: object) -> object:
        return fill_confidence(data)

    @model_validator(mode="after")
    def _prices(self) -> Self:
        refuse(price_faults(self.prices, self.sources))
        return self

    def source_of(self, spec: str) -> Source:
        """Return the source of one quantity of ``specs``."""
        quantity: Quantity = getattr(self.specs, spec)
        return self.sources[quantity.source]

    def quantities(self) -> dict[str, Quantity]:
        """Return the quantities that the part states, by field name."""
        stated = {name: getattr(self.specs, name) for name in type(self.specs).model_fields}
        return {name: value for name, value in stated.items() if value is not None}


class GpuSpecs(Specs):
    """Numbers of a GPU; peaks are dense."""

    bf16_dense_tflops: PositiveQuantity
    fp8_dense_tflops: PositiveQuantity | None = None
    fp4_dense_tflops: PositiveQuantity | None = None
    int8_dense_tops: PositiveQuantity | None = None
    hbm_gb: PositiveQuantity
    hbm_bandwidth_gb_s: PositiveQuantity
    scale_up_gb_s: Quantity
    tdp_w: PositiveQuantity


class Gpu(Part):
    """A GPU; ``family`` is the word of briefs, ``scale_up_gb_s`` the sum of both directions.

    ``tee`` says whether the vendor documents a confidential-computing mode, ``tee_source`` where;
    ``calibrated_as`` is the GPU whose fitted efficiencies hold for this one until it has its own.
    """

    folder: ClassVar[str] = "gpus"

    family: Name
    tee: Flag
    tee_source: Text | None = absent("Key of the source that says so.")
    tee_note: Text | None = absent("What a reader must know about it.")
    calibrated_as: PartId | None = absent("GPU whose calibration holds where this one has none.")
    scale_up: Literal["switched", "mesh", "pcie"]
    specs: GpuSpecs

    @model_validator(mode="after")
    def _tee_source_is_known(self) -> Self:
        if self.tee_source is not None and self.tee_source not in self.sources:
            known = ", ".join(self.sources) or "none"
            message = f"unknown source '{self.tee_source}'; this part has {known}"
            refuse([(("tee_source",), message)])
        return self


class ServerSpecs(Specs):
    """Numbers of a server or of a whole rack-scale system; ``trays_count`` its compute trays."""

    gpus_count: CountQuantity
    scale_up_gpus_count: CountQuantity
    cores_count: CountQuantity | None = None
    ram_gb: PositiveQuantity
    local_nvme_tb: Quantity
    local_nvme_read_gb_s: Quantity | None = None
    compute_ports_count: CountQuantity
    compute_port_gbit_s: Quantity
    compute_cages_count: CountQuantity | None = None
    front_ports_count: CountQuantity
    front_port_gbit_s: Quantity
    trays_count: CountQuantity | None = None
    height_u: PositiveQuantity
    power_max_kw: PositiveQuantity
    power_typical_kw: PositiveQuantity
    weight_kg: PositiveQuantity
    liquid_frac: FracQuantity
    psus_count: CountQuantity | None = None
    psu_kw: PositiveQuantity | None = None
    oob_ports_count: CountQuantity
    lead_weeks: Quantity
    install_weeks: Quantity


class Server(Part):
    """A server; ``gpu`` is null without GPUs, ``rack_scale`` marks a system that is a rack.

    ``immersible`` says that its maker allows it in an immersion tank.

    Where ``compute_cages_count`` is stated, so many ``compute_cage`` sockets share the ports.
    """

    folder: ClassVar[str] = "servers"

    gpu: PartId | None
    cooling: Literal["air", "direct-to-chip", "hybrid"]
    rack_scale: Flag = False
    immersible: Flag = False
    compute_technologies: tuple[Technology, ...]
    compute_cage: Cage | None = absent("Socket of its compute ports.")
    specs: ServerSpecs


class SwitchSpecs(Specs):
    """Numbers of a switch; the radix counts ports at the stated speed, capacity one direction."""

    radix_ports: CountQuantity
    port_gbit_s: PositiveQuantity
    cages_count: CountQuantity
    height_u: PositiveQuantity
    power_max_kw: PositiveQuantity
    power_typical_kw: PositiveQuantity
    weight_kg: PositiveQuantity
    latency_ns: Quantity | None = None
    capacity_tbit_s: PositiveQuantity | None = None
    psus_count: CountQuantity | None = None
    psu_kw: PositiveQuantity | None = None
    lead_weeks: Quantity
    install_weeks: Quantity


class Switch(Part):
    """A switch and the fabrics that it can carry."""

    folder: ClassVar[str] = "switches"

    technology: Technology
    roles: Annotated[tuple[Literal["compute", "storage", "in-band", "out-of-band"], ...], NOT_EMPTY]
    rdma: Flag
    cage: Cage
    specs: SwitchSpecs


class OpticSpecs(Specs):
    """Numbers of a cable or transceiver; a twin-port transceiver carries two links."""

    gbit_s: PositiveQuantity
    links_per_unit_count: CountQuantity
    reach_max_m: PositiveQuantity
    power_per_end_w: Quantity
    lead_weeks: Quantity


class Optic(Part):
    """A cable, a transceiver or a fibre; ``cages`` are the sockets that its ends fit in."""

    folder: ClassVar[str] = "optics"

    kind: Literal["dac", "aec", "aoc", "transceiver", "fibre", "copper"]
    technologies: Annotated[tuple[Technology, ...], NOT_EMPTY]
    medium: Literal["copper", "multimode", "singlemode"]
    fibre_types: tuple[FibreType, ...]
    cages: tuple[Cage, ...]
    connector: Connector
    specs: OpticSpecs


class StorageSpecs(Specs):
    """Numbers of one storage building block."""

    usable_tb: PositiveQuantity
    read_gb_s: PositiveQuantity
    write_gb_s: PositiveQuantity
    read_iops: Quantity | None = None
    latency_us: Quantity | None = None
    height_u: Quantity
    power_max_kw: Quantity
    power_typical_kw: Quantity
    weight_kg: Quantity
    network_ports_count: CountQuantity
    network_port_gbit_s: Quantity
    units_min_count: CountQuantity
    redundant_units_count: CountQuantity
    lead_weeks: Quantity
    install_weeks: Quantity


StorageFeature = Literal["encrypt-at-rest", "encrypt-in-transit", "immutable"]


class Storage(Part):
    """A storage building block; ``redundant_units_count`` is what N+1 adds."""

    folder: ClassVar[str] = "storage"

    tier: Literal["parallel", "object", "local"]
    software: Text
    technologies: tuple[Technology, ...]
    features: tuple[StorageFeature, ...] = ()
    specs: StorageSpecs
