import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.checkpoint import (
    async_blocking_s,
    checkpoint_gb,
    save_interval_s,
    write_gb_s,
    young_interval_s,
)
from designlib.physics.reliability import mtti_hours

GOLDEN = Path(__file__).parents[1] / "golden" / "published_figures.csv"
with GOLDEN.open(encoding="utf-8", newline="") as file:
    FIGURES = {row["id"]: float(row["value"]) for row in csv.DictReader(file)}
GIB_PER_GB = 1e9 / 2**30


@pytest.mark.parametrize(
    ("params", "figure", "tolerance"),
    [
        (8.03e9, "mlperf-checkpoint-8b", 0.01),
        (70.6e9, "mlperf-checkpoint-70b", 0.01),
        (405.9e9, "mlperf-checkpoint-405b", 0.0002),
    ],
)
def test_mlperf_storage_sizes_are_14_bytes_in_gib(params, figure, tolerance):
    assert checkpoint_gb(params) * GIB_PER_GB == pytest.approx(FIGURES[figure], rel=tolerance)


def test_bloom_wrote_thirteen_bytes_a_parameter():
    size = checkpoint_gb(176e9, 13.1)
    assert size / 1e3 == pytest.approx(FIGURES["bloom-checkpoint-tb"], rel=0.003)
    rate = write_gb_s("async_two_tier", size, interval_s=FIGURES["bloom-checkpoint-s"])
    assert rate == pytest.approx(57.5, rel=0.003)


def test_literal_policy_writes_in_half_a_step():
    assert write_gb_s("literal", checkpoint_gb(70e9), step_s=10) == pytest.approx(196)
    assert write_gb_s("literal", checkpoint_gb(671e9), step_s=12) == pytest.approx(1566, rel=1e-3)


def test_copy_of_4096_gpus_blocks_for_a_twentieth_of_a_second():
    size = checkpoint_gb(671e9)
    assert size / 4096 == pytest.approx(2.3, rel=0.005)
    assert async_blocking_s(size, 4096, 55) == pytest.approx(0.0417, rel=1e-3)


def test_drain_of_a_trillion_class_model_stays_below_30_gb_s_at_16384_gpus():
    hours = mtti_hours(16384, FIGURES["llama3-gpu-hours"])
    rate = write_gb_s("async_two_tier", checkpoint_gb(671e9), blocking_s=5, mtti_hours=hours)
    literal = write_gb_s("literal", checkpoint_gb(671e9), step_s=12)
    assert 25 < rate < 30
    assert literal / rate > 50


@given(
    size=st.floats(1, 1e5),
    hours=st.floats(0.1, 1e4),
    share=st.floats(0.001, 0.5),
)
def test_synchronous_rate_holds_saves_to_their_share_of_time(size, hours, share):
    rate = write_gb_s("sync_young_daly", size, mtti_hours=hours, overhead_frac=share)
    save_s = size / rate
    assert save_s / young_interval_s(save_s, hours * 3600) == pytest.approx(share)
    stated = write_gb_s("sync_young_daly", size, interval_s=600, overhead_frac=share)
    assert size / stated / 600 == pytest.approx(share)


@given(blocking=st.floats(0.01, 600), hours=st.floats(0.1, 1e4), share=st.floats(0.001, 0.5))
def test_drain_ends_before_the_next_save_and_blocking_keeps_its_share(blocking, hours, share):
    rate = write_gb_s(
        "async_two_tier", 980, blocking_s=blocking, mtti_hours=hours, overhead_frac=share
    )
    interval = save_interval_s(blocking, hours, share)
    assert 980 / rate == pytest.approx(interval)
    assert blocking / interval <= share * (1 + 1e-9)


@pytest.mark.parametrize(
    ("policy", "missing"),
    [
        ("literal", "step_s"),
        ("sync_young_daly", "overhead_frac"),
        ("async_two_tier", "blocking_s"),
    ],
)
def test_policy_names_what_it_needs(policy, missing):
    with pytest.raises(ValueError, match=f"{policy} needs {missing}"):
        write_gb_s(policy, 980)
