"""Updates: what a step pays once: gradients exchanged, weights gathered, optimizer applied."""

from __future__ import annotations

import numpy as np

from designlib.physics.collectives import group_gather_s
from designlib.physics.machine import Machine
from designlib.physics.memory import (
    data_ranks,
    expert_data_ranks,
    params_per_gpu,
    trained_frac,
)
from designlib.physics.numbers import Numbers, Words
from designlib.physics.shape import Shape
from designlib.physics.split import Split

# Adam reads and writes fp32 master, moments and gradient and writes bf16 weights: about 30 bytes.
_OPTIMIZER_TRAFFIC_BYTES = 30.0
_WEIGHT_BYTES = 2.0


def data_exposed_s(
    shape: Shape,
    machine: Machine,
    split: Split,
    *,
    mode: Words,
    passes: Numbers,
    pass_s: Numbers,
) -> Numbers:
    """Return the data-parallel traffic of one step that math does not hide.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and networks.
    split : Split
        Degrees of the job.
    mode : str
        Kind of training; adapters send next to no gradients.
    passes : int
        Micro-batches of a step. [1]
    pass_s : float
        Time of one pass. [s]

    Returns
    -------
    float
        Exposed time of one step. [s]

    Notes
    -----
    With whole weights, gradients scatter and weights gather once a step, beside the last backward
    and the first forward pass. With sharded weights each pass gathers twice and scatters once.
    """
    dense, experts = params_per_gpu(shape, split)
    trained = trained_frac(mode)
    whole = np.asarray(split.sharding_stage) == 3
    rounds = np.where(whole, 2.0, trained) + trained
    once = rounds * (
        group_gather_s(machine, dense * _WEIGHT_BYTES, data_ranks(split), split.tensor_parallel)
        + group_gather_s(
            machine, experts * _WEIGHT_BYTES, expert_data_ranks(split), split.expert_parallel
        )
        * (np.asarray(experts) > 0)
    )
    hidden = np.minimum(once * machine.training.data_overlap_frac, pass_s)
    return (np.where(whole, passes, 1) * (once - hidden))[()]


def optimizer_s(shape: Shape, machine: Machine, split: Split, *, mode: Words) -> Numbers:
    """Return the time of the optimizer update.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and its memory bandwidth.
    split : Split
        Degrees of the job; any sharding shares the update over data-parallel GPUs.
    mode : str
        Kind of training.

    Returns
    -------
    float
        Time to read and write weights, gradients and moments. [s]
    """
    dense, experts = params_per_gpu(shape, split)
    shared = np.asarray(split.sharding_stage) > 0
    held = dense / np.where(shared, data_ranks(split), 1)
    held = held + experts / np.where(shared, expert_data_ranks(split), 1)
    traffic = trained_frac(mode) * held * _OPTIMIZER_TRAFFIC_BYTES
    return traffic / (machine.hbm_bandwidth_gb_s * 1e9)
