"""Stated: a time that the customer measured on a GPU, as it is on another one."""

from __future__ import annotations

from typing import Any

from designlib.physics.machine import compute_precision
from designlib.problem.context import Context
from designlib.problem.machines import Option


def slowdown(ctx: Context, option: Option, precision: str) -> float:
    """Return how many times longer a stated GPU time lasts on a pool.

    It holds on the reference GPU of the policies. A GPU of a lower peak takes longer by the ratio
    of the peaks; one of a higher peak is not trusted to be faster than what was measured.
    """
    reference = _reference(ctx)
    peaks = option.machine.peak_tflops
    name = compute_precision(option.machine, "bf16" if precision == "fp16" else precision)
    if reference is None:
        return 1.0
    field = {"fp8": "fp8_dense_tflops", "fp4": "fp4_dense_tflops"}.get(name, "bf16_dense_tflops")
    measured = getattr(reference.specs, field, None)
    return 1.0 if measured is None else max(1.0, float(measured.value) / peaks[name])


def note(ctx: Context, path: str) -> None:
    """Add the assumption under which a stated GPU time is carried over to other GPUs."""
    family = ctx.brief.policies.mfu_reference_gpu_family
    reason = (
        f"holds on {family}; a GPU of a lower peak takes longer in proportion, "
        "one of a higher peak is taken to be no faster"
    )
    ctx.notes.append((path, "as stated", "", reason))


def _reference(ctx: Context) -> Any:
    family = ctx.brief.policies.mfu_reference_gpu_family
    return next((g for g in ctx.catalog.gpus.values() if g.family == family), None)
