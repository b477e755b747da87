"""Tiers: a service may cut its weights to four bits where its promised quality survives it."""

from __future__ import annotations

from dataclasses import replace
from math import floor
from typing import Any

from designlib.problem import services
from designlib.problem.context import Context
from designlib.problem.machines import Option
from designlib.problem.relief import Relief
from designlib.problem.tables import Candidate

CUT_BITS = 4


def smaller_weights(ctx: Context, workload: Any, options: list[Option]) -> dict[str, Candidate]:
    """Return the candidates of a service with weights of four bits, where the brief allows them.

    Only on GPUs that compute in that precision, and only where the measured quality, less the
    share that the cut costs, stays at its floor.
    """
    if not workload.fp4_allowed or workload.weight_bits <= CUT_BITS:
        return {}
    fit = _quality_left(ctx, workload)
    if fit is None:
        return {}
    able = []
    for option in options:
        if "fp4" in option.machine.peak_tflops:
            able.append(option)
            continue
        key = f"{workload.id}-{option.pool}-fp4"
        ctx.drop(workload.id, key, option.pool, option.server.id, "its GPU has no FP4 arithmetic")
    cut = workload.model_copy(update={"weight_bits": CUT_BITS})
    return {
        f"{key}-fp4": replace(c, figures={**c.figures, "quality": fit})
        for key, c in services.serving(ctx, cut, able).items()
    }


def _down(quality: float) -> float:
    """Return a quality rounded down to three digits, as a person would promise it."""
    return floor(quality * 1000) / 1000


def _quality_left(ctx: Context, w: Any) -> dict[str, Any] | None:
    """Return the quality after the cut as a figure, or None with the reason why it is too low."""
    if w.quality is None or w.quality_floor is None:
        reason = "the brief states no quality and no floor, so a cut to 4 bits cannot be judged"
        ctx.drop(w.id, f"{w.id}-fp4", "", "", reason)
        return None
    loss = ctx.constant("fp4", "quality_loss_frac")
    left = w.quality * (1.0 - loss)
    if left < w.quality_floor:
        reason = (
            f"4-bit weights leave a quality of {left:.3f}, {w.quality_floor:g} is promised "
            f"(measured {w.quality:g}, loss {loss:.1%})"
        )
        path = f"{ctx.brief.path_of(w.id)}.quality_floor"
        relief = Relief(f"{w.id}: quality floor", path, w.quality_floor, _down(left), "1")
        ctx.drop(w.id, f"{w.id}-fp4", "", "", reason, relief)
        return None
    return {
        "value": left,
        "low": left,
        "high": w.quality,
        "unit": "1",
        "limit": w.quality_floor,
        "source": "brief, less fp4 quality_loss_frac of calibration/serving.csv",
    }
