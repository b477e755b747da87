"""Contexts: one for each site of a brief, all over the same dates and day slices.

A service may run at several sites; each site then sees the brief with the share of the traffic that
it must be able to carry, so that everything else is sized site by site.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.physics.surviving import carried_fracs
from designlib.problem import facility
from designlib.problem.context import Context, decision_dates
from designlib.problem.lead_times import late_parts
from designlib.problem.phases import phase_notes
from designlib.problem.scope import check_scope, hints
from designlib.problem.timeline import day_slices
from designlib.schema.other_workloads import TieredInference

TRAFFIC = {
    "inference": "peak_requests_s",
    "tiered-inference": "peak_requests_s",
    "cpu-inference": "peak_requests_s",
    "image-inference": "studies_per_day",
}
"""Kind of workload that several sites can share -> its field that the sites divide."""


def make_contexts(brief: Brief, catalog: Catalog) -> list[Context]:
    """Return the context of each site; dropped options, notes and constants go to one list."""
    check_scope(brief)
    start = _start(brief, catalog)
    named = [m for site in brief.sites for m in facility.named_months(site)]
    named += [int(step.month) for step in brief.fleet.max_gpus or ()]
    named += [int(step.month) for step in brief.budget.expansions]
    named += [int(step.month) for step in brief.fleet.servers_in_fabric or ()]
    named += [phase.need_month for phase in brief.phases]
    named += [lot.retire_by_month for lot in brief.existing if lot.retire_by_month is not None]
    dates = decision_dates(start, brief.horizon_months, named)
    slices = day_slices(_windows(brief))
    first: Context | None = None
    found = []
    for site in brief.sites:
        ctx = Context(
            site_brief(brief, site.id),
            catalog,
            site,
            dates,
            (*dates[1:], brief.horizon_months),
            slices,
        )
        first = first or ctx
        ctx.dropped, ctx.notes, ctx.asked = first.dropped, first.notes, first.asked
        ctx.removed = first.removed
        found.append(ctx)
    found[0].notes += [*hints(brief), *phase_notes(brief)]
    found[0].notes += [*_start_note(brief, start), *_share_notes(brief)]
    found[0].notes += [note for ctx in found for note in late_parts(ctx)]
    return found


def shared(brief: Brief) -> tuple[str, ...]:
    """Return the ids of the workloads that every site runs a share of; a tier is one of its own."""
    policy = brief.site_policy
    if len(brief.sites) == 1 or policy is None or policy.mode == "independent":
        return ()
    found: list[str] = []
    for w in brief.workloads:
        if w.kind in TRAFFIC:
            found += [s.id for s in w.services()] if isinstance(w, TieredInference) else [w.id]
    return tuple(found)


def carried(brief: Brief) -> dict[str, float]:
    """Return the share of the services' traffic that each site must be able to carry."""
    names = [site.id for site in brief.sites]
    policy = brief.site_policy
    if not shared(brief) or policy is None:
        return dict.fromkeys(names, 1.0)
    split = {s: 1.0 / len(names) for s in names}
    if policy.mode == "active_passive":
        split = {s: float(n == 0) for n, s in enumerate(names)}
    if policy.split:
        split = {s: policy.split.get(s, 0.0) for s in names}
    return carried_fracs(split, policy.survive_loss_of_count, policy.surviving_load_frac)


def site_brief(brief: Brief, site: str) -> Brief:
    """Return the brief as one site must carry it: shared services with its share of the traffic.

    A site with no share of the traffic does not run the shared services at all.
    """
    frac = carried(brief)[site]
    if frac == 1.0:
        return brief
    if frac == 0.0:
        others = tuple(w for w in brief.workloads if w.kind not in TRAFFIC)
        return brief.model_copy(update={"workloads": others})
    workloads = tuple(
        w.model_copy(update={TRAFFIC[w.kind]: frac * getattr(w, TRAFFIC[w.kind])})
        if w.kind in TRAFFIC
        else w
        for w in brief.workloads
    )
    return brief.model_copy(update={"workloads": workloads})


def _start(brief: Brief, catalog: Catalog) -> int:
    """Return the month at which service starts: stated, else when a first of each kind is there."""
    if brief.service_start_month is not None:
        return int(brief.service_start_month)
    probe = Context(brief, catalog, brief.sites[0], (0,), (0,))
    needed: list[list[Any]] = [
        [s for s in probe.catalog.servers.values() if s.gpu is not None],
        list(probe.catalog.storage.values()),
        list(probe.catalog.optics.values()),
        [p for p in probe.catalog.power.values() if p.kind in ("rack-cabinet", "rack-pdu")],
    ]
    for role in ("compute", "storage", "in-band", "out-of-band"):
        needed.append([s for s in probe.catalog.switches.values() if role in s.roles])
    first = [
        min(probe.order_months(part) for part in parts if part.status == "shipping")
        for parts in needed
        if any(part.status == "shipping" for part in parts)
    ]
    return ceil(max(first, default=0.0) - 1e-9)


def _start_note(brief: Brief, start: int) -> list[tuple[str, Any, str, str]]:
    if brief.service_start_month is not None:
        return []
    reason = "not stated: by then servers, switches, links, storage and racks can have come"
    return [("service_start_month", start, "months", reason)]


def _share_notes(brief: Brief) -> list[tuple[str, Any, str, str]]:
    """Return what several sites mean for each of them, as assumptions."""
    if len(brief.sites) == 1:
        return []
    if not shared(brief):
        reason = "no site policy shares work: each workload runs whole at one site"
        return [("site_policy", "independent", "", reason)]
    reason = "of the traffic of every service: its split, and its part when sites are lost"
    notes: list[tuple[str, Any, str, str]] = [
        (f"sites.{site}.carried_frac", frac, "", reason) for site, frac in carried(brief).items()
    ]
    copies = "each site keeps a whole copy of the data that the brief asks for"
    return [*notes, ("storage", "copied", "", copies)]


def _windows(brief: Brief) -> list[str]:
    """Return the windows of the day that workloads name: nights of services, windows of batches."""
    days = [getattr(w, "diurnal", None) for w in brief.workloads]
    open_ = [getattr(w, "window", None) for w in brief.workloads]
    return [*(day.night for day in days if day is not None), *(str(w) for w in open_ if w)]
