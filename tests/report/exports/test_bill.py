"""Bill of materials as a table: all its lines, and their sum is the capital."""

import csv
import io
from datetime import date

import pytest

from designlib.report.exports import bill


def test_lines_are_those_of_the_design_and_sum_to_its_capital(design, catalog):
    text = bill.export(design, catalog, date(2026, 1, 1))["bill_of_materials.csv"]
    rows = list(csv.DictReader(io.StringIO(text)))
    lines = design.tables["bill_of_materials"]
    assert [r["Line"] for r in rows] == [line["line_id"] for line in lines]
    extended = [float(r[f"Extended [{design.currency}]"]) for r in rows]
    assert sum(extended) == pytest.approx(design.summary["capex"], abs=0.01)
    for r, price in zip(rows, extended, strict=True):
        net = float(r[f"Unit price [{design.currency}]"]) * (
            1 - float(r["Discount [%]"] or 0) / 100
        )
        assert float(r["Count"]) * net == pytest.approx(price, rel=1e-4)
        assert r["Confidence"] in {"verified", "secondary", "unverified", "assumption"}
