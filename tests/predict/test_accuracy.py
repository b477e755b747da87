"""Accuracy: steps and collectives that a fit never saw, within what is promised."""

import sys
from pathlib import Path

import numpy as np
import pytest

from designlib.catalog import Catalog

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"


@pytest.fixture(scope="module")
def scripts():
    """Return the calibration scripts, which are no part of the package."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import constant_mfu
    import fit_fabric
    import fit_training
    import predict_speed

    yield constant_mfu, fit_fabric, fit_training, predict_speed
    sys.path.remove(str(ROOT / "benchmarks"))


@pytest.fixture(scope="module")
def left_out(scripts):
    """Return rows, our errors and those of a constant share of peak, groups left out."""
    return scripts[0].left_out(DATA / "training_measured.csv")


def size(errors):
    return 100 * np.abs(np.expm1(errors))


@pytest.mark.parametrize(
    ("kind", "median", "high"), [("dense", 8, 20), ("mixture", 15, 30), ("tuned", 16, 40)]
)
def test_unseen_groups_are_predicted(scripts, left_out, kind, median, high):
    rows, ours, constant = left_out
    mask = scripts[2].classes(rows)[kind]
    assert np.median(size(ours[mask])) <= median
    assert np.quantile(size(ours[mask]), 0.9) <= high
    assert np.median(size(ours[mask])) < np.median(size(constant[mask]))
    assert abs(np.median(np.expm1(ours[mask]))) <= 0.05


def test_bands_hold_four_of_five_unseen_steps(scripts, left_out):
    rows, ours, _ = left_out
    catalog = Catalog.load()
    names = {"dense": "dense_band_frac", "mixture": "mixture_band_frac", "tuned": "tuned_band_frac"}
    inside = np.zeros(len(rows), bool)
    for kind, mask in scripts[2].classes(rows).items():
        wide = catalog.constant("training", names[kind]).value
        inside |= mask & (np.abs(ours) <= np.log1p(wide))
    assert inside.mean() >= 0.80


@pytest.mark.parametrize("kind", ["context", "sequences per GPU"])
def test_ratios_beat_a_constant_where_efficiency_moves(scripts, left_out, kind):
    rows, ours, constant = left_out
    (_, one, other) = next(p for p in scripts[0].pairs(rows) if p[0] == kind)
    wrong, blind = (size(e[one] - e[other]) for e in (ours, constant))
    assert np.median(wrong) < 0.8 * np.median(blind)


def test_unseen_collectives_are_predicted(scripts):
    fabric = scripts[1]
    rows = fabric.read(DATA / "fabric_measured.csv", Catalog.load())
    errors = fabric.left_out(rows)
    large = np.array([row.size_bytes >= fabric.LARGE for row in rows])
    assert large.sum() >= 60
    assert np.median(size(errors[large])) <= 10
    assert np.quantile(size(errors[large]), 0.9) <= 20
    assert np.mean(np.abs(errors[~large]) <= np.log(2)) >= 0.8


def test_layouts_are_evaluated_by_the_ten_thousand(scripts):
    speed = scripts[3]
    for shape in speed._SHAPES.values():
        layouts, seconds = speed.measure(shape, speed._machine(), repeats=3)
        assert layouts / seconds >= 50_000
