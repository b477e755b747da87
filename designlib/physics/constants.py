"""Constants: fitted numbers of the speed models that do not belong to one GPU.

The defaults are typical values; a calibration table replaces them and states the fit's error.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainingConstants:
    """Constants of a training step, the same for every GPU.

    Parameters
    ----------
    elementwise_bytes : float
        Memory traffic of norms, gates and residuals, forward and backward, per token, layer and
        hidden element; plausible 60 to 250. [B]
    attention_kernel_ratio : float
        Efficiency of fused attention relative to matrix products; plausible 0.4 to 1. [1]
    fp8_kernel_ratio, fp4_kernel_ratio : float
        Efficiency of 8- and 4-bit matrix products relative to 16-bit ones; 0.5 to 1. [1]
    expert_kernel_ratio : float
        Efficiency of the small matrix products of experts relative to dense; 0.4 to 1. [1]
    layer_overhead_s : float
        Launches and gaps of one layer and pass, forward and backward; 0 to 500e-6. [s]
    tensor_overlap_frac, expert_overlap_frac, data_overlap_frac : float
        Share of tensor-, expert- and data-parallel traffic that hides behind math; 0 to 1. [1]
    routing_imbalance : float
        Busiest expert group over the mean under real routing; 1 to 1.25. [1]
    """

    elementwise_bytes: float = 120.0
    attention_kernel_ratio: float = 0.7
    fp8_kernel_ratio: float = 0.8
    fp4_kernel_ratio: float = 0.6
    expert_kernel_ratio: float = 0.7
    layer_overhead_s: float = 100e-6
    tensor_overlap_frac: float = 0.4
    expert_overlap_frac: float = 0.3
    data_overlap_frac: float = 0.8
    routing_imbalance: float = 1.1


@dataclass(frozen=True, slots=True)
class ServingConstants:
    """Constants of a serving step, the same for every GPU.

    Parameters
    ----------
    layer_overhead_s : float
        Launches and small kernels of one layer and step; 1e-6 to 50e-6. [s]
    all_reduce_alpha_s : float
        Latency of one small all-reduce inside a server; 5e-6 to 40e-6. [s]
    reserved_gb : float
        Memory of one GPU that framework, activations and collectives hold; 2 to 10. [GB]
    memory_frac : float
        Share of GPU memory that the engine may use; 0.85 to 0.95. [1]
    fp8_compute_ratio, fp4_compute_ratio : float
        Efficiency of 8- and 4-bit matrix products relative to 16-bit ones; 0.4 to 1. [1]
    expert_imbalance : float
        Busiest expert group over the mean; 1 to 1.5. [1]
    """

    layer_overhead_s: float = 10e-6
    all_reduce_alpha_s: float = 12e-6
    reserved_gb: float = 4.0
    memory_frac: float = 0.92
    fp8_compute_ratio: float = 0.8
    fp4_compute_ratio: float = 0.6
    expert_imbalance: float = 1.2
