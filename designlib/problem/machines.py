"""Machines: the numbers of a server and a network technology, as the physics wants them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from designlib.physics.constants import ServingConstants, TrainingConstants
from designlib.physics.machine import Machine
from designlib.physics.shape import Shape
from designlib.problem.context import Context

BITS_PER_BYTE = 8
SPEEDS = ("train_kernel_frac", "serve_compute_frac", "serve_hbm_frac")
"""Constants of a GPU that say how fast it is."""
SHAPE_FIELDS = tuple(f.name for f in fields(Shape))


@dataclass(frozen=True)
class Option:
    """A pool that workloads may run in: its server, its fabric and the machine that both make."""

    pool: str
    server: Any
    fabric: str | None
    technology: str | None
    machine: Machine
    zone: str = ""
    """Class of data that the pool is kept for; empty where the brief has only one."""

    @property
    def gpus(self) -> int:
        """Return the GPUs of a server."""
        return self.machine.gpus_per_server_count


def machine_of(
    ctx: Context, server: Any, technology: str | None, oversubscription: float = 1.0
) -> Machine:
    """Return the machine of a server whose GPUs are joined by a network technology, or by none.

    In an oversubscribed fabric a port has its share of the uplinks: the rate of a job that spans
    many leaves, and the safe one for a smaller job.
    """
    gpu, specs = ctx.catalog.gpus[server.gpu], server.specs
    gpus = int(specs.gpus_count.value)
    peaks = {
        name: getattr(gpu.specs, field).value
        for name, field in (
            ("bf16", "bf16_dense_tflops"),
            ("fp8", "fp8_dense_tflops"),
            ("fp4", "fp4_dense_tflops"),
            ("int8", "int8_dense_tops"),
        )
        if getattr(gpu.specs, field) is not None
    }
    network = 0.0
    if technology is not None:
        ports, rate = specs.compute_ports_count.value, specs.compute_port_gbit_s.value
        network = ports * rate / BITS_PER_BYTE / gpus / oversubscription
    tuned = {
        field: _planned(ctx, subject, field)
        for subject, field in (
            (gpu.id, "train_kernel_frac"),
            (gpu.id, "serve_compute_frac"),
            (gpu.id, "serve_hbm_frac"),
            (gpu.id, "serve_step_overhead_s"),
            (gpu.id, "train_band_frac"),
            (gpu.id, "serve_band_frac"),
            (gpu.scale_up, "scale_up_efficiency_frac"),
            (gpu.scale_up, "scale_up_alpha_s"),
            (gpu.scale_up, "multicast_efficiency_frac"),
            (gpu.scale_up, "multicast_max_gb_s"),
            (gpu.id, "multicast_efficiency_frac"),
            (technology or "", "network_efficiency_frac"),
            (technology or "", "network_alpha_s"),
        )
        if ctx.catalog.find_constant(subject, field) is not None
    }
    return Machine(
        gpus_per_server_count=gpus,
        scale_up_gpus_count=int(specs.scale_up_gpus_count.value),
        peak_tflops=peaks,
        hbm_gb=gpu.specs.hbm_gb.value,
        hbm_bandwidth_gb_s=gpu.specs.hbm_bandwidth_gb_s.value,
        scale_up_gb_s=gpu.specs.scale_up_gb_s.value / 2,
        network_gb_s=network,
        scale_up=gpu.scale_up,
        training=TrainingConstants(**_fitted(ctx, TrainingConstants, "training")),
        serving=ServingConstants(**_fitted(ctx, ServingConstants, "serving")),
        **tuned,
    )


def _planned(ctx: Context, subject: str, field: str) -> float:
    """Return a constant as it is planned with: with care where the GPU itself is not measured."""
    value = ctx.constant(subject, field)
    careful = ctx.brief.policies.unmeasured_gpus == "low" and field in SPEEDS
    if not careful or subject not in ctx.catalog.gpus or ctx.catalog.is_measured(subject):
        return value
    low = ctx.catalog.constant(subject, field).low
    kin = ctx.catalog.gpus[subject].calibrated_as
    reason = f"no published speed: planned with the low estimate of its kin, {kin}"
    ctx.notes.append((f"{subject}.{field}", value if low is None else low, "", reason))
    return value if low is None else float(low)


def _fitted(ctx: Context, kind: type, subject: str) -> dict[str, float]:
    """Return the constants of a table of constants that the catalog has fitted."""
    names = [f.name for f in fields(kind)]
    return {
        n: ctx.constant(subject, n)
        for n in names
        if ctx.catalog.find_constant(subject, n) is not None
    }


def shape_of(ctx: Context, workload: Any) -> Shape:
    """Return the architecture of a workload's LLM.

    Its own figures, then the named or the nearest LLM of the catalog.
    """
    own = {f: getattr(workload, f) for f in SHAPE_FIELDS if getattr(workload, f, None) is not None}
    if workload.llm is not None:
        like = ctx.catalog.llms[workload.llm]
    else:
        # A workload that says nothing of experts or of a latent cache is like a plain LLM.
        sparse = own.keys() & {"experts_count", "active_params_count"}
        kind = "mla-moe" if "kv_latent" in own else "moe" if sparse else "dense"
        alike = [x for x in ctx.catalog.llms.values() if x.kind == kind]
        like = min(
            [x for x in alike if x.status != "end-of-sale"] or alike,
            key=lambda llm: abs(llm.specs.params_count.value / own["params_count"] - 1),
        )
    theirs = {
        f: getattr(like.specs, f).value
        for f in SHAPE_FIELDS
        if getattr(like.specs, f, None) is not None
        and f not in ("params_count", "active_params_count")
    }
    missing = sorted(f for f in theirs if f not in own)
    if workload.llm is None and missing:
        reason = f"architecture not stated: {', '.join(missing)} as in {like.name}"
        ctx.notes.append((f"workloads.{workload.id}.llm", like.id, "", reason))
    params = own.get("params_count", like.specs.params_count.value)
    stated_llm = workload.llm is not None and "params_count" not in own
    active = like.specs.active_params_count if stated_llm else None
    sizes = {
        "params_count": params,
        "active_params_count": own.get("active_params_count", active.value if active else params),
    }
    return Shape(**{**theirs, **own, **sizes})
