"""Collectives: alpha-beta times, steps times latency plus bytes over bandwidth."""

from __future__ import annotations

from math import ceil, log2

import numpy as np

from designlib.physics.machine import Machine, network_rate_gb_s, scale_up_rate_gb_s
from designlib.physics.numbers import Numbers, choose

# Rings that leave a scale-up domain: eight in the tables of 72-GPU racks as in those of 8-GPU
# servers (coreweave/nccl-tests, 20 racks at 400 Gbit/s a GPU: 406 GB/s of bus bandwidth).
_RING_PORTS = 8


def ring_all_reduce_s(size_bytes: float, ranks: int, gb_s: float, alpha_s: float = 0.0) -> float:
    r"""Return the time of a ring all-reduce.

    Parameters
    ----------
    size_bytes : float
        Message that every rank holds. [B]
    ranks : int
        Participants. [1]
    gb_s : float
        One-way bandwidth of a rank. [GB/s]
    alpha_s : float
        Latency of one step. [s]

    Returns
    -------
    float
        Duration. [s]

    Notes
    -----
    .. math:: 2(n-1)\,\alpha + \frac{2(n-1)}{n}\frac{S}{B}

    References
    ----------
    .. [1] R. Thakur et al., "Optimization of collective communication operations in MPICH",
       IJHPCA 19, 2005. Bus bandwidth as in NVIDIA/nccl-tests, doc/PERFORMANCE.md.

    Examples
    --------
    >>> round(ring_all_reduce_s(4.375e9, 16, 45, 6e-6), 3)
    0.182
    """
    if ranks <= 1:
        return 0.0
    return 2 * (ranks - 1) * alpha_s + 2 * (ranks - 1) / ranks * size_bytes / (gb_s * 1e9)


def tree_all_reduce_s(size_bytes: float, ranks: int, gb_s: float, alpha_s: float = 0.0) -> float:
    """Return the time of a tree all-reduce: few steps, for small messages.

    Parameters
    ----------
    size_bytes : float
        Message that every rank holds. [B]
    ranks : int
        Participants. [1]
    gb_s : float
        One-way bandwidth of a rank. [GB/s]
    alpha_s : float
        Latency of one step. [s]
    """
    if ranks <= 1:
        return 0.0
    return 2 * ceil(log2(ranks)) * alpha_s + 2 * size_bytes / (gb_s * 1e9)


def all_gather_s(size_bytes: float, ranks: int, gb_s: float, alpha_s: float = 0.0) -> float:
    r"""Return the time of a ring all-gather, reduce-scatter or all-to-all.

    Parameters
    ----------
    size_bytes : float
        Whole message after the gather (before the scatter). [B]
    ranks : int
        Participants. [1]
    gb_s : float
        One-way bandwidth of a rank. [GB/s]
    alpha_s : float
        Latency of one step. [s]

    Notes
    -----
    .. math:: (n-1)\,\alpha + \frac{n-1}{n}\frac{S}{B}
    """
    if ranks <= 1:
        return 0.0
    return (ranks - 1) * alpha_s + (ranks - 1) / ranks * size_bytes / (gb_s * 1e9)


def hierarchical_all_reduce_s(
    size_bytes: float,
    per_server: int,
    servers: int,
    inside_gb_s: float,
    outside_gb_s: float,
    inside_alpha_s: float = 0.0,
    outside_alpha_s: float = 0.0,
) -> float:
    """Return the time of scatter inside servers, ring across them, gather inside.

    Parameters
    ----------
    size_bytes : float
        Message that every rank holds. [B]
    per_server, servers : int
        GPUs of the group in one server, and servers. [1]
    inside_gb_s, outside_gb_s : float
        One-way bandwidth of a GPU inside and across servers. [GB/s]
    inside_alpha_s, outside_alpha_s : float
        Latency of one step inside and across. [s]

    Examples
    --------
    >>> round(1e3 * hierarchical_all_reduce_s(1e9, 8, 32, 360, 45, 3e-6, 6e-6), 1)
    10.7
    """
    inside = 2 * all_gather_s(size_bytes, per_server, inside_gb_s, inside_alpha_s)
    across = ring_all_reduce_s(size_bytes / per_server, servers, outside_gb_s, outside_alpha_s)
    return inside + across


def group_all_reduce_s(
    machine: Machine,
    size_bytes: Numbers,
    ranks: Numbers,
    stride: Numbers = 1,
    *,
    network_reduces: bool = False,
) -> float:
    """Return the all-reduce time of a group of GPUs that sit ``stride`` apart on a machine.

    Parameters
    ----------
    machine : Machine
        GPU, server and networks.
    size_bytes : float or array
        Message that every rank holds. [B]
    ranks : int or array
        GPUs of the group. [1]
    stride : int or array
        GPUs between two neighbours of the group, the tensor-parallel degree. [1]
    network_reduces : bool
        Switches between servers add messages up too (SHARP).

    Notes
    -----
    One ring over all ranks, or reduction inside switches: these take each message once, so
    (n + 1) / n messages pass a port instead of 2 (n - 1) / n, and the faster way counts. Rings
    leave a domain through eight ports at most, whatever its size; two domains, or any number under
    switches that reduce, exchange their sums over all ports.
    """
    inside = domain_ranks(machine, ranks, stride)
    across = np.ceil(ranks / inside)
    steps = 2 * (ranks - across) * machine.scale_up_alpha_s
    steps = steps + 2 * (across - 1) * machine.network_alpha_s
    near = scale_up_rate_gb_s(machine, inside * stride) * 1e9
    moved = 2 * (ranks - 1) / ranks * size_bytes
    port = network_rate_gb_s(machine)
    crossing = np.where(across > 1, _over(moved / np.minimum(inside, _RING_PORTS), port), 0.0)
    ring = steps + np.maximum(moved / near, crossing)
    rate = np.maximum(machine.scale_up_gb_s * machine.multicast_efficiency_frac * 1e9, 1.0)
    bus = 2 * (inside - 1) / inside * size_bytes / (machine.multicast_max_gb_s * 1e9)
    summed = np.maximum((inside + 1) / inside * size_bytes / rate, bus)
    each = np.where(across > 1, _over((across + 1) / across * size_bytes / inside, port), 0.0)
    switched = steps + np.maximum(summed, each)
    may = (inside > 1) & (machine.multicast_efficiency_frac > 0)
    may = may & ((across == 1) | network_reduces | ((across == 2) & (inside > _RING_PORTS)))
    found: float = choose(may, np.minimum(ring, switched), ring)
    return found


def group_gather_s(
    machine: Machine, size_bytes: Numbers, ranks: Numbers, stride: Numbers = 1
) -> float:
    """Return the gather (or scatter) time of a group of GPUs that sit ``stride`` apart.

    Parameters
    ----------
    machine : Machine
        GPU, server and networks.
    size_bytes : float or array
        Whole message after the gather. [B]
    ranks : int or array
        GPUs of the group. [1]
    stride : int or array
        GPUs between two neighbours of the group. [1]

    Notes
    -----
    Inside the scale-up domain the ring runs there. Beyond it one ring for each GPU of a domain
    crosses that GPU's port, so the ports of a domain share the message; links inside run beside.
    """
    inside = domain_ranks(machine, ranks, stride)
    across = np.ceil(ranks / inside)
    near = scale_up_rate_gb_s(machine, inside * stride) * 1e9
    time = (inside - 1) * (machine.scale_up_alpha_s + size_bytes / inside / near)
    share = (ranks - 1) / ranks * size_bytes / inside
    ring = (across - 1) * machine.network_alpha_s + _over(share, network_rate_gb_s(machine))
    found: float = choose(across > 1, np.maximum(time, ring), time)
    return found


def domain_ranks(machine: Machine, ranks: Numbers, stride: Numbers) -> Numbers:
    """Return how many GPUs of a group sit in one scale-up domain. [1].

    Parameters
    ----------
    machine : Machine
        GPU and its domain.
    ranks, stride : int or array
        GPUs of the group, and GPUs between two neighbours. [1]
    """
    fit = np.maximum(1, machine.scale_up_gpus_count // np.maximum(1, stride))
    return np.minimum(ranks, fit)


def group_all_to_all_s(
    machine: Machine, size_bytes: Numbers, ranks: Numbers, stride: Numbers = 1
) -> float:
    """Return the time in which every GPU of a group sends ``size_bytes`` spread over the others.

    Parameters
    ----------
    machine : Machine
        GPU, server and networks.
    size_bytes : float or array
        Bytes that one GPU sends in all. [B]
    ranks : int or array
        GPUs of the group. [1]
    stride : int or array
        GPUs between two neighbours of the group. [1]

    Notes
    -----
    The share of peers inside the scale-up domain goes over it, the rest over the network, at once.
    """
    inside = domain_ranks(machine, ranks, stride)
    near = size_bytes * (inside - 1) / ranks
    far = size_bytes * (ranks - inside) / ranks
    rate = scale_up_rate_gb_s(machine, inside * stride) * 1e9
    time = np.where(ranks > 1, machine.scale_up_alpha_s + near / rate, 0.0)
    ring = machine.network_alpha_s + _over(far, network_rate_gb_s(machine))
    found: float = choose(far > 0, np.maximum(time, ring), time)
    return found


def _over(size_bytes: Numbers, rate_gb_s: Numbers) -> Numbers:
    """Return bytes over a rate; infinite where there is no network."""
    time = size_bytes / np.maximum(rate_gb_s * 1e9, 1e-30)
    return np.where(np.asarray(rate_gb_s) > 0, time, np.inf)


def bus_bandwidth_gb_s(size_bytes: float, ranks: int, time_s: float) -> float:
    """Return the bus bandwidth of an all-reduce as nccl-tests prints it. [GB/s].

    Parameters
    ----------
    size_bytes : float
        Message. [B]
    ranks : int
        Participants. [1]
    time_s : float
        Duration. [s]
    """
    return 2 * (ranks - 1) / ranks * size_bytes / time_s / 1e9
