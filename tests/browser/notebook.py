"""Notebook: one notebook in a window, and what a user does to the workbench in it."""

import time

from tests.browser.lab import write_notebook

IDLE = """() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status
    === 'idle'"""
RUN = "() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }"
SAVE = "async () => { await window.jupyterapp.commands.execute('docmanager:save') }"
KILL = """async () => {
    await window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs');
    await window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart() }"""
NARROW = """() => { document.querySelector('#jp-left-stack:not(.lm-mod-hidden)')
    && window.jupyterapp.commands.execute('application:toggle-left-area') }"""
WB = ".designlib-workbench"
STATUS = f"{WB} .told"
PAINTED = """() => { const stage = document.querySelector('.designlib-stage > [data-panel]');
    return stage && !stage.querySelector('.waiting-for')
        && document.querySelector('.designlib-workbench').dataset.ownPainted === stage.dataset.gen
        && [...stage.querySelectorAll('.chart')].every((c) => c.querySelector('svg.main-svg')) }"""
SEEN = """([state, gen]) => { const told = document.querySelector('.told');
    return told && told.dataset.state === state && Number(told.dataset.gen) > gen }"""
TRACE = """() => { const told = document.querySelector('.designlib-status');
    const wb = document.querySelector('.designlib-workbench');
    window.trace = [];
    const look = () => {
        const now = told.querySelector('.told');
        window.trace.push([performance.now(), now.dataset.state, Number(now.dataset.gen),
            wb.dataset.ownPainted]);
    };
    window.tracer?.disconnect();
    window.tracer = new MutationObserver(look);
    window.tracer.observe(wb, {subtree: true, childList: true, attributes: true,
        attributeFilter: ['data-state', 'data-gen', 'data-own-painted']}); }"""
PATIENCE_MS = 60_000


class Notebook:
    """A notebook in a window; ``wrong`` has what it asked for elsewhere and complained about."""

    def __init__(self, browser, server, name, cells, width=1440, height=900):
        root, self.base, token = server
        self.folder = root
        write_notebook(root / f"{name}.ipynb", *cells)
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page = self.context.new_page()
        self.wrong, self.received = [], 0
        self.context.route("**/*", self._route)
        self.page.on("websocket", self._listen)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda d: (self.wrong.append(d.message), d.dismiss()))
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        self.page.goto(f"{self.base}/lab/workspaces/{name}/tree/{name}.ipynb?reset&token={token}")
        self._ready()
        self.page.evaluate(NARROW)

    def _route(self, route):
        if route.request.url.startswith((self.base, "data:", "blob:")):
            route.continue_()
        else:
            self.wrong.append(f"asks for {route.request.url}")
            route.abort()

    def _listen(self, socket):
        def count(frame):
            self.received += len(frame)

        socket.on("framereceived", count)

    def _ready(self):
        self.page.wait_for_selector(".jp-Notebook", timeout=PATIENCE_MS)
        self.page.evaluate("async () => { await window.jupyterapp.restored }")
        self.page.wait_for_function(IDLE, timeout=PATIENCE_MS)

    def close(self):
        self.context.close()

    def run(self):
        """Run all cells and return the seconds until the workbench shows a design."""
        begun = time.perf_counter()
        self.page.evaluate(RUN)
        self.page.wait_for_selector(f"{WB} .panels", timeout=PATIENCE_MS)
        self.wait("done")
        return time.perf_counter() - begun

    def reload(self):
        self.page.evaluate(SAVE)
        self.page.reload()
        self._ready()
        self.page.wait_for_selector(f"{WB} .panels", timeout=PATIENCE_MS)

    def kill(self):
        """End the kernel, and wait for the one that the server starts in its place."""
        self.page.evaluate(KILL)
        self.page.wait_for_function(IDLE, timeout=PATIENCE_MS)

    @property
    def generation(self):
        return int(self.page.locator(STATUS).get_attribute("data-gen"))

    @property
    def status(self):
        return self.page.locator(STATUS).inner_text()

    @property
    def stage(self):
        return self.page.locator(f"{WB} .designlib-stage")

    def wait(self, state, after=0):
        self.page.wait_for_function(SEEN, arg=[state, after], timeout=PATIENCE_MS)

    def painted(self):
        self.page.wait_for_function(PAINTED, timeout=PATIENCE_MS)

    def panel(self, name):
        """Open a panel and return its element, painted."""
        self.page.locator(f"#to-{name}").click()
        self.page.wait_for_selector(f"#panel-{name}", timeout=PATIENCE_MS)
        self.painted()
        return self.page.locator(f"#panel-{name}")

    def slider(self, knob):
        return self.page.locator(f"#knob-{knob} input[type=range]")

    def type(self, knob, value, state="done"):
        """Type a number beside a slider and wait for the answer."""
        before = self.generation
        field = self.page.locator(f"#knob-{knob} input[type=number]")
        field.fill(str(value))
        field.press("Enter")
        self.wait(state, before)

    def press(self, name, state="done"):
        """Press a button of the workbench and wait for the answer."""
        before = self.generation
        self.page.locator(WB).get_by_role("button", name=name).first.click()
        self.wait(state, before)
