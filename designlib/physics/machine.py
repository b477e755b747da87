"""Machine: the numbers of one GPU in its server that decide how fast an LLM runs on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

import numpy as np

from designlib.physics.constants import ServingConstants, TrainingConstants
from designlib.physics.numbers import Numbers

# Where a GPU has no unit for a precision the work runs at the next wider one.
_WIDER = {"fp4": "fp8", "fp8": "bf16", "int8": "bf16", "fp16": "bf16"}


@dataclass(frozen=True, slots=True)
class Machine:
    """Peaks of a GPU, the two networks that join it to others, and its calibrated constants.

    Parameters
    ----------
    gpus_per_server_count, scale_up_gpus_count : int
        GPUs of one server, and GPUs joined by the scale-up network. [1]
    peak_tflops : Mapping[str, float]
        Dense peak by precision: "bf16", and "fp8", "fp4", "int8" where it has them. [TFLOP/s]
    hbm_gb, hbm_bandwidth_gb_s : float
        Memory of one GPU [GB] and the bandwidth to it [GB/s].
    scale_up_gb_s, network_gb_s : float
        One way, per GPU; a ``network_gb_s`` of 0 means no compute fabric. [GB/s]
    network_alpha_s, scale_up_alpha_s : float
        Latency of one communication step. [s]
    network_efficiency_frac, scale_up_efficiency_frac : float
        Share of those bandwidths that a large collective reaches. [1]
    train_kernel_frac : float
        Share of peak that the large matrix products of a training step reach. [1]
    serve_compute_frac, serve_hbm_frac : float
        Share of peak compute and of memory bandwidth that a serving step reaches. [1]
    serve_step_overhead_s : float
        Time of one serving step that no roofline explains. [s]
    train_band_frac, serve_band_frac : float
        b of the band from 1 / (1 + b) to 1 + b times a prediction: 80 % of measurements. [1]
    multicast_efficiency_frac : float
        Share of ``scale_up_gb_s`` that reductions inside the switch reach; 0 where it has none. [1]
    multicast_max_gb_s : float
        Most bus bandwidth of a reduction inside the switch, whatever the links are. [GB/s]
    scale_up : str
        "switched", "mesh" (point-to-point links) or "pcie".
    training, serving : TrainingConstants, ServingConstants
        Fitted constants that are the same for every GPU.
    """

    gpus_per_server_count: int
    scale_up_gpus_count: int
    peak_tflops: Mapping[str, float] = field(hash=False)
    hbm_gb: float
    hbm_bandwidth_gb_s: float
    scale_up_gb_s: float
    network_gb_s: float
    network_alpha_s: float = 12e-6
    scale_up_alpha_s: float = 4e-6
    network_efficiency_frac: float = 0.85
    scale_up_efficiency_frac: float = 0.8
    train_kernel_frac: float = 0.7
    serve_compute_frac: float = 0.55
    serve_hbm_frac: float = 0.9
    serve_step_overhead_s: float = 0.0
    train_band_frac: float = 0.2
    serve_band_frac: float = 0.35
    multicast_efficiency_frac: float = 0.0
    multicast_max_gb_s: float = inf
    scale_up: str = "switched"
    training: TrainingConstants = field(default_factory=TrainingConstants)
    serving: ServingConstants = field(default_factory=ServingConstants)


def compute_precision(machine: Machine, precision: str) -> str:
    """Return the precision that the GPU computes at: the asked one or the next wider it has.

    Parameters
    ----------
    machine : Machine
        GPU and server.
    precision : str
        "bf16", "fp16", "fp8", "fp4" or "int8".

    Examples
    --------
    >>> compute_precision(Machine(8, 8, {"bf16": 312.0}, 80, 2039, 300, 25), "fp8")
    'bf16'
    """
    while precision not in machine.peak_tflops:
        if precision not in _WIDER:
            raise ValueError(f"no peak for precision {precision!r}: has {set(machine.peak_tflops)}")
        precision = _WIDER[precision]
    return precision


def peak_flop_s(machine: Machine, precision: str) -> float:
    """Return the dense peak of one GPU at a precision. [FLOP/s].

    Parameters
    ----------
    machine : Machine
        GPU and server.
    precision : str
        "bf16", "fp16", "fp8", "fp4" or "int8"; a missing one runs at the next wider.
    """
    return machine.peak_tflops[compute_precision(machine, precision)] * 1e12


def weight_precision(weight_bits: float) -> str:
    """Return the precision that weights of a width compute at.

    Parameters
    ----------
    weight_bits : float
        Width of a stored weight, scales included: 4.5 is a 4-bit format. [bit]
    """
    if weight_bits < 6:
        return "fp4"
    return "fp8" if weight_bits <= 8 else "bf16"


def scale_up_rate_gb_s(machine: Machine, ranks: Numbers) -> Numbers:
    """Return the one-way rate that each GPU of a small group reaches inside the scale-up network.

    Parameters
    ----------
    machine : Machine
        GPU and server.
    ranks : int
        GPUs of the group. [1]

    Returns
    -------
    float
        Effective rate of one GPU. [GB/s]

    Notes
    -----
    Behind a switch a group of any size has the whole rate. In a mesh of point-to-point links a
    group of n GPUs uses n - 1 of its links only, so two GPUs of eight get a seventh.
    """
    rate = machine.scale_up_gb_s * machine.scale_up_efficiency_frac
    peers = machine.scale_up_gpus_count - 1
    few = (np.asarray(machine.scale_up) == "mesh") & (ranks > 1) & (ranks <= peers)
    return np.where(few, rate * (ranks - 1) / np.maximum(1, peers), rate)[()]


def network_rate_gb_s(machine: Machine) -> float:
    """Return the one-way rate per GPU that large messages reach across servers. [GB/s].

    Parameters
    ----------
    machine : Machine
        GPU and server.
    """
    return machine.network_gb_s * machine.network_efficiency_frac
