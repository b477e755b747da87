"""Fabric command: every published fabric closes from the options that its document states."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from designlib.cli import app

GOLDEN = Path(__file__).parent / "golden" / "published_fabrics.csv"
with GOLDEN.open(encoding="utf-8", newline="") as file:
    PUBLISHED = list(csv.DictReader(file))
FLAGS = {"keep_spine", "core_reserve"}


def run(*arguments):
    return CliRunner().invoke(app, ["fabric", *(str(a) for a in arguments)])


def answer(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def options(row):
    """Return what a published row states of its fabric as options; never what it counts."""
    stated = {
        "--servers": row["servers"],
        "--rails": row["rails"],
        "--radix": row["radix_ports"],
        "--planes": row["planes"],
        "--links-per-cable": row["links_per_cable"],
        "--topology": row["topology"],
        "--scalable-unit": row["scalable_unit"],
        "--management-links": row["extra_endpoints"],
    }
    found = [word for option, value in stated.items() if value for word in (option, value)]
    for pair in filter(None, f"{row['rack_scale']};{row['policy']}".split(";")):
        name, value = pair.split("=")
        option = f"--{name.replace('_', '-')}"
        found += [option] if name in FLAGS else [option, value]
    return found


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["id"])
def test_published_fabric_closes_from_its_options(row):
    ours = answer(*options(row))
    counts = {tier: ours[tier] for tier in ("leaf", "spine", "core")}
    assert counts == {tier: int(row[tier] or 0) for tier in counts}
    cables = ours["cables"]
    between = cables["leaf_spine"] + cables["inter_leaf"]
    for column, count in {
        "cables_server_leaf": cables["server_leaf"],
        "cables_leaf_spine": between,
        "cables_spine_core": cables["spine_core"],
    }.items():
        assert not row[column] or count == int(row[column]), column


def test_erratum_h100_html_prints_spine_core_cables_where_there_is_no_core():
    row = next(r for r in PUBLISHED if r["id"] == "sp-h100-t3-4su")
    assert answer(*options(row))["links"]["spine_core"] == 0


def test_links_and_twin_cables_are_both_printed():
    row = next(r for r in PUBLISHED if r["id"] == "sp-b300eth-1su")
    ours = answer(*options(row))
    assert ours["links"]["server_leaf"] == 2 * ours["cables"]["server_leaf"]


def test_core_is_the_printed_minimum_and_the_even_count_stands_beside_it():
    ours = answer("--servers", 1152, "--rails", 8, "--radix", 64)
    assert (ours["leaf"], ours["spine"], ours["core"], ours["core_even"]) == (288, 288, 144, 256)
    assert ours["wired"] == {"leaf": 288, "spine": 288, "core": 256}


def test_dragonfly_prints_routers_groups_and_links():
    ours = answer("--servers", 2064, "--rails", 8, "--radix", 31, "--topology", "dragonfly")
    assert (ours["routers"], ours["groups"], ours["endpoints"]) == (2064, 129, 16512)
    assert ours["links"]["local"] == 129 * 16 * 15 // 2
    assert ours["links"]["global"] == 129 * 128 // 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--servers", 9, "--rails", 8, "--radix", 64, "--topology", "single"], "do not fit one"),
        (["--servers", 9, "--rails", 8], "--radix: state it, or name a --switch"),
        (["--servers", 9, "--radix", 64], "--rails: state it, or name a --server"),
        (
            ["--servers", 9, "--rails", 8, "--switch", "nvidia-qm970"],
            "did you mean 'nvidia-qm9700'",
        ),
        (["--servers", 9, "--rails", 8, "--radix", 64, "--rails-per-leaf", 3], "does not divide"),
        (["--servers", 99999, "--rails", 8, "--radix", 8], "three tiers of 8-port switches"),
        (["--servers", 36, "--rails", 4, "--radix", 128, "--racks-per-leaf", 2], "trays_per_rack"),
        (
            [
                "--servers",
                9,
                "--rails",
                8,
                "--radix",
                64,
                "--topology",
                "dragonfly",
                "--keep-spine",
            ],
            "--keep-spine: a dragonfly has no such choice",
        ),
        (["--servers", 0, "--rails", 8, "--radix", 64], "--servers"),
        (["--servers", 9, "--rails", 8, "--radix", 64, "--oversubscription", "nan"], "finite"),
    ],
)
def test_bad_options_are_one_line_each_and_exit_2(arguments, words):
    result = run(*arguments, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in " ".join(result.stderr.replace("│", " ").split())


def test_readers_get_the_same_figures():
    result = run("--servers", 128, "--rails", 8, "--radix", 64)
    assert "leaf: 32" in result.stdout
    assert "links: server leaf 1,024, leaf spine 1,024" in result.stdout
