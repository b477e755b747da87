import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.loading import (
    cache_hit_frac,
    epoch_read_gb_s,
    governing_read,
    load_s,
    read_gb_s,
    start_up_read_gb_s,
    text_read_gb_s,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "published_figures.csv"
with GOLDEN.open(encoding="utf-8", newline="") as file:
    FIGURES = {row["id"]: float(row["value"]) for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("figure", "samples", "seconds", "size"),
    [
        ("mlperf-unet3d", 7, 0.323, 146600628),
        ("mlperf-resnet50", 400, 0.224, 114660.07),
        ("mlperf-cosmoflow", 1, 0.0035, 2828486),
    ],
)
def test_mlperf_storage_rates_of_one_h100(figure, samples, seconds, size):
    assert read_gb_s(1, samples / seconds, size) == pytest.approx(FIGURES[figure], rel=0.005)


def test_text_never_needs_bandwidth():
    tokens_s = 16384 * 400e12 / (6 * 405e9)
    assert text_read_gb_s(tokens_s) == pytest.approx(FIGURES["llama3-text-read"], rel=0.005)


@given(hit=st.floats(0, 1), gpus=st.integers(0, 1000))
def test_what_caches_hold_is_not_read(hit, gpus):
    full = read_gb_s(gpus, 100, 1e6)
    assert read_gb_s(gpus, 100, 1e6, hit) + hit * full == pytest.approx(full)


def test_cache_holds_no_more_than_the_data():
    assert cache_hit_frac(30, 100, 1500) == 1
    assert cache_hit_frac(30, 10, 1500) == pytest.approx(0.2)
    assert cache_hit_frac(30, 10, 0) == 1


def test_slowest_of_reader_and_share_holds():
    assert load_s(140, 10) == 14
    assert load_s(140, 10, reader_gb_s=5) == 28
    assert load_s(140, 10, copies_count=7) == pytest.approx(98)
    assert load_s(0, 0, image_s=30, warm_up_s=5) == 35
    assert load_s(1, 0) == float("inf")


def test_a_pass_in_a_day_reads_the_data_set_once():
    assert epoch_read_gb_s(86.4, 24) == pytest.approx(1.0)
    assert epoch_read_gb_s(86.4, 24, cache_hit_frac=0.25) == pytest.approx(0.75)


def test_the_slower_view_governs():
    assert governing_read(40.0, 18.5) == ("epoch", 18.5)
    assert governing_read(10.0, 18.5) == ("consumption", 10.0)


def test_servers_that_start_together_read_together():
    # 128 servers read 140 GB of weights each within two minutes: 149 GB/s
    assert start_up_read_gb_s(140, 128, 120) == pytest.approx(149.3, abs=0.1)
