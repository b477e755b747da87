"""Split: how one training job is cut over GPUs; the degrees multiply to its GPU count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from designlib.physics.numbers import Numbers, Words


@dataclass(frozen=True, slots=True)
class Split:
    """Parallel degrees and memory choices of a training job, or of many as arrays.

    Parameters
    ----------
    tensor_parallel, pipeline_parallel, data_parallel, context_parallel : int
        GPUs that share a layer, a stack of layers, the batch, and a sequence. [1]
    expert_parallel : int
        GPUs that share the experts of a layer; taken from the data-parallel GPUs. [1]
    micro_batch : int
        Sequences of one pass. [1]
    interleave : int
        Layer stacks per GPU of an interleaved pipeline. [1]
    sharding_stage : int
        What data-parallel GPUs share: 0 nothing, 1 optimizer, 2 + gradients, 3 + weights (ZeRO).
    recompute : str
        "none" (fused attention), "selective" or "full".
    """

    tensor_parallel: Numbers = 1
    pipeline_parallel: Numbers = 1
    data_parallel: Numbers = 1
    expert_parallel: Numbers = 1
    context_parallel: Numbers = 1
    micro_batch: Numbers = 1
    interleave: Numbers = 1
    sharding_stage: Numbers = 1
    recompute: Words = "none"

    @property
    def gpus_count(self) -> Numbers:
        """Return the GPUs of the job. [1]."""
        return (
            self.tensor_parallel
            * self.pipeline_parallel
            * self.data_parallel
            * self.context_parallel
        )


def micro_batches_count(split: Split, sequences: Numbers) -> Numbers:
    """Return the passes of one step on each data-parallel replica, rounded up to whole ones.

    Parameters
    ----------
    split : Split
        Degrees of the job.
    sequences : float
        Sequences of one global batch. [1]
    """
    per_pass = split.data_parallel * split.micro_batch
    return np.maximum(1, np.ceil(sequences / per_pass))


def stage_layers_count(split: Split, layers_count: Numbers) -> Numbers:
    """Return the layers of the fullest pipeline stage; layers are whole.

    Parameters
    ----------
    split : Split
        Degrees of the job; stacks of a stage need not be equal.
    layers_count : float
        Decoder blocks of the LLM. [1]

    Examples
    --------
    >>> int(stage_layers_count(Split(pipeline_parallel=8, interleave=2), 94))
    12
    """
    return np.ceil(layers_count / split.pipeline_parallel)
