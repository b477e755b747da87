"""Layer kinds: the ways in which released configurations say them, against what papers say."""

import pytest

from designlib.imports.layer_kinds import attention_layers_count, expert_layers_count, windows


@pytest.mark.parametrize(
    ("config", "layers", "experts"),
    [
        ({"first_k_dense_replace": 3, "moe_layer_freq": 1}, 61, 58),  # DeepSeek-V3, section 4.2
        ({"decoder_sparse_step": 1, "mlp_only_layers": []}, 94, 94),  # Qwen3-235B-A22B
        ({"interleave_moe_layer_step": 2}, 48, 24),  # Llama 4 Maverick: every other layer
        ({}, 32, 32),  # Mixtral
        ({"mlp_only_layers": [0, 1]}, 24, 22),
    ],
)
def test_layers_with_experts(config, layers, experts):
    assert expert_layers_count(config, layers) == experts


@pytest.mark.parametrize(
    ("config", "layers", "attending"),
    [
        ({}, 32, 32),
        ({"full_attention_interval": 4}, 48, 12),  # Qwen3-Next: one of four
        ({"attn_layer_period": 8, "attn_layer_offset": 4}, 72, 9),  # Jamba 1.5 Large: one of eight
        ({"hybrid_override_pattern": "M-M*-M-"}, 7, 1),
        ({"layer_types": ["linear_attention", "full_attention"] * 3}, 6, 3),
        ({"layers_block_type": ["mamba", "attention"]}, 2, 1),
    ],
)
def test_layers_that_attend(config, layers, attending):
    assert attention_layers_count(config, layers) == attending


@pytest.mark.parametrize(
    ("config", "layers", "expected"),
    [
        ({}, 32, (0, 0)),
        ({"sliding_window": None}, 32, (0, 0)),
        ({"sliding_window": 4096}, 32, (32, 4096)),  # Mistral 7B
        ({"sliding_window": 131072, "use_sliding_window": False}, 28, (0, 0)),  # Qwen2.5
        ({"sliding_window": 1024, "sliding_window_pattern": 6}, 62, (52, 1024)),  # Gemma 3 27B
        ({"sliding_window": 128, "layer_types": ["sliding_attention", "full_attention"] * 18}, 36,
         (18, 128)),  # gpt-oss-120b
    ],
)  # fmt: skip
def test_layers_with_a_window(config, layers, expected):
    assert windows(config, layers) == expected
