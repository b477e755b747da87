"""NetBox: columns and words are those of its import forms, and every reference resolves."""

import csv
import io
from datetime import date

import pytest

from designlib.report.exports import netbox
from tests.report.exports import netbox_forms as forms


def tables(design, catalog):
    files = netbox.export(design, catalog, date(2026, 1, 1))
    return {
        name.removeprefix("netbox/").removesuffix(".csv"): list(csv.DictReader(io.StringIO(text)))
        for name, text in files.items()
    }


@pytest.fixture
def found(design, catalog):
    return tables(design, catalog)


def test_columns_are_those_of_the_forms():
    for name, columns in netbox.COLUMNS.items():
        assert set(columns) <= set(forms.COLUMNS[name].split())
        assert set(columns) >= set(forms.REQUIRED[name].split())
    assert netbox.COLUMNS.keys() == forms.COLUMNS.keys()


def test_required_cells_are_filled_and_choices_known(found):
    for name, rows in found.items():
        assert rows
        for row in rows:
            assert all(row[column] for column in forms.REQUIRED[name].split())
            for column, value in row.items():
                words = forms.CHOICES.get((name, column), "").split()
                assert not value or not words or value in words
                most = 100 if column == "name" and name not in ("6_devices", "7_interfaces") else \
                    forms.LONGEST.get(column, 200)  # fmt: skip
                assert len(value) <= most


def test_references_resolve(found):
    sites = {r["name"] for r in found["1_sites"]}
    makers = {r["name"] for r in found["2_manufacturers"]}
    types = {(r["manufacturer"], r["model"]) for r in found["3_device_types"]}
    roles = {r["name"] for r in found["4_device_roles"]}
    racks = {(r["site"], r["name"]) for r in found["5_racks"]}
    devices = {(r["site"], r["name"]) for r in found["6_devices"]}
    ports = {(r["device"], r["name"]) for r in found["7_interfaces"]}
    assert {maker for maker, _ in types} == makers
    assert {site for site, _ in racks} <= sites
    for row in found["6_devices"]:
        assert row["site"] in sites
        assert row["role"] in roles
        assert (row["manufacturer"], row["device_type"]) in types
        assert not row["rack"] or (row["site"], row["rack"]) in racks
    for row in found["8_cables"]:
        for side in "ab":
            at = row[f"side_{side}_site"], row[f"side_{side}_device"]
            assert at in devices
            assert (at[1], row[f"side_{side}_name"]) in ports


def test_keys_are_unique(found):
    keys = {
        "1_sites": ("name",), "2_manufacturers": ("slug",), "3_device_types": ("slug",),
        "4_device_roles": ("slug",), "5_racks": ("site", "name"), "6_devices": ("name",),
        "7_interfaces": ("device", "name"), "8_cables": ("label",),
    }  # fmt: skip
    for name, columns in keys.items():
        held = [tuple(row[c] for c in columns) for row in found[name]]
        assert len(held) == len(set(held))
    models = [(r["manufacturer"], r["model"]) for r in found["3_device_types"]]
    assert len(models) == len(set(models))


def test_no_port_has_two_cables(found):
    ends = [(r[f"side_{s}_device"], r[f"side_{s}_name"]) for r in found["8_cables"] for s in "ab"]
    assert len(ends) == len(set(ends)) == len(found["7_interfaces"])


def test_devices_stand_in_their_racks_without_overlap(found, design):
    height = {(r["manufacturer"], r["model"]): int(r["u_height"]) for r in found["3_device_types"]}
    racks = {(r["site"], r["name"]): int(r["u_height"]) for r in found["5_racks"]}
    taken = set()
    racked = [r for r in found["6_devices"] if r["rack"]]
    for row in racked:
        bottom = int(row["position"])
        for unit in range(bottom, bottom + height[row["manufacturer"], row["device_type"]]):
            at = row["site"], row["rack"], unit
            assert 1 <= unit <= racks[at[:2]]
            assert at not in taken
            taken.add(at)
    placed = [u for u in design.tables["placement"] if u["u_height"]]
    assert len(racked) == len(placed)
