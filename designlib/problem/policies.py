"""Policies: what a design takes for granted, as the sentences that its certificate prints."""

from __future__ import annotations

from designlib.brief import Brief


def granted(brief: Brief) -> tuple[str, ...]:
    """Return the rules under which every candidate design stands, a sentence each."""
    p = brief.policies
    return (
        f"at most {p.compute_fabric_technologies_max_count} compute-fabric technology at a site",
        f"at most {brief.fleet.server_kinds_max_count} kinds of server at a site",
        "a workload keeps its candidate over time",
        "night batches may use serving GPUs"
        if p.batch_on_serving
        else "batches stay off serving GPUs",
        "every make of a part is weighed"
        if p.makes_weighed == "all"
        else "of parts that do the same job, the make that costs least over the years is weighed; "
        "on the shipped briefs that costs at most 0.5 % more than to weigh every make",
        "purchases are priced and paid on the day of their order",
        "taxes are left out",
    )
