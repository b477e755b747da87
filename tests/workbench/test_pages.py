"""Pages: what stands in an answer is shown, and text from outside is never markup."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from designlib.brief import Brief
from designlib.design import Infeasible
from designlib.faults import Fault, FaultError
from designlib.optimize import Stopped
from designlib.workbench import pages
from designlib.workbench.newest import Answer
from tests.toy_design import content, toy_design

BRIEF = Brief.load(Path(__file__).parents[2] / "catalogs/briefs/enterprise.yaml")
EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)> & \"quoted\""
ALLOWED = {"table", "caption", "thead", "tbody", "tr", "th", "td", "div", "h3", "ul", "li", "p"}
ALLOWED |= {"pre", "details", "summary"}


class Tags(HTMLParser):
    """What a page is made of: tags, attributes, texts; complains about what is left open."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.texts, self.open = [], {}, [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes |= dict(attributes)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.texts.append(text)


def poisoned(value):
    """Return a value with every text replaced by markup."""
    if isinstance(value, dict):
        return {key: poisoned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [poisoned(item) for item in value]
    return EVIL if isinstance(value, str) else value


def evil_design():
    tables = poisoned(content()["tables"])
    for row in tables["candidates"]:
        row["status"] = "dropped"
    # A form that a design checks stays as it is.
    for row in tables["bill_of_materials"]:
        row["price_date"] = "2026-01-01"
    summary, proof = content()["summary"], content()["certificate"]
    summary["bottleneck"] = poisoned(summary["bottleneck"])
    return toy_design(
        name=EVIL, tables=tables, summary=summary, certificate={**proof, "statement": EVIL}
    )


def answer(state, **known):
    return Answer(state, 3, BRIEF, **known)


ANSWERS = {
    "design": answer("done", design=toy_design()),
    "evil design": answer("done", design=evil_design()),
    "infeasible": answer(
        "infeasible",
        error=Infeasible(
            [EVIL],
            repairs=[
                {"requirement": EVIL, "from": 1, "to": 2, "unit": EVIL, "cost": 3, "verified": True}
            ],
            brief={"name": EVIL, "currency": EVIL},
        ),
    ),
    "fault": answer("fault", error=FaultError([Fault(EVIL, None, EVIL, EVIL)])),
    "stopped": answer("cancelled", error=Stopped(EVIL, 0.0)),
    "error": answer("error", error=ValueError(EVIL)),
    "solving": answer("solving", message=EVIL),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_text_from_outside_is_never_markup(name):
    shown = [pages.status_line(ANSWERS[name]), pages.outcome(ANSWERS[name]), pages.code(EVIL)]
    if ANSWERS[name].design:
        shown.append(pages.tables(ANSWERS[name].design))
    for page in map(Tags, shown):
        assert set(page.tags) <= ALLOWED
        assert not [a for a in page.attributes if a.startswith("on")]
    if name not in ("design", "stopped"):
        assert any(EVIL in "".join(Tags(page).texts) for page in shown[:2])


@pytest.mark.parametrize("name", ANSWERS)
def test_status_can_be_waited_for(name):
    status = Tags(pages.status_line(ANSWERS[name]))
    assert status.attributes["data-state"] == ANSWERS[name].state
    assert status.attributes["data-gen"] == "3"
    assert status.attributes["role"] == "status"
    assert "".join(status.texts).strip()


def test_bill_has_every_part_with_its_sums():
    design = toy_design()
    texts = "|".join(Tags(pages.bill(design)).texts)
    for name in set(design.bill_of_materials["name"]):
        assert name in texts
    # Two purchases of servers are one row.
    assert "compute|Alpha server, 8 GPUs, air|13|" in texts


def test_operations_show_each_workload_at_the_last_date():
    design = toy_design()
    page = Tags(pages.operations(design))
    last = design.operations.query("period_month == 24")
    assert page.tags.count("tr") == 1 + len(last)
    assert set(last["workload"]) <= set(page.texts)


def test_dropped_candidates_show_reasons_but_not_dominance():
    design = toy_design()
    rows = design.candidates.query("status == 'dropped'")
    texts = Tags(pages.dropped(design)).texts
    for reason in rows["reason"]:
        assert (reason in texts) is not reason.startswith("dominated")


def test_refusal_says_what_conflicts_and_what_mends_it():
    repair = {"requirement": "budget", "from": 3e6, "to": 5.3e6, "unit": "USD", "cost": 5e6}
    repair["verified"] = True
    error = Infeasible(["budget: 3,000,000 USD given"], repairs=[repair])
    text = " ".join(Tags(pages.outcome(answer("infeasible", error=error))).texts)
    assert "budget: 3,000,000 USD given" in text
    assert "5.3e+06" in text or "5,300,000" in text
    assert "verified by a design" in text


def test_tables_have_captions_and_headings():
    page = Tags(pages.tables(toy_design()))
    assert page.tags.count("table") == page.tags.count("caption") == page.tags.count("details")
    assert page.attributes["scope"] in ("row", "col")
