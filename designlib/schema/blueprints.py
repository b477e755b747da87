"""Blueprints: a published reference architecture as data, with the counts that it prints."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from designlib.schema.base import NOT_EMPTY, Amount, Closed, PartId, Some, Text, Whole, absent
from designlib.schema.parts import Part, Technology
from designlib.schema.quantity import CountQuantity, PositiveQuantity, Specs

FabricRole = Literal["compute", "storage", "in-band", "out-of-band"]


class FabricSize(Closed):
    """One printed size of a fabric; counts are totals over its planes, links are single links."""

    units_count: Some | None = absent("Scalable units; absent where the document counts servers.")
    servers_count: Some
    leaves: Whole
    spines: Whole
    cores: Whole = Field(default=0, description="Switches of a third tier; two tiers have none.")
    links_server_leaf_count: Whole | None = absent("Links from servers to leaves, where printed.")
    links_leaf_spine_count: Whole | None = absent("Links from leaves to spines, where printed.")
    links_spine_core_count: Whole | None = absent("Links from spines to cores, where printed.")
    management_links_count: Whole = Field(
        default=0, description="Links to fabric managers among those to the leaves."
    )
    source: Text = Field(description="Key of the blueprint's sources.")
    page: Text | None = absent("Table, figure or section of the source.")
    note: Text | None = absent("What a reader must know about the row.")


class BlueprintFabric(Closed):
    """A fabric of a reference architecture and the sizes that it is printed in."""

    role: FabricRole
    technology: Technology
    switch: PartId
    radix_ports: Some = Field(description="Ports of a switch as the counts use it.")
    planes_count: Some
    rails_count: Some | None = absent("Rails; absent where servers are not wired by rail.")
    ports_per_server_count: Some = Field(description="Links of one server, over all planes.")
    sizes: tuple[FabricSize, ...] = ()


class StorageGuide(Closed):
    """What the document asks of storage at one size and level of demand."""

    units_count: Some | None = absent("Scalable units; absent for one server.")
    level: Literal["good", "better", "best", "minimum"]
    read_gb_s: Amount
    write_gb_s: Amount | None = absent("Write speed, where printed.")
    source: Text = Field(description="Key of the blueprint's sources.")
    page: Text | None = absent("Table, figure or section of the source.")


class BlueprintSpecs(Specs):
    """Numbers of a reference architecture."""

    servers_per_unit_count: CountQuantity | None = None
    units_max_count: CountQuantity | None = None
    servers_per_rack_count: CountQuantity | None = None
    rack_kw: PositiveQuantity | None = None
    management_servers_count: CountQuantity | None = None
    fabric_managers_count: CountQuantity | None = None
    unit_power_kw: PositiveQuantity | None = None


class Blueprint(Part):
    """A reference architecture: its server, scalable unit, fabrics, storage and racks."""

    folder: ClassVar[str] = "blueprints"

    server: PartId | None = absent("Server; absent where any server of the GPU will do.")
    gpu: PartId | None = absent("GPU, where the document names no server.")
    fabrics: Annotated[tuple[BlueprintFabric, ...], NOT_EMPTY]
    storage_guides: tuple[StorageGuide, ...] = ()
    specs: BlueprintSpecs
