"""Artefacts of a real design: each reader finds his own, with the numbers of the design."""

import zipfile
from collections import Counter

import pytest

from designlib.report import read_brief, write_rfq
from designlib.validate.acceptance import acceptance

ARTEFACTS = {
    "executive page": ("decision",),
    "bill of materials": ("bill",),
    "rack elevations": ("racks", "elevations"),
    "network diagrams and zones": ("racks", "networks"),
    "floor plan and cable lengths": ("floor",),
    "power and cooling budgets": ("power-and-cooling",),
    "TCO and unit costs": ("cost", "unit-costs"),
    "phase plan and triggers": ("phases", "triggers"),
    "sensitivity": ("sensitivity",),
    "balance": ("balance", "promises"),
    "assumptions": ("assumptions",),
    "risks": ("risks",),
    "compliance matrix": ("rules",),
    "acceptance test plan": ("acceptance",),
    "operations plan": ("operations", "operations-plan"),
    "workload profiles": ("workloads",),
    "nearest blueprint": ("blueprint",),
    "certificate": ("certificate",),
}
MAX_PAGE_BYTES = 6_000_000


def amount(cell) -> float:
    """Return what a cell holds, or what its text says; a dash is nothing."""
    if isinstance(cell.value, (int, float)):
        return float(cell.value)
    text = cell.text.replace(",", "").replace("\N{MINUS SIGN}", "-").rstrip("%")
    return 0.0 if text in ("", "\N{EN DASH}", "-") else float(text)


def rows(table):
    return [row for group in table.groups for row in group.rows]


def the(chapter, start):
    (table,) = (t for t in chapter.tables if t.caption.startswith(start))
    return table


def closes(table, column, total):
    """Assert that a column adds up to its last row and to what the design says."""
    held = rows(table)
    assert held
    assert sum(amount(r[column]) for r in held) == pytest.approx(total, abs=0.5 * len(held) + 0.5)
    assert amount(table.total[column]) == pytest.approx(total, abs=0.51)


@pytest.mark.parametrize("artefact", ARTEFACTS)
def test_every_artefact_is_there_and_says_something(chapters, artefact):
    for name in ARTEFACTS[artefact]:
        chapter = chapters[name]
        assert chapter.tables or chapter.figures or chapter.lead


def test_each_network_rack_and_chain_is_drawn(chapters):
    drawn = {figure.name for chapter in chapters.values() for figure in chapter.figures}
    assert drawn >= {
        "racks", "network", "floor_plan", "cable_lengths", "power_chain", "power_and_cooling",
        "waterfall", "break_even", "schedule", "balance", "triggers", "growth", "fleet",
    }  # fmt: skip


def test_first_page_has_the_figures_of_the_summary(design, chapters):
    first = chapters["decision"]
    told = {card.label: card for card in first.cards}
    assert told["Capital"].note == f"{design.summary['capex']:,.0f} {design.currency}"
    assert told["Cost of a GPU-hour"].value.startswith(f"{design.summary['usd_per_gpu_hour']:.2f}")
    last = [g["count"] for g in design.summary["gpus"] if g["period_month"] == max(design.dates)]
    assert told["GPUs"].value == f"{sum(last):,}"
    assert float(told["Racks"].value.replace(",", "")) == design.summary["racks"]
    closes(the(first, "What to buy"), 5, design.summary["capex"])
    assert 1 <= len(first.points) <= 3
    assert f"{design.certificate['bound']:,.0f}" in first.callouts[1].text


def test_bill_has_every_line_and_closes(design, chapters):
    lines = the(chapters["bill"], "Lines")
    closes(lines, 6, design.summary["capex"])
    bought = sorted(b["line_id"] for b in design.tables["bill_of_materials"])
    assert sorted(r[0].text for r in rows(lines)) == bought
    counted = the(chapters["bill"], "Quantities")
    assert sum(amount(r[-1]) for r in rows(counted)) == sum(
        b["count"] for b in design.tables["bill_of_materials"]
    )


def test_costs_close_by_layer_by_workload_and_by_team(design, chapters):
    tco = design.summary["tco"]
    by_layer = the(chapters["cost"], "Present value by layer")
    closes(by_layer, len(by_layer.columns) - 1, tco)
    closes(the(chapters["unit-costs"], "Each workload bears"), 1, tco)
    if "teams" in chapters:
        paid = the(chapters["teams"], "What each team pays")
        closes(paid, len(paid.columns) - 1, tco)


def test_price_bands_hold_the_capital(design, chapters):
    bands = the(chapters["sensitivity"], "Capital at both ends")
    capital = design.summary["capex"]
    low, high = (sum(amount(r[column]) for r in rows(bands)) for column in (1, 2))
    assert low <= 0 <= high
    assert amount(bands.total[3]) == pytest.approx(capital + low)
    assert amount(bands.total[4]) == pytest.approx(capital + high)


def test_racks_and_power_are_those_of_the_placement(design, chapters):
    placed = design.tables["placement"]
    closes(the(chapters["racks"], "Power of each rack"), 4, sum(u["kw"] or 0 for u in placed))
    units = next(t for t in chapters["elevations"].tables if t.sheet == "Elevations")
    devices = [r for r in rows(units) if r[4].text != "blank"]
    assert Counter((r[0].text, r[5].text) for r in devices) == Counter(
        (u["rack"], u["part_id"]) for u in placed
    )


def test_networks_are_those_of_the_summary(design, chapters):
    shown = rows(the(chapters["racks"], "Networks"))
    assert [amount(r[3]) for r in shown] == [f["leaf"] for f in design.summary["fabrics"]]
    ranges = [r[-1].text for r in rows(the(chapters["networks"], "Wiring"))]
    given = [r for r in ranges if r[:1].isdigit()]
    assert len(ranges) == len(design.summary["fabrics"])
    assert len(set(given)) == len(given) > 0


def test_balance_has_every_resource_of_the_last_date(design, chapters):
    (table,) = chapters["balance"].tables
    last = [r for r in design.tables["balance"] if r["period_month"] == max(design.dates)]
    supplies = Counter(round(r["supply"], 6) for r in last if r["resource"] != "capability")
    assert len(rows(table)) == sum(supplies.values())


def test_register_has_every_assumption_with_its_source(design, chapters):
    register = the(chapters["assumptions"], "Register")
    assert len(rows(register)) == len(design.tables["assumptions"])
    by_confidence = the(chapters["assumptions"], "Values by confidence")
    assert sum(amount(r[1]) for r in rows(by_confidence)) == len(design.tables["assumptions"])


def test_acceptance_plan_has_every_threshold(design, catalog, chapters):
    (plan,) = chapters["acceptance"].tables
    told = sorted((r[0].note, amount(r[2])) for r in rows(plan))
    assert told == sorted((t.id, t.threshold) for t in acceptance(design, catalog))


def test_every_workload_has_its_profile(design, chapters):
    matrix = the(chapters["workloads"], "Requirements")
    assert len(matrix.groups) == len(design.brief["workloads"])


def test_pack_for_vendors_asks_for_every_line_without_our_prices(design, catalog, tmp_path):
    with zipfile.ZipFile(write_rfq(design, tmp_path / "rfq.zip", catalog)) as pack:
        bill = pack.read("bill_to_quote.csv").decode().splitlines()
        assert len(bill) - 1 == len(design.tables["bill_of_materials"])
        assert "net_price" not in bill[0]
        assert len(pack.read("acceptance.csv").splitlines()) > 1


def test_page_is_small_and_holds_its_brief(design, page):
    assert page.stat().st_size <= MAX_PAGE_BYTES
    assert read_brief(page) == design.brief
