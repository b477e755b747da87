"""Reports: one safe file that says all, reads well without eyes, and reopens as a brief."""

import base64
import hashlib
import itertools
import json
import re

import pytest

from designlib.design import Design, Infeasible
from designlib.faults import FaultError
from designlib.report import read_brief, write_infeasible_report, write_report
from tests.report.page import read_page
from tests.toy_design import content, toy_design

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
CHAPTERS = (
    "decision",
    "bill",
    "balance",
    "cost",
    "growth",
    "racks",
    "operations",
    "why-not",
    "assumptions",
    "certificate",
)


def refusal(text="hall") -> Infeasible:
    return Infeasible(
        conflict=[f"power at {text}: 100 kW given, 140 kW needed", f"budget of {text}"],
        shortfalls=[
            {
                "requirement": f"power at {text}",
                "path": "sites.hall.it_power_kw",
                "limit": 100.0,
                "needed": 140.0,
                "unit": "kW",
            }
        ],
        repairs=[
            {
                "requirement": f"power at {text}",
                "from": 100.0,
                "to": 140.0,
                "unit": "kW",
                "cost": 1234567.0,
                "verified": True,
            },
            {
                "requirement": f"budget of {text}",
                "from": 1.0,
                "to": 2.0,
                "unit": "USD",
                "cost": None,
                "verified": False,
            },
        ],
        candidates=[row for row in content()["tables"]["candidates"] if row["status"] == "dropped"],
        brief={"name": text, "currency": "USD", "workloads": []},
    )


def hostile_design() -> Design:
    """Return the toy design with markup in every text that a user or a catalog may choose."""
    plain = content()
    for rows in plain["tables"].values():
        for row in rows:
            for column in row.keys() & {"name", "vendor", "note", "reason", "source", "place"}:
                row[column] = f"{HOSTILE}{row[column]}"
            if "price_source" in row:
                row["price_source"] = HOSTILE
    for run in plain["tables"]["operations"]:
        run["layout"] = HOSTILE
    plain["summary"]["bottleneck"]["place"] = f"{HOSTILE}hall"
    plain["brief"] |= {"name": HOSTILE}
    plain["certificate"]["policies"] = [HOSTILE]
    return Design(**plain | {"name": HOSTILE})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def report(folder):
    return write_report(toy_design(), folder / "report.html")


@pytest.fixture(scope="module")
def page(report):
    return read_page(report)


@pytest.fixture(scope="module")
def pages(folder, page):
    """Every kind of page that there is."""
    hostile = write_report(hostile_design(), folder / "hostile.html")
    refused = write_infeasible_report(refusal(), folder / "refused.html")
    attacked = write_infeasible_report(refusal(HOSTILE), folder / "attacked.html")
    return {
        "design": page,
        "hostile design": read_page(hostile),
        "refusal": read_page(refused),
        "hostile refusal": read_page(attacked),
    }


KINDS = ("design", "hostile design", "refusal", "hostile refusal")


# ---- the file


def test_brief_comes_back_from_a_report(report, folder):
    assert read_brief(report) == toy_design().brief
    hostile = write_report(hostile_design(), folder / "again.html")
    assert read_brief(hostile) == hostile_design().brief


def test_brief_comes_back_from_a_refusal(folder):
    path = write_infeasible_report(refusal(HOSTILE), folder / "no.html")
    assert read_brief(path) == refusal(HOSTILE).brief


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!doctype html><title>another page</title>",
        '<script type="application/json" id="designlib-brief">{"name": </script>',
        '<script type="application/json" id="designlib-brief">[1, 2]</script>',
        '<script type="application/json" id="designlib-brief">{"name": NaN}</script>',
    ],
    ids=["empty", "another page", "broken JSON", "no mapping", "not a number"],
)
def test_what_is_no_report_is_refused_by_name(tmp_path, text):
    path = tmp_path / "page.html"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FaultError) as error:
        read_brief(path)
    assert all(fault.file == str(path) for fault in error.value.faults)


def test_missing_or_binary_file_is_refused_by_name(tmp_path):
    path = tmp_path / "page.html"
    with pytest.raises(FaultError, match=r"page\.html"):
        read_brief(path)
    path.write_bytes(b"\xff\xfe\x00<script>")
    with pytest.raises(FaultError, match=r"page\.html"):
        read_brief(path)


def test_report_takes_the_place_of_the_old_one_and_leaves_nothing_beside(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    assert write_infeasible_report(refusal(), path) == path
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert read_brief(path)["name"] == "hall"


def test_failing_report_keeps_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_infeasible_report(refusal(), path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_same_design_gives_the_same_file(report, tmp_path):
    assert write_report(toy_design(), tmp_path / "b.html").read_bytes() == report.read_bytes()


def test_library_of_charts_is_in_the_file_once(report, folder):
    assert 4e6 < report.stat().st_size < 6e6
    assert write_infeasible_report(refusal(), folder / "small.html").stat().st_size < 2e5


# ---- safety


@pytest.mark.parametrize("kind", KINDS)
def test_script_runs_only_with_its_hash_in_the_policy(pages, kind):
    (policy,) = (
        m.attributes["content"]
        for m in pages[kind].all("meta")
        if m.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    rules = {r.split()[0]: r.split()[1:] for r in policy.split(";") if r.strip()}
    assert rules["default-src"] == ["'none'"]
    assert all(s == "data:" or s == "blob:" for s in rules.get("img-src", []))
    assert "'unsafe-inline'" not in rules.get("script-src", [])
    assert "'unsafe-eval'" not in rules.get("script-src", [])
    running = [s.code for s in pages[kind].all("script") if "type" not in s.attributes]
    digests = [base64.b64encode(hashlib.sha256(c.encode()).digest()).decode() for c in running]
    assert {f"'sha256-{d}'" for d in digests} <= set(rules.get("script-src", []))


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_becomes_an_element(pages, kind):
    page = pages[kind]
    assert not page.all("img", "iframe", "object", "embed", "base", "form")
    for element in page.all():
        assert not [name for name in element.attributes if name.startswith("on")]
        for name in element.attributes.keys() & {"href", "src"}:
            assert re.match(r"#|data:", element.attributes[name]), element.attributes
        assert "src" not in element.attributes or element.tag != "script"
    told = [s for s in page.all("script") if "type" not in s.attributes]
    assert not [s for s in told if "alert(1)" in s.code]


def test_hostile_names_are_read_as_they_were_written(pages):
    for kind in ("hostile design", "hostile refusal"):
        assert HOSTILE in pages[kind].all("body")[0].text
        assert HOSTILE in pages[kind].all("title")[0].text


@pytest.mark.parametrize("kind", KINDS)
def test_data_in_the_page_is_json(pages, kind):
    blocks = [
        s for s in pages[kind].all("script") if s.attributes.get("type") == "application/json"
    ]
    assert blocks
    for block in blocks:
        assert "<" not in block.code
        json.loads(block.code, parse_constant=lambda name: pytest.fail(f"{name} in a page"))


# ---- reading without eyes


@pytest.mark.parametrize("kind", KINDS)
def test_headings_are_in_order(pages, kind):
    levels = [int(h.tag[1]) for h in pages[kind].all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


@pytest.mark.parametrize("kind", KINDS)
def test_table_names_itself_its_columns_and_its_rows(pages, kind):
    tables = pages[kind].all("table")
    assert tables
    for table in tables:
        (caption,) = table.all("caption")
        assert caption.text
        (head,) = table.all("thead")
        assert all(th.attributes["scope"] == "col" for th in head.all("th", "td"))
        width = len(head.all("th"))
        for body in table.all("tbody", "tfoot"):
            for row in body.all("tr"):
                cells = row.all("th", "td")
                assert sum(int(c.attributes.get("colspan", 1)) for c in cells) == width
                assert cells[0].tag == "th"
                assert cells[0].attributes["scope"] in {"row", "rowgroup"}


@pytest.mark.parametrize("kind", KINDS)
def test_links_lead_somewhere_and_ids_are_unique(pages, kind):
    page = pages[kind]
    ids = [e.attributes["id"] for e in page.all() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    targets = [a.attributes["href"] for a in page.all("a")]
    assert {t[1:] for t in targets if t.startswith("#")} <= set(ids)
    assert page.all("body")[0].all("a")[0].text.startswith("Skip")
    assert page.all("html")[0].attributes["lang"] == "en"
    assert len(page.all("main")) == 1
    for element in page.all():
        for name in element.attributes.keys() & {"aria-labelledby", "aria-describedby"}:
            assert element.attributes[name] in ids


def test_chart_says_in_words_what_it_shows(page):
    figures = [e for e in page.all() if e.attributes.get("role") == "figure"]
    assert len(figures) >= 3
    for figure in figures:
        assert len(figure.attributes["aria-label"]) > 40


# ---- content


def section(page, name):
    (found,) = (s for s in page.all("section") if s.attributes.get("id") == name)
    return found.text


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_is_there(page, name):
    assert len(section(page, name)) > 80


def test_first_page_decides(page):
    design, text = toy_design(), section(page, "decision")
    capex = f"{design.summary['capex']:,.0f}"
    assert capex in text
    assert "2.41" in text
    assert "155 kW" in text
    assert "month 0" in text, "the first order"
    for risk in ("order", "price", "usable fast storage"):
        assert risk in text.lower()


def test_bill_holds_every_line_and_adds_up(page):
    text = section(page, "bill")
    for line in toy_design().tables["bill_of_materials"]:
        assert f"{line['extended']:,.0f}" in text
        assert line["line_id"] in text
        assert line["name"] in text
    assert f"{toy_design().summary['capex']:,.0f}" in text


def test_cost_shows_each_layer_and_the_objective(page):
    text = section(page, "cost")
    book = toy_design().cost
    for total in book.groupby("layer")["present_value"].sum():
        assert f"{total:,.0f}" in text
    assert f"{toy_design().summary['tco']:,.0f}" in text


def test_each_workload_shows_its_range_and_its_promise(page):
    text = section(page, "operations")
    for word in ("Nightly fine-tuning", "Policy chat", "Document batch"):
        assert word in text
    for number in ("0.81", "0.66", "18.4", "16.7", "22.3"):
        assert number in text


def test_dropped_options_show_their_reasons(page):
    text = section(page, "why-not")
    for row in toy_design().tables["candidates"]:
        assert row["part_id"] in text
        assert row["reason"].lower() in text.lower()


def test_register_holds_every_assumption_with_its_confidence(page):
    text = section(page, "assumptions")
    rows = toy_design().tables["assumptions"]
    for row in rows:
        assert row["path"] in text
        assert row["source"] in text
        assert row["confidence"] in text
    assert str(len(rows)) in text


def test_certificate_states_the_proof_and_what_made_it(page):
    text, proof = section(page, "certificate"), toy_design().certificate
    for part in (f"{proof['bound']:,.0f}", proof["catalog_hash"], proof["brief_hash"], "HiGHS"):
        assert part in text
    for policy in proof["policies"]:
        assert policy in text
    assert proof["statement"] in text


def test_refusal_names_conflict_shortfall_and_repair(pages):
    text = pages["refusal"].all("main")[0].text
    assert "Power at hall: 100 kW given, 140 kW needed" in text
    for part in ("100 kW", "140 kW", "1,234,567", "sites.hall.it_power_kw"):
        assert part in text
    assert "verified" in text
    assert "not verified" in text
    assert "Needs a liquid loop that the hall lacks" in text
    assert "designlib optimize" not in pages["refusal"].all("title")[0].text
