"""Decoder weights: the totals that the makers of released models publish."""

import pytest

from designlib.physics.decoder_weights import Decoder, params

# Widths of the released config.json; total and active weights as the model cards or papers state.
PUBLISHED = {
    # https://huggingface.co/meta-llama/Llama-3.1-70B: 70.6 B
    "Llama 3.1 70B": (Decoder(80, 8192, 64, 8, 128, 128256, 28672), 70.6e9, 70.6e9),
    # arXiv:2401.04088: 47 B and 13 B
    "Mixtral 8x7B": (
        Decoder(
            32, 4096, 32, 8, 128, 32000, 0, experts_count=8, top_k_count=2, expert_ffn_count=14336
        ),
        46.7e9,
        12.9e9,
    ),
    # arXiv:2412.19437: 671 B and 37 B
    "DeepSeek-V3": (
        Decoder(
            61, 7168, 128, 128, 128, 129280, 18432, experts_count=256, top_k_count=8,
            shared_experts_count=1, expert_ffn_count=2048, dense_layers_count=3,
            q_latent=1536, kv_latent=512, kv_rope=64, value_dim=128,
        ),
        671e9,
        37e9,
    ),
    # arXiv:2505.09388: 235 B and 22 B
    "Qwen3-235B-A22B": (
        Decoder(
            94, 4096, 64, 4, 128, 151936, 12288, experts_count=128, top_k_count=8,
            expert_ffn_count=1536,
        ),
        235e9,
        22e9,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_total_and_active_weights_are_those_published(name):
    decoder, total, active = PUBLISHED[name]
    assert params(decoder) == (pytest.approx(total, rel=0.005), pytest.approx(active, rel=0.02))


def test_tied_embedding_is_counted_once():
    small = Decoder(2, 64, 4, 4, 16, 1000, 256)
    tied = Decoder(2, 64, 4, 4, 16, 1000, 256, tied=True)
    assert params(small)[0] - params(tied)[0] == 1000 * 64
