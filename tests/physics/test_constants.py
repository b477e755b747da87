import csv
from dataclasses import fields
from pathlib import Path

import pytest

from designlib.catalog import Catalog
from designlib.physics.constants import ServingConstants, TrainingConstants
from designlib.physics.machine import Machine

FOLDER = Path(__file__).parents[2] / "catalogs" / "calibration"
SUBJECTS = {"training": TrainingConstants, "serving": ServingConstants}
GPUS = Catalog.load().gpus
MEASURED_ONLY = {"achievable_peak_frac"}  # what the fit starts from where a GPU has no run


def rows(name):
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["training", "serving", "fabric"])
def test_every_calibrated_name_is_one_that_a_law_reads(name):
    for row in rows(name):
        kind = SUBJECTS.get(row["subject"], Machine)
        known = {f.name for f in fields(kind)} | MEASURED_ONLY
        assert row["quantity"] in known, row


@pytest.mark.parametrize("name", ["training", "serving", "fabric"])
def test_values_lie_in_their_plausible_range(name):
    for row in rows(name):
        low, value, high = (float(row[key]) for key in ("low", "value", "high"))
        assert low <= value <= high, row


@pytest.mark.parametrize("name", ["training", "serving"])
def test_every_constant_of_a_law_has_a_row(name):
    given = {row["quantity"] for row in rows(name) if row["subject"] == name}
    assert given == {f.name for f in fields(SUBJECTS[name])}


@pytest.mark.parametrize("name", ["training", "serving"])
def test_few_numbers_are_fitted(name):
    fitted = {
        (row["quantity"], free_value(row))
        for row in rows(name)
        if row["confidence"] != "assumption"
        and row["source"].startswith("Fit of")
        and row["quantity"] not in MEASURED_ONLY
        and not row["quantity"].endswith("band_frac")
    }
    assert len(fitted) <= 24


def free_value(row):
    """Return the number that was fitted: a share of peak follows from the energy of a FLOP."""
    if row["quantity"] != "serve_compute_frac":
        return row["value"]
    specs = GPUS[row["subject"]].specs
    return round(float(row["value"]) * specs.bf16_dense_tflops.value / specs.tdp_w.value, 2)
