"""Slots: how many requests fit beside the weights, by the cache that each of them holds."""

from __future__ import annotations

from math import floor

from designlib.physics.decode import weight_bytes
from designlib.physics.machine import Machine
from designlib.physics.misfit import Misfit
from designlib.physics.shape import Shape, kv_bytes_per_token

# Engines schedule a limited number of sequences whatever memory holds.
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
    """
    weights_gb = weight_bytes(shape, weight_bits) / 1e9
    fixed_gb = weights_gb / ranks + machine.serving.reserved_gb
    request_gb = kv_bytes_per_token(shape, kv_bits) * tokens / 1e9
    usable_gb = machine.hbm_gb * machine.serving.memory_frac
    slots = floor((usable_gb - fixed_gb) * ranks / request_gb)
    if slots < 1:
        needed, available = ranks * fixed_gb + request_gb, ranks * usable_gb
        return Misfit(
            f"weights and one request need {needed:,.0f} GB, "
            f"{ranks} GPUs have {available:,.0f} GB usable",
            "memory",
            needed,
            available,
            "GB",
        )
    return min(slots, SEQUENCES_MAX), request_gb, fixed_gb
