"""Workbook of a real design in an office program: its formulas give the totals of the design."""

import pytest

from tests.office.test_libreoffice import beside, computed, load, values


def test_formulas_give_the_totals_and_no_text_is_a_formula(design, workbook, tmp_path):
    told = values(load(workbook, data_only=True))
    found = computed(workbook, tmp_path)
    again = values(found)
    assert again.keys() == told.keys()
    for where, value in told.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            assert again[where] == pytest.approx(value, rel=1e-9, abs=1e-6), where
        else:
            assert str(again[where]) == str(value), where
    assert beside(found["Summary"], "Capital cost").value == pytest.approx(design.summary["capex"])
    assert beside(found["Summary"], "Present value").value == pytest.approx(design.summary["tco"])
