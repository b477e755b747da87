"""Growth: the demand of the month at which an interval ends is met from its first day.

Jobs are counted by their floating-point operations, services by requests in flight (Little's
law), batches by items.

References
----------
.. [1] J. D. C. Little, "A proof for the queuing formula L = lambda W", Operations Research 9,
       1961.
"""

from __future__ import annotations

from typing import Any

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics.training import lora_flops, train_flops
from designlib.validate._evidence import Row, brief_of, demand_dates, exceeds, grown, spec

SECONDS_PER_HOUR = 3600.0
MONTHS_PER_YEAR = 12


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each workload and date whose demand is not met."""
    brief = brief_of(design)
    found = []
    services = {w.id: w for w in (*brief.workloads, *brief.services())}
    rows = {(r["workload"], r["period_month"]): r for r in design.tables["operations"]}
    for name, w in services.items():
        law = LAWS.get(w.kind)
        for month, end in demand_dates(design, brief):
            row = rows.get((name, month))
            if row is None:
                if w.kind != "tiered-inference":
                    found.append(f"{name} runs nowhere at month {month}")
                continue
            factor = grown(end, w.growth_factor_24_months, w.growth_shape)
            if law is not None:
                found += [
                    f"{name}, months {month} to {end}: {m}" for m in law(row, w, factor, catalog)
                ]
    return found + _twice(design)


def _twice(design: Design) -> list[str]:
    keys = [(r["workload"], r["period_month"]) for r in design.tables["operations"]]
    names = {w for w, _ in keys}
    found = [
        f"{w} runs twice at month {t}" for w, t in sorted({k for k in keys if keys.count(k) > 1})
    ]
    for w in sorted(names):
        ways = {r["candidate"] for r in design.tables["operations"] if r["workload"] == w}
        if len(ways) > 1:
            found.append(f"{w} changes its way to run: {', '.join(sorted(ways))}")
    return found


def _dedicated(row: Row, w: Any, factor: float, catalog: Catalog) -> list[str]:
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


def _peak_flops(row: Row, w: Any, catalog: Catalog) -> float:
    names = [
        i
        for i, s in catalog.servers.items()
        if s.gpu is not None and row["pool"].startswith(f"{i}-")
    ]
    gpu = catalog.gpus[catalog.servers[max(names, key=len)].gpu or ""]
    fp8 = w.precision == "fp8" and gpu.specs.fp8_dense_tflops is not None
    return spec(gpu, "fp8_dense_tflops" if fp8 else "bf16_dense_tflops") * 1e12


def _job(row: Row, w: Any, factor: float, catalog: Catalog) -> list[str]:
    runs = w.runs_per_month_count if w.kind == "fine-tuning" else w.runs_per_year / MONTHS_PER_YEAR
    tokens = w.tokens_per_run_count if w.kind == "fine-tuning" else w.tokens_count
    law = lora_flops if getattr(w, "mode", "") == "lora" else train_flops
    work = runs * factor * law(_active_params(w, catalog), tokens)
    mfu = float(row["figures"].get("mfu", {}).get("value") or 0.0)
    gpu_hours = (row["hours"] or 0.0) * _gpus_per_server(row, catalog)
    done = gpu_hours * SECONDS_PER_HOUR * _peak_flops(row, w, catalog) * mfu
    if exceeds(work / done if done else float("inf"), 1.0):
        return [
            f"{work:.3e} FLOP a month are to be worked, {gpu_hours:,.0f} GPU-hours at"
            f" {mfu:.1%} do {done:.3e}"
        ]
    return []


def _active_params(w: Any, catalog: Catalog) -> float:
    if w.params_count is not None:
        return float(w.active_params_count or w.params_count)
    llm = catalog.llms[w.llm]
    return float(
        w.active_params_count or spec(llm, "active_params_count") or spec(llm, "params_count")
    )


def _service(row: Row, w: Any, factor: float, catalog: Catalog) -> list[str]:
    tpot = float(row["figures"].get("tpot_p95", {}).get("value") or 0.0)
    flying = w.peak_requests_s * factor * w.output_tokens * tpot
    room = (row["replicas"] or 0.0) * float(row["batch"] or 0.0)
    if exceeds(flying, room) or not row["replicas"]:
        return [
            f"{flying:,.1f} requests are in flight at the peak, {row['replicas']:g} replicas"
            f" take {room:,.1f}"
        ]
    return []


def _batch(row: Row, w: Any, factor: float, catalog: Catalog) -> list[str]:
    items = w.items_per_month_count * factor
    rate = float(row["figures"].get("requests_per_s", {}).get("value") or 0.0)
    degree = row["layout"].partition(",")[0].removeprefix("TP")
    replicas = _gpus_per_server(row, catalog) / (float(degree) if degree.isdigit() else 1.0)
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
