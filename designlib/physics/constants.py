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
    elementwise_bytes, sharded_bytes : float
        Memory traffic of norms, gates and residuals, forward and backward, per token, layer and
        hidden element; plausible 80 to 600. And what frameworks add that shard weights layer by
        layer: kernels less fused, copies in and out of flat buffers; 0 to 600. [B]
    attention_kernel_frac : float
        Efficiency of fused attention relative to matrix products; plausible 0.3 to 1.2. [1]
    sharded_attention_frac : float
        Efficiency of attention in frameworks that shard weights layer by layer, relative to the
        fused one; 0.3 to 1. [1]
    fp8_kernel_frac, fp4_kernel_frac : float
        Efficiency of 8- and 4-bit matrix products relative to 16-bit ones; 0.5 to 1. [1]
    half_width_count, expert_half_width_count : float
        Width of a matrix, and of an expert's, at which its product runs at half its efficiency:
        high tensor parallelism and narrow experts are slow; 0 to 4,000. [1]
    expert_overhead_s, expert_launch_s : float
        Launches and gaps that routing adds to a layer and pass, forward and backward, and that each
        expert on the GPU adds, with software of 2026.0; 0 to 1e-2 and 0 to 1e-3. [s]
    routing_progress_frac : float
        Share by which a year of software shortens these two, as an exponent; 0 to 2. [1]
    step_overhead_s : float
        Fixed time of a step: data, synchronization, scalars; 0 to 0.1. [s]
    tensor_overlap_frac, expert_overlap_frac, data_overlap_frac : float
        Share of tensor-, expert- and data-parallel traffic that hides behind math; 0 to 1. [1]
    routing_imbalance_factor : float
        Busiest expert group over the mean under real routing; 1 to 1.25. [1]
    dense_band_frac, mixture_band_frac, tuned_band_frac : float
        Half-width of the band of a pre-training step of dense LLMs, of mixtures of experts, and of
        a fine-tuning step: what left-out measurements need, not a constant of the law. [1]
    """

    elementwise_bytes: float = 160.0
    sharded_bytes: float = 280.0
    attention_kernel_frac: float = 0.7
    sharded_attention_frac: float = 0.6
    fp8_kernel_frac: float = 0.9
    fp4_kernel_frac: float = 0.75
    half_width_count: float = 160.0
    expert_half_width_count: float = 1500.0
    expert_overhead_s: float = 500e-6
    expert_launch_s: float = 300e-6
    routing_progress_frac: float = 1.0
    step_overhead_s: float = 0.05
    tensor_overlap_frac: float = 0.1
    expert_overlap_frac: float = 0.7
    data_overlap_frac: float = 0.3
    routing_imbalance_factor: float = 1.1
    dense_band_frac: float = 0.15
    mixture_band_frac: float = 0.25
    tuned_band_frac: float = 0.15


@dataclass(frozen=True, slots=True)
class ServingConstants:
    """Constants of a serving step, the same for every GPU.

    Parameters
    ----------
    layer_overhead_s : float
        Launches and small kernels of one layer and step; 1e-6 to 100e-6. [s]
    expert_overhead_s : float
        What routing to experts adds to a layer that has them; 0 to 300e-6. [s]
    token_overhead_s : float
        Host work per generated token: scheduling, sampling, detokenizing; 0 to 30e-6. [s]
    all_reduce_alpha_s : float
        Latency of one small all-reduce inside a server; 5e-6 to 40e-6. [s]
    switched_exchange_frac, mesh_exchange_frac, pcie_exchange_frac : float
        Share of the link rate that exchanges of activations reach, by scale-up network; below
        the plateau of large messages; 0.2 to 0.9. [1]
    reserved_gb, shared_reserved_gb : float
        Memory of one GPU that framework and activations hold, and what the buffers of attention
        shared by requests add; 1 to 6 and 0 to 30. [GB]
    memory_factor : float
        Memory that a device reports over the figure of its data sheet, which prints GiB as GB;
        1 to 1.074. [1]
    cache_frac : float
        Share of the memory left beside weights and reserve that engines give to the cache; 0.8
        to 0.95. [1]
    compute_cap_frac : float
        Share of the peak that no product passes, however much power there is; 0.6 to 1. [1]
    fp4_compute_frac : float
        4-bit products over four times the 16-bit rate at the same power; 0.4 to 1. [1]
    half_width_count : float
        Width of an expert at which its products run at half their efficiency; 0 to 6,000. [1]
    first_token_band_frac, limited_band_frac : float
        Half-width of the band of a first token and of a rate within limits: what left-out
        measurements need, not constants of the law. [1]
    """

    layer_overhead_s: float = 50e-6
    expert_overhead_s: float = 80e-6
    token_overhead_s: float = 4e-6
    all_reduce_alpha_s: float = 12e-6
    switched_exchange_frac: float = 0.65
    mesh_exchange_frac: float = 0.4
    pcie_exchange_frac: float = 0.5
    reserved_gb: float = 2.0
    shared_reserved_gb: float = 15.0
    memory_factor: float = 1.068
    cache_frac: float = 0.9
    compute_cap_frac: float = 0.8
    fp4_compute_frac: float = 0.6
    half_width_count: float = 4900.0
    first_token_band_frac: float = 0.4
    limited_band_frac: float = 0.35
