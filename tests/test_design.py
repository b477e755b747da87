import copy
import json
from dataclasses import FrozenInstanceError
from pathlib import Path

import pandas as pd
import pytest

from designlib.design import COLUMNS, Design, Infeasible, write_atomic
from designlib.faults import FaultError
from tests.toy_design import content, toy_design

EMPTY = {name: [] for name in COLUMNS}


def changed(table, row, **values):
    tables = content()["tables"]
    tables[table][row].update(values)
    return toy_design(tables=tables)


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("tables", [content()["tables"], EMPTY], ids=["filled", "empty"])
def test_table_has_its_columns_and_types_filled_or_not(name, tables):
    frame = getattr(toy_design(tables=tables), name)
    assert list(frame.columns) == list(COLUMNS[name])
    assert len(frame) == len(tables[name])
    assert list(frame.dtypes) == list(getattr(toy_design(), name).dtypes)


def test_frames_are_copies():
    design = toy_design()
    frame = design.cost
    frame.loc[:, "amount"] = 0.0
    assert design.cost["amount"].abs().min() > 0


def test_whoever_built_a_design_cannot_change_it():
    given = content()
    design = Design(**given)
    given["tables"]["cost"].clear()
    given["summary"]["capex"] = 0
    assert len(design.cost) > 0
    assert design.summary["capex"] > 0
    with pytest.raises(FrozenInstanceError):
        design.name = "another"


def test_toy_design_adds_up():
    assert toy_design().faults() == []


def test_design_comes_back_from_its_file(tmp_path):
    path = tmp_path / "toy.design.json"
    assert toy_design().save(path) == path
    assert Design.load(path) == toy_design()
    assert json.loads(path.read_text("utf-8"))["schema_version"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["toy.design.json"]


def test_endless_growth_is_empty_in_file_and_frame(tmp_path):
    design = changed("balance", 0, growth_factor=float("inf"))
    design.save(tmp_path / "d.json")
    assert "Infinity" not in (tmp_path / "d.json").read_text("utf-8")
    assert pd.isna(Design.load(tmp_path / "d.json").balance.loc[0, "growth_factor"])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (b'{"schema_version": 1,', 1, "expected JSON"),
        (b'{"schema_version": 1}', None, "expected a dict"),
        (b'{"schema_version": 99}', None, "expected 1, found 99"),
        (b'{"schema_version": true}', None, "expected 1, found True"),
        (b"{}", None, "expected 1, found None"),
        (b"[1]", None, "expected a saved design"),
        (b"NaN", None, "NaN is not a number"),
        (b"\xff\xfe\x00\x01", None, "binary"),
        (b"[" * 100_000, None, "expected JSON"),
    ],
)
def test_file_that_is_no_design_is_refused(tmp_path, text, line, words):
    path = tmp_path / "broken.json"
    path.write_bytes(text)
    with pytest.raises(FaultError, match=words) as error:
        Design.load(path)
    assert {fault.file for fault in error.value.faults} == {str(path)}
    assert error.value.faults[0].line == line


def test_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FaultError, match="cannot be read"):
        Design.load(tmp_path / "missing.json")
    with pytest.raises(FaultError, match="cannot be read"):
        Design.load(tmp_path)


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (lambda d: d["tables"].pop("cost"), "tables.cost"),
        (lambda d: d["tables"].update(costs=[]), "tables.costs"),
        (lambda d: d["tables"].update(cost={}), "tables.cost"),
        (lambda d: d["tables"]["cost"][1].pop("amount"), "tables.cost.1"),
        (lambda d: d["tables"]["cost"][2].update(amount="much"), "tables.cost.2"),
        (lambda d: d["tables"]["cost"][2].update(amount=True), "tables.cost.2"),
        (lambda d: d["tables"]["cost"][0].update(period_month=6.5), "tables.cost.0"),
        (lambda d: d["tables"]["cost"][0].update(layer=None), "tables.cost.0"),
        (lambda d: d["tables"]["cost"].insert(0, "row"), "tables.cost.0"),
        (lambda d: d["tables"]["candidates"][0].update(figures=[]), "tables.candidates.0"),
        (lambda d: d.update(dates=[6, "12"]), "dates"),
        (lambda d: d.update(status="fine"), "status"),
        (lambda d: d.update(summry={}), "summry"),
    ],
)
def test_edited_file_is_refused_by_field(tmp_path, edit, field):
    saved = toy_design().to_dict()
    edit(saved)
    path = tmp_path / "edited.json"
    path.write_text(json.dumps(saved), encoding="utf-8")
    with pytest.raises(FaultError) as error:
        Design.load(path)
    assert [fault.field for fault in error.value.faults] == [field]


def test_what_json_cannot_hold_is_refused():
    with pytest.raises(TypeError, match="a design holds"):
        toy_design(summary={"capex": {1, 2}})


@pytest.mark.parametrize(
    ("table", "row", "values", "words"),
    [
        ("bill_of_materials", 0, {"extended": 1.0}, "extended"),
        ("bill_of_materials", 0, {"order_by_month": 7}, "after it is needed"),
        ("bill_of_materials", 1, {"line_id": "L001"}, "given 2 times"),
        ("balance", 0, {"draw": 9}, "draws 9 servers, has 8"),
        ("balance", 0, {"slack": 0.5}, "slack"),
        ("balance", 0, {"utilisation": 0.2}, "utilisation"),
        ("cost", 0, {"present_value": 1.0}, "sum of the cost book"),
        ("cost", 0, {"amount": 1.0}, "capex of the cost book"),
        ("cost", 0, {"period_month": 7}, "month 7 is no decision date"),
        ("placement", 0, {"line_id": "L999"}, "L999"),
    ],
)
def test_what_does_not_add_up_is_told(table, row, values, words):
    assert words in "\n".join(changed(table, row, **values).faults())


def test_bound_above_the_objective_is_told():
    certificate = content()["certificate"]
    certificate["bound"] = 1.1 * certificate["objective"]
    assert "above the objective" in toy_design(certificate=certificate).faults()[0]


def test_rounding_of_a_solver_is_no_fault():
    row = content()["tables"]["balance"][1]
    assert changed("balance", 1, draw=row["supply"] * (1 + 1e-9)).faults() == []


def test_repr_is_short_and_true():
    text = repr(toy_design())
    assert "104 alpha-8gpu" in text
    assert "storage: hot_tb" in text
    assert len(text) < 300


def test_html_of_a_hostile_name_is_harmless():
    html = toy_design(name="<script>alert(1)</script>")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "d.json"
    path.write_text("old", encoding="utf-8")

    def fail(self, target):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomic(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_written_file_can_be_read_by_others(tmp_path):
    plain = tmp_path / "plain"
    plain.write_text("", encoding="utf-8")
    assert write_atomic(tmp_path / "d", "x").stat().st_mode == plain.stat().st_mode


def infeasible():
    return Infeasible(
        conflict=["rack positions: 8 given, 11 needed"],
        shortfalls=[
            {"requirement": "rack positions", "path": "sites.hall.rack_positions_count",
             "limit": 8, "needed": 11, "unit": "racks"},
        ],
        repairs=[
            {"requirement": "rack positions", "from": 8, "to": 11, "unit": "racks",
             "cost": 7_654_321.0, "verified": True},
        ],
        brief={"name": "Toy", "currency": "USD"},
    )  # fmt: skip


def test_infeasible_explains_itself_in_sentences():
    assert str(infeasible()) == (
        "No design meets the brief 'Toy'.\n"
        "Conflict: rack positions: 8 given, 11 needed\n"
        "Repair: rack positions: from 8 to 11 racks; the design then costs 7,654,321 USD"
        " (verified by a design)."
    )
    assert "No repair" in str(Infeasible(["nothing fits"]))


def test_infeasible_travels():
    error = infeasible()
    for again in (Infeasible.from_dict(error.to_dict()), copy.copy(error)):
        assert again.to_dict() == error.to_dict()
        assert str(again) == str(error)
