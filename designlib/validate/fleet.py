"""Fleet: only servers that the brief allows are bought, no more kinds and GPUs than it allows."""

from __future__ import annotations

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.schema.words import servers_named
from designlib.validate._evidence import (
    bill,
    brief_of,
    exceeds,
    gpu_servers,
    granted,
    spec,
    standing,
)


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each kind that is not allowed, and each date with too many GPUs."""
    fleet = brief_of(design).fleet
    lines = gpu_servers(bill(design, cold=True), catalog)
    kinds = sorted({line["part_id"] for line in lines})
    found = []
    words = fleet.server_kinds_allowed or ()
    named = {server for word in words for server in servers_named(word, catalog)}
    for kind in kinds:
        if words and kind not in named:
            found.append(
                f"{kind} is bought, the brief allows only"
                f" {', '.join(fleet.server_kinds_allowed or ())}"
            )
    if len(kinds) > fleet.server_kinds_max_count:
        found.append(
            f"{len(kinds)} kinds of server are bought, {fleet.server_kinds_max_count} are allowed"
        )
    for month in design.dates:
        most = granted(fleet.max_gpus, month, "count")
        running = gpu_servers(standing(design, month), catalog)
        gpus = sum(x["count"] * spec(catalog.servers[x["part_id"]], "gpus_count") for x in running)
        if most is not None and exceeds(gpus, most):
            found.append(f"month {month}: {gpus:,.0f} GPUs are in service, {most:,.0f} are allowed")
    return found
