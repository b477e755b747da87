"""Comparison: the page shows what changed and nothing else, and its amounts add up."""

from designlib.design import Design
from designlib.report import comparison, write_comparison
from tests.report.page import read_page
from tests.toy_design import content, toy_design

HOSTILE = "<img src=x onerror=alert(1)>"


def other() -> Design:
    """Return the toy design with one dearer layer and one other choice."""
    plain = content()
    for row in plain["tables"]["cost"]:
        if row["layer"] == "storage":
            row["present_value"] *= 1.234567
    plain["summary"]["orchestration"] = ["scheduler-a"]
    plain["name"] = HOSTILE
    return Design(**plain)


def amount(text: str) -> int:
    return int(text.replace(",", "").replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "0"))


def test_column_of_changes_on_the_page_adds_up_to_the_difference(tmp_path):
    page = read_page(write_comparison(toy_design(), other(), tmp_path / "comparison.html"))
    (bridge,) = (t for t in page.all("table") if "From the cost" in t.all("caption")[0].text)
    (body,), (foot,) = bridge.all("tbody"), bridge.all("tfoot")
    rows = [[c.text for c in r.all("th", "td")] for r in body.all("tr")]
    before, after, change = (amount(c.text) for c in foot.all("td"))
    assert sum(amount(r[3]) for r in rows) == change == after - before
    assert [r[0] for r in rows if not r[0].startswith("Storage")] == ["What did not change"]


def test_only_changed_decisions_are_listed(tmp_path):
    page = read_page(write_comparison(toy_design(), other(), tmp_path / "comparison.html"))
    (choices,) = (s for s in page.all("section") if s.attributes["id"] == "choices")
    rows = choices.all("tbody")[0].all("tr")
    assert [r.all("th")[0].text for r in rows] == ["orchestration"]
    assert HOSTILE in page.all("h1")[0].text
    assert not page.all("img")
    assert "nothing changed" in page.all("main")[0].text, "the brief is the same"


def test_comparison_for_programs_is_the_one_on_the_page():
    told = comparison.content(toy_design(), other())
    assert (
        told["before"]["cost"] + sum(s["change"] for s in told["bridge"]) == (told["after"]["cost"])
    )
    assert [row["choice"] for row in told["changes"]["choices"]] == ["orchestration"]
    lines = comparison.text(told).splitlines()
    assert any(line.startswith("orchestration: ") for line in lines)


def test_same_design_has_nothing_to_compare(tmp_path):
    path = write_comparison(toy_design(), toy_design(), tmp_path / "comparison.html")
    main = read_page(path).all("main")[0]
    assert main.text.count("nothing changed") == 4
    assert not main.all("figure")
