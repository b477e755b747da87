"""Brief checks: the fields of a brief agree with each other and with the catalog."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from designlib.faults import nearest, quoted
from designlib.schema.base import Found
from designlib.schema.sense_checks import sense_faults
from designlib.schema.words import Known, no_such_hardware, servers_named

if TYPE_CHECKING:
    from designlib.schema.brief import BriefFields


def brief_faults(brief: BriefFields) -> list[Found]:
    """Return what does not agree inside a brief."""
    checks = (_ids, _months, _money, _references, _sites, sense_faults)
    return [found for check in checks for found in check(brief)]


def _ids(brief: BriefFields) -> Iterator[Found]:
    yield from _repeated(("sites",), [site.id for site in brief.sites])
    yield from _repeated(("phases",), [phase.id for phase in brief.phases])
    seen: set[str] = set()
    for index, workload in enumerate(brief.workloads):
        tiers = [tier.id for tier in workload.tiers] if workload.kind == "tiered-inference" else []
        for name, path in [
            (workload.id, ("workloads", index, "id")),
            *((tier, ("workloads", index, "tiers", n, "id")) for n, tier in enumerate(tiers)),
        ]:
            if name in seen:
                yield path, f"id '{name}' is used twice; an id names one workload or tier"
            seen.add(name)


def _repeated(path: tuple[str | int, ...], ids: Sequence[str]) -> Iterator[Found]:
    for index, name in enumerate(ids):
        if name in ids[:index]:
            yield (*path, index, "id"), f"id '{name}' is used twice"


def _months(brief: BriefFields) -> Iterator[Found]:
    end = brief.horizon_months
    if brief.tco_months < end:
        yield ("tco_months",), f"expected at least horizon_months = {end}, found {brief.tco_months}"
    start = brief.service_start_month
    if start is not None and start >= end:
        yield ("service_start_month",), f"expected before horizon_months = {end}, found {start}"
    for index, site in enumerate(brief.sites):
        for field in ("it_power_kw", "utility_mw"):
            yield from _ordered(("sites", index, field), getattr(site, field) or (), end)
    for field in ("max_gpus", "servers_in_fabric"):
        yield from _ordered(("fleet", field), getattr(brief.fleet, field) or (), end)
    yield from _ordered(("budget", "expansions"), brief.budget.expansions, end)
    for index, phase in enumerate(brief.phases):
        if phase.need_month > end:
            message = f"month {phase.need_month} is past horizon_months = {end}"
            yield ("phases", index, "need_month"), message


def _ordered(path: tuple[str | int, ...], steps: Sequence[Any], end: int) -> Iterator[Found]:
    for index, step in enumerate(steps):
        if index and step.month <= steps[index - 1].month:
            message = f"months must rise, found {step.month} after {steps[index - 1].month}"
            yield (*path, index, "month"), message
        if step.month > end:
            yield (*path, index, "month"), f"month {step.month} is past horizon_months = {end}"


def _money(brief: BriefFields) -> Iterator[Found]:
    if brief.currency != "USD" and brief.fx is None:
        message = f"required field is missing; {brief.currency} needs {{usd_per_unit, date}}"
        yield ("fx",), message
    if brief.currency == "USD" and brief.fx is not None and brief.fx.usd_per_unit != 1:
        yield ("fx", "usd_per_unit"), "expected 1 or no fx at all: the currency is USD"


def _references(brief: BriefFields) -> Iterator[Found]:
    work = [workload.id for workload in brief.workloads]
    for service in brief.workloads:
        work += [tier.id for tier in service.tiers] if service.kind == "tiered-inference" else []
    phases = [phase.id for phase in brief.phases]
    for index, workload in enumerate(brief.workloads):
        if workload.phase is not None and workload.phase not in phases:
            yield ("workloads", index, "phase"), _unknown("phase", workload.phase, phases)
    named = {workload.team for workload in brief.workloads if workload.team}
    if brief.teams is not None:
        most = max(brief.teams.now_count, brief.teams.month_24_count or 0)
        if len(named) > most:
            message = f"expected at least the {len(named)} teams that workloads name, found {most}"
            yield ("teams", "now_count"), message
    if brief.compliance is not None:
        for name in brief.compliance.encrypt.in_use:
            if name not in work:
                path = ("compliance", "encrypt", "in_use", name)
                yield path, _unknown("workload", name, work)
        audit = brief.compliance.audit
        for index, name in enumerate(audit.workloads if audit else ()):
            if name not in work:
                yield ("compliance", "audit", "workloads", index), _unknown("workload", name, work)


def _sites(brief: BriefFields) -> Iterator[Found]:
    ids = [site.id for site in brief.sites]
    for index, lot in enumerate(brief.existing):
        if lot.site not in ids:
            yield ("existing", index, "site"), _unknown("site", lot.site, ids)
    policy = brief.site_policy
    if policy is None:
        return
    if policy.survive_loss_of_count >= len(ids):
        message = f"expected fewer than the {len(ids)} sites, found {policy.survive_loss_of_count}"
        yield ("site_policy", "survive_loss_of_count"), message
    if policy.split is not None:
        for name in policy.split:
            if name not in ids:
                yield ("site_policy", "split", name), _unknown("site", name, ids)
        total = sum(policy.split.values())
        if abs(total - 1) > 1e-6:
            yield ("site_policy", "split"), f"shares must sum to 1, they sum to {total:g}"


def _unknown(what: str, name: str, known: Sequence[str]) -> str:
    listed = ", ".join(known) or "none"
    return f"unknown {what} '{name}'{nearest(name, known) or f'; this brief has {listed}'}"


def catalog_faults(brief: BriefFields, catalog: Known) -> list[Found]:
    """Return what a brief names that the catalog does not have."""
    found: list[Found] = []
    for path, workload in brief.shaped_workloads():
        if workload.llm is not None and workload.llm not in catalog.llms:
            message = (
                f"unknown language model '{workload.llm}'{nearest(workload.llm, catalog.llms)}"
            )
            found.append(((*path, "llm"), message))
    words: list[Found] = [
        (("fleet", "server_kinds_allowed", index), word)
        for index, word in enumerate(brief.fleet.server_kinds_allowed or ())
    ]
    words += [(("existing", index, "gpu"), lot.gpu) for index, lot in enumerate(brief.existing)]
    if brief.cloud_burst is not None:
        words.append((("cloud_burst", "gpu"), brief.cloud_burst.gpu))
    for path, word in words:
        if not servers_named(word, catalog):
            found.append((path, no_such_hardware(word, catalog)))
    for index, lot in enumerate(brief.existing):
        of = {
            int(catalog.servers[name].specs.gpus_count.value)
            for name in servers_named(lot.gpu, catalog)
        }
        if of and lot.gpus_per_server_count not in of:
            listed = " or ".join(str(n) for n in sorted(of))
            message = f"no server of {lot.gpu} has {lot.gpus_per_server_count} GPUs"
            found.append(
                (("existing", index, "gpus_per_server_count"), f"{message}; expected {listed}")
            )
    families = sorted({gpu.family for gpu in catalog.gpus.values()})
    family = brief.policies.mfu_reference_gpu_family
    stated = "mfu_reference_gpu_family" in brief.policies.model_fields_set
    if stated and family not in families:
        message = f"unknown GPU family {quoted(family)}{nearest(family, families)}"
        found.append((("policies", "mfu_reference_gpu_family"), message))
    items = {item for item, _ in catalog.prices}
    for index, price in enumerate(brief.prices):
        if price.item not in items:
            message = f"unknown part id '{price.item}'{nearest(price.item, items)}"
            found.append((("prices", index, "item"), message))
    return found
