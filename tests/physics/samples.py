"""Machines and LLMs with round numbers; no part of any catalog."""

from dataclasses import replace

from designlib.physics.constants import ServingConstants, TrainingConstants
from designlib.physics.machine import Machine
from designlib.physics.shape import Shape

SWITCHED = Machine(
    gpus_per_server_count=8,
    scale_up_gpus_count=8,
    peak_tflops={"bf16": 1000.0, "fp8": 2000.0},
    hbm_gb=80,
    hbm_bandwidth_gb_s=3000,
    scale_up_gb_s=400,
    network_gb_s=50,
)
SMALL_CARD = replace(
    SWITCHED,
    peak_tflops={"bf16": 360.0, "fp8": 720.0},
    hbm_gb=48,
    hbm_bandwidth_gb_s=860,
    scale_up_gb_s=32,
    network_gb_s=25,
    scale_up="pcie",
)
NO_FP8 = replace(SWITCHED, peak_tflops={"bf16": 1000.0})

# Nothing lost anywhere: what remains is the roofline.
IDEAL_TRAINING = TrainingConstants(
    elementwise_bytes=0,
    attention_kernel_frac=1,
    fp8_kernel_frac=1,
    fp4_kernel_frac=1,
    half_width_count=0,
    expert_half_width_count=0,
    sharded_bytes=0,
    sharded_attention_frac=1,
    expert_overhead_s=0,
    expert_launch_s=0,
    step_overhead_s=0,
    routing_imbalance_factor=1,
)
IDEAL_SERVING = ServingConstants(
    layer_overhead_s=0,
    expert_overhead_s=0,
    token_overhead_s=0,
    all_reduce_alpha_s=0,
    reserved_gb=0,
    memory_factor=1,
    shared_reserved_gb=0,
    cache_frac=1,
    compute_cap_frac=1,
    switched_exchange_frac=1,
    mesh_exchange_frac=1,
    pcie_exchange_frac=1,
    fp4_compute_frac=1,
    half_width_count=0,
)
IDEAL = replace(
    SWITCHED,
    scale_up_gb_s=1e9,
    network_gb_s=1e9,
    scale_up_alpha_s=0,
    network_alpha_s=0,
    train_kernel_frac=1,
    serve_compute_frac=1,
    serve_hbm_frac=1,
    serve_step_overhead_s=0,
    training=IDEAL_TRAINING,
    serving=IDEAL_SERVING,
)

DENSE_8B = Shape(8e9, 8e9, 32, 4096, 32, 8, 128, 14336, 128256)
DENSE_70B = Shape(70e9, 70e9, 80, 8192, 64, 8, 128, 28672, 128256)
MIXTURE = Shape(671e9, 37e9, 61, 7168, 128, 128, 128, 2048, 129280, 256, 8, 512, 64)
