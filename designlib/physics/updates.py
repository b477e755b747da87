"""Updates: what a step pays once: gradients exchanged, weights gathered, optimizer applied."""

from __future__ import annotations

from designlib.physics.collectives import group_gather_s
from designlib.physics.machine import Machine
from designlib.physics.memory import ADAPTER_FRAC, params_per_gpu
from designlib.physics.shape import Shape
from designlib.physics.split import Split

# Adam reads and writes fp32 master, moments and gradient and writes bf16 weights: about 30 bytes.
_OPTIMIZER_TRAFFIC_BYTES = 30.0
_WEIGHT_BYTES = 2.0


def data_exposed_s(
    shape: Shape, machine: Machine, split: Split, *, mode: str, passes: int, pass_s: float
) -> float:
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
    data = split.data_parallel * split.context_parallel
    expert_data = max(1, data * split.tensor_parallel // split.expert_parallel)
    trained = ADAPTER_FRAC if mode == "lora" else 1.0
    gathers, scatters, times = 1.0 * trained, trained, 1
    if split.sharding_stage == 3:
        gathers, times = 2.0, passes
    once = 0.0
    for weights, ranks, stride in (
        (dense, data, split.tensor_parallel),
        (experts, expert_data, split.expert_parallel),
    ):
        if weights > 0:
            size = weights * _WEIGHT_BYTES
            once += (gathers + scatters) * group_gather_s(machine, size, ranks, stride)
    hidden = min(once * machine.training.data_overlap_frac, pass_s)
    return times * (once - hidden)


def optimizer_s(shape: Shape, machine: Machine, split: Split, *, mode: str) -> float:
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
    data = split.data_parallel * split.context_parallel
    if split.sharding_stage:
        dense /= data
        experts /= max(1, data * split.tensor_parallel // split.expert_parallel)
    trained = ADAPTER_FRAC if mode == "lora" else 1.0
    traffic = trained * (dense + experts) * _OPTIMIZER_TRAFFIC_BYTES
    return traffic / (machine.hbm_bandwidth_gb_s * 1e9)
