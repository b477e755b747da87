"""Lab in a browser: the workbench stands there without a click, and nothing is asked of others."""

import pytest

from tests.lab_server import lab_server

CHART = ".designlib-workbench svg.main-svg"
# Time of a busy machine; what the lab takes on one that is free is told by the suite's report.
WAIT_MS = 60_000
# anywidget gives a model 2 s; on a busy machine plotly.js takes longer, and is drawn all the same.
SLOW = "[anywidget] Failed to initialize model."
PAGES = {"lab": (), "page": ("--page", "--port", "48866")}


@pytest.mark.parametrize("kind", list(PAGES))
def test_first_chart_comes_by_itself_and_from_this_machine_alone(browser, tmp_path, kind):
    with lab_server(tmp_path, *PAGES[kind]) as server:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        refused, wrong = [], []

        def route(asked):
            if asked.request.url.startswith((server.base, "data:", "blob:")):
                asked.continue_()
            else:
                refused.append(asked.request.url)
                asked.abort()

        page.context.route("**/*", route)
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(server.address, timeout=WAIT_MS)
        page.locator("#to-cost").click(timeout=WAIT_MS)
        page.wait_for_selector(CHART, timeout=WAIT_MS)
        assert page.get_by_text("present value").first.is_visible()
        assert not page.get_by_text("official Jupyter news").count()
        assert refused == []
        assert [w for w in wrong if w != SLOW] == []
        page.close()
