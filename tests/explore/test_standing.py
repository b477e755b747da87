"""Standing: drawings, budgets and exports show old servers while they are there, then no more."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from functools import cache

import pytest
from ruamel.yaml import YAML

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.charts import plot
from designlib.charts.racks import groups
from designlib.design import Design
from designlib.design.standing import standing
from designlib.explore.cables import cables
from designlib.explore.cooling_budget import cooling_budget
from designlib.explore.devices import RESOURCES, by_fabric, devices
from designlib.explore.elevations import elevations, racks
from designlib.explore.floor import EMPTY, floor
from designlib.explore.power_budget import power_budget
from designlib.optimize import optimize
from designlib.report.exports import kueue, netbox
from designlib.report.sections.racks import power
from designlib.validate import validate
from designlib.validate.review import review
from tests.reference.facility_holds import facility_holds
from tests.toy_brief import TOY_BRIEF

CATALOG = Catalog.load()
LEAVE = 18
KINDS = {"other": ("A100-80", None), "same": ("H200", ["H200"])}
"""What is there already, and what may be bought when it leaves: another kind, or the same."""


@cache
def changed(name: str) -> Design:
    """Return a design whose old server leaves in month 18, when prices have fallen far."""
    gpu, allowed = KINDS[name]
    raw = YAML(typ="safe", pure=True).load(TOY_BRIEF)
    raw["workloads"] = raw["workloads"][1:]
    raw["procurement"] = {"price_decline_frac_per_year": 0.8}
    raw["existing"] = [
        {"site": "hall", "servers_count": 2, "gpu": gpu, "gpus_per_server_count": 8,
         "retire_by_month": LEAVE}
    ]  # fmt: skip
    if allowed:
        raw["fleet"] = {"server_kinds_allowed": allowed}
    return optimize(Brief.from_dict(raw), CATALOG, gap=0.01)


@pytest.fixture(scope="module", params=sorted(KINDS))
def design(request: pytest.FixtureRequest) -> Design:
    return changed(request.param)


@pytest.fixture(scope="module")
def last(design: Design) -> list[dict]:
    """Return what stands in racks at the last date."""
    return standing(design.tables["placement"], max(design.dates))


def test_the_old_server_works_until_it_leaves_and_a_new_one_follows(design: Design) -> None:
    rows = [u for u in design.tables["placement"] if not u["line_id"]]
    assert rows
    assert {u["until_month"] for u in rows} == {LEAVE}
    assert validate(design, CATALOG).ok


def test_a_server_of_the_same_kind_takes_the_place_of_the_old_one() -> None:
    table = changed("same").tables["placement"]
    at = Counter((u["rack"], u["u_bottom"]) for u in table if u["part_id"] in CATALOG.servers)
    assert max(at.values()) == 2  # one after the other, never both


def test_every_view_holds_what_stands_at_the_last_date(design: Design, last: list[dict]) -> None:
    kw, kg = sum(u["kw"] for u in last), sum(u["kg"] for u in last)
    units = elevations(design, CATALOG)
    held = units[units.part_id != ""]
    assert Counter(held.part_id) == Counter(u["part_id"] for u in last)
    assert racks(design, CATALOG).kw.sum() == pytest.approx(kw)
    assert floor(design, CATALOG).kg.sum() == pytest.approx(kg)
    assert sum(g.kw * len(g.names) for g in groups(design)) == pytest.approx(kw)
    assert power(design).total[4].value == pytest.approx(kw)


def test_no_unit_of_height_is_taken_twice(design: Design) -> None:
    for _, rows in elevations(design, CATALOG).groupby(["site", "rack"]):
        ends = rows.u_bottom + rows.u_height
        assert (rows.u_bottom.iloc[1:].to_numpy() == ends.iloc[:-1].to_numpy()).all()


def test_budgets_carry_what_stands_at_each_date(design: Design) -> None:
    facility_holds(design, CATALOG)
    heat = cooling_budget(design, CATALOG).groupby("period_month").heat_kw.sum()
    for month in design.dates:
        now = sum(u["kw"] for u in standing(design.tables["placement"], month))
        assert heat[month] == pytest.approx(now)
    assert set(power_budget(design, CATALOG).period_month) == set(design.dates)


def test_the_rack_of_an_old_server_leaves_with_it_and_takes_no_position(design: Design) -> None:
    found = floor(design, CATALOG)
    taken = [name for name in found["rack"] if name]
    assert taken == sorted({u["rack"] for u in standing(design.tables["placement"], 24)})
    positions = design.balance[design.balance.resource == "positions"].draw
    assert len(taken) + (found.rack_kind == EMPTY).sum() == positions.iloc[-1]
    notes = [a.text for a in plot("floor_plan", design).layout.annotations]
    assert [n.split("</b>")[0].removeprefix("<b>") for n in notes[: len(taken)]] == taken


def test_ports_of_old_servers_are_wired_as_the_ledger_draws_them(design: Design) -> None:
    for month in design.dates:
        held = by_fabric(design, CATALOG, devices(design, CATALOG, month))
        for fabric in design.summary["fabrics"]:
            role = fabric["name"].partition(": ")[0]
            drawn = [
                row["draw"] for row in design.tables["balance"]
                if (row["resource"], row["period_month"]) == (RESOURCES[role], month)
                and row["place"] == fabric["site"]
            ]  # fmt: skip
            assert [sum(d.ports[role] for d in held[fabric["name"]])] == drawn


def test_cables_and_netbox_name_only_what_is_there(design: Design, last: list[dict]) -> None:
    there = {(u["rack"], u["u_bottom"]) for u in last}
    ends = {(d.rack, d.u_bottom) for c in cables(design, CATALOG) for d in (c.a, c.z)}
    assert ends <= there
    files = netbox.export(design, CATALOG, date(2026, 1, 1))
    rows = list(csv.DictReader(files["netbox/6_devices.csv"].splitlines()))
    assert {(r["rack"], int(r["position"])) for r in rows} == there
    assert len(rows) == len(last)


def test_quotas_of_each_date_share_the_gpus_of_that_date(design: Design) -> None:
    for month in design.dates:
        gpus = sum(count for _, count in kueue.flavors_at(design, CATALOG, month).values())
        served = [g["count"] for g in design.summary["gpus"] if g["period_month"] == month]
        assert gpus == sum(served)


def test_the_review_never_adds_what_left_to_what_came(design: Design) -> None:
    (found,) = [f for f in review(design, CATALOG).findings if f.check == "DR-08"]
    assert found.severity == "pass", found
