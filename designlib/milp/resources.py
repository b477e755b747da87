"""Resources: what one layer supplies and others draw, as the ledger balances it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Resource:
    """A physical quantity at a boundary between layers."""

    unit: str
    shortage: str
    """What the architect runs out of, in words."""
    layer: str
    """The layer that supplies it."""
    exact: bool = False
    """Whether no more is supplied than drawn: what stands in a rack is what was bought."""


RESOURCES: dict[str, Resource] = {
    "servers": Resource("servers", "GPU servers of a pool", "compute"),
    "server_hours": Resource("h/month", "server-hours of a pool", "compute"),
    "apart_servers": Resource("servers", "servers that keep replicas apart", "compute"),
    "spare_cover": Resource("servers", "servers that the spares cover", "spares"),
    "compute_ports": Resource("ports", "compute fabric ports", "network"),
    "storage_ports": Resource("ports", "storage network ports", "network"),
    "in_band_ports": Resource("ports", "in-band management ports", "network"),
    "oob_ports": Resource("ports", "out-of-band management ports", "network"),
    "read_gb_s": Resource("GB/s", "shared read throughput", "storage"),
    "write_gb_s": Resource("GB/s", "shared write throughput", "storage"),
    "hot_tb": Resource("TB", "usable fast storage", "storage"),
    "object_tb": Resource("TB", "usable object storage", "storage"),
    "control_servers": Resource("servers", "control-plane servers", "orchestration"),
    "capability": Resource("providers", "a capability of the orchestration", "orchestration"),
    "rack_slots": Resource("servers", "room for GPU servers in racks", "racks", exact=True),
    "service_racks": Resource(
        "racks", "rack space for switches, storage and control servers", "racks"
    ),
    "positions": Resource("racks", "rack positions", "site"),
    "it_kw": Resource("kW", "IT power", "site"),
    "facility_kw": Resource("kW", "facility power", "site"),
    "air_kw": Resource("kW", "room air cooling", "cooling"),
    "liquid_kw": Resource("kW", "direct-to-chip cooling", "cooling"),
    "chilled_kw": Resource("kW", "chilled water", "cooling"),
    "rejection_kw": Resource("kW", "heat rejection of the liquid loop", "cooling"),
    "loop_kw": Resource("kW", "heat that the liquid loop takes away", "site"),
    "transformer_kw": Resource("kW", "transformer capacity", "power"),
    "switchgear_kw": Resource("kW", "switchgear capacity", "power"),
    "generator_kw": Resource("kW", "generator capacity", "power"),
    "ups_kw": Resource("kW", "UPS capacity", "power"),
    "busway_kw": Resource("kW", "busway capacity", "power"),
    "carbon_t_per_year": Resource("t/yr", "carbon that may be emitted", "site"),
    "water_m3_per_year": Resource("m3/yr", "water that may be used", "site"),
    "rented_requests": Resource("requests/s", "rented share of the peak", "rented"),
    "capex": Resource("currency", "capital budget", "site"),
}
