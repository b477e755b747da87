"""Report in a browser: it opens without a network, paints every chart and fits the screen."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from designlib.brief import Brief
from designlib.catalog import shipped_folder
from designlib.design import Design, Infeasible
from designlib.report import (
    write_comparison,
    write_infeasible_report,
    write_notebook,
    write_report,
)
from tests.toy_design import content, toy_design

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "09-training-accuracy.ipynb"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
A4_PRINT_PX, PAGE_HEIGHT_PX = 688, 1017  # A4 less margins of 14 mm at 96 dots an inch
PAGES = ("design", "hostile", "customer", "refusal", "comparison", "notebook")
HOSTILE = (
    '<b>x</b><script>alert(1)</script><img src="https://example.org/x.png" onerror="alert(2)">'
)
PAINTED = """() => [...document.querySelectorAll('[role=figure]')]
    .every(f => f.querySelector('svg.main-svg'))"""
OVERFLOW = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


def hostile_design():
    """Return the toy design with markup in the names that charts draw."""
    plain = content()
    plain["name"] = HOSTILE
    for table, column in [
        ("bill_of_materials", "part_id"),
        ("placement", "part_id"),
        ("candidates", "part_id"),
        ("candidates", "workload"),
        ("balance", "place"),
    ]:
        for row in plain["tables"][table]:
            row[column] = f"{HOSTILE}{row[column]}"
    for row in plain["summary"]["gpus"]:
        row["part"] = f"{HOSTILE}{row['part']}"
    plain["summary"]["bottleneck"]["place"] = f"{HOSTILE}hall"
    return Design(**plain)


def customer_design():
    """Return the toy design with two sites, teams, rules and priced choices."""
    plain = content()
    plain["brief"] = Brief.load(shipped_folder() / "briefs" / "enterprise.yaml").to_dict()
    plain["summary"]["sites"] = [
        {"site": site, "gpus": 40, "racks": 4, "it_kw": 5e4, "facility_kw": 6.5e4, "capex": 3e8}
        for site in ("dal", "ash")
    ]
    option = {
        "question": "Technology of the compute fabric", "status": "optimal", "reason": "",
        "capex": 4.1e8, "it_kw": 13874.0, "gpus": 7200, "objective": 4.6e8, "racks": 195,
    }  # fmt: skip
    refused = {"objective": None, "status": "infeasible", "reason": "D1: 4,558 GPUs are needed"}
    plain["summary"]["choices"] = [
        option | {"option": "ethernet", "status": "taken", "extra_low": 0.0, "extra_high": 0.0},
        option | {"option": "infiniband", "extra_low": 1e6, "extra_high": 1.2e7},
        option | {"question": "Cooling of GPU servers", "option": "air"} | refused,
    ]
    for table, column in (("balance", "place"), ("bill_of_materials", "pool")):
        for row in plain["tables"][table]:
            row[column] = f"oem-hgx-b200-air-10u-alone-{row[column]}@dal"
    return Design(**plain)


def refusal():
    return Infeasible(
        conflict=["IT power at hall: 100 kW given, 140 kW needed (short by 40 kW)"],
        shortfalls=[
            {"requirement": "IT power", "path": "sites.hall.it_power_kw", "limit": 100.0,
             "needed": 140.0, "unit": "kW"},
        ],
        repairs=[
            {"requirement": "IT power", "from": 100.0, "to": 140.0, "unit": "kW",
             "cost": 5_014_373.0, "verified": True},
        ],
        candidates=[row for row in content()["tables"]["candidates"] if row["status"] == "dropped"],
        brief={"name": "Toy insurance", "currency": "USD", "workloads": []},
    )  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    return {
        "design": write_report(toy_design(), folder / "design.html"),
        "hostile": write_report(hostile_design(), folder / "hostile.html"),
        "customer": write_report(customer_design(), folder / "customer.html"),
        "refusal": write_infeasible_report(refusal(), folder / "refusal.html"),
        "notebook": write_notebook(NOTEBOOK, folder / "notebook.html"),
        "comparison": write_comparison(toy_design(), hostile_design(), folder / "comparison.html"),
    }


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, files):
    """Open a page in a window of its own, and note whatever it asks for or complains about."""
    contexts = []

    def go(name, width=1280, height=900):
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
        contexts.append(context)
        page, wrong = context.new_page(), []
        address = files[name].as_uri()

        def route(asked):
            if asked.request.url == address:
                asked.continue_()
            else:
                wrong.append(f"asks for {asked.request.url}")
                asked.abort()

        page.route("**/*", route)
        page.on("console", lambda m: wrong.append(m.text) if m.type in WORRYING else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.goto(address)
        page.wait_for_function(PAINTED)
        page.wait_for_timeout(200)  # time for a request or a dialog that should never come
        return page, wrong

    yield go
    for context in contexts:
        context.close()


WORRYING = {"error", "warning"}


@pytest.mark.parametrize(
    "name", ["design", "hostile", "customer", "refusal", "comparison", "notebook"]
)
@pytest.mark.parametrize("width", [1280, 400])
def test_page_asks_for_nothing_and_fits_the_screen(visit, name, width):
    page, wrong = visit(name, width)
    assert wrong == []
    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("width", [1280, 400])
def test_every_chart_is_painted_inside_the_page(visit, width):
    page, _ = visit("design", width)
    figures = page.locator("[role=figure]")
    assert figures.count() >= 3
    for n in range(figures.count()):
        figure = figures.nth(n)
        box = figure.locator("svg.main-svg").first.bounding_box()
        assert box["width"] > 200
        assert box["height"] > 100
        assert figure.locator("svg .point, svg .scatterlayer .trace, svg .hm image").count() > 0


@pytest.mark.parametrize("name", ["design", "refusal"])
@pytest.mark.parametrize("width", [1280, 400])
def test_tables_can_be_seen_and_read(visit, name, width):
    page, _ = visit(name, width)
    hidden = page.evaluate(
        """() => [...document.querySelectorAll('table')]
            .filter(t => !t.closest('details:not([open])'))
            .filter(t => t.getBoundingClientRect().height < 20).length"""
    )
    assert hidden == 0
    assert page.locator("table:visible").count() > 0


@pytest.mark.parametrize("name", ["design", "customer"])
@pytest.mark.parametrize("width", [1280, 400])
def test_no_cell_hides_its_text(visit, name, width):
    page, _ = visit(name, width)
    clipped = page.evaluate(
        """() => [...document.querySelectorAll('th, td, dt, dd, p, li, h1, h2, h3')]
            .filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1
                && getComputedStyle(e).display !== 'inline' && e.clientWidth)
            .map(e => e.textContent.trim().slice(0, 60))"""
    )
    assert clipped == []


def test_details_open_with_the_keyboard_alone(visit):
    page, _ = visit("design")
    summary = page.locator("details > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == 1


def test_skip_link_comes_first_and_leads_to_the_content(visit):
    page, _ = visit("design")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("Skip")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_markup_in_names_stays_text(visit):
    page, wrong = visit("hostile")
    assert wrong == []
    assert page.locator("h1").inner_text() == HOSTILE
    assert page.locator("img").count() == 0
    assert page.evaluate("[...document.querySelectorAll('svg a')].length") == 0
    drawn = page.evaluate("[...document.querySelectorAll('svg text')].map(t => t.textContent)")
    assert any("<b>x</b>" in text for text in drawn)


def test_print_fits_the_paper_and_keeps_every_chart(visit, tmp_path):
    page, wrong = visit("design")
    path = tmp_path / "report.pdf"
    page.pdf(path=str(path), prefer_css_page_size=True, print_background=True, tagged=True)
    assert path.stat().st_size > 20_000
    assert path.read_bytes().startswith(b"%PDF")
    page.set_viewport_size({"width": A4_PRINT_PX, "height": 1000})
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(PAINTED)
    widths = page.evaluate(
        """() => [...document.querySelectorAll('svg.main-svg')]
            .map(s => s.getBoundingClientRect().right)"""
    )
    assert max(widths) <= A4_PRINT_PX
    heights = page.evaluate(
        "[...document.querySelectorAll('svg.main-svg')].map(s => s.getBoundingClientRect().height)"
    )
    assert max(heights) <= PAGE_HEIGHT_PX
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_function(
        "() => document.querySelector('svg.main-svg').getBoundingClientRect().width > 900"
    )
    assert page.evaluate(OVERFLOW) <= 0
    assert wrong == []


@pytest.mark.parametrize("name", ["design", "customer", "refusal", "comparison", "notebook"])
def test_no_rule_of_accessibility_is_broken(visit, name):
    page, wrong = visit(name)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == [], scheme
    assert wrong == []
