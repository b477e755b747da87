from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.decode import (
    attention_token_flops,
    decode_step_s,
    fixed_s,
    layers_exchange_s,
    products_s,
    serve_flop_s,
)
from designlib.physics.shape import Shape
from tests.physics.samples import DENSE_70B, IDEAL, MIXTURE, NO_FP8, SMALL_CARD, SWITCHED

# Cache of 100 kB a token in 8 bits, as in the book's example.
BOOK = Shape(30e9, 30e9, 50, 1, 25, 25, 40, 1, 0)
CHIP = replace(
    IDEAL,
    gpus_per_server_count=16,
    scale_up_gpus_count=16,
    peak_tflops={"bf16": 197.0},  # the book computes in 16 bits
    hbm_bandwidth_gb_s=810,
)


def step(machine=SWITCHED, shape=DENSE_70B, **change):
    values = {
        "tensor_parallel": 8,
        "weight_bits": 8,
        "kv_bits": 8,
        "batch": 32,
        "context_tokens": 2000,
    }
    return decode_step_s(shape, machine, **(values | change))


# "How to scale your model", chapter Inference: 30 B in 8 bits on 16 chips, context 8192:
# 2.5 ms at batch 4 and 21 ms at batch 256.
@pytest.mark.parametrize(("batch", "book_s"), [(4, 2.5e-3), (256, 21e-3)])
def test_step_of_the_scaling_book(batch, book_s):
    found = decode_step_s(
        BOOK,
        CHIP,
        tensor_parallel=16,
        weight_bits=8,
        kv_bits=8,
        batch=batch,
        context_tokens=8192,
    )
    assert found == pytest.approx(book_s, rel=0.05)


def test_eight_bits_without_an_eight_bit_unit_save_bytes_and_not_flops():
    assert serve_flop_s(NO_FP8, 8) == serve_flop_s(NO_FP8, 16)
    assert step(NO_FP8, batch=1) < step(NO_FP8, batch=1, weight_bits=16)
    assert products_s(DENSE_70B, NO_FP8, 8, 8, 1e4) > products_s(DENSE_70B, SWITCHED, 8, 8, 1e4)


def test_a_step_reads_all_weights_once():
    alone = step(IDEAL, tensor_parallel=1, batch=1, context_tokens=0)
    assert alone == pytest.approx(70e9 / 3e12)


def test_alone_nothing_is_exchanged():
    assert layers_exchange_s(DENSE_70B, SWITCHED, 1, 100) == 0
    assert layers_exchange_s(DENSE_70B, SWITCHED, 2, 100) > 0


def test_latent_attention_works_on_the_compressed_cache():
    plain = attention_token_flops(MIXTURE, 1000)
    assert attention_token_flops(MIXTURE, 1000, absorbed=True) > 4 * plain


def test_experts_cost_launches():
    assert fixed_s(MIXTURE, SWITCHED) > fixed_s(replace(MIXTURE, experts_count=0), SWITCHED)


@given(
    machine=st.sampled_from([SWITCHED, SMALL_CARD, NO_FP8]),
    shape=st.sampled_from([DENSE_70B, MIXTURE]),
    batch=st.floats(1, 1000),
    context=st.floats(1, 1e5),
    more=st.floats(1, 4),
)
def test_more_work_is_never_cheaper_and_a_better_gpu_never_slower(
    machine, shape, batch, context, more
):
    base = step(machine, shape, batch=batch, context_tokens=context)
    assert step(machine, shape, batch=batch * more, context_tokens=context) >= base
    assert step(machine, shape, batch=batch, context_tokens=context * more) >= base
    assert step(machine, shape, batch=batch, context_tokens=context, weight_bits=16) >= base
    assert step(machine, shape, batch=batch, context_tokens=context, kv_bits=16) >= base
    for field in ("hbm_bandwidth_gb_s", "scale_up_gb_s"):
        better = replace(machine, **{field: getattr(machine, field) * more})
        assert step(better, shape, batch=batch, context_tokens=context) <= base
