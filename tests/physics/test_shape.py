import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.shape import Shape, kv_bytes_per_token, typical_dense
from tests.physics.samples import DENSE_70B, MIXTURE


# Cache of one token in 16 bits: 2 x layers x key-value heads x head width x 2 bytes, from the
# released configurations of Llama 3.1 (arXiv:2407.21783) and DeepSeek-V3 (arXiv:2412.19437).
@pytest.mark.parametrize(
    ("layers", "kv_heads", "latent", "rope", "published"),
    [
        (126, 8, 0, 0, 516096),
        (80, 8, 0, 0, 327680),
        (32, 8, 0, 0, 131072),
        (61, 128, 512, 64, 70272),
    ],
)
def test_cache_of_a_token_is_that_of_the_released_configurations(
    layers, kv_heads, latent, rope, published
):
    shape = Shape(1, 1, layers, 1, 128, kv_heads, 128, 1, 1, kv_latent=latent, kv_rope=rope)
    assert kv_bytes_per_token(shape) == published
    assert kv_bytes_per_token(shape, 8) == published / 2


def test_weights_of_experts_follow_from_the_two_published_counts():
    # 58 of 61 layers hold 256 experts of 3 x 7168 x 2048 weights (DeepSeek-V3 configuration)
    counted = 58 * 256 * 3 * 7168 * 2048
    assert MIXTURE.expert_params_count == pytest.approx(counted, rel=0.01)
    assert DENSE_70B.expert_params_count == 0


def test_input_embedding_does_not_multiply():
    assert DENSE_70B.matmul_params_count == 70e9 - 128256 * 8192


@given(st.floats(1e9, 2e12))
def test_typical_dense_has_the_weights_that_were_asked(params):
    shape = typical_dense(params)
    kv = shape.kv_heads_count * shape.head_dim
    block = 2 * shape.hidden_count * (shape.attention_width + kv)
    block += 3 * shape.hidden_count * shape.ffn_count
    total = shape.layers_count * block + 2 * shape.vocab_count * shape.hidden_count
    assert total == pytest.approx(params, rel=0.05)
    assert shape.heads_count % shape.kv_heads_count == 0


# Published widths and depths; a guess must stay in their neighborhood.
@pytest.mark.parametrize(
    ("params", "layers", "hidden"), [(8.03e9, 32, 4096), (70.6e9, 80, 8192), (405.9e9, 126, 16384)]
)
def test_typical_dense_is_near_published_llms(params, layers, hidden):
    shape = typical_dense(params)
    assert shape.layers_count == pytest.approx(layers, rel=0.2)
    assert shape.hidden_count == pytest.approx(hidden, rel=0.2)
