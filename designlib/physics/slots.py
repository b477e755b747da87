"""Slots: how many requests fit beside the weights, by the cache that each of them holds."""

from __future__ import annotations

import numpy as np

from designlib.physics.machine import Machine
from designlib.physics.misfit import Misfit
from designlib.physics.numbers import Numbers
from designlib.physics.shape import Shape, cached_tokens, kv_bytes_per_token
from designlib.physics.weights import cache_ranks, shares_attention, weight_bytes

# Engines schedule a limited number of sequences whatever memory holds; where attention is shared
# by requests, each GPU is an engine of its own.
SEQUENCES_MAX = 2048


def slots_count(
    shape: Shape,
    machine: Machine,
    *,
    tensor_parallel: Numbers,
    weight_bits: Numbers,
    kv_bits: Numbers,
    tokens: Numbers,
    pipeline_parallel: Numbers = 1,
    sequences_max: Numbers = SEQUENCES_MAX,
) -> Numbers:
    r"""Return the requests that fit in a replica at once; below one nothing runs. [1].

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and its constants.
    tensor_parallel, pipeline_parallel : int or array
        GPUs of a stage, and stages of the replica. [1]
    weight_bits, kv_bits : float or array
        Width of weights and of the cache. [bit]
    tokens : float or array
        Prompt and answer of one request. [tokens]
    sequences_max : float or array
        Requests that an engine runs at most. [1]

    Notes
    -----
    .. math:: \left\lfloor f\,\frac{t\,(M\,u - W/t - R)}{K\,(\mathrm{ISL}+\mathrm{OSL})}
        \right\rfloor

    Where a replica has more GPUs than key-value heads the cache is copied, which costs slots.
    """
    t = tensor_parallel
    fixed = fixed_gb(shape, machine, t, weight_bits, pipeline_parallel)
    free_gb = (machine.hbm_gb * machine.serving.memory_factor - fixed) * pipeline_parallel
    room = machine.serving.cache_frac * free_gb * cache_ranks(shape, t)
    found = np.floor(room / request_gb(shape, kv_bits, tokens))
    return np.minimum(found, sequences_max * np.where(shares_attention(shape, t), t, 1))


def fixed_gb(
    shape: Shape, machine: Machine, ranks: Numbers, weight_bits: Numbers, stages: Numbers = 1
) -> Numbers:
    """Return what one GPU holds before the first request: weights and reserve. [GB].

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and its constants.
    ranks, stages : int or array
        Tensor- and pipeline-parallel degree. [1]
    weight_bits : float or array
        Width of weights. [bit]
    """
    fitted = machine.serving
    buffers = np.where(shares_attention(shape, ranks), fitted.shared_reserved_gb, 0.0)
    weights = weight_bytes(shape, weight_bits, ranks, stages=stages) / 1e9
    return weights + fitted.reserved_gb + buffers


def request_gb(shape: Shape, kv_bits: Numbers, tokens: Numbers) -> Numbers:
    """Return the cache of one request. [GB].

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    kv_bits : float or array
        Width of the cache. [bit]
    tokens : float or array
        Prompt and answer. [tokens]
    """
    return kv_bytes_per_token(shape, kv_bits) * cached_tokens(shape, tokens) / 1e9


def request_slots(
    shape: Shape,
    machine: Machine,
    ranks: int,
    weight_bits: float,
    kv_bits: float,
    tokens: float,
    stages: int = 1,
) -> tuple[int, float, float] | Misfit:
    """Return the requests that fit in a replica, or why not even one does.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and its constants.
    ranks, stages : int
        GPUs of a stage, and stages of the replica. [1]
    weight_bits, kv_bits : float
        Width of weights and of the cache. [bit]
    tokens : float
        Prompt and answer of one request. [tokens]

    Returns
    -------
    tuple or Misfit
        Requests at once [1], cache of one request [GB], weights and reserve of a GPU [GB].
    """
    each = float(request_gb(shape, kv_bits, tokens))
    fixed = float(fixed_gb(shape, machine, ranks, weight_bits, stages))
    slots = slots_count(
        shape,
        machine,
        tensor_parallel=ranks,
        weight_bits=weight_bits,
        kv_bits=kv_bits,
        tokens=tokens,
        pipeline_parallel=stages,
    )
    if slots >= 1:
        return int(slots), each, fixed
    gpus, usable = ranks * stages, machine.hbm_gb * machine.serving.memory_factor
    cache = each * ranks / float(cache_ranks(shape, ranks)) / machine.serving.cache_frac
    needed, available = gpus * fixed + cache, gpus * usable
    return Misfit(
        f"weights and one request need {needed:,.1f} GB, "
        f"{gpus} GPUs have {available:,.1f} GB usable",
        "memory",
        needed,
        available,
        "GB",
    )
