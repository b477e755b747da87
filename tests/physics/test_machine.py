from dataclasses import replace

import pytest

from designlib.physics.machine import (
    compute_precision,
    network_rate_gb_s,
    peak_flop_s,
    scale_up_rate_gb_s,
    weight_precision,
)
from tests.physics.samples import NO_FP8, SWITCHED


def test_a_missing_precision_runs_at_the_next_wider():
    assert compute_precision(NO_FP8, "fp8") == "bf16"
    assert compute_precision(NO_FP8, "int8") == "bf16"
    assert compute_precision(SWITCHED, "fp4") == "fp8"
    assert peak_flop_s(SWITCHED, "fp4") == 2000e12
    with pytest.raises(ValueError, match="no peak"):
        compute_precision(SWITCHED, "int3")


def test_width_of_weights_names_the_precision():
    assert [weight_precision(bits) for bits in (16, 8, 4.5, 4)] == ["bf16", "fp8", "fp4", "fp4"]


def test_small_groups_of_a_mesh_use_their_own_links_only():
    # 7 links of 64 GB/s: 2 GPUs reach 47.7 GB/s, 8 reach 312.9 (stas00/ml-engineering, network)
    mesh = replace(SWITCHED, scale_up="mesh", scale_up_gb_s=448, scale_up_efficiency_frac=0.72)
    assert scale_up_rate_gb_s(mesh, 2) == pytest.approx(47.7, rel=0.05)
    assert scale_up_rate_gb_s(mesh, 8) == pytest.approx(312.9, rel=0.05)
    assert scale_up_rate_gb_s(SWITCHED, 2) == scale_up_rate_gb_s(SWITCHED, 8)


def test_network_rate_is_the_reachable_share_of_the_port():
    assert network_rate_gb_s(SWITCHED) == 50 * SWITCHED.network_efficiency_frac
