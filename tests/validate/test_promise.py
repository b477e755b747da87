"""Promise: margins, tolerances and confidence decide what is kept; a table shows all of it."""

import pytest

from designlib.charts._margins import margins
from designlib.validate import Promise, Validation, recount, validate
from designlib.validate._promise import COLUMNS
from tests.validate.test_validate import catalog, site  # noqa: F401
from tests.validate.toy import toy_design


def promise(promised, recomputed, sense, **more):
    return Promise("c", "what", "hall", promised, recomputed, "kW", sense, **more)


@pytest.mark.parametrize(
    ("promised", "recomputed", "sense", "more", "kept", "margin"),
    [
        (10, 12, "at least", {}, True, 0.2),
        (10, 8, "at least", {}, False, -0.2),
        (10, 8, "at most", {}, True, 0.2),
        (10, 12, "at most", {}, False, -0.2),
        (10, 12, "at most", {"spread": 3}, True, -0.2),
        (10, 10.05, "equal", {"tolerance": 0.01}, True, -0.005),
        (10, 10.2, "equal", {"tolerance": 0.01}, False, -0.02),
        (0, 0, "at most", {}, True, 0.0),
        (0, 1, "at most", {}, False, -1.0),
        (0, 99, "told", {}, True, float("inf")),
        (10, float("inf"), "at most", {}, False, float("-inf")),
    ],
)
def test_margin_and_judgment(promised, recomputed, sense, more, kept, margin):
    found = promise(promised, recomputed, sense, **more)
    assert found.kept is kept
    assert found.margin == pytest.approx(margin)


def test_row_has_every_column_and_no_endless_number():
    row = promise(1, float("inf"), "at most", month=6, spread=0.5).row()
    assert tuple(row) == COLUMNS
    assert row["recomputed"] is None
    assert row["kept"] is False


def test_sentence_names_place_date_and_both_figures():
    text = promise(10, 12, "at most", month=6, spread=0.25).sentence()
    assert text == "month 6: hall: what is 12 +- 0.25 kW, at most 10 is promised"


def test_doubts_break_no_promise():
    found = Validation({"stated": ("a doubt",), "power": ()})
    assert found.kept
    assert not found.ok
    assert not Validation({"power": ("too much",)}).kept


def test_every_recount_tells_rows_of_the_good_toy(catalog):  # noqa: F811
    design = toy_design(catalog)
    for name, run in recount.recounts().items():
        rows = run(design, catalog)
        assert all(p.check == name for p in rows)
        assert all(p.kept for p in rows), [p.sentence() for p in rows if not p.kept]
        assert all(p.law for p in rows), name


def test_table_and_chart_show_what_is_broken(catalog):  # noqa: F811
    broken = toy_design(catalog, brief=site(it_power_kw=[{"month": 0, "kw": 20}]))
    found = validate(broken, catalog, only={"electric"})
    table = found.table()
    assert tuple(table.columns) == COLUMNS
    assert set(table[~table.kept].what) == {"IT power", "heat to the room air"}
    figure = margins([p.row() for p in found.promises])
    assert "not kept" in figure.layout.title.text
    assert "[%]" in figure.layout.xaxis.title.text


def test_work_ends_after_the_check_that_runs(catalog):  # noqa: F811
    from threading import Event

    cancel, told = Event(), []

    def tell(name, number, count):
        told.append((name, number, count))
        if number == 2:
            cancel.set()

    found = validate(toy_design(catalog), catalog, tell=tell, cancel=cancel)
    assert found.cancelled
    assert not found.kept
    assert [n for _, n, _ in told] == [1, 2]
    assert len(found.findings) == 2
