"""Orchestration: every pool has a scheduler, and quotas and metering where teams share it."""

from __future__ import annotations

from typing import Final

from designlib.validate.review._case import Case, Number, Verdict
from designlib.validate.review._gaps import gaps

CHECK: Final = "DR-04"
TITLE: Final = "Orchestration is in the design"
RULE: Final = (
    "Scheduling, quotas and metering belong to the first design: gang jobs and services each need"
    " software that runs them, teams need quotas and a bill, and all of it needs servers"
)
REFERENCE: Final = '"AI Architecture Design": orchestration added after the hardware'
GANG, SERVICES = "gang", "services"
SHARED: Final = ("quotas", "metering")
SERVED: Final = frozenset({"inference", "image-inference", "cpu-inference"})


def check(case: Case) -> Verdict:
    """Return whether the software provides what the work needs, on enough control servers."""
    runs = case.design.summary.get("orchestration") or []
    parts = [case.catalog.software[i] for i in runs if i in case.catalog.software]
    provided = {word for part in parts for word in part.provides}
    kinds = {case.work(r["workload"]).kind for r in case.rows()}
    needed = ({GANG} if kinds - SERVED else set()) | ({SERVICES} if kinds & SERVED else set())
    asked = set(SHARED) if case.brief.teams is not None else set()
    control = case.of("control_servers")
    servers = sum(a.supply for a in control if a.month == case.last)
    numbers = (
        Number("schedulers and components", len(parts), "1"),
        Number("control servers", servers, "servers"),
    )
    if not parts or not servers:
        what = "no orchestrator" if not parts else "no control servers"
        lacking = next((g for g in gaps(case) if g.resource == "control_servers"), None)
        words = f"{what}: nothing schedules the {len(kinds)} kinds of work"
        if lacking is None:
            return Verdict("fail", words, numbers, "add a scheduler and its control servers")
        return Verdict("fail", words, numbers, lacking.words(case.design.currency), lacking.price)
    missing = sorted((needed | asked) - provided)
    if missing:
        words = f"{', '.join(p.name for p in parts)} do not provide {', '.join(missing)}"
        return Verdict("fail", words, numbers, f"add software that provides {missing[0]}")
    short = [g for g in gaps(case) if g.resource == "control_servers"]
    if short:
        told = short[0].words(case.design.currency)
        return Verdict("fail", told, numbers, told, short[0].price)
    words = f"{', '.join(p.name for p in parts)} on {servers:g} control servers"
    unasked = sorted(set(SHARED) - asked - provided)
    if unasked and len({r["workload"] for r in case.rows()}) > 1:
        more = f"; no {' or '.join(unasked)}, as the brief names no teams"
        return Verdict("pass", words + more, numbers)
    return Verdict("pass", words, numbers)
