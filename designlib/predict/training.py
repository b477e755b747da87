"""Training: tokens a second of each GPU for published configurations, with a low and a high."""

from __future__ import annotations

from designlib.catalog import Catalog
from designlib.physics.layouts import best_layout
from designlib.physics.misfit import Misfit
from designlib.physics.split import Split
from designlib.physics.training import StepTime, band_frac, step_time
from designlib.predict.runs import INPUTS, Run, memory_gb, run_of
from designlib.predict.table import ID, Row

__all__ = ["COLUMNS", "INPUTS", "explain", "predict"]

SCORED = ("tokens_per_s_per_gpu", "step_time_s")
COLUMNS = (ID, *(f"{end}{name}" for name in SCORED for end in ("", "low_", "high_")), "reason")


def predict(rows: list[Row], catalog: Catalog) -> list[dict[str, object]]:
    """Return the predictions of configurations, in their order.

    Parameters
    ----------
    rows : list of dict
        Cells by column, those of ``INPUTS`` only.
    catalog : Catalog
        GPUs, servers, LLMs and calibration.

    Returns
    -------
    list of dict
        ``COLUMNS``; figures are None where ``reason`` says why there is none.
    """
    return [_predict(row, catalog) for row in rows]


def explain(row: Row, catalog: Catalog) -> str:
    """Return the time budget of one configuration as text."""
    run = run_of(row, catalog)
    if isinstance(run, str):
        return run
    split = run.split or _fastest(run)
    if isinstance(split, Misfit):
        return split.reason
    step = _step(run, split)
    parts = {
        "kernels": step.math_s,
        "tensor-parallel traffic": step.tensor_s,
        "expert traffic": step.expert_s,
        "pipeline bubble": step.bubble_s,
        "data-parallel traffic": step.data_s,
        "optimizer": step.optimizer_s,
    }
    parts["fixed"] = step.step_s - sum(parts.values())
    lines = [f"{name:26s} {s:9.4f} s  {s / step.step_s:6.1%}" for name, s in parts.items()]
    gb, hbm = memory_gb(run, split), run.machine.hbm_gb
    lines += [
        f"{'step':26s} {step.step_s:9.4f} s",
        f"{'layout':26s} {_words(split)}",
        f"{'memory of the fullest GPU':26s} {gb:9.1f} GB of {hbm:,.0f} GB",
    ]
    return "\n".join([*lines, *run.notes])


def _predict(row: Row, catalog: Catalog) -> dict[str, object]:
    run = run_of(row, catalog)
    if isinstance(run, str):
        return {ID: row[ID], "reason": run}
    split = run.split or _fastest(run)
    if isinstance(split, Misfit):
        return {ID: row[ID], "reason": split.reason}
    step, wide = _step(run, split), 1 + band_frac(run.shape, run.machine, run.mode)
    best = {SCORED[0]: step.tokens_s / run.gpus_count, SCORED[1]: step.step_s}
    told: dict[str, object] = {ID: row[ID], "reason": "; ".join(run.notes)}
    for name, value in best.items():
        told |= {name: value, f"low_{name}": value / wide, f"high_{name}": value * wide}
    return told


def _step(run: Run, split: Split) -> StepTime:
    return step_time(
        run.shape,
        run.machine,
        split,
        mode=run.mode,
        precision=run.precision,
        sequence_tokens=run.sequence_tokens,
        global_batch_tokens=run.global_batch * run.sequence_tokens,
        software_year=run.software_year,
    )


def _words(split: Split) -> str:
    degrees = f"TP{split.tensor_parallel} PP{split.pipeline_parallel} DP{split.data_parallel}"
    degrees += f" CP{split.context_parallel} EP{split.expert_parallel}"
    degrees += f" micro-batch {split.micro_batch} interleave {split.interleave}"
    return f"{degrees} ZeRO-{split.sharding_stage} recompute {split.recompute}"


def _fastest(run: Run) -> Split | Misfit:
    found = best_layout(
        run.shape,
        run.machine,
        run.gpus_count,
        mode=run.mode,
        precision=run.precision,
        sequence_tokens=run.sequence_tokens,
        global_batch_tokens=run.global_batch * run.sequence_tokens,
        software_year=run.software_year,
    )
    return found if isinstance(found, Misfit) else found.split
