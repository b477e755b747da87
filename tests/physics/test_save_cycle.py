import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from designlib.physics.reliability import mtti_hours
from designlib.physics.save_cycle import (
    best_cycle_s,
    ettr,
    ettr_linear,
    save_interval_s,
    young_interval_s,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "published_figures.csv"
with GOLDEN.open(encoding="utf-8", newline="") as file:
    FIGURES = {row["id"]: float(row["value"]) for row in csv.DictReader(file)}


def test_published_cycle_of_24_steps():
    cycle = best_cycle_s(10, 6000, 600)
    assert (cycle - 10) / 15 == pytest.approx(FIGURES["changlan-steps"], rel=0.02)


def test_best_cycle_is_the_best_cycle_of_its_own_law():
    # A cycle of T advances T - save; a failure costs half a cycle and the repair on average.
    save, mtti, repair = 30.0, 20000.0, 900.0

    def lost(cycle):
        return -(cycle - save) / cycle / (1 + (repair + cycle / 2) / mtti)

    best = minimize_scalar(lost, bounds=(save, mtti), method="bounded", options={"xatol": 1e-6})
    assert best_cycle_s(save, mtti, repair) == pytest.approx(best.x, rel=1e-4)


@pytest.mark.parametrize("save", [1.0, 10.0, 60.0])
@pytest.mark.parametrize("mtti", [6000.0, 44568.0, 356000.0])
def test_young_interval_is_the_optimum_of_the_linear_form(save, mtti):
    best = minimize_scalar(
        lambda tau: -ettr_linear(tau, save, mtti, 600),
        bounds=(save, mtti),
        method="bounded",
        options={"xatol": 1e-6},
    )
    assert young_interval_s(save, mtti) == pytest.approx(best.x, rel=1e-4)


# J. T. Daly, 2006: the optimum by its higher-order series, written out here on its own.
def daly_optimum_s(save, mtti):
    ratio = save / (2 * mtti)
    return np.sqrt(2 * save * mtti) * (1 + np.sqrt(ratio) / 3 + ratio / 9) - save


@pytest.mark.parametrize(("save", "mtti"), [(10, 11134), (60, 44568), (300, 11134)])
def test_optimum_of_the_ratio_is_dalys_higher_order_interval(save, mtti):
    best = minimize_scalar(
        lambda tau: -ettr(tau, save, mtti, 300), bounds=(1, mtti), method="bounded"
    )
    assert best.x == pytest.approx(daly_optimum_s(save, mtti), rel=0.01)


def test_ratio_agrees_with_a_replay_of_failures():
    rng = np.random.default_rng(7)
    tau, save, mtti, restart = 900.0, 60.0, 6000.0, 600.0
    segments, wall = 40000, 0.0
    for _ in range(segments):
        # A segment ends when its training and its save pass without a failure; a failure, also
        # during the restart itself, starts the restart over.
        first = rng.exponential(mtti)
        while first < tau + save:
            wall += first
            again = rng.exponential(mtti)
            while again < restart:
                wall += again
                again = rng.exponential(mtti)
            wall += restart
            first = rng.exponential(mtti)
        wall += tau + save
    assert segments * tau / wall == pytest.approx(ettr(tau, save, mtti, restart), rel=0.01)


# 50,677 GPU-hours an interruption; columns: GPUs, hours, then tau [min] and ratio for a save of
# 60 s with restart 600 s, and for 10 s with 300 s. Daly 2006, computed by hand from the formula.
TABLE = [
    (512, 99.0, 109, 0.980, 44.5, 0.992),
    (1024, 49.5, 77, 0.971, 31.5, 0.988),
    (4096, 12.4, 38.5, 0.936, 15.7, 0.972),
    (16384, 3.09, 19.3, 0.853, 7.9, 0.933),
]


@pytest.mark.parametrize(("gpus", "hours", "tau60", "ratio60", "tau10", "ratio10"), TABLE)
def test_table_of_job_sizes(gpus, hours, tau60, ratio60, tau10, ratio10):
    mtti = mtti_hours(gpus, FIGURES["llama3-gpu-hours"])
    assert mtti == pytest.approx(hours, rel=0.005)
    for save, restart, tau, ratio in ((60, 600, tau60, ratio60), (10, 300, tau10, ratio10)):
        young = young_interval_s(save, mtti * 3600)
        assert young / 60 == pytest.approx(tau, rel=0.01)
        assert ettr(young, save, mtti * 3600, restart) == pytest.approx(ratio, abs=0.0015)


@pytest.mark.parametrize(
    ("save", "restart", "ratio"), [(60, 900, 0.883), (15, 600, 0.933), (5, 300, 0.963)]
)
def test_ratio_at_9216_gpus(save, restart, ratio):
    mtti = mtti_hours(9216, FIGURES["llama3-gpu-hours"]) * 3600
    assert ettr(young_interval_s(save, mtti), save, mtti, restart) == pytest.approx(ratio, abs=7e-4)


def test_rare_failures_make_both_forms_equal():
    assert ettr(600, 5, 1e7, 300) == pytest.approx(ettr_linear(600, 5, 1e7, 300), abs=1e-4)


def test_hopeless_jobs_advance_nothing():
    assert ettr(0, 10, 1000, 10) == 0
    assert ettr(1e9, 10, 1000, 10) == 0


def test_interval_stretches_where_saves_would_take_too_much():
    assert save_interval_s(60, 1.0, 0.02) == 3000
    assert save_interval_s(60, 1.0) == pytest.approx(young_interval_s(60, 3600))
