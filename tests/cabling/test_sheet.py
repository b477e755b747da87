import csv

import networkx as nx
import openpyxl
import pytest

from designlib.cabling.graph import capacities, graphml
from designlib.cabling.hall import place
from designlib.cabling.names import port_name
from designlib.cabling.sheet import COLUMNS, rows, write_csv, write_xlsx
from designlib.cabling.wiring import wire
from designlib.physics.fabric_count import fabric_size
from tests.cabling.test_hall import HALL

PER_CAGE = {"leaf": 2, "spine": 2}


@pytest.fixture
def table():
    wiring = list(wire(fabric_size(16, 8, radix_ports=64, planes=2)))
    positions = place(wiring, HALL)
    return [(f"{w.tier} {w.plane}", list(rows(w, positions, PER_CAGE))) for w in wiring]


def test_every_cable_has_both_ends_and_each_port_one_cable(table, tmp_path):
    path = tmp_path / "map.csv"
    assert write_csv(path, (row for _, part in table for row in part)) == 2 * (128 + 128)
    with path.open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert tuple(read[0]) == COLUMNS
    ends = [(row[f"{x}-Node Name"], row[f"{x}-Port"]) for row in read for x in "AZ"]
    assert len(ends) == len(set(ends)) == 2 * len(read)
    assert all(row[f"{x}-{column}"] for row in read for x in "AZ" for column in ("Rack", "U"))
    assert {row["A-Type"] for row in read} == {"Host", "Switch"}


def test_a_device_stands_in_one_place(table):
    at = {}
    for _, part in table:
        for row in part:
            for rack, u, name, *_ in (row[0:5], row[5:10]):
                assert at.setdefault(name, (rack, u)) == (rack, u)


def test_twin_ports_are_named_by_cage_and_lane(table):
    ports = {row[9] for _, part in table for row in part if row[7] == "leaf-0001"}
    assert {"1/1", "1/2", "16/2"} <= ports
    assert port_name(64, 2) == "32/2"


def test_workbook_has_a_sheet_for_each_tier_and_plane(table, tmp_path):
    path = tmp_path / "map.xlsx"
    assert write_xlsx(path, table) == 512
    book = openpyxl.load_workbook(path, read_only=True)
    assert book.sheetnames == [name for name, _ in table]
    first = list(book[book.sheetnames[0]].values)
    assert first[0] == COLUMNS
    assert [tuple(cell or "" for cell in row) for row in first[1:]] == table[0][1]


def test_graph_reads_back_as_the_same_network(tmp_path):
    wiring = list(wire(fabric_size(64, 8, radix_ports=64)))
    path = tmp_path / "fabric.graphml"
    path.write_text("".join(graphml(wiring)), encoding="utf-8")
    graph = nx.read_graphml(path)
    assert sum(links for *_, links in graph.edges(data="links")) == 512 + 512
    assert len(graph) == 64 + 16 + 8
    assert graph.edges["leaf-0001", "spine-0001"] == {"tier": "leaf-spine", "links": 4}
    assert capacities(wiring)[("leaf", 0), ("spine", 0)] == 4
