"""Page of a real design in a browser without a network: quiet, whole, and printed whole."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PRINTED = {"width": 688, "height": 1017}
"""A4 less margins of 14 mm at 96 dots an inch. [px]"""
PAINTED = """() => [...document.querySelectorAll('[role=figure]')]
    .every(f => f.querySelector('svg.main-svg'))"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CHARTS = """() => [...document.querySelectorAll('svg.main-svg')].map(s => {
    const b = s.getBoundingClientRect(); return [b.right, b.height] })"""
POLICY = "document.querySelector('meta[http-equiv=Content-Security-Policy]').content"


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def visited(browser, page):
    """Open the page once; note every request that leaves it and every complaint."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    shown, wrong = context.new_page(), []
    address = page.as_uri()

    def route(asked):
        if asked.request.url == address:
            asked.continue_()
        else:
            wrong.append(f"asks for {asked.request.url}")
            asked.abort()

    shown.route("**/*", route)
    shown.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    shown.on("pageerror", lambda error: wrong.append(str(error)))
    shown.goto(address)
    shown.wait_for_function(PAINTED)
    yield shown, wrong
    context.close()


def test_nothing_is_asked_for_and_nothing_complains(visited):
    shown, wrong = visited
    for width in (400, 1280):
        shown.set_viewport_size({"width": width, "height": 900})
        shown.wait_for_timeout(200)
        assert shown.evaluate(OVERFLOW) <= 0
    assert wrong == []
    assert "default-src 'none'" in shown.evaluate(POLICY)


def test_no_rule_of_accessibility_is_broken(visited):
    shown, wrong = visited
    for scheme in ("light", "dark"):
        shown.emulate_media(color_scheme=scheme)
        found = Axe().run(shown).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
    assert wrong == []


def test_no_chart_is_cut_on_paper(visited):
    shown, wrong = visited
    shown.set_viewport_size(PRINTED)
    shown.emulate_media(media="print")
    shown.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    shown.wait_for_function(PAINTED)
    charts = shown.evaluate(CHARTS)
    assert charts
    assert max(right for right, _ in charts) <= PRINTED["width"]
    assert max(height for _, height in charts) <= PRINTED["height"]
    assert wrong == []
