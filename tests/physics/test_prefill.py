from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.prefill import prefill_s
from tests.physics.samples import DENSE_8B, DENSE_70B, IDEAL, MIXTURE, SMALL_CARD, SWITCHED


def first(machine=SWITCHED, shape=DENSE_70B, **change):
    values = {"tensor_parallel": 4, "weight_bits": 8, "prompt_tokens": 2000}
    return prefill_s(shape, machine, **(values | change))


def test_ideal_prefill_is_two_flops_a_weight_and_token():
    fast = replace(IDEAL, hbm_bandwidth_gb_s=1e12)
    _, work = first(fast, tensor_parallel=1, weight_bits=16, prompt_tokens=1000)
    head = 128256 * 8192  # only the last token of a prompt asks for a next one
    products = 2 * (DENSE_70B.matmul_params_count - head) * 1000 + 2 * head
    scores = 4 * 80 * 8192 * 1000 * 500
    assert work == pytest.approx((products + scores) / 1000e12)


def test_a_short_prompt_waits_for_the_weights():
    alone, work = first(IDEAL, tensor_parallel=1, prompt_tokens=1)
    assert alone == pytest.approx(70e9 / 3e12, rel=0.01)
    assert work < alone / 50


def test_a_prefix_that_is_there_saves_its_products_and_not_attention_to_it():
    _, whole = first()
    _, half = first(prefix_hit_frac=0.5)
    _, short = first(prompt_tokens=1000)
    assert short < half < whole


@given(
    machine=st.sampled_from([SWITCHED, SMALL_CARD]),
    shape=st.sampled_from([DENSE_8B, DENSE_70B, MIXTURE]),
    tokens=st.floats(1, 1e5),
    hit=st.floats(0, 0.99),
    more=st.floats(1, 4),
)
def test_a_longer_prompt_is_never_cheaper_and_a_hit_never_dearer(machine, shape, tokens, hit, more):
    base = first(machine, shape, prompt_tokens=tokens, prefix_hit_frac=hit)
    longer = first(machine, shape, prompt_tokens=tokens * more, prefix_hit_frac=hit)
    cold = first(machine, shape, prompt_tokens=tokens)
    faster = {k: v * more for k, v in machine.peak_tflops.items()}
    better = first(
        replace(machine, peak_tflops=faster), shape, prompt_tokens=tokens, prefix_hit_frac=hit
    )
    for one, more_work, no_hit, quick in zip(base, longer, cold, better, strict=True):
        assert more_work >= one * (1 - 1e-12)
        assert no_hit >= one * (1 - 1e-12)
        assert quick <= one * (1 + 1e-12)
    assert base[1] <= base[0] * (1 + 1e-12)
