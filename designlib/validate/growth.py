"""Growth: the demand of the month at which an interval ends is met from its first day.

Jobs are counted by their floating-point operations, services by requests in flight (Little's
law), batches by items.

References
----------
.. [1] J. D. C. Little, "A proof for the queuing formula L = lambda W", Operations Research 9,
       1961.
"""

from __future__ import annotations

import re
from math import fsum, prod
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics.training import lora_flops, train_flops
from designlib.validate._evidence import (
    Row,
    brief_of,
    demand_dates,
    differs,
    exceeds,
    grown,
    share,
    spec,
)
from designlib.validate._phases import demanded
from designlib.validate._sites import ANY, duties, rented_frac
from designlib.validate.sites import sustained_requests_s

SECONDS_PER_HOUR = 3600.0
MONTHS_PER_YEAR = 12


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each workload and date whose demand is not met."""
    brief = brief_of(design)
    found = []
    services = {w.id: w for w in (*brief.workloads, *brief.services())}
    duty = {name: duties(brief, w) for name, w in services.items()}
    rows: dict[tuple[str, str, int], list[Row]] = {}
    for r in design.tables["operations"]:
        site = r["site"] if ANY not in duty[r["workload"]] else ANY
        rows.setdefault((r["workload"], site, r["period_month"]), []).append(r)
    for name, w in services.items():
        law = LAWS.get(w.kind)
        for month, end in demand_dates(design, brief):
            if not demanded(brief, w, month):
                continue
            for site, frac in duty[name].items():
                parts = rows.get((name, site, month), [])
                if not parts and w.kind != "tiered-inference":
                    found.append(f"{name} runs nowhere at month {month}{_at(site)}")
                factor = frac * grown(end, w.growth_factor_24_months, w.growth_shape)
                wrong = [
                    m
                    for row in parts
                    if law is not None
                    for m in law(row, w, factor * share(row), catalog, brief)
                ]
                if parts and differs(fsum(share(row) for row in parts), 1.0):
                    wrong.append("its parts do not add up to the whole")
                found += [f"{name}, months {month} to {end}{_at(site)}: {m}" for m in wrong]
    return found + _twice(design, duty)


def _at(site: str) -> str:
    return f" at {site}" if site != ANY else ""


def _twice(design: Design, duty: dict[str, dict[str, float]]) -> list[str]:
    """Return the workloads that run twice at a date, or change their way to run, at one site."""
    ways: dict[tuple[str, str], list[tuple[str, int, str]]] = {}
    for r in design.tables["operations"]:
        site = r["site"] if ANY not in duty[r["workload"]] else ANY
        run = (r["candidate"], r["period_month"], r["pool"])
        ways.setdefault((r["workload"], site), []).append(run)
    found = []
    for (w, site), runs in sorted(ways.items()):
        twice = sorted({month for way, month, pool in runs if runs.count((way, month, pool)) > 1})
        found += [f"{w} runs twice at month {t}{_at(site)}" for t in twice]
        names = sorted({way for way, _, _ in runs})
        if len(names) > 1:
            found.append(f"{w} changes its way to run{_at(site)}: {', '.join(names)}")
    return found


def _dedicated(row: Row, w: Any, factor: float, catalog: Catalog, brief: Brief) -> list[str]:
    need = w.gpus_count * factor
    if exceeds(need, row["gpus"]):
        return [f"{need:,.1f} GPUs are promised, it holds {row['gpus']:,.1f}"]
    return []


def _gpus_per_server(row: Row, catalog: Catalog) -> float:
    """Return the GPUs of a server of the pool, which is named after its server."""
    names = [
        i
        for i, s in catalog.servers.items()
        if s.gpu is not None and row["pool"].startswith(f"{i}-")
    ]
    return spec(catalog.servers[max(names, key=len)], "gpus_count") if names else 0.0


def peak_flops(row: Row, w: Any, catalog: Catalog) -> float:
    """Return the dense rate of one GPU of a pool in the precision of a job. [FLOP/s]."""
    names = [
        i
        for i, s in catalog.servers.items()
        if s.gpu is not None and row["pool"].startswith(f"{i}-")
    ]
    gpu = catalog.gpus[catalog.servers[max(names, key=len)].gpu or ""]
    fp8 = w.precision == "fp8" and gpu.specs.fp8_dense_tflops is not None
    return spec(gpu, "fp8_dense_tflops" if fp8 else "bf16_dense_tflops") * 1e12


def _job(row: Row, w: Any, factor: float, catalog: Catalog, brief: Brief) -> list[str]:
    runs = w.runs_per_month_count if w.kind == "fine-tuning" else w.runs_per_year / MONTHS_PER_YEAR
    tokens = w.tokens_per_run_count if w.kind == "fine-tuning" else w.tokens_count
    law = lora_flops if getattr(w, "mode", "") == "lora" else train_flops
    work = runs * factor * law(active_params(w, catalog), tokens)
    mfu = float(row["figures"].get("mfu", {}).get("value") or 0.0)
    gpu_hours = (row["hours"] or 0.0) * _gpus_per_server(row, catalog)
    done = gpu_hours * SECONDS_PER_HOUR * peak_flops(row, w, catalog) * mfu
    if exceeds(work / done if done else float("inf"), 1.0):
        return [
            f"{work:.3e} FLOP a month are to be worked, {gpu_hours:,.0f} GPU-hours at"
            f" {mfu:.1%} do {done:.3e}"
        ]
    return []


def active_params(w: Any, catalog: Catalog) -> float:
    """Return the parameters of a workload that one token uses. [1]."""
    if w.params_count is not None:
        return float(w.active_params_count or w.params_count)
    llm = catalog.llms[w.llm]
    return float(
        w.active_params_count or spec(llm, "active_params_count") or spec(llm, "params_count")
    )


def _service(row: Row, w: Any, factor: float, catalog: Catalog, brief: Brief) -> list[str]:
    asked = (1.0 - rented_frac(row)) * w.peak_requests_s * factor
    one = sustained_requests_s(brief, catalog, w, row)
    batch = float(row["batch"] or 0.0)
    flying, room = asked * batch / one if one else asked, (row["replicas"] or 0.0) * batch
    if exceeds(flying, room) or not row["replicas"]:
        return [
            f"{flying:,.1f} requests are in flight at the peak, {row['replicas']:g} replicas"
            f" take {room:,.1f}"
        ]
    return []


def _batch(row: Row, w: Any, factor: float, catalog: Catalog, brief: Brief) -> list[str]:
    items = w.items_per_month_count * factor
    rate = float(row["figures"].get("requests_per_s", {}).get("value") or 0.0)
    degrees = (float(n) for n in re.findall(r"[TPE]P(\d+)", row["layout"].partition(",")[0]))
    replicas = _gpus_per_server(row, catalog) / prod(degrees)
    done = (row["hours"] or 0.0) * SECONDS_PER_HOUR * replicas * rate
    if exceeds(items / done if done else float("inf"), 1.0):
        return [f"{items:,.0f} items a month are to be worked, its hours do {done:,.0f}"]
    return []


LAWS = {
    "dedicated-training": _dedicated,
    "training": _job,
    "fine-tuning": _job,
    "inference": _service,
    "batch-inference": _batch,
}
"""Kind of workload -> how its demand is counted."""
