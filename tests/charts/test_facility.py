"""Facility charts: floor, power and cooling say what the design says."""

from __future__ import annotations

import pandas as pd
import pytest

from designlib.charts import data, plot
from designlib.charts.network import lengths
from designlib.charts.power_chain import GRID, IT, OWNED, levels
from designlib.design import Design
from designlib.design.break_even import break_even
from designlib.design.standing import standing
from tests.explore.halls import HALLS, design
from tests.toy_design import toy_design


@pytest.mark.parametrize("name", sorted(HALLS))
def test_the_floor_shows_every_rack_once_and_what_it_draws(name: str) -> None:
    fig = plot("floor_plan", design(name))
    (floor,) = fig.data
    power = [kw for row in floor.z for kw in row if kw]
    racks = design(name).placement.groupby("rack").kw.sum()
    assert sorted(power) == pytest.approx(sorted(racks))
    words = [note.text for note in fig.layout.annotations]
    assert sum(rack in text for rack in racks.index for text in words) == len(racks)
    free = [text for text in words if text in ("free", "empty<br>rack")]
    assert len(free) + len(racks) == 30  # positions of the brief


@pytest.mark.parametrize("name", sorted(HALLS))
def test_bars_of_a_date_add_up_to_what_stands_and_stay_below_the_grant(name: str) -> None:
    found = design(name)
    frame = data(plot("power_and_cooling", found)).rename(columns=lambda c: c.partition(" [")[0])
    heat = frame[frame.series.str.startswith("to ")]
    grant = frame[frame.series == "IT power granted"]
    for n, date in enumerate(found.dates):
        stands = found.placement[found.placement.period_month <= date].kw.sum()
        drawn = heat[heat.iloc[:, 1] == str(date)]["Sum of the nameplates"].sum()
        assert drawn == pytest.approx(stands)
        assert drawn <= grant["Sum of the nameplates"].iloc[n]


def test_the_line_of_an_owned_chain_says_who_owns_it() -> None:
    found = levels(design("air"), design("air").summary["sites"][0])
    assert [lv.name for lv in found][:3] == [GRID, OWNED, IT]
    assert found[1].note == "owned by the hall, not bought"
    assert found[2].capacity_kw == 500


def test_the_line_of_a_bought_chain_has_two_paths_where_2n_is_promised() -> None:
    site = design("chain").summary["sites"][0]
    found = {lv.name: lv for lv in levels(design("chain"), site)}
    chain = ("Transformer", "Switchgear", "Generator", "UPS", "Busway")
    assert all(found[name].paths == 2 for name in chain)
    assert all(found[name].load_kw <= (found[name].capacity_kw or 0) for name in chain)
    assert found["Transformer"].load_kw == pytest.approx(site["facility_kw"])
    assert found["Busway"].load_kw == pytest.approx(site["it_kw"])
    assert found["UPS"].load_kw < found["Busway"].load_kw


def test_the_title_names_the_tightest_level() -> None:
    assert plot("power_chain", design("air")).layout.title.text == (
        "The least headroom of the power is 82%: IT power"
    )


def test_lengths_add_up_to_the_links() -> None:
    table = pd.DataFrame({"kind": ["dac", "aoc", "aoc"], "up_to_m": [2, 5, 10], "links": [8, 3, 4]})
    fig = lengths(table)
    assert sum(sum(bar.y) for bar in fig.data) == 15
    assert fig.layout.title.text == "15 links, none longer than 10 m; 8 within 3 m"
    assert lengths(table[:0]).data == ()


def test_a_site_without_racks_has_nothing_to_show() -> None:
    bare = toy_design(
        tables=toy_design().tables | {"placement": []}, summary=toy_design().summary | {"sites": []}
    )
    for name in ("floor_plan", "power_and_cooling", "power_chain"):
        assert plot(name, bare).data == ()


def two_sites() -> Design:
    """Return the toy design with a copy of its racks at a second site."""
    toy = toy_design()
    rows = toy.tables["placement"]
    second = [{**row, "site": "annex", "rack": f"S{row['rack']}"} for row in rows]
    return toy_design(tables={**toy.tables, "placement": [*rows, *second]})


def test_floors_of_two_sites_leave_room_for_their_positions_and_names() -> None:
    fig = plot("floor_plan", two_sites())
    height = fig.layout.height - fig.layout.margin.t - fig.layout.margin.b
    upper, lower = (fig.layout[f"yaxis{n}"].domain for n in ("", "2"))
    assert (upper[0] - lower[1]) * height >= 60
    assert min(a[1] - a[0] for a in (upper, lower)) * height >= 40  # three lines of a rack
    titles = {a.text: a.y * height for a in fig.layout.annotations if a.yref == "paper"}
    assert titles["annex"] - lower[1] * height >= 0


def test_the_grid_bounds_the_racks_where_no_it_power_is_stated() -> None:
    """1 MW at a PUE of 1.25 feeds racks of 800 kW."""
    toy = toy_design()
    site = {k: v for k, v in toy.brief["sites"][0].items() if k != "it_power_kw"}
    stands = [sum(u["kw"] for u in standing(toy.tables["placement"], month)) for month in toy.dates]
    rest = [r for r in toy.tables["balance"] if r["resource"] != "facility_kw"]
    (like, *_) = rest
    grid = [
        {**like, "layer": "site", "resource": "facility_kw", "place": site["id"],
         "period_month": month, "supply": 1000.0, "draw": 1.25 * kw}
        for month, kw in zip(toy.dates, stands, strict=True)
    ]  # fmt: skip
    brief = {**toy.brief, "sites": [{**site, "utility_mw": [{"month": 0, "mw": 1}]}]}
    fig = plot("power_and_cooling", toy_design(
        brief=brief, tables={**toy.tables, "balance": [*rest, *grid]}
    ))  # fmt: skip
    (line,) = [t for t in fig.data if t.name == "grid, as IT power"]
    assert list(line.y) == pytest.approx([800.0] * len(toy.dates))
    assert "of 800 kW granted" in fig.layout.title.text


def test_one_way_to_own_is_named_and_shown_at_the_use_of_the_design() -> None:
    fig = plot("break_even", toy_design())
    found = break_even(toy_design())
    assert fig.layout.showlegend
    own = found.options.per_gpu_hour.iloc[0] / max(found.busy_frac, 0.1)
    assert fig.layout.yaxis.range[1] >= own
