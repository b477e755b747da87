"""Sites: which site must run which workload, and the share of its traffic that it must carry."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from designlib.brief import Brief

SERVICES = ("inference", "tiered-inference", "cpu-inference", "image-inference")
ANY = ""
"""A workload that runs whole at one site, whichever it is."""


def duties(brief: Brief, w: Any) -> dict[str, float]:
    """Return the sites that must run a workload, each with the share that it must carry."""
    policy = brief.site_policy
    alone = policy is None or policy.mode == "independent" or len(brief.sites) == 1
    if alone or w.kind not in SERVICES:
        return {ANY: 1.0}
    shares = {site.id: _share(brief, site.id) for site in brief.sites}
    return {site: share for site, share in shares.items() if share}


def losses(brief: Brief) -> list[frozenset[str]]:
    """Return every set of sites whose loss must be survived."""
    policy = brief.site_policy
    lost = 0 if policy is None else policy.survive_loss_of_count
    names = [site.id for site in brief.sites]
    if lost >= len(names):
        return []
    return [frozenset(gone) for n in range(1, lost + 1) for gone in combinations(names, n)]


def _share(brief: Brief, site: str) -> float:
    """Return the largest share of the traffic that falls to a site, whatever is lost."""
    usual = usual_split(brief)
    most = usual[site]
    for gone in losses(brief):
        if site in gone:
            continue
        left = {s: x for s, x in usual.items() if s not in gone}
        whole = sum(left.values())
        part = left[site] / whole if whole else 1.0 / len(left)
        most = max(most, part * surviving_frac(brief))
    return most


def surviving_frac(brief: Brief) -> float:
    """Return the share of all traffic that must still be carried after a loss."""
    return 1.0 if brief.site_policy is None else float(brief.site_policy.surviving_load_frac)


def usual_split(brief: Brief) -> dict[str, float]:
    """Return the share of each site while all are up."""
    policy = brief.site_policy
    names = [site.id for site in brief.sites]
    if policy is not None and policy.split:
        return {s: float(policy.split.get(s, 0.0)) for s in names}
    if policy is not None and policy.mode == "active_passive":
        return {s: 1.0 if s == names[0] else 0.0 for s in names}
    return dict.fromkeys(names, 1.0 / len(names))


def rented_frac(row: dict[str, Any]) -> float:
    """Return the share of a service's peak that its way to run sends to rented capacity."""
    return float(row["figures"].get("rented_frac", {}).get("value") or 0.0)
