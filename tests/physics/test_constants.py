import csv
from dataclasses import fields
from pathlib import Path

import pytest

from designlib.physics.constants import ServingConstants, TrainingConstants
from designlib.physics.machine import Machine

FOLDER = Path(__file__).parents[2] / "catalogs" / "calibration"
SUBJECTS = {"training": TrainingConstants, "serving": ServingConstants}
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
    skipped = (*MEASURED_ONLY, "train_band_frac", "serve_band_frac")
    fitted = {
        (row["quantity"], row["value"])
        for row in rows(name)
        if row["confidence"] != "assumption" and row["quantity"] not in skipped
    }
    assert len(fitted) <= 24
