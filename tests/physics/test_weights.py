import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.weights import (
    cache_ranks,
    expert_layers_count,
    experts_touched,
    shares_attention,
    weight_bytes,
)
from tests.physics.samples import DENSE_8B, DENSE_70B, MIXTURE


def test_experts_touched_by_a_batch():
    # 256 experts, 8 a token: E (1 - (1 - k/E)^B) by hand
    found = [round(experts_touched(256, 8, batch)) for batch in (1, 32, 64, 256)]
    assert found == [8, 163, 222, 256]


def test_weights_of_a_dense_llm_divide_over_its_gpus():
    head = 128256 * 8192  # both embeddings keep 16 bits
    assert weight_bytes(DENSE_70B, 8) == 70e9 + 2 * head
    assert weight_bytes(DENSE_70B, 16) == 140e9
    assert weight_bytes(DENSE_70B, 16, 4) == 35e9
    assert weight_bytes(DENSE_70B, 16, 4, 1) == pytest.approx((70e9 - head) * 2 / 4)
    assert weight_bytes(DENSE_70B, 16, 4, stages=2) == 17.5e9


def test_one_token_of_a_mixture_reads_its_active_weights():
    assert weight_bytes(MIXTURE, 8, 1, 1) == pytest.approx(37e9)
    assert weight_bytes(MIXTURE, 8, 1, 1e6) == pytest.approx(671e9)


@given(st.sampled_from([DENSE_8B, DENSE_70B, MIXTURE]), st.integers(1, 8))
def test_fewer_bits_are_never_larger(shape, ranks):
    sizes = [weight_bytes(shape, bits, ranks) for bits in (4.5, 8, 16)]
    assert sizes == sorted(sizes)


def test_layers_with_experts_by_their_width():
    assert expert_layers_count(DENSE_70B) == 0
    # 671 B and 37 B active of DeepSeek-V3: 58 of its 61 layers have experts
    assert expert_layers_count(MIXTURE) == pytest.approx(58, rel=0.02)


def test_many_experts_copy_the_dense_part():
    assert shares_attention(MIXTURE, 8)
    assert not shares_attention(MIXTURE, 1)
    assert not shares_attention(DENSE_70B, 8)
    dense = MIXTURE.params_count - MIXTURE.expert_params_count
    held = weight_bytes(MIXTURE, 8, 8)
    head = 129280 * 7168
    assert held == pytest.approx(dense + 2 * head + MIXTURE.expert_params_count / 8)


def test_a_cache_divides_over_its_heads_only():
    assert cache_ranks(DENSE_8B, 16) == 8
    assert cache_ranks(DENSE_8B, 4) == 4
    assert cache_ranks(MIXTURE, 16) == 16


@given(st.floats(1, 1e4), st.floats(1, 10))
def test_more_tokens_touch_more_experts(tokens, more):
    once, again = (experts_touched(256, 8, tokens * x) for x in (1, more))
    assert once + 1e-9 >= 8
    assert once <= again <= 256
