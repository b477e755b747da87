"""Fabric command: every published fabric closes from the options that its document states."""

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import designlib as dl
from designlib.cli import app

CATALOGS = Path(__file__).parents[1] / "catalogs"
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
            "did you mean 'nvidia-qm97",
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


def test_hops_bisection_and_largest_size_are_claimed():
    ours = answer("--servers", 128, "--rails", 8, "--radix", 64)
    assert (ours["hops"], ours["tiers"], ours["survives_one_loss"]) == (3, 2, True)
    assert ours["bisection"] == {"links": 512, "frac": 1.0}
    assert ours["maximum_servers"] == {"one_switch": 8, "two_tiers": 256, "three_tiers": 8192}


def test_a_fabric_wired_for_its_final_size_has_its_spines_from_the_start():
    ours = answer("--servers", 64, "--rails", 8, "--radix", 64, "--final-servers", 256)
    assert (ours["leaf"], ours["spine"]) == (16, 32)


def test_a_minimum_of_spines_is_kept():
    ours = answer("--servers", 16, "--rails", 8, "--radix", 64, "--min-spines", 4)
    assert (ours["leaf"], ours["spine"]) == (4, 4)


def test_readers_get_the_same_figures():
    result = run("--servers", 128, "--rails", 8, "--radix", 64)
    assert "leaf: 32" in result.stdout
    assert "links: server leaf 1,024, leaf spine 1,024" in result.stdout


# ---- with parts of the catalog

SWITCH, SERVER = "nvidia-qm9700", "nvidia-dgx-h100"


@pytest.fixture(scope="module")
def priced():
    return answer("--servers", 64, "--switch", SWITCH, "--server", SERVER)


def test_switch_and_server_give_ports_optics_power_and_cost(priced):
    assert (priced["rails"], priced["radix"], priced["leaf"], priced["spine"]) == (8, 64, 16, 8)
    optics = {row["part"]: row for row in priced["optics"]}
    assert sum(row["links"] for row in priced["length_histogram"]) == 512 + 512
    cost = priced["cost_usd"]
    assert cost["optics"] == pytest.approx(sum(row["cost"] for row in optics.values()))
    assert cost["total"] == pytest.approx(cost["switches"] + cost["optics"] + cost["managers"])
    assert all(row["confidence"] and row["spares"] >= 1 for row in optics.values())
    power = priced["power_kw"]
    assert power["switches_max"] > power["switches_typical"] > 0


def test_infiniband_brings_its_pair_of_managers_and_ethernet_none(priced):
    assert [row["count"] for row in priced["fabric_managers"]] == [2]
    plain = answer("--servers", 64, "--rails", 8, "--switch", "nvidia-sn5600")
    assert plain["fabric_managers"] == []


def test_every_price_is_that_of_the_catalog(priced):
    catalog = dl.Catalog.load()
    assert priced["cost_usd"]["switches"] == 24 * catalog.price(SWITCH).value
    for row in priced["optics"]:
        assert row["unit_price"] == catalog.price(row["part"]).value
        assert row["cost"] == (row["count"] + row["spares"]) * row["unit_price"]


def test_a_price_of_the_overlay_is_used(tmp_path, priced):
    header = (CATALOGS / "prices.csv").read_text(encoding="utf-8").splitlines()[0]
    row = f"{SWITCH},purchase,1,1,1,USD,2026,2026-11-21,Test,assumption,"
    (tmp_path / "prices.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    ours = answer("--servers", 64, "--switch", SWITCH, "--server", SERVER, "--catalog", tmp_path)
    assert ours["cost_usd"]["switches"] == 24
    assert ours["cost_usd"]["optics"] == priced["cost_usd"]["optics"]


def test_a_port_of_twice_the_speed_is_split_over_two_planes(tmp_path):
    server = (CATALOGS / "servers" / f"{SERVER}.yaml").read_text(encoding="utf-8")
    fast = re.sub(r"(compute_port_gbit_s:\s+\{value: )\d+", r"\g<1>800", server)
    assert fast != server
    (tmp_path / "servers").mkdir()
    (tmp_path / "servers" / "fast.yaml").write_text(fast, encoding="utf-8")
    ours = answer("--servers", 8, "--switch", SWITCH, "--server", "fast", "--catalog", tmp_path)
    assert (ours["planes"], ours["leaf"]) == (2, 2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--switch", SWITCH, "--server", "nvidia-dgx-a100-80gb"], "speed: nvidia-dgx-a100-80gb"),
        (
            ["--switch", "nvidia-sn5400", "--server", SERVER, "--planes", 2],
            "speed: nvidia-dgx-h100",
        ),
        (["--switch", "qm9700", "--server", SERVER], "unknown part id 'qm9700'"),
        (["--rails", 8, "--radix", 64, "--sheet", "map.ods"], "expected FILE.csv or FILE.xlsx"),
        (["--rails", 8, "--radix", 64, "--graph", "no/where.graphml"], "no such folder"),
        (["--switch", SWITCH, "--server", SERVER, "--servers-per-rack", 9], "do not fit a rack"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(arguments, words):
    result = run("--servers", 16, *arguments)
    assert result.exit_code == 2
    assert words in result.stderr


MULTIMODE = ["--optic", "fibre-mpo12-mmf", "--optic", "xcvr-800g-2xsr4"]


@pytest.mark.parametrize(
    ("switch", "optics", "words"),
    [
        (SWITCH, ["fibre-mpo12-mmf", "xcvr-800g-2xdr4"],
         "fibre: xcvr-800g-2xdr4 is singlemode, fibre-mpo12-mmf is multimode"),
        (SWITCH, ["fibre-lc-smf", "xcvr-800g-2xdr4"], "fibre: xcvr-800g-2xdr4 takes mpo12-apc"),
        (SWITCH, ["fibre-mpo12-smf", "xcvr-100g-dr1"], "speed: xcvr-100g-dr1 runs at 100 Gbit/s"),
        ("nvidia-sn5400", ["fibre-mpo12-mmf", "xcvr-400g-sr4"], "has qsfp-dd"),
        (SWITCH, ["aoc-400g"], "technology: aoc-400g is not for infiniband"),
        (SWITCH, ["dac-400g"], "reach: dac-400g reaches 3 m"),
        (SWITCH, ["dac-40g"], "did you mean 'dac-400g'"),
    ],
)  # fmt: skip
def test_a_wrong_optic_fibre_speed_or_cage_is_refused_by_name(switch, optics, words):
    named = [word for optic in optics for word in ("--optic", optic)]
    result = run("--servers", 64, "--rails", 8, "--switch", switch, *named)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_the_right_optics_are_the_only_ones_used():
    ours = answer("--servers", 64, "--switch", SWITCH, "--server", SERVER, *MULTIMODE)
    assert {row["part"] for row in ours["optics"]} == {"fibre-mpo12-mmf", "xcvr-800g-2xsr4"}


def test_port_map_and_graph_are_whole_files(tmp_path):
    sheet, graph = tmp_path / "map.csv", tmp_path / "fabric.graphml"
    options = ["--servers", 16, "--rails", 8, "--radix", 64, "--planes", 2]
    answer(*options, "--sheet", sheet, "--graph", graph)
    with sheet.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 2 * (128 + 128)
    assert graph.read_text(encoding="utf-8").endswith("</graphml>\n")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["fabric.graphml", "map.csv"]


def test_dragonfly_has_a_port_map_too(tmp_path):
    sheet = tmp_path / "map.xlsx"
    answer("--servers", 12, "--rails", 2, "--radix", 11, "--topology", "dragonfly",
           "--switch", SWITCH, "--sheet", sheet)  # fmt: skip
    assert sheet.stat().st_size > 5000


def test_diagram_is_one_page(tmp_path):
    page = tmp_path / "fabric.html"
    answer("--servers", 32, "--rails", 8, "--radix", 64, "--diagram", page)
    assert "32 servers on 12 switches" in page.read_text(encoding="utf-8")
    result = run("--servers", 9, "--rails", 8, "--radix", 31, "--topology", "dragonfly",
                 "--diagram", tmp_path / "fly.html")  # fmt: skip
    assert result.exit_code == 2
    assert not (tmp_path / "fly.html").exists()


def test_a_server_with_twin_port_cages_takes_twin_transceivers():
    ours = answer("--servers", 64, "--switch", SWITCH, "--server", SERVER)
    catalog = dl.Catalog.load()
    links = {catalog.optics[row["part"]].specs.links_per_unit_count.value for row in ours["optics"]
             if catalog.optics[row["part"]].kind == "transceiver"}  # fmt: skip
    assert links == {2}


def test_a_system_that_is_a_rack_counts_by_its_trays():
    ours = answer("--servers", 36, "--server", "nvidia-gb300-nvl72", "--switch", "nvidia-sn5600",
                  "--racks-per-leaf", 2)  # fmt: skip
    assert (ours["rails"], ours["planes"], ours["leaf"], ours["spine"]) == (4, 2, 8, 4)


def test_a_server_without_compute_ports_is_refused():
    result = run("--servers", 4, "--server", "oem-cpu-2s-1u", "--switch", SWITCH)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no port for a compute fabric" in result.stderr
