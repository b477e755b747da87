"""Failures: jobs advance for the promised share of time, and spares keep enough servers up."""

from __future__ import annotations

from typing import Final

from designlib.validate import saves, spares
from designlib.validate.review._case import Case, Number, Verdict, figure, verdict_of
from designlib.validate.review._gaps import gaps
from designlib.validate.review._jobs import jobs

CHECK: Final = "DR-14"
TITLE: Final = "Checkpoints and spares carry failures"
RULE: Final = (
    "The loss of a server costs neither a run nor a promise: checkpoints are frequent enough for"
    " the share of time that is promised, and cold spares make enough servers likely enough"
)
REFERENCE: Final = (
    '"Enterprise AI Architecture for Production Workloads": node failures without losing training'
    " progress"
)


def check(case: Case) -> Verdict:
    """Return the jobs that advance too little and the kinds of server with too few spares."""
    rel = case.brief.reliability
    told = {
        r["workload"]: ettr
        for r in jobs(case)
        if (ettr := figure(r, "effective_training_time")) is not None
    }
    cold = [a for a in case.of("spares") if a.month == case.last]
    if not told and not cold:
        return Verdict("not applicable", "no GPU server is bought")
    numbers = (
        *(Number(f"time {w} advances", x, "1", rel.ettr_min_frac) for w, x in told.items()),
        *(Number(f"spares of {a.place}", a.supply, "servers", a.draw) for a in cold),
        Number("chance of enough servers promised", rel.enough_servers_probability, "1"),
    )
    found = saves.check(case.design, case.catalog) + spares.check(case.design, case.catalog)
    least = rel.ettr_min_frac
    found += [
        f"{w} advances for {x:.3f} of the time, {least:g} is promised"
        for w, x in told.items()
        if least is not None and x < least - 1e-9
    ]
    short = [g for g in gaps(case) if g.resource in ("spares", "write_gb_s")]
    fix = short[0].words(case.design.currency) if short else "save more often, restart faster"
    spare = sum(a.supply for a in cold)
    chance = rel.enough_servers_probability
    kept = f"{spare:g} spare server{'' if spare == 1 else 's'}, enough with {chance:.1%}"
    if told:
        kept += f"; jobs advance for {min(told.values()):.1%} of the time or more"
    if told and least is None:
        kept += ", of which the brief promises no share"
    price = short[0].price if short else None
    return verdict_of(found, kept, numbers, fix=fix, fix_price=price)
