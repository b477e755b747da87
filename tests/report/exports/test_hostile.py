"""Hostile names: nothing that a brief, a catalog or a design says can break a file."""

import csv
import dataclasses
import io
import json
import shutil
import subprocess
from datetime import date

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from ruamel.yaml import YAML

from designlib import Brief, Design
from designlib.explore.devices import slug, slugs
from designlib.report import exports
from designlib.report.exports._text import cell, comment, csv_text
from designlib.yamlfile_text import yaml_text
from tests.report.exports.test_slurm import by_site, controller

START = date(2026, 1, 1)
SLURM_WORDS = {
    "include site.conf", "TopologyPlugin", "SelectType", "SelectTypeParameters", "GresTypes",
    "NodeName", "PartitionName",
}  # fmt: skip
HOSTILE = [
    '=HYPERLINK("http://x","y")',
    'a,b"c\nd;e\r\nEND:VCALENDAR',
    "x: [y]\n---\n- {z: &a *a} #!",
    "{{ $labels.x }} {{ if }} ${HOME} %s \\",
    "[node]\nNodeName=evil CPUs=999\nInclude /etc/passwd",
    "'; DROP TABLE teams; --",
    "\u2028\u0085\u0000\u202eabc\ufeff",
    "no",
    "1e6",
    "☃ Ünïcode 🚀",
    "@SUM(1)",
    "-" * 300,
]


def hostile_design(design: Design, text: str) -> Design:
    """Return a design whose every free text is one hostile one."""
    content = json.loads(json.dumps(design.to_dict()))
    content["name"] = content["brief"]["name"] = text
    for line in content["tables"]["bill_of_materials"]:
        line.update(name=text, vendor=text, note=text)
    for n, workload in enumerate(content["brief"]["workloads"]):
        workload["team"] = f"{text}{n % 2}"
    for unit in content["tables"]["placement"]:
        unit["rack_kind"] = text
    return Design.from_dict(content)


@dataclasses.dataclass
class Renamed:
    """A catalog whose every part has one hostile name and vendor."""

    base: object
    text: str

    def __getattr__(self, name):
        held = getattr(self.base, name)
        if name not in ("servers", "switches", "storage", "software"):
            return held
        change = {"name": self.text, "vendor": self.text}
        return {key: part.model_copy(update=change) for key, part in held.items()}


@pytest.fixture(scope="module", params=HOSTILE, ids=range(len(HOSTILE)))
def exported(request, small, catalog):
    found = exports.exports(
        hostile_design(small, request.param), Renamed(catalog, request.param), start=START
    )
    return {name: text for files in found.files.values() for name, text in files.items()}


def test_every_table_has_whole_rows_and_no_formula(exported):
    tables = [text for name, text in exported.items() if name.endswith(".csv")]
    assert tables
    for text in tables:
        header, *rows = csv.reader(io.StringIO(text))
        assert all(len(row) == len(header) for row in rows)
        assert not any(c[:1] in "=@+\t\r" for row in rows for c in row if c)
        assert not any(c[:1] == "-" and not c[1:2].isdigit() for row in rows for c in row)


def test_network_is_still_connected(exported):
    rows = list(csv.DictReader(io.StringIO(exported["cables.csv"])))
    for network in {r["Network"] for r in rows}:
        graph = nx.Graph((r["A-Node"], r["Z-Node"]) for r in rows if r["Network"] == network)
        assert nx.is_connected(graph)


def test_yaml_is_read_back_by_both_versions(exported):
    for name, text in exported.items():
        if name.endswith(".yaml"):
            new = list(YAML(typ="safe").load_all(text))
            old = YAML(typ="safe", pure=True)
            old.version = (1, 1)
            assert list(old.load_all(text)) == new


def test_calendar_has_only_its_entries(exported):
    text = exported["orders.ics"]
    assert max(len(line) for line in text.encode().split(b"\r\n")) <= 75
    calendar = Calendar.from_ical(text)
    assert text.split("\r\n").count("END:VCALENDAR") == 1
    assert {part.name for part in calendar.walk()} == {"VCALENDAR", "VEVENT", "VALARM"}


def test_promtool_accepts_the_rules(exported, tmp_path):
    assert shutil.which("promtool"), "promtool is not installed: apt-get install prometheus"
    (tmp_path / "rules.yaml").write_text(exported["prometheus/designlib.rules.yaml"])
    run = subprocess.run(
        ["promtool", "check", "rules", "--lint-fatal", str(tmp_path / "rules.yaml")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def test_design_is_read_back(exported):
    Brief.from_dict(Design.from_dict(json.loads(exported["design.json"])).brief)


def test_slurm_reads_no_line_of_a_name(small, catalog, tmp_path):
    from designlib.report.exports import slurm

    for n, text in enumerate(HOSTILE):
        files = slurm.export(hostile_design(small, text), Renamed(catalog, text), START)
        for site, held in by_site(files).items():
            names = {line.partition("=")[0] for line in held["slurm.conf"].splitlines()
                     if not line.startswith("#")}  # fmt: skip
            assert names == SLURM_WORDS
            if n in (1, 4):
                folder = tmp_path / f"{site}-{n}"
                folder.mkdir()
                with controller(folder, held) as ask:
                    assert "evil" not in ask("scontrol", "show", "nodes")


@given(st.text())
def test_a_cell_is_one_line_and_no_formula(text):
    row = next(csv.reader(io.StringIO(csv_text(["x"], [[text]]).partition("\n")[2])), [""])
    assert row in ([cell(text)], [])
    assert cell(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert len(comment(text).splitlines()) == 1


@given(st.recursive(
    st.text() | st.integers() | st.booleans() | st.none() | st.floats(-1e9, 1e9).map(float),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_yaml_says_what_was_meant(value):
    from designlib.faults import one_line

    def printable(v):
        if isinstance(v, str):
            return one_line(v)
        if isinstance(v, list):
            return [printable(x) for x in v]
        if isinstance(v, dict):
            return {one_line(k): printable(x) for k, x in v.items()}
        return v

    text = yaml_text([{"value": value}])
    assert YAML(typ="safe").load(text)["value"] == printable(value)


@given(st.lists(st.text()))
def test_slugs_are_plain_and_differ(texts):
    found = slugs(texts)
    assert len(set(found.values())) == len(set(texts))
    for name in [*found.values(), *(slug(text) for text in texts)]:
        assert name == slug(name)
