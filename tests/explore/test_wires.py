"""Wires: devices have the ports of their parts, and cables follow the laws of the wiring."""

from collections import Counter

import pytest

from designlib import Brief, Catalog, optimize
from designlib.explore.cables import cables
from designlib.explore.devices import RESOURCES, by_fabric, devices, site_names, slug, slugs
from designlib.explore.plugs import Plugs, bought, plugs_of
from designlib.explore.wires import fabrics
from tests.source import CATALOGS

CATALOG = Catalog.load()


@pytest.fixture(scope="module")
def design():
    return optimize(Brief.load(CATALOGS / "briefs" / "research.yaml"), CATALOG, gap=0.01)


def test_every_unit_of_the_placement_is_a_device_with_a_name_of_its_own(design):
    found = devices(design, CATALOG)
    assert len({d.name for d in found}) == len(found)
    placed = Counter(u["line_id"] for u in design.tables["placement"])
    assert Counter(d.line_id for d in found if d.rack) == placed


def test_ports_of_devices_are_what_the_ledger_draws(design):
    held = by_fabric(design, CATALOG, devices(design, CATALOG))
    last = max(design.dates)
    for fabric in design.summary["fabrics"]:
        role, _, pool = fabric["name"].partition(": ")
        drawn = [
            row["draw"] for row in design.tables["balance"]
            if row["resource"] == RESOURCES[role] and row["period_month"] == last
            and row["place"] in (pool, fabric["site"])
        ]  # fmt: skip
        assert [sum(d.ports[role] for d in held[fabric["name"]])] == drawn


def test_switches_are_those_of_the_summary(design):
    for fabric, row in zip(fabrics(design, CATALOG), design.summary["fabrics"], strict=True):
        tiers = {tier: len(held) for tier, held in fabric.switches.items()}
        assert tiers == {tier: row[tier] for tier in ("leaf", "spine", "core")}


def test_rails_of_a_server_end_at_different_leaves(design):
    ends: dict[str, list[str]] = {}
    for cable in cables(design, CATALOG):
        if cable.fabric.startswith("compute: ") and cable.tier == "device-leaf":
            ends.setdefault(cable.a.name, []).append(cable.z.name)
    assert ends
    assert all(len(set(leaves)) == len(leaves) for leaves in ends.values())


def test_uplinks_of_every_leaf_are_alike(design):
    counts: dict[str, Counter] = {}
    for cable in cables(design, CATALOG):
        if cable.tier == "leaf-spine":
            counts.setdefault(cable.fabric, Counter())[cable.a.name] += 1
    assert all(len(set(by_leaf.values())) == 1 for by_leaf in counts.values())


def test_bill_is_used_up_by_the_links(design):
    for fabric in fabrics(design, CATALOG):
        links = {part.tier: len(part) for part in fabric.links()}
        total: Counter = Counter()
        for tier, plugs in plugs_of(design, CATALOG, fabric.pool, fabric.switch, links).items():
            total += plugs.pieces(links[tier], CATALOG)
        assert total == bought(design, CATALOG, fabric.pool)


def test_twin_port_transceivers_serve_two_links(design):
    twin = next(o for o in CATALOG.optics.values()
                if o.kind == "transceiver" and o.specs.links_per_unit_count.value == 2)  # fmt: skip
    fibre = next(o for o in CATALOG.optics.values() if o.kind == "fibre")
    found = Plugs(fibre.id, twin.id, twin.id).pieces(5, CATALOG)
    assert found == {fibre.id: 5, twin.id: 5}
    assert Plugs(fibre.id, "", twin.id).pieces(5, CATALOG) == {fibre.id: 5, twin.id: 3}


def test_names_of_sites_are_short_plain_and_differ():
    assert slug("Hall =1, 'North'") == "hall-1-north"
    found = slugs(["A b", "a-B", "x" * 90, "x" * 91])
    assert len(set(found.values())) == 4
    assert all(len(name) <= 44 for name in found.values())


def test_sites_of_a_design_are_named(design):
    assert site_names(design).keys() == {s["site"] for s in design.summary["sites"]}
