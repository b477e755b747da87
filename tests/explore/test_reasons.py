"""Reasons: what was dropped says why, what was considered gets its price."""

import pytest

from designlib.brief import Brief
from designlib.design import Infeasible
from designlib.explore import restricted, why_not
from designlib.explore.force import only_servers, without_rivals
from designlib.faults import FaultError
from designlib.optimize import Stopped, optimize


def rows(design, status):
    return [row for row in design.tables["candidates"] if row["status"] == status]


def a_part(design, status):
    """Return a server all of whose ways to run are of one status, or at least one is."""
    chosen = {row["part_id"] for row in rows(design, "chosen")}
    return next(row["part_id"] for row in rows(design, status) if row["part_id"] not in chosen)


def test_dropped_part_gives_its_reason(design, catalog):
    row = next(r for r in rows(design, "dropped") if r["workload"] == "*")
    assert why_not(design, row["part_id"], catalog) == [f"Not an option: {row['reason']}."]


def test_dropped_candidate_gives_its_reason(design, catalog):
    row = next(r for r in rows(design, "dropped") if r["workload"] != "*")
    found = why_not(design, row["candidate"], catalog, solve=False)
    assert found == [f"Not for {row['workload']}: {row['reason']}."]


def test_same_reason_is_said_once(design, catalog):
    part = a_part(design, "considered")
    found = why_not(design, part, catalog, solve=False)
    assert len(found) == len(set(found))


def test_chosen_part_is_in_the_design(design, catalog):
    row = rows(design, "chosen")[0]
    found = why_not(design, row["part_id"], catalog)
    assert found[0].startswith(f"{row['part_id']} is in the design: ")
    assert f"{row['workload']} runs on it, as {row['candidate']}." in found


def test_family_of_gpus_stands_for_its_servers(design, catalog):
    row = rows(design, "chosen")[0]
    family = catalog.gpus[catalog.servers[row["part_id"]].gpu].family
    assert f"{row['part_id']} is in the design: " in why_not(design, family, catalog)[0]


def test_considered_server_costs_what_a_design_of_it_alone_costs(design, catalog):
    chosen = {row["part_id"] for row in rows(design, "chosen")}
    runs = {(row["part_id"], row["workload"]) for row in rows(design, "considered")}
    everything = {workload for _, workload in runs}
    able = {part for part, _ in runs if all((part, workload) in runs for workload in everything)}
    # One that runs everything and that every rack of the site can feed.
    part = min(able - chosen, key=lambda i: (catalog.servers[i].specs.power_max_kw.value, i))
    alone = optimize(only_servers(Brief.from_dict(design.brief), [part]), catalog)
    more = alone.certificate["objective"] - design.certificate["objective"]
    last = next(s for s in why_not(design, part, catalog) if s.startswith("With"))
    assert last.startswith(f"With no servers but {part}, the cheapest design costs ")
    assert f"{alone.certificate['objective']:,.0f} USD" in last
    assert f"{more:,.0f} more" in last
    assert "is proven" in last


def test_part_that_nothing_needs_is_said_to_be_so(design, catalog):
    part = next(p.id for p in catalog.storage.values() if p.tier == "parallel")
    last = next(s for s in why_not(design, part, catalog) if s.startswith("With"))
    assert last.endswith("the cheapest design still does without it.")


def test_without_solving_nothing_is_optimized(design, catalog, monkeypatch):
    monkeypatch.setattr(restricted, "optimize", None)
    part = a_part(design, "considered")
    assert any("could run on it" in s for s in why_not(design, part, catalog, solve=False))


def test_insisting_on_what_does_not_fit_names_the_conflict(design, catalog, monkeypatch):
    def refuse(*args, **kwargs):
        raise Infeasible(["rack positions: 20 given, 23 needed"])

    monkeypatch.setattr(restricted, "optimize", refuse)
    last = why_not(design, a_part(design, "considered"), catalog)[-1]
    assert last.endswith("no design meets the brief: rack positions: 20 given, 23 needed.")


def test_search_that_is_stopped_proves_nothing(design, catalog, monkeypatch):
    def stop(*args, **kwargs):
        raise Stopped("time_limit", 1.0)

    monkeypatch.setattr(restricted, "optimize", stop)
    last = why_not(design, a_part(design, "considered"), catalog)[-1]
    assert last.endswith("ended without a design (time_limit): nothing is proven.")


def test_part_that_never_stands_alone(design, catalog):
    bought = {line["part_id"] for line in design.tables["bill_of_materials"]}
    part = next(i for i in catalog.optics if i not in bought)
    assert why_not(design, part, catalog) == [
        f"{part} is never an option by itself: other parts bring it with them."
    ]


def test_unknown_name_is_refused_with_the_nearest(design, catalog):
    part = a_part(design, "considered")
    with pytest.raises(FaultError, match=f"did you mean '{part}'"):
        why_not(design, f"{part}x", catalog)


def test_rivals_of_a_part_leave_the_catalog_and_others_stay(catalog):
    parts = [p for p in catalog.storage.values() if p.tier == "parallel"]
    smaller = without_rivals(catalog, parts[0].id)
    assert [p.id for p in smaller.storage.values() if p.tier == "parallel"] == [parts[0].id]
    others = {i for i, p in catalog.storage.items() if p.tier != "parallel"}
    assert set(smaller.storage) == {parts[0].id, *others}
    assert smaller.switches == catalog.switches


def test_rival_switches_keep_the_roles_that_are_left(catalog):
    switch = next(
        s for s in catalog.switches.values() if "in-band" not in s.roles and "compute" in s.roles
    )
    smaller = without_rivals(catalog, switch.id)
    for role in switch.roles:
        assert [s.id for s in smaller.switches.values() if role in s.roles] == [switch.id]
    assert {s.id for s in smaller.switches.values() if "in-band" in s.roles} == {
        s.id for s in catalog.switches.values() if "in-band" in s.roles
    }
