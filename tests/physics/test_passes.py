from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.passes import pass_expert_s, pass_math_s, pass_tensor_s, work_factors
from designlib.physics.split import Split
from tests.physics.samples import DENSE_70B, IDEAL, MIXTURE, SWITCHED


def test_ideal_math_is_six_flops_a_weight_and_causal_attention():
    time = pass_math_s(
        DENSE_70B, IDEAL, Split(), mode="pretrain", precision="bf16", sequence_tokens=4096
    )
    products = 6 * DENSE_70B.matmul_params_count * 4096
    attention = 3.5 * 2 * 80 * 8192 * 4096 * 4096  # 2.5 forward passes for its gradient
    assert time == pytest.approx((products + attention) / 1000e12)


def test_recompute_adds_a_forward_pass_and_adapters_save_weight_gradients():
    full, none, lora = (
        work_factors(*x) for x in (("full", "full"), ("full", "none"), ("lora", "none"))
    )
    assert full[0] / none[0] == pytest.approx(4 / 3)
    assert lora[0] / none[0] == pytest.approx(2 / 3, rel=0.01)


def test_tensor_traffic_is_that_of_four_all_reduces_a_layer():
    # 8 b s h (t-1)/t elements of 2 bytes a layer: 0.94 GB at s = h = 8192, t = 8 (Megatron-LM);
    # 80 layers at 360 GB/s take 0.21 s
    machine = replace(IDEAL, scale_up_gb_s=360, scale_up_efficiency_frac=1)
    machine = replace(machine, training=replace(machine.training, tensor_overlap_frac=0))
    time = pass_tensor_s(
        DENSE_70B, machine, Split(tensor_parallel=8), mode="pretrain", sequence_tokens=8192
    )
    assert time == pytest.approx(0.21, rel=0.01)


def test_dense_llms_dispatch_nothing():
    split = Split(data_parallel=8)
    assert pass_expert_s(DENSE_70B, SWITCHED, split, sequence_tokens=4096) == 0
    split = replace(split, expert_parallel=8)
    assert pass_expert_s(MIXTURE, SWITCHED, split, sequence_tokens=4096) > 0


@given(
    t=st.sampled_from([1, 2, 4, 8]),
    p=st.sampled_from([1, 2, 4]),
    tokens=st.sampled_from([1024, 4096, 16384]),
    precision=st.sampled_from(["bf16", "fp8"]),
    more=st.floats(1, 4),
)
def test_a_better_gpu_is_never_slower_and_a_longer_sequence_never_cheaper(
    t, p, tokens, precision, more
):
    def time(machine, length=tokens):
        split = Split(tensor_parallel=t, pipeline_parallel=p)
        args = {"mode": "pretrain", "sequence_tokens": length}
        math = pass_math_s(DENSE_70B, machine, split, precision=precision, **args)
        return math + pass_tensor_s(DENSE_70B, machine, split, **args)

    base = time(SWITCHED)
    faster = {k: v * more for k, v in SWITCHED.peak_tflops.items()}
    assert time(replace(SWITCHED, peak_tflops=faster)) <= base
    assert time(replace(SWITCHED, hbm_bandwidth_gb_s=3000 * more)) <= base
    assert time(replace(SWITCHED, scale_up_gb_s=400 * more)) <= base
    assert time(SWITCHED, 2 * tokens) > base
