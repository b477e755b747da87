"""Layouts: the split of a training job with the shortest step among those that fit memory."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np

from designlib.physics.machine import Machine
from designlib.physics.memory import (
    ADAPTER_FRAC,
    GRADIENT_BYTES,
    OPTIMIZER_BYTES,
    WEIGHT_BYTES,
    training_gb_per_gpu,
)
from designlib.physics.misfit import Misfit
from designlib.physics.passes import REFERENCE_YEAR
from designlib.physics.shape import Shape
from designlib.physics.split import Split
from designlib.physics.splits import row, splits
from designlib.physics.training import StepTime, band_frac, step_time

# Allocators lose a few percent of memory to fragments.
USABLE_FRAC = 0.95


@dataclass(frozen=True, slots=True)
class Layout:
    """A split with its predicted step.

    Parameters
    ----------
    tensor_parallel, pipeline_parallel, data_parallel, expert_parallel, context_parallel : int
        Parallel degrees. [1]
    micro_batch, interleave, sharding_stage : int
        Sequences of a pass, layer stacks of a stage, ZeRO stage. [1]
    recompute : str
        "none" or "full".
    step_s, low_step_s, high_step_s : float
        One optimizer step and the band that holds 80 % of measurements. [s]
    mfu_frac : float
        6 N D (adapters: their FLOPs) over dense peak of the precision. [1]
    tokens_s : float
        Tokens of the whole job. [tokens/s]
    memory_gb : float
        Fullest GPU. [GB]
    exposed_communication_frac, bubble_frac : float
        Shares of the step. [1]
    """

    tensor_parallel: int
    pipeline_parallel: int
    data_parallel: int
    expert_parallel: int
    context_parallel: int
    micro_batch: int
    interleave: int
    sharding_stage: int
    recompute: str
    step_s: float
    low_step_s: float
    high_step_s: float
    mfu_frac: float
    tokens_s: float
    memory_gb: float
    exposed_communication_frac: float
    bubble_frac: float

    @property
    def split(self) -> Split:
        """Return the degrees and memory choices alone."""
        return Split(**{f.name: getattr(self, f.name) for f in fields(Split)})

    def __str__(self) -> str:
        """Return the split in the field's short form, as in "TP8 PP2 DP4"."""
        text = f"TP{self.tensor_parallel} PP{self.pipeline_parallel} DP{self.data_parallel}"
        if self.expert_parallel > 1:
            text += f" EP{self.expert_parallel}"
        if self.context_parallel > 1:
            text += f" CP{self.context_parallel}"
        return text + f" ZeRO-{self.sharding_stage}"


def state_gb(shape: Shape, mode: str) -> float:
    """Return the states of a whole job, held once.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    mode : str
        "pretrain", "full" or "lora".

    Returns
    -------
    float
        Weights, gradients and optimizer: 16 bytes a trained parameter, 2 a frozen one. [GB]
    """
    full = WEIGHT_BYTES + GRADIENT_BYTES + OPTIMIZER_BYTES
    per_param = WEIGHT_BYTES + ADAPTER_FRAC * full if mode == "lora" else full
    return shape.params_count * per_param / 1e9


@lru_cache(maxsize=16384)
def best_layout(
    shape: Shape,
    machine: Machine,
    gpus_count: int,
    *,
    mode: str = "pretrain",
    precision: str = "bf16",
    sequence_tokens: float = 4096,
    global_batch_tokens: float = 4e6,
    software_year: float = REFERENCE_YEAR,
) -> Layout | Misfit:
    """Return the fastest split that fits, or why none does.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU, server and networks.
    gpus_count : int
        GPUs of the job; any number of whole servers, or part of one server. [1]
    mode : str
        "pretrain", "full" or "lora".
    precision : str
        Precision of the matrix products.
    sequence_tokens, global_batch_tokens : float
        Tokens of a sequence and of one optimizer step. [tokens]
    software_year : float
        Release of the training software as a year and its fraction. [yr]

    Returns
    -------
    Layout or Misfit
        ``memory`` (needed and available GB of all GPUs), ``fabric`` (no compute network between
        servers) or ``batch`` (fewer sequences than data-parallel replicas).
    """
    refusal = _refuse_early(shape, machine, gpus_count, mode)
    if refusal:
        return refusal
    sequences = global_batch_tokens / sequence_tokens
    found = splits(shape, machine, gpus_count, sequence_tokens=sequence_tokens, sequences=sequences)
    if found is None:
        return Misfit(
            f"{gpus_count} GPUs have more data-parallel replicas than the {sequences:,.0f} "
            "sequences of a step",
            "batch",
            gpus_count,
            sequences,
            "sequences",
        )
    gb = training_gb_per_gpu(shape, found, sequence_tokens=sequence_tokens, mode=mode)
    usable = machine.hbm_gb * USABLE_FRAC
    if gb.min() > usable:
        return _too_large(float(gb.min()), usable, gpus_count)
    step = step_time(
        shape,
        machine,
        found,
        mode=mode,
        precision=precision,
        sequence_tokens=sequence_tokens,
        global_batch_tokens=global_batch_tokens,
        software_year=software_year,
    )
    best = int(np.argmin(np.where(gb <= usable, step.step_s, np.inf)))
    chosen = StepTime(*(float(getattr(step, f.name)[best]) for f in fields(StepTime)))
    wide = band_frac(shape, machine, mode)
    return _layout(row(found, best), chosen, float(gb[best]), wide)


def _too_large(needed_gb: float, usable_gb: float, gpus_count: int) -> Misfit:
    needed, available = needed_gb * gpus_count, usable_gb * gpus_count
    return Misfit(
        f"training needs {needed:,.0f} GB with activations in its smallest layout, "
        f"{gpus_count} GPUs have {available:,.0f} GB usable",
        "memory",
        needed,
        available,
        "GB",
    )


def _refuse_early(shape: Shape, machine: Machine, gpus_count: int, mode: str) -> Misfit | None:
    needed, available = state_gb(shape, mode), gpus_count * machine.hbm_gb
    if needed > available:
        return Misfit(
            f"{mode} training needs {needed:,.0f} GB of states, "
            f"{gpus_count} GPUs have {available:,.0f} GB",
            "memory",
            needed,
            available,
            "GB",
        )
    if gpus_count > machine.scale_up_gpus_count and machine.network_gb_s <= 0:
        return Misfit(
            f"{gpus_count} GPUs need a compute network between servers, there is none",
            "fabric",
            gpus_count,
            machine.scale_up_gpus_count,
            "gpus",
        )
    return None


def _layout(split: Split, step: StepTime, memory_gb: float, band: float) -> Layout:
    exposed = step.tensor_s + step.expert_s + step.data_s
    return Layout(
        split.tensor_parallel,
        split.pipeline_parallel,
        split.data_parallel,
        split.expert_parallel,
        split.context_parallel,
        split.micro_batch,
        split.interleave,
        split.sharding_stage,
        split.recompute,
        step_s=step.step_s,
        low_step_s=step.step_s / (1 + band),
        high_step_s=step.step_s * (1 + band),
        mfu_frac=step.mfu_frac,
        tokens_s=step.tokens_s,
        memory_gb=memory_gb,
        exposed_communication_frac=exposed / step.step_s,
        bubble_frac=step.bubble_s / step.step_s,
    )
