"""Cable sheet: connected, every port once, and as many pieces as the bill has."""

import csv
import io
import re
from collections import Counter
from datetime import date

import networkx as nx

from designlib.report.exports import cables

START = date(2026, 1, 1)


def tables(design, catalog):
    files = cables.export(design, catalog, START)
    return {name: list(csv.DictReader(io.StringIO(text))) for name, text in files.items()}


def switches_of(row):
    """Return the switches of a row that are of its network, not managed through it."""
    return [
        row[f"{end}-Node"]
        for end in "AZ"
        if row[f"{end}-Type"] == "Switch" and not row[f"{end}-Port"].startswith("out-of-band")
    ]


def test_each_port_appears_once(design, catalog):
    rows = tables(design, catalog)["cables.csv"]
    ports = Counter((r[f"{end}-Node"], r[f"{end}-Port"]) for r in rows for end in "AZ")
    assert rows
    assert set(ports.values()) == {1}
    assert len({r["Cable"] for r in rows}) == len(rows)


def test_no_switch_has_more_cables_than_ports(design, catalog):
    rows = tables(design, catalog)["cables.csv"]
    network = {f["name"]: f["switch"] for f in design.summary["fabrics"]}
    used = Counter((r["Network"], node) for r in rows for node in switches_of(r))
    for (name, _), count in used.items():
        assert count <= catalog.switches[network[name]].specs.radix_ports.value


def test_every_network_is_connected(design, catalog):
    rows = tables(design, catalog)["cables.csv"]
    assert {r["Network"] for r in rows} == {f["name"] for f in design.summary["fabrics"]}
    for fabric in design.summary["fabrics"]:
        graph = nx.MultiGraph()
        graph.add_edges_from(
            (r["A-Node"], r["Z-Node"]) for r in rows if r["Network"] == fabric["name"]
        )
        assert nx.is_connected(graph)
        switches = {node for r in rows if r["Network"] == fabric["name"] for node in switches_of(r)}
        assert len(switches) == fabric["leaf"] + fabric["spine"] + fabric["core"]


def test_two_ports_of_a_device_end_at_two_switches(design, catalog):
    ends: dict[tuple[str, str], set[str]] = {}
    counts: Counter = Counter()
    leaves = {f["name"]: f["leaf"] for f in design.summary["fabrics"]}
    for row in tables(design, catalog)["cables.csv"]:
        if row["Tier"] == "device-leaf" and not row["Network"].startswith("compute"):
            ends.setdefault((row["Network"], row["A-Node"]), set()).add(row["Z-Node"])
            counts[row["Network"], row["A-Node"]] += 1
    for (network, node), switches in ends.items():
        assert len(switches) >= min(2, counts[network, node], leaves[network])


def test_sheet_has_as_many_links_as_the_ledger_draws(design, catalog):
    rows = tables(design, catalog)["cables.csv"]
    last = max(design.dates)
    resources = {"compute": "compute_ports", "storage": "storage_ports",
                 "in-band": "in_band_ports", "out-of-band": "oob_ports"}  # fmt: skip
    for fabric in design.summary["fabrics"]:
        role, _, pool = fabric["name"].partition(": ")
        drawn = [
            b["draw"] for b in design.tables["balance"]
            if b["resource"] == resources[role] and b["period_month"] == last
            and b["place"] in (pool, fabric["site"])
        ]  # fmt: skip
        ends = [r for r in rows if r["Network"] == fabric["name"] and r["Tier"] == "device-leaf"]
        assert [len(ends)] == drawn


def test_pieces_are_those_of_the_bill_or_the_difference_is_said(design, catalog):
    found = tables(design, catalog)
    bill: Counter = Counter()
    for line in design.tables["bill_of_materials"]:
        if line["part_id"] in catalog.optics:
            bill[line["pool"], line["part_id"]] += line["count"]
    said = {(r["Network"].partition(": ")[2], r["Part"]): r for r in found["cable_counts.csv"]}
    assert {key: int(r["Bought"]) for key, r in said.items()} == bill
    for row in said.values():
        more = int(row["Bought"]) - int(row["In the sheet"])
        assert int(row["Bought more"]) == more
        assert bool(more) <= bool(row["Remark"])
    cables_of = Counter((r["Network"].partition(": ")[2], r["Part"]) for r in found["cables.csv"])
    for key, count in cables_of.items():
        each = catalog.optics[key[1]].specs.links_per_unit_count.value
        assert int(said[key]["In the sheet"]) == -(-count // each)


def test_both_ends_stand_where_the_placement_puts_them(design, catalog):
    placed = Counter((u["rack"], u["u_bottom"], u["site"]) for u in design.tables["placement"])
    for row in tables(design, catalog)["cables.csv"]:
        for end in "AZ":
            if row[f"{end}-Rack"]:
                assert placed[row[f"{end}-Rack"], int(row[f"{end}-U"]), row["Site"]] == 1
        assert bool(row["Length [m]"]) == bool(row["A-Rack"] and row["Z-Rack"])


def test_cables_join_what_they_fit(design, catalog):
    for row in tables(design, catalog)["cables.csv"][::7]:
        part = catalog.optics[row["Part"]]
        optics = [catalog.optics[row[c]] for c in ("A-Optic", "Z-Optic") if row[c]]
        assert len(optics) == (2 if part.kind == "fibre" else 0)
        assert all(optic.kind == "transceiver" for optic in optics)
        assert len({optic.specs.gbit_s.value for optic in optics}) <= 1


def test_names_are_fit_for_hosts(design, catalog):
    for row in tables(design, catalog)["cables.csv"]:
        for end in "AZ":
            assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", row[f"{end}-Node"])
