"""Phases: no more GPUs are in service than the phase of a date allows."""

from __future__ import annotations

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import brief_of, exceeds, gpu_servers, spec, standing
from designlib.validate._phases import gpus_in_service_max


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each date whose phase allows fewer GPUs than are in service."""
    brief = brief_of(design)
    found = []
    for month in design.dates:
        servers = gpu_servers(standing(design, month), catalog)
        gpus = sum(
            line["count"] * spec(catalog.servers[line["part_id"]], "gpus_count") for line in servers
        )
        most = gpus_in_service_max(brief, month)
        if exceeds(gpus, most):
            found.append(f"month {month}: {gpus:,.0f} GPUs in service, the phase allows {most:,}")
    return found
