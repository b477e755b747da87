"""Compliance: each rule on the data, how the design keeps it, and what it removed and added."""

from __future__ import annotations

from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.problem import compliance as rules
from designlib.problem.context import Context

Row = dict[str, Any]

SEGMENTS: dict[str, tuple[str, ...]] = {
    "ingress": ("inference",),
    "inference": ("storage", "audit"),
    "storage": (),
    "management": ("ingress", "inference", "storage", "audit"),
    "audit": (),
}
"""Network segment -> segments to which it may open a connection; every other flow is closed.

The internet reaches the ingress only, and no segment opens a connection to the internet.
"""


def matrix(
    brief: Brief, catalog: Catalog, context: Context, software: list[str], bill: list[Row]
) -> list[Row]:
    """Return one row for each rule and network segment; none where the brief states no rules."""
    asked = rules.rules(brief)
    if not asked:
        return []
    kept = _kept(brief, catalog, bill)
    rows = [
        {
            "rule": rule,
            "asked_by": words,
            "kept_by": kept[rule],
            "parts_removed": ", ".join(sorted(context.removed.get(rule, ()))) or "none",
            "items_added": ", ".join(_added(rule, catalog, software, bill)) or "none",
        }
        for rule, words in asked.items()
    ]
    return rows + (_segments() if rules.SEGMENTS in asked else [])


def _kept(brief: Brief, catalog: Catalog, bill: list[Row]) -> dict[str, str]:
    """Return how a design keeps each rule."""
    block = brief.compliance
    assert block is not None
    storage = ", ".join(sorted({b["name"] for b in bill if b["part_id"] in catalog.storage}))
    zones = ", ".join(z for z in rules.zones(brief) if z) or "one class of data only"
    regions = ", ".join(f"{s.id}: {s.region or 'region not stated'}" for s in brief.sites)
    audit = block.audit
    years = f"{audit.retention_years:g} years of records" if audit else "a log of who did what"
    return {
        rules.IN_USE: f"{', '.join(rules.encrypted_in_use(brief))} only on GPUs with a TEE, "
        "attested before data arrives",
        rules.AT_REST: f"encrypting storage ({storage or 'none bought'}), keys of its own",
        rules.IN_TRANSIT: "every connection between servers and to storage is encrypted",
        rules.AUDIT: f"{years} on object storage"
        + (" that nobody can change or delete" if audit and audit.immutable else ""),
        rules.RESIDENCY: f"sites ({regions}); rented capacity of {block.residency} only",
        rules.TENANCY: f"servers of the customer alone, pools by class of data: {zones}",
        rules.ACCESS: "one identity for people and services, access as granted",
        rules.SEGMENTS: f"{', '.join(SEGMENTS)}; no connection from any of them to the internet",
    }


def _added(rule: str, catalog: Catalog, software: list[str], bill: list[Row]) -> list[str]:
    """Return the software that a rule brought, and the storage that its records need."""
    wanted = rules.CAPABILITIES.get(rule)
    found = [i for i in software if wanted in catalog.software[i].provides]
    if rule == rules.AUDIT:
        object_ids = {i for i, part in catalog.storage.items() if part.tier == "object"}
        found += sorted({b["part_id"] for b in bill if b["part_id"] in object_ids})
    return found


def _segments() -> list[Row]:
    return [
        {
            "rule": f"segment {name}",
            "asked_by": rules.SEGMENTS,
            "kept_by": f"may open connections to: {', '.join(reach) or 'none'}",
            "parts_removed": "none",
            "items_added": "none",
        }
        for name, reach in SEGMENTS.items()
    ]
