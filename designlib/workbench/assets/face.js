// The page of the workbench: it shows the HTML that the kernel gives, draws its charts, and tells
// the kernel what a user does. It holds no number and decides nothing.

// One copy of the library that draws charts serves every workbench of the page.
const slot = globalThis.__designlibPlotly ??= {waiting: []};
const PATIENCE_MS = 15000;

function library(ask) {
  if (slot.plotly) return Promise.resolve(slot.plotly);
  if (!(slot.asked > Date.now() - PATIENCE_MS)) {
    slot.asked = Date.now();
    ask();
  }
  return new Promise((resolve) => slot.waiting.push(resolve));
}

async function unpack(packed) {
  if (slot.plotly) return;
  const bytes = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const code = await new Response(bytes).text();
  // The library fills `module.exports` where there is one, and a global where there is none.
  const made = `const module = {exports: {}};
    (function (module, exports, define) { ${code}
    }).call(globalThis, module, module.exports, undefined);
    export default module.exports.newPlot ? module.exports : globalThis.Plotly;`;
  const address = URL.createObjectURL(new Blob([made], {type: "text/javascript"}));
  slot.plotly = (await import(address)).default;
  URL.revokeObjectURL(address);
  slot.waiting.splice(0).forEach((resolve) => resolve(slot.plotly));
}

// A design is confidential: no button may send it anywhere.
const CONFIG = {
  displaylogo: false,
  responsive: false,
  showSendToCloud: false,
  modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
};
const PARTS = ["head", "status", "rail", "stage"];
const FORM = "input, select, textarea";

// ---- what is on the page becomes what shall be there; what did not change is not touched

function fits(one, other) {
  return one.nodeName === other.nodeName && (one.id || "") === (other.id || "");
}

function morphChildren(now, next) {
  let here = now.firstChild;
  for (const wanted of [...next.childNodes]) {
    let found = here;
    while (found && !fits(found, wanted)) found = wanted.id || found === here
      ? found.nextSibling : null;
    if (!found) {
      now.insertBefore(wanted, here);
      continue;
    }
    while (here !== found) {
      const gone = here;
      here = here.nextSibling;
      gone.remove();
    }
    morph(found, wanted);
    here = found.nextSibling;
  }
  while (here) {
    const gone = here;
    here = here.nextSibling;
    gone.remove();
  }
}

function morph(now, next) {
  if (now.nodeType !== Node.ELEMENT_NODE) {
    if (now.nodeValue !== next.nodeValue) now.nodeValue = next.nodeValue;
    return;
  }
  if (now.isEqualNode(next) && !now.matches(FORM)) {
    if (now.querySelector(FORM)) restore(now, next);
    return;
  }
  const mine = (name) => (now.nodeName === "DETAILS" && name === "open")
    || name.startsWith("data-own-");
  for (const {name, value} of [...next.attributes]) {
    if (!mine(name) && now.getAttribute(name) !== value) now.setAttribute(name, value);
  }
  for (const {name} of [...now.attributes]) {
    if (!mine(name) && !next.hasAttribute(name) && !now.matches(".chart")) {
      now.removeAttribute(name);
    }
  }
  if (now.matches(".chart")) return;
  morphChildren(now, next);
  if (now.matches(FORM)) set(now, next);
}

function restore(now, next) {
  const fresh = next.querySelectorAll(FORM);
  now.querySelectorAll(FORM).forEach((field, n) => set(field, fresh[n]));
}

function set(field, next) {
  // What a user is typing at this moment is newer than what the kernel has heard of.
  if (field === document.activeElement || field.hasAttribute("data-local")) return;
  if (field.type === "file") return;
  if (field.type === "checkbox" || field.type === "radio") {
    field.checked = next.hasAttribute("checked");
  } else if (field.nodeName === "SELECT") {
    const chosen = [...next.options].filter((o) => o.hasAttribute("selected")).map((o) => o.value);
    for (const option of field.options) option.selected = chosen.includes(option.value);
  } else {
    const value = field.nodeName === "TEXTAREA" ? next.textContent : next.getAttribute("value");
    if (field.value !== (value ?? "")) field.value = value ?? "";
  }
}

// ---- charts

function isDark() {
  const light = document.body.dataset.jpThemeLight;
  return light ? light === "false" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function width(box) {
  const style = getComputedStyle(box.parentElement);
  const inner = box.parentElement.clientWidth
    - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return Math.max(Math.floor(inner), parseInt(box.style.minWidth || "0", 10), 200);
}

async function drawChart(plotly, box, tell) {
  const holder = box.closest("figure").querySelector('script[type="application/json"]');
  const text = holder.textContent;
  const wide = width(box);
  if (box.designlibDrawn === `${wide} ${text}`) return;
  const spec = JSON.parse(text);
  await plotly.react(box, spec.data, {...spec.layout, autosize: false, width: wide}, CONFIG);
  if (!box.designlibDrawn && box.dataset.do) {
    box.on("plotly_click", (event) => {
      const point = event.points[0];
      tell({...box.dataset, point: String(point.customdata?.[0] ?? point.customdata ?? ""),
        x: String(point.x), y: String(point.y)});
    });
  }
  box.designlibDrawn = `${wide} ${text}`;
}

// ---- tables that sort and filter, without asking anybody

function cellValue(row, column) {
  const text = row.cells[column]?.textContent.trim() ?? "";
  const number = Number.parseFloat(text.replace(/,/g, ""));
  return Number.isNaN(number) || !/^[-+]?[\d.]/.test(text) ? text.toLowerCase() : number;
}

function sortTable(button) {
  const head = button.closest("th");
  const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
  const table = head.closest("table");
  table.querySelectorAll("th[aria-sort]").forEach((th) => th.setAttribute("aria-sort", "none"));
  head.setAttribute("aria-sort", order);
  const sign = order === "ascending" ? 1 : -1;
  for (const body of table.tBodies) {
    const rows = [...body.rows].filter((r) => !r.matches(".group, .total"));
    const last = [...body.rows].find((r) => r.matches(".total")) ?? null;
    rows.sort((a, b) => {
      const x = cellValue(a, head.cellIndex), y = cellValue(b, head.cellIndex);
      return sign * (typeof x === typeof y ? (x > y) - (x < y) : typeof x === "number" ? -1 : 1);
    });
    rows.forEach((row) => body.insertBefore(row, last));
  }
}

function filterTables(field) {
  const wanted = field.value.trim().toLowerCase();
  let shown = 0;
  field.closest("[data-panel]").querySelectorAll("tbody tr:not(.group):not(.total)")
    .forEach((row) => {
      row.hidden = Boolean(wanted) && !row.textContent.toLowerCase().includes(wanted);
      shown += !row.hidden;
    });
  const told = field.closest("[data-panel]").querySelector("[data-shown]");
  if (told) told.textContent = `${shown} rows`;
}

// ---- the page

function render({model, el}) {
  el.classList.add("designlib-workbench");
  el.setAttribute("role", "region");
  el.setAttribute("aria-label", "Workbench");
  // Keys pressed here are meant for the workbench, not for the notebook around it.
  el.dataset.lmSuppressShortcuts = "true";
  el.addEventListener("keydown", (event) => event.stopPropagation());
  const boxes = {};
  const frame = document.createElement("div");
  frame.className = "designlib-frame";
  el.append(frame);
  for (const part of PARTS) {
    boxes[part] = document.createElement(part === "rail" ? "aside" : "div");
    boxes[part].className = `designlib-${part}`;
    frame.append(boxes[part]);
  }
  boxes.rail.setAttribute("aria-label", "Controls");
  boxes.stage.tabIndex = 0;
  boxes.stage.setAttribute("role", "group");
  boxes.stage.setAttribute("aria-label", "Panel");
  boxes.status.setAttribute("role", "status");
  boxes.status.setAttribute("aria-live", "polite");
  const tell = (what) => model.send(JSON.parse(JSON.stringify(what)));
  const theme = () => { el.dataset.ownTheme = isDark() ? "dark" : "light"; };

  let queue = Promise.resolve();
  const draw = () => {
    queue = queue.then(async () => {
      const charts = [...boxes.stage.querySelectorAll(".chart")];
      if (charts.length) {
        const plotly = await library(() => model.send({do: "library"}));
        for (const box of charts) if (box.isConnected) await drawChart(plotly, box, tell);
      }
      el.dataset.ownPainted = boxes.stage.firstElementChild?.dataset.gen ?? "";
    }).catch((error) => console.error("designlib chart:", error));
    return queue;
  };
  const show = (part) => {
    const next = document.createElement("template");
    next.innerHTML = model.get(part);
    const box = boxes[part];
    const focus = document.activeElement;
    morphChildren(box, next.content);
    if (part === "stage") {
      box.querySelectorAll("input[data-filter]").forEach((f) => { if (f.value) filterTables(f); });
      draw();
    }
    if (focus?.isConnected === false) el.querySelector("[aria-current]")?.focus();
  };
  model.on("msg:custom", (message, buffers) => {
    if (message.library) unpack(buffers[0]);
  });
  theme();
  PARTS.forEach(show);
  PARTS.forEach((part) => model.on(`change:${part}`, () => show(part)));
  listen(el, tell);

  let last = 0;
  const sized = new ResizeObserver(() => {
    const wide = el.clientWidth;
    if (wide && wide !== last) { last = wide; draw(); }
  });
  sized.observe(el);
  const themed = new MutationObserver(theme);
  themed.observe(document.body, {attributes: true, attributeFilter: ["data-jp-theme-light"]});
  return () => { sized.disconnect(); themed.disconnect(); };
}

function listen(el, tell) {
  el.addEventListener("click", (event) => {
    const sorting = event.target.closest("[data-sort]");
    if (sorting) return sortTable(sorting);
    const copied = event.target.closest("[data-copy]");
    if (copied) return copy(el, copied);
    const asked = event.target.closest("button[data-do]:not([type=submit])");
    if (asked) tell({...asked.dataset});
  });
  el.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    tell({...form.dataset, ...Object.fromEntries(new FormData(form))});
  });
  let waiting = 0;
  el.addEventListener("input", (event) => {
    const field = event.target;
    if (field.matches("[data-filter]")) return filterTables(field);
    if (!field.matches("input[type=range][data-do]")) return;
    const twin = field.parentElement.querySelector("input[type=number]");
    if (twin) twin.value = field.value;
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => tell({...field.dataset, value: field.value}));
  });
  el.addEventListener("change", (event) => {
    const field = event.target;
    if (field.type === "file") return read(field, tell);
    if (field.matches("input[type=range]") || !field.matches("[data-do]")) return;
    if (field.matches("form")) return;
    const many = field.closest("[data-many]");
    const value = many
      ? JSON.stringify([...many.querySelectorAll("input:checked")].map((box) => box.value))
      : field.type === "checkbox" ? String(field.checked) : field.value;
    tell({...field.dataset, value});
  });
}

async function read(field, tell) {
  const file = field.files[0];
  if (file) tell({...field.dataset, name: file.name, text: await file.text()});
  field.value = "";
}

async function copy(el, button) {
  const shown = el.querySelector(button.dataset.copy);
  let done = true;
  try {
    await navigator.clipboard.writeText(shown.textContent);
  } catch {
    getSelection().selectAllChildren(shown);
    done = document.execCommand("copy");
  }
  button.querySelector("[data-told]").textContent = done ? "Copied" : "Selected: press Ctrl+C";
}

export default {render};
