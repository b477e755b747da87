"""Sites: when a site is lost, the others carry the promised share of every service's peak.

What a site can carry is counted from its replicas: the requests that they hold in flight at the
promised time of a further token (Little's law), and what it rents.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics.batching import Engine
from designlib.validate._evidence import Row, brief_of, demand_dates, exceeds, grown
from designlib.validate._sites import ANY, duties, losses, rented_frac, surviving_frac
from designlib.validate.replay.machines import engine


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each loss of sites that the others do not make up for."""
    brief = brief_of(design)
    found = []
    for w in brief.services():
        if ANY in duties(brief, w):
            continue
        for month, end in demand_dates(design, brief):
            now = [
                r
                for r in design.tables["operations"]
                if (r["workload"], r["period_month"]) == (w.id, month)
            ]
            for gone in losses(brief):
                found += _lost(
                    brief, catalog, w, [r for r in now if r["site"] not in gone], gone, end
                )
    return list(dict.fromkeys(found))


def _lost(
    brief: Brief, catalog: Catalog, w: Any, rows: list[Row], gone: frozenset[str], end: int
) -> list[str]:
    """Return what is missing when some sites are gone."""
    peak = w.peak_requests_s * grown(end, w.growth_factor_24_months, w.growth_shape)
    need = peak * surviving_frac(brief)
    can = sum(carries(brief, catalog, w, row, peak) for row in rows)
    if not exceeds(need, can):
        return []
    return [
        f"{w.id}: without {' and '.join(sorted(gone))} the other sites carry {can:,.1f} requests/s,"
        f" {need:,.1f} are promised at month {end}"
    ]


def carries(brief: Brief, catalog: Catalog, w: Any, row: Row, peak: float) -> float:
    """Return the requests a second that one row of operations carries. [requests/s].

    Parameters
    ----------
    brief : Brief
        Policy of the sites.
    catalog : Catalog
        Parts and constants from which the pace of a replica is worked out anew.
    w : Inference
        The service.
    row : dict
        How it runs at a site: replicas, batch and time per token.
    peak : float
        All arrivals at the peak. [requests/s]
    """
    shares = duties(brief, w)
    mine = shares.get(ANY, shares.get(row["site"], 0.0))
    rented: float = rented_frac(row) * mine * peak
    replicas = float(row["replicas"] or 0.0)
    if rented_frac(row) >= 1.0 or not replicas:
        return rented
    return rented + replicas * sustained_requests_s(brief, catalog, w, row)


def sustained_requests_s(brief: Brief, catalog: Catalog, w: Any, row: Row) -> float:
    """Return what one replica of a service carries on average. [requests/s].

    Parameters
    ----------
    brief : Brief
        Policy of unmeasured GPUs.
    catalog : Catalog
        Parts and constants.
    w : Inference
        The service.
    row : dict
        How it runs. Where it does not describe one replica, its batch is held over the promised
        time of an answer.
    """
    one = engine(row, w, catalog, brief) if w.kind == "inference" else None
    if one is not None:
        return _sustained(one, w.prompt_tokens, w.output_tokens, w.tpot_p95_s)
    tpot = float(row["figures"].get("tpot_p95", {}).get("value") or 0.0)
    work: float = w.output_tokens * tpot
    return float(row["batch"] or 0.0) / work if work else 0.0


@lru_cache(maxsize=512)
def _sustained(one: Engine, prompt_tokens: float, output_tokens: float, tpot_p95_s: float) -> float:
    r"""Return the requests a second that a replica sustains on average. [requests/s].

    Prompts stretch the steps between them to :math:`step(b) / (1 - r w)`, within the limit of a
    further token; by Little's law r requests a second hold :math:`b = r N step(b) / (1 - r w)`.
    """
    prompt = one.prompt_token_s * prompt_tokens
    best = 0.0
    for batch in range(1, one.slots + 1):
        step = one.step_s(batch)
        rate = batch / (output_tokens * step + batch * prompt)
        if output_tokens >= 2:  # an answer of one token has no further one
            if step > tpot_p95_s:
                break
            rate = min(rate, (1.0 - step / tpot_p95_s) / prompt)
        best = max(best, rate)
    return best
