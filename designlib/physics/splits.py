"""Splits: the ways to cut a training job over GPUs that are worth a look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from designlib.physics.machine import Machine
from designlib.physics.shape import Shape
from designlib.physics.split import Split

_MICRO_BATCHES = (1, 2, 4, 8)


def splits(
    shape: Shape, machine: Machine, gpus_count: int, *, sequence_tokens: float
) -> Iterator[Split]:
    """Return the splits worth a look, without micro-batch, sharding and recompute.

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
    """
    domain = min(machine.scale_up_gpus_count, gpus_count, shape.heads_count)
    for t in (1, 2, 4, 8, 16):
        if t > domain or gpus_count % t:
            continue
        rest = gpus_count // t
        for p in (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32):
            if rest % p or p * 2 > shape.layers_count:
                continue
            for c in (1, 2, 4, 8, 16):
                if (rest // p) % c or (c > 1 and sequence_tokens / c < 4096):
                    continue
                base = Split(t, p, rest // p // c, context_parallel=c)
                for e in _expert_degrees(shape, t * base.data_parallel * c):
                    for v in (1, 2, 4) if p > 1 else (1,):
                        if p * v <= shape.layers_count:
                            yield replace(base, expert_parallel=e, interleave=v)


def variants(base: Split, sequences: float) -> Iterator[Split]:
    """Return the micro-batches, shardings and recompute choices of a split.

    Parameters
    ----------
    base : Split
        Degrees.
    sequences : float
        Sequences of one global batch. [1]
    """
    stages = (1, 3) if base.data_parallel * base.context_parallel > 1 else (0,)
    for micro in _MICRO_BATCHES:
        if micro * base.data_parallel > sequences and micro > 1:
            return
        for stage in stages:
            if stage == 3 and base.pipeline_parallel > 1:
                continue  # weights would travel once for every pass of every stage
            for recompute in ("none", "full"):
                yield replace(base, micro_batch=micro, sharding_stage=stage, recompute=recompute)


def _expert_degrees(shape: Shape, ranks: int) -> tuple[int, ...]:
    if not shape.experts_count:
        return (1,)
    return tuple(
        e for e in (1, 2, 4, 8, 16, 32, 64) if shape.experts_count % e == 0 and ranks % e == 0
    )
