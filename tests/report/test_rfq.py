"""Request for quotation: requirements and parts, no price of ours, no text that acts."""

import csv
import io
import zipfile

import pytest

from designlib.report.rfq import QUOTED, write_rfq
from tests.toy_design import content, toy_design


def files(design, folder):
    with zipfile.ZipFile(write_rfq(design, folder / "rfq.zip")) as pack:
        return {name: pack.read(name).decode() for name in pack.namelist()}


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_pack_has_a_row_for_every_line_and_no_price(tmp_path):
    found = files(toy_design(), tmp_path)
    bill = rows(found["bill_to_quote.csv"])
    lines = toy_design().tables["bill_of_materials"]
    assert [r["line_id"] for r in bill] == [b["line_id"] for b in lines]
    assert [float(r["count"]) for r in bill] == [b["count"] for b in lines]
    assert all(r[column] == "" for r in bill for column in QUOTED)
    prices = {f"{b[key]:g}" for b in lines for key in ("unit_price", "net_price", "extended")}
    told = {cell for r in bill for name, cell in r.items() if name not in {"line_id", "count"}}
    assert not prices & told


def test_requirements_are_the_draws_of_the_design_and_its_promises(tmp_path):
    plain = content()
    plain["brief"]["workloads"][1]["tpot_p95_s"] = 0.04
    found = rows(files(toy_design(**plain), tmp_path)["requirements.csv"])
    balance = toy_design().tables["balance"]
    last = max(toy_design().dates)
    draw = max(r["draw"] for r in balance if (r["resource"], r["period_month"]) == ("hot_tb", last))
    (row,) = (
        r for r in found
        if r["requirement"] == "Fast storage, usable" and r["from_month"] == str(last)
    )  # fmt: skip
    assert float(row["value"]) == pytest.approx(draw, rel=1e-5)
    assert {"workload", "rule"} <= {r["layer"] for r in found}


def test_one_design_gives_one_pack(tmp_path):
    first = write_rfq(toy_design(), tmp_path / "a.zip").read_bytes()
    assert write_rfq(toy_design(), tmp_path / "b.zip").read_bytes() == first


def test_no_text_of_the_pack_acts_in_a_spreadsheet(tmp_path):
    plain = content()
    for row in plain["tables"]["bill_of_materials"]:
        row["name"] = "=cmd()"
    bill = rows(files(toy_design(**plain), tmp_path)["bill_to_quote.csv"])
    assert {r["name"] for r in bill} == {"'=cmd()"}
