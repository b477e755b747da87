from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.decode import (
    attention_token_flops,
    decode_parts,
    decode_step_s,
    fixed_s,
    products_s,
    serve_flop_s,
)
from designlib.physics.exchange import exchange_s, link_bytes_s
from designlib.physics.shape import Shape
from tests.physics.samples import DENSE_8B, DENSE_70B, IDEAL, MIXTURE, NO_FP8, SMALL_CARD, SWITCHED

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
# 2.5 ms at batch 4 and 21 ms at batch 256, where reading weights and products overlap.
@pytest.mark.parametrize(("batch", "book_s"), [(4, 2.5e-3), (256, 21e-3)])
def test_step_of_the_scaling_book(batch, book_s):
    parts = decode_parts(
        BOOK,
        CHIP,
        tensor_parallel=16,
        weight_bits=8,
        kv_bits=8,
        batch=batch,
        context_tokens=8192,
    )
    read, computed = parts.pop("weights"), parts.pop("products")
    assert max(read, computed) + sum(parts.values()) == pytest.approx(book_s, rel=0.05)


def test_a_step_is_the_sum_of_its_parts():
    asked = {"tensor_parallel": 8, "weight_bits": 8, "kv_bits": 8, "batch": 32}
    parts = decode_parts(DENSE_70B, SWITCHED, **asked, context_tokens=2000)
    assert set(parts) == {"weights", "products", "cache", "exchange", "fixed"}
    assert step() == pytest.approx(sum(parts.values()))


def test_a_grid_is_its_points():
    batches, degrees = np.array([1.0, 7.0, 300.0]), np.array([[1.0], [2.0], [8.0]])
    grid = step(batch=batches, tensor_parallel=degrees)
    for i, t in enumerate((1, 2, 8)):
        for j, batch in enumerate(batches):
            assert grid[i, j] == pytest.approx(float(step(batch=batch, tensor_parallel=t)))


def test_power_limits_products_before_the_peak_does():
    strong = replace(SWITCHED, serve_compute_frac=0.5)
    assert serve_flop_s(strong, 16) == pytest.approx(500e12)
    assert serve_flop_s(strong, 8) == pytest.approx(1000e12)
    free = replace(SWITCHED, serve_compute_frac=3.0)
    cap = free.serving.compute_cap_frac
    assert serve_flop_s(free, 16) == pytest.approx(cap * 1000e12)
    assert serve_flop_s(free, 8) == pytest.approx(cap * 2000e12)


def test_four_bits_need_a_unit_for_four_bits():
    assert serve_flop_s(SWITCHED, 4.5) == serve_flop_s(SWITCHED, 8)
    four = replace(SWITCHED, peak_tflops=SWITCHED.peak_tflops | {"fp4": 4000.0})
    assert serve_flop_s(four, 4.5) > serve_flop_s(four, 8)


def test_unpacked_weights_save_bytes_and_not_flops():
    packed = {"weight_bits": 4.5, "math_bits": 16}
    parts = {"tensor_parallel": 1, "kv_bits": 16, "batch": 8, "context_tokens": 100}
    wide = decode_parts(DENSE_8B, SWITCHED, weight_bits=16, **parts)
    narrow = decode_parts(DENSE_8B, SWITCHED, **packed, **parts)
    assert narrow["weights"] < 0.45 * wide["weights"]
    assert narrow["products"] == pytest.approx(wide["products"])


def test_stages_share_a_batch_and_pay_for_hops():
    whole = step(tensor_parallel=4, batch=64)
    staged = step(tensor_parallel=4, batch=64, pipeline_parallel=2)
    half = step(tensor_parallel=4, batch=32)
    assert half < staged < whole
    assert step(tensor_parallel=4, batch=1, pipeline_parallel=2) > step(tensor_parallel=4, batch=1)


def test_eight_bits_without_an_eight_bit_unit_save_bytes_and_not_flops():
    assert serve_flop_s(NO_FP8, 8) == serve_flop_s(NO_FP8, 16)
    assert step(NO_FP8, batch=1) < step(NO_FP8, batch=1, weight_bits=16)
    assert products_s(DENSE_70B, NO_FP8, 8, 8, 1e4) > products_s(DENSE_70B, SWITCHED, 8, 8, 1e4)


def test_a_step_reads_all_weights_once():
    alone = step(IDEAL, tensor_parallel=1, batch=1, context_tokens=0)
    # 70 B in 8 bits but for one embedding of 16 bits, the other is a look-up; two FLOPs a weight
    head = 128256 * 8192
    assert alone == pytest.approx((70e9 - 2 * head + 2 * head) / 3e12, rel=0.005)


def test_alone_nothing_is_exchanged():
    assert exchange_s(DENSE_70B, SWITCHED, 1, 100) == 0
    assert exchange_s(DENSE_70B, SWITCHED, 2, 100) > 0


def test_a_server_gathers_every_token_and_wide_groups_send_it_where_it_is_due():
    lean = replace(MIXTURE, top_k_count=1)
    near = replace(SWITCHED, scale_up_gpus_count=64)
    few, many = (exchange_s(shape, near, 8, 4096) for shape in (lean, MIXTURE))
    assert few == pytest.approx(many, rel=0.05)
    few, many = (exchange_s(shape, near, 64, 1e6) for shape in (lean, MIXTURE))
    assert few < many / 4


def test_a_pair_of_a_mesh_uses_one_link_of_seven():
    mesh = replace(SWITCHED, scale_up="mesh")
    assert link_bytes_s(mesh, 2) == pytest.approx(link_bytes_s(mesh, 8) / 7)
    assert link_bytes_s(SWITCHED, 2) == link_bytes_s(SWITCHED, 8)


def test_a_group_that_leaves_the_server_goes_at_the_speed_of_the_network():
    assert link_bytes_s(SWITCHED, 16) < link_bytes_s(SWITCHED, 8)
    lonely = replace(SWITCHED, network_gb_s=0)
    assert exchange_s(DENSE_70B, lonely, 16, 100) == float("inf")


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
