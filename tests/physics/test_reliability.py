import csv
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from designlib.physics.reliability import (
    mtti_hours,
    server_hours_between_repairs,
    spares_count,
    spares_steps,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "published_figures.csv"
with GOLDEN.open(encoding="utf-8", newline="") as file:
    FIGURES = {row["id"]: float(row["value"]) for row in csv.DictReader(file)}
SERVER_HOURS = FIGURES["llama3-gpu-hours"] / 8


def test_gpu_hours_an_interruption_of_the_llama_3_run():
    hours = FIGURES["llama3-days"] * 24 / FIGURES["llama3-interruptions"]
    assert hours * FIGURES["llama3-gpus"] == pytest.approx(FIGURES["llama3-gpu-hours"], rel=1e-5)
    gpus = int(FIGURES["llama3-gpus"])
    assert mtti_hours(gpus, FIGURES["llama3-gpu-hours"]) == pytest.approx(hours, rel=1e-5)
    assert mtti_hours(gpus, FIGURES["epoch-gpu-hours"]) == pytest.approx(hours, rel=0.02)


def test_no_gpus_are_never_interrupted():
    assert mtti_hours(0, 50677) == inf


def test_only_a_share_of_interruptions_needs_a_repair():
    assert server_hours_between_repairs(50677, 8, 0.25) == pytest.approx(4 * SERVER_HOURS)
    assert server_hours_between_repairs(50677, 8, 0) == inf
    assert spares_count(1000, 5, inf, 0.99) == 0


# Five-day repair, 99 %: quantiles that a table of the Poisson distribution gives.
@pytest.mark.parametrize(
    ("servers", "spares"), [(32, 3), (64, 4), (128, 7), (512, 18), (1152, 33), (2048, 54)]
)
def test_spares_of_a_pool(servers, spares):
    assert spares_count(servers, 5, SERVER_HOURS, 0.99) == spares


@given(
    servers=st.integers(0, 200_000),
    days=st.floats(0.1, 60),
    hours=st.floats(500, 1e6),
    probability=st.sampled_from([0.0, 0.5, 0.9, 0.99, 0.999, 0.999999]),
)
def test_spares_are_the_poisson_quantile(servers, days, hours, probability):
    away = servers * days * 24 / hours
    found = spares_count(servers, days, hours, probability)
    # Rounding may shift the sum by its last digits, never by a term.
    assert poisson.cdf(found, away) >= probability - 1e-9
    assert found == 0 or poisson.cdf(found - 1, away) <= probability + 1e-9


@pytest.mark.parametrize("probability", [1.0, -0.1, 1.5])
def test_promise_without_sense_is_refused(probability):
    with pytest.raises(ValueError, match="probability"):
        spares_count(10, 5, 6000, probability)


def test_promise_next_to_one_ends():
    assert spares_count(2048, 5, SERVER_HOURS, 1 - 1e-16) < 200


@pytest.mark.parametrize("servers_max", [0, 1, 63, 64, 700])
@pytest.mark.parametrize("probability", [0.5, 0.99])
def test_steps_are_the_thresholds_of_the_quantile(servers_max, probability):
    steps = spares_steps(
        servers_max,
        repair_days=5,
        server_hours_between_repairs=SERVER_HOURS,
        probability=probability,
    )
    largest = steps[-1][0]
    assert largest >= servers_max
    needed = [spares_count(n, 5, SERVER_HOURS, probability) for n in range(largest + 2)]
    assert steps == tuple((n, needed[n]) for n in range(largest + 1) if needed[n + 1] != needed[n])


def test_steps_of_servers_that_never_need_a_repair():
    steps = spares_steps(100, repair_days=5, server_hours_between_repairs=inf, probability=0.99)
    assert len(steps) == 1
    assert steps[0][0] >= 100
    assert steps[0][1] == 0


@pytest.mark.parametrize(("days", "hours"), [(30, 125), (5, 6334), (1e6, 1.0), (1e-3, 1e30)])
def test_steps_of_any_number_of_servers_are_few_and_cost_little(days, hours):
    steps = spares_steps(
        50_000, repair_days=days, server_hours_between_repairs=hours, probability=0.999
    )
    assert steps[-1][0] >= 50_000
    assert len(steps) < 2_000
    for (before, _), (servers, spares) in pairwise(steps):
        needed = [spares_count(n, days, hours, 0.999) for n in (before + 1, servers)]
        assert needed[0] <= needed[1] <= spares <= 1.02 * needed[0]
