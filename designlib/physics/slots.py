"""Slots: how many requests fit beside the weights, by the cache that each of them holds."""

from __future__ import annotations

from math import floor

from designlib.physics.machine import Machine
from designlib.physics.misfit import Misfit
from designlib.physics.shape import Shape, kv_bytes_per_token
from designlib.physics.weights import cache_ranks, shares_attention, weight_bytes

# Engines schedule a limited number of sequences whatever memory holds; where attention is shared
# by requests, each GPU is an engine of its own.
SEQUENCES_MAX = 2048


def request_slots(
    shape: Shape,
    machine: Machine,
    ranks: int,
    weight_bits: float,
    kv_bits: float,
    tokens: float,
) -> tuple[int, float, float] | Misfit:
    r"""Return the requests that fit in a replica, or why not even one does.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and its constants.
    ranks : int
        GPUs of the replica. [1]
    weight_bits, kv_bits : float
        Width of weights and of the cache. [bit]
    tokens : float
        Prompt and answer of one request. [tokens]

    Returns
    -------
    tuple or Misfit
        Requests at once [1], cache of one request [GB], weights and reserve of a GPU [GB].

    Notes
    -----
    .. math:: \left\lfloor \frac{t\,M\,u - W - t\,R}{K\,(\mathrm{ISL}+\mathrm{OSL})}\right\rfloor

    Where a replica has more GPUs than key-value heads the cache is copied, which costs slots.
    """
    fixed_gb = weight_bytes(shape, weight_bits, ranks) / 1e9 + machine.serving.reserved_gb
    request_gb = kv_bytes_per_token(shape, kv_bits) * tokens / 1e9
    usable_gb = machine.hbm_gb * machine.serving.memory_factor
    copies = ranks / cache_ranks(shape, ranks)
    slots = floor((usable_gb - fixed_gb) * ranks / (request_gb * copies))
    if slots < 1:
        needed, available = ranks * fixed_gb + request_gb * copies, ranks * usable_gb
        return Misfit(
            f"weights and one request need {needed:,.0f} GB, "
            f"{ranks} GPUs have {available:,.0f} GB usable",
            "memory",
            needed,
            available,
            "GB",
        )
    engines = ranks if shares_attention(shape, ranks) else 1
    return min(slots, SEQUENCES_MAX * engines), request_gb, fixed_gb
