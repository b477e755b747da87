"""Splits: the ways to cut a training job over GPUs that are worth a look, as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from designlib.physics.machine import Machine
from designlib.physics.shape import Shape
from designlib.physics.split import Split

_TENSOR = (1, 2, 4, 8, 16)
_PIPELINE = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32)
_CONTEXT = (1, 2, 4, 8, 16)
_EXPERT = (1, 2, 4, 8, 16, 32, 64)
_INTERLEAVE = (1, 2, 4)
_MICRO_BATCHES = (1, 2, 4, 8)
_RECOMPUTE = ("none", "full")
_LEAST_TOKENS = 4096  # a shorter piece of a sequence is not worth cutting
_FIELDS = (
    "tensor_parallel",
    "pipeline_parallel",
    "context_parallel",
    "data_parallel",
    "expert_parallel",
    "interleave",
)


def splits(
    shape: Shape,
    machine: Machine,
    gpus_count: int,
    *,
    sequence_tokens: float,
    sequences: float,
) -> Split | None:
    """Return every split worth a look, as one split whose fields are equally long arrays.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU, server and networks; tensor parallelism stays inside the scale-up domain.
    gpus_count : int
        GPUs of the job, any number of whole servers. [1]
    sequence_tokens : float
        Tokens of a sequence; long ones divide over context-parallel GPUs. [tokens]
    sequences : float
        Sequences of one step; no data-parallel replica goes without one. [1]

    Returns
    -------
    Split or None
        Arrays of degrees, micro-batches, sharding and recompute; None where every split has more
        replicas than sequences.
    """
    degrees = [
        d for d in _degrees(shape, machine, gpus_count, sequence_tokens) if d[3] <= sequences
    ]
    if not degrees:
        return None
    base = np.array(degrees).T
    choices = [*product(_MICRO_BATCHES, (0, 1, 3), range(len(_RECOMPUTE)))]
    micro, stage, again = (np.tile(np.array(c), base.shape[1]) for c in zip(*choices, strict=True))
    base = np.repeat(base, len(choices), axis=1)
    _, pipeline, context, data = base[:4]
    alone = data * context == 1
    keep = (micro == 1) | (micro * data <= sequences)
    keep &= np.where(alone, stage == 0, stage > 0)
    keep &= (stage < 3) | (pipeline == 1)  # else weights travel with every pass of every stage
    named = dict(zip(_FIELDS, base[:, keep], strict=True))
    words = np.array(_RECOMPUTE)[again[keep]]
    return Split(micro_batch=micro[keep], sharding_stage=stage[keep], recompute=words, **named)


def row(found: Split, place: int) -> Split:
    """Return one split of arrays of splits.

    Parameters
    ----------
    found : Split
        Fields are arrays.
    place : int
        Which of them.
    """
    plain = {name: int(getattr(found, name)[place]) for name in (*_FIELDS, *_PLAIN)}
    return Split(recompute=str(found.recompute[place]), **plain)


_PLAIN = ("micro_batch", "sharding_stage")


def _degrees(
    shape: Shape, machine: Machine, gpus_count: int, sequence_tokens: float
) -> Iterator[tuple[int, ...]]:
    """Yield tensor, pipeline, context, data and expert degrees, and the layer stacks of a stage."""
    domain = min(machine.scale_up_gpus_count, gpus_count, shape.heads_count)
    for t, p, c in product(_TENSOR, _PIPELINE, _CONTEXT):
        whole = gpus_count % (t * p * c) == 0 and t <= domain
        if not whole or 2 * p > shape.layers_count:
            continue
        if c > 1 and sequence_tokens / c < _LEAST_TOKENS:
            continue
        d = gpus_count // (t * p * c)
        for e in _expert_degrees(shape, t * d * c):
            for v in _INTERLEAVE if p > 1 else (1,):
                if p * v <= shape.layers_count:
                    yield t, p, c, d, e, v


def _expert_degrees(shape: Shape, ranks: int) -> tuple[int, ...]:
    if not shape.experts_count:
        return (1,)
    return tuple(e for e in _EXPERT if shape.experts_count % e == 0 and ranks % e == 0)
