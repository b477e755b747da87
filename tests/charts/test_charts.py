import json
import re
from itertools import pairwise
from pathlib import Path

import plotly.graph_objects as go
import pytest

import designlib.charts
from designlib.charts import charts, data, plain, plot
from designlib.charts.racks import GROUPS_MAX, groups
from designlib.design import COLUMNS
from tests.toy_design import content, toy_design

NAMES = sorted(charts())
HOSTILE = "<script>alert('x')</script> & <b>\"bold\"</b> %{y} {0}"


def empty_design():
    return toy_design(
        tables={name: [] for name in COLUMNS},
        summary={"capex": 0, "tco": 0, "gpus": [], "bottleneck": {}},
    )


def hostile_design():
    tables = content()["tables"]
    for table, columns in {
        "balance": ("layer", "resource", "place", "unit"),
        "cost": ("layer", "kind"),
        "bill_of_materials": ("layer", "name"),
        "placement": ("part_id", "rack", "rack_kind"),
        "candidates": ("workload", "part_id"),
    }.items():
        for row in tables[table]:
            row.update({column: HOSTILE + str(row[column]) for column in columns})
    summary = content()["summary"]
    summary["gpus"] = [g | {"part": HOSTILE} for g in summary["gpus"]]
    return toy_design(tables=tables, summary=summary)


def large_design():
    """Two hundred racks that all differ, and forty layers."""
    tables = content()["tables"]
    unit = tables["placement"][0]
    tables["placement"] = [
        unit | {"rack": f"R{n:03d}", "u_bottom": 1, "u_height": 1 + n % 40, "part_id": f"part-{n}"}
        for n in range(200)
    ]
    row = tables["balance"][-1]
    tables["balance"] = [row | {"layer": f"layer-{n}"} for n in range(40)]
    return toy_design(tables=tables)


DESIGNS = {
    "toy": toy_design,
    "empty": empty_design,
    "hostile": hostile_design,
    "large": large_design,
}


@pytest.fixture(scope="module")
def drawn():
    """Every chart of every design, drawn once."""
    designs = {kind: make() for kind, make in DESIGNS.items()}
    return {(kind, name): plot(name, d) for kind, d in designs.items() for name in NAMES}


def axes(fig):
    return [axis for axis in fig.select_xaxes()] + [axis for axis in fig.select_yaxes()]


def texts(value):
    """Yield every text of a figure's content."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def test_folder_is_the_list():
    files = Path(designlib.charts.__file__).parent.glob("[!_]*.py")
    assert sorted(path.stem for path in files) == NAMES
    assert len(NAMES) >= 6


def test_unknown_chart_is_refused_with_the_names():
    with pytest.raises(ValueError, match="balance, break_even, candidates"):
        plot("pie", toy_design())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", DESIGNS)
class TestEveryChart:
    def test_has_a_title_a_unit_and_words(self, drawn, kind, name):
        fig = drawn[kind, name]
        assert isinstance(fig, go.Figure)
        assert len(fig.layout.title.text) > 10
        titles = [axis.title.text or "" for axis in axes(fig)]
        assert any(re.search(r"\[[^\]]+\]$", title) for title in titles), titles
        assert fig.layout.meta["alt"].startswith(plain(fig.layout.title.text)[:30])

    def test_holds_no_markup_of_a_name(self, drawn, kind, name):
        allowed = re.compile(r"</?b>|<br>|<extra></extra>")
        for text in texts(json.loads(drawn[kind, name].to_json())["data"]):
            assert "<" not in allowed.sub("", text), text
        for note in drawn[kind, name].layout.annotations:
            assert "<" not in allowed.sub("", note.text)
        assert "<" not in drawn[kind, name].layout.title.text

    def test_reads_as_a_table(self, drawn, kind, name):
        frame = data(drawn[kind, name])
        assert (len(frame) > 0) == (len(drawn[kind, name].data) > 0)
        assert not frame.isna().all().any()

    def test_has_room_for_what_it_draws(self, drawn, kind, name):
        fig = drawn[kind, name]
        assert 150 <= fig.layout.height <= 2000
        rows = {str(y) for t in fig.data if getattr(t, "orientation", None) == "h" for y in t.y}
        assert fig.layout.height - fig.layout.margin.t - fig.layout.margin.b >= 20 * len(rows)


def test_balance_names_and_marks_the_bottleneck(drawn):
    fig = drawn["toy", "balance"]
    assert fig.layout.title.text == (
        "Storage fills up first (usable fast storage): room for 5% more than the demand of month 24"
    )
    bars = fig.data[0]
    colors = dict(zip(bars.y, bars.marker.color, strict=True))
    marked = [name for name, color in colors.items() if list(colors.values()).count(color) == 1]
    assert "storage: hot capacity" in marked
    used = dict(zip(bars.y, bars.x, strict=True))
    assert used["storage: hot capacity"] == pytest.approx(100 * 478 / 500)
    assert used["compute: servers"] == pytest.approx(100 * 12 / 13)


def test_cost_bars_add_up_to_the_objective(drawn):
    fig = drawn["toy", "cost_by_layer"]
    assert fig.layout.xaxis.title.text == "Present value [million USD]"
    total = 1e6 * sum(sum(trace.x) for trace in fig.data)
    assert total == pytest.approx(toy_design().certificate["objective"])


def test_payments_leave_out_what_nobody_pays(drawn):
    fig = drawn["toy", "cash"]
    book = toy_design().cost
    paid = book[book["kind"] != "residual"]["amount"].sum()
    bars = 1e6 * sum(sum(t.y) for t in fig.data if t.type == "bar")
    line = next(t for t in fig.data if t.type == "scatter")
    assert bars == pytest.approx(paid)
    assert 1e6 * line.y[-1] == pytest.approx(paid)
    assert list(line.x) == ["6-12", "12-24", "24-48"]


def test_growth_draws_supply_above_draw_at_every_date(drawn):
    traces = drawn["toy", "growth"].data
    for supply, draw in zip(traces[::2], traces[1::2], strict=True):
        assert (supply.name, draw.name) == ("supply", "draw")
        assert all(s >= d for s, d in zip(supply.y, draw.y, strict=True))
    assert list(traces[0].y) == [500, 500, 500, 500]
    assert list(traces[1].y) == [297, 353, 478, 478]


def test_places_add_up_and_day_slices_do_not():
    rows = content()["tables"]["balance"]
    row = next(r for r in rows if r["resource"] == "servers" and r["period_month"] == 24)
    night = row | {"slice": "night", "draw": 3.0, "utilisation": 3 / 13, "slack": 10.0}
    other = row | {"place": "beta-ib", "supply": 5.0, "draw": 4.0, "utilisation": 0.8, "slack": 1.0}
    tables = content()["tables"]
    tables["balance"] = [row, night, other]
    fig = plot("growth", toy_design(tables=tables))
    supply, draw = fig.data
    assert (supply.y[0], draw.y[0]) == (18, 16)


def test_racks_that_are_alike_are_drawn_once(drawn):
    found = groups(toy_design())
    assert [(g.title, len(g.names), round(g.kw, 1)) for g in found] == [
        ("R001", 1, 13.2),
        ("R002 … R005", 4, 30.6),
        ("R006", 1, 10.2),
    ]
    assert sum(len(g.names) for g in found) == toy_design().summary["racks"]
    assert "6 racks; the fullest draws 30.6 kW" in drawn["toy", "racks"].layout.title.text
    assert f"first {GROUPS_MAX} of 200" in drawn["large", "racks"].layout.title.text


def test_units_of_a_rack_never_overlap(drawn):
    spans = {}
    for trace in drawn["toy", "racks"].data:
        for x, base, height in zip(trace.x, trace.base, trace.y, strict=True):
            spans.setdefault(x, []).append((base, base + height))
    for rows in spans.values():
        rows.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(rows))


def test_fleet_counts_the_gpus_in_service(drawn):
    bar, total = drawn["toy", "fleet"].data
    assert dict(zip(bar.x, bar.y, strict=True)) == {"6": 64, "12": 64, "24": 104}
    assert list(total.text) == ["64", "64", "104"]


def test_schedule_starts_with_the_first_order_and_marks_the_longest_wait(drawn):
    critical = drawn["toy", "schedule"].data[0]
    assert critical.name == "critical path"
    assert critical.base[0] == 0.0
    assert list(critical.y) == ["cooling, month 6", "cooling, month 24"]
    ends = {
        name: base + wait
        for bars in drawn["toy", "schedule"].data[:2]
        for name, base, wait in zip(bars.y, bars.base, bars.x, strict=True)
    }
    assert ends["compute, month 6"] == pytest.approx(6)
    assert "cooling has the longest wait, 6.4 months" in drawn["toy", "schedule"].layout.title.text


def test_schedule_tells_installation_and_what_the_landlord_brings():
    register = {"path": "procurement.lead_times_weeks.transformer", "value": 110.0}
    rows = content()["tables"]
    rows["assumptions"] = [*rows["assumptions"], {**rows["assumptions"][0], **register}]
    summary = {**content()["summary"], "install_months": {"alpha-8gpu": 1.0}}
    bars = {t.name: t for t in plot("schedule", toy_design(tables=rows, summary=summary)).data}
    installed = bars["installation"]
    assert list(zip(installed.y, installed.base, installed.x, strict=True)) == [
        ("compute, month 6", 5.0, 1.0),
        ("compute, month 24", 23.0, 1.0),
    ]
    late = bars["by the owner of the hall, ordered today"]
    assert late.x[0] == pytest.approx(110 * 7 * 12 / 365.25)


def test_waterfall_bars_sum_to_the_total(drawn):
    bars = drawn["toy", "waterfall"].data
    steps = [y for bar in bars if bar.name != "total" for y in bar.y]
    (total,) = next(bar.y for bar in bars if bar.name == "total")
    assert sum(steps) == pytest.approx(total)
    assert 1e6 * total == pytest.approx(toy_design().certificate["objective"])
    spans = [pair for bar in bars for pair in zip(bar.base, bar.y, strict=True)]
    assert min(base for base, _ in spans) >= -1e-9


def test_waterfall_puts_small_layers_together(drawn):
    frame = toy_design().cost
    layers = frame[frame.kind == "capex"].layer.nunique()
    bought = next(b for b in drawn["toy", "waterfall"].data if b.name == "purchases")
    assert len(bought.x) == min(layers, 8)


def test_break_even_marks_where_the_curves_meet():
    offer = {"server": "alpha-8gpu", "offer": "Cloud", "value": 9.0, "low": 8.0, "high": 12.0,
             "source": "list", "date": "2026"}  # fmt: skip
    summary = {**content()["summary"], "market": {"rented": [offer], "colo_per_kw_month": None}}
    fig = plot("break_even", toy_design(summary=summary))
    lines = {t.name: t for t in fig.data}
    (share,), (price,) = lines["break-even"].x, lines["break-even"].y
    own = lines["on premises, this design"]
    each = own.y[-1]  # an hour of what is used all the time
    assert price == 9.0
    assert 100 * each / share == pytest.approx(price)
    assert f"from {share / 100:.0%} use on" in fig.layout.title.text


def test_break_even_without_offers_says_so(drawn):
    assert "No public offer rents out" in drawn["toy", "break_even"].layout.title.text


def test_triggers_color_the_layers_whose_order_is_due(drawn):
    fig = drawn["toy", "triggers"]
    bar, marks = fig.data
    at = dict(zip(marks.y, marks.x, strict=True))
    used = dict(zip(bar.y, bar.x, strict=True))
    for name, color in zip(bar.y, bar.marker.color, strict=True):
        assert (color == "#b3261e") == (used[name] > at.get(name, 100.0) + 1e-6), name
    assert "layers need" in fig.layout.title.text or "layer needs" in fig.layout.title.text


def test_candidates_show_the_best_outcome_of_each_part(drawn):
    grid = drawn["toy", "candidates"].data[0]
    cells = {
        (workload, part): grid.text[j][i]
        for j, part in enumerate(grid.y)
        for i, workload in enumerate(grid.x)
    }
    weighed = [r for r in toy_design().tables["candidates"] if r["status"] != "dropped"]
    assert {part for _, part in cells} == {r["part_id"] for r in weighed}
    assert cells["A1", "alpha-8gpu"] == "chosen"
    assert cells["A3", "beta-8gpu"] == "1 open"
    assert cells["A3", "delta-8gpu"] == "1 out"
    assert ("A5", "gamma-72gpu") not in cells, "ruled out for every workload"
