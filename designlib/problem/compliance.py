"""Compliance: rules on data as constraints, which parts they remove and which items they add.

Data of different classes never shares a server: each class has pools of its own. What a rule asks
of the software is a capability that some component must provide.
"""

from __future__ import annotations

from typing import Any

from designlib.brief import Brief
from designlib.problem.context import Context
from designlib.problem.machines import Option

PUBLIC = "none"
EVERY_REGION = "any"
IN_USE, AT_REST, IN_TRANSIT = "encryption in use", "encryption at rest", "encryption in transit"
AUDIT, RESIDENCY, TENANCY = "audit trail", "residency", "separate servers"
ACCESS, SEGMENTS = "access control", "network segments"

FEATURES = {AT_REST: "encrypt-at-rest", IN_TRANSIT: "encrypt-in-transit", AUDIT: "immutable"}
"""Rule -> what a storage product must be able to do."""

CAPABILITIES = {
    AT_REST: "key-management",
    IN_TRANSIT: "transit-encryption",
    IN_USE: "attestation",
    AUDIT: "audit-log",
    ACCESS: "access-control",
    SEGMENTS: "segmentation",
}
"""Rule -> the capability that it asks of the software."""

PROFILES = {
    "HIPAA": {
        ACCESS: "45 CFR 164.312(a): unique users, access only as granted",
        AUDIT: "45 CFR 164.312(b): record who used the data",
        AT_REST: "45 CFR 164.312(a)(2)(iv): encryption, addressable",
        IN_TRANSIT: "45 CFR 164.312(e): transmission security",
        SEGMENTS: "45 CFR 164.312(a): no way to the data but the granted one",
    },
    "SOC2": {
        ACCESS: "trust services criteria CC6.1: logical access",
        AUDIT: "trust services criteria CC7.2: monitoring of what happens",
        IN_TRANSIT: "trust services criteria CC6.7: data in transmission",
        SEGMENTS: "trust services criteria CC6.6: boundaries of the system",
    },
    "FINANCE": {
        ACCESS: "model-risk and outsourcing rules: access as granted",
        AUDIT: "books and records: who ran which model on which data",
        SEGMENTS: "separation of environments",
    },
}
"""Profile -> rule -> where it comes from."""


def zones(brief: Brief) -> tuple[str, ...]:
    """Return the classes of data that may not share a server; one empty name where all may."""
    if brief.compliance is None:
        return ("",)
    found = {w.data_class or PUBLIC for w in brief.work() if w.kind != "fleet-share"}
    return tuple(sorted(found)) if len(found) > 1 else ("",)


def zone_of(brief: Brief, workload: Any) -> str:
    """Return the zone that a workload must stay in."""
    return "" if zones(brief) == ("",) else workload.data_class or PUBLIC


def encrypted_in_use(brief: Brief) -> tuple[str, ...]:
    """Return the workloads whose data must be encrypted in GPU memory too.

    A tiered service stands for its tiers.
    """
    if brief.compliance is None:
        return ()
    named = {name for name, yes in brief.compliance.encrypt.in_use.items() if yes}
    inside = {
        tier.id
        for w in brief.workloads
        if w.kind == "tiered-inference" and w.id in named
        for tier in w.tiers
    }
    return tuple(w.id for w in brief.work() if w.id in named | inside)


def allowed(ctx: Context, workload: Any, options: list[Option]) -> list[Option]:
    """Return the pools that may run a workload; the others are dropped with the rule as reason."""
    sealed = encrypted_in_use(ctx.brief)
    # A share of the fleet runs on every pool, whoever else does.
    everywhere = [w.id for w in ctx.brief.work() if w.kind == "fleet-share" and w.id in sealed]
    if workload.id not in sealed and not everywhere:
        return options
    found = []
    for option in options:
        gpu = ctx.catalog.gpus[option.server.gpu]
        if gpu.tee:
            found.append(option)
            continue
        whose = "data" if workload.id in sealed else f"the data of {everywhere[0]}, a share of it,"
        reason = f"no GPU TEE: {gpu.name} cannot keep {whose} encrypted in use"
        key = f"{workload.id}-{option.pool}"
        ctx.drop(workload.id, key, option.pool, option.server.id, reason)
        _remove(ctx, IN_USE, option.server.id)
    return found


def rules(brief: Brief) -> dict[str, str]:
    """Return the rules that hold for a brief, each with what asks for it."""
    block = brief.compliance
    if block is None:
        return {}
    found: dict[str, list[str]] = {}
    for profile in block.profiles:
        for rule, words in PROFILES[profile].items():
            found.setdefault(rule, []).append(f"{profile} ({words})")
    stated = {
        AT_REST: block.encrypt.at_rest,
        IN_TRANSIT: block.encrypt.in_transit,
        IN_USE: bool(encrypted_in_use(brief)),
        AUDIT: block.audit is not None,
        RESIDENCY: block.residency is not None,
        TENANCY: block.single_tenant or len(zones(brief)) > 1,
    }
    for rule, yes in stated.items():
        if yes:
            found.setdefault(rule, []).append("the brief")
    return {rule: "; ".join(words) for rule, words in found.items()}


def capabilities(brief: Brief) -> dict[str, str]:
    """Return the capabilities that the rules ask of the software, each with its reason."""
    return {
        CAPABILITIES[rule]: f"{rule}: {asked}"
        for rule, asked in rules(brief).items()
        if rule in CAPABILITIES
    }


def lacks(ctx: Context, part: Any) -> str:
    """Return what a storage product lacks of what the rules ask of its tier, or an empty text."""
    block = ctx.brief.compliance
    if block is None:
        return ""
    wanted = [rule for rule in (AT_REST, IN_TRANSIT) if rule in rules(ctx.brief)]
    if part.tier == "object" and block.audit is not None and block.audit.immutable:
        wanted.append(AUDIT)
    missing = [rule for rule in wanted if FEATURES[rule] not in part.features]
    for rule in missing:
        _remove(ctx, rule, part.id)
    return f"does not state {', '.join(FEATURES[r] for r in missing)}" if missing else ""


def outside(ctx: Context, part: Any) -> bool:
    """Return whether rented capacity lies outside the region that the data may not leave."""
    block = ctx.brief.compliance
    if (
        block is None
        or block.residency is None
        or part.region
        in (
            EVERY_REGION,
            block.residency,
        )
    ):
        return False
    reason = f"lies in {part.region}, the data may not leave {block.residency}"
    ctx.drop("*", part.id, "", part.id, reason)
    _remove(ctx, RESIDENCY, part.id)
    return True


def _remove(ctx: Context, rule: str, part: str) -> None:
    ctx.removed.setdefault(rule, set()).add(part)
