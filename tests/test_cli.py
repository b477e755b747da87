"""Command line: exit codes, what goes to which stream, and files that are whole or not there."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import designlib as dl
from designlib import cli_answer
from designlib.cli import app
from designlib.optimize import Stopped

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CATALOGS = ROOT / "catalogs"
FILES = {"design.json", "report.html", "bill_of_materials.xlsx"}
KEYS = [
    "schema_version", "status", "objective", "bound", "gap", "seconds", "model", "capex", "it_kw",
    "facility_kw", "racks", "carbon_t", "water_m3", "gpus", "fabrics",
    "bottleneck", "infeasible",
]  # fmt: skip


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def brief(tmp_path_factory):
    """Return the brief that README.md shows, as a file."""
    block = re.search(r"```yaml\n(.+?)```", README, re.DOTALL)
    assert block is not None
    path = tmp_path_factory.mktemp("brief") / "brief.yaml"
    path.write_text(block[1], encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def solved(brief, tmp_path_factory):
    """Return the answer to that brief, as the command line gives it."""
    folder = tmp_path_factory.mktemp("solved")
    model = folder / "model.mps"
    result = run("optimize", brief, "--output", folder / "out", "--json", "--write-model", model)
    return result, folder / "out", model


@pytest.fixture
def impossible(brief, tmp_path):
    """Return the same brief on a site that cannot feed one server."""
    path = tmp_path / "impossible.yaml"
    text = brief.read_text(encoding="utf-8")
    path.write_text(re.sub(r"it_power_kw: \d+", "it_power_kw: 5", text), encoding="utf-8")
    return path


# ---- optimize


def test_brief_of_the_readme_has_no_fault(brief):
    result = run("check", brief)
    assert (result.exit_code, result.stdout) == (0, "")


def test_json_is_all_of_stdout_and_keeps_its_contract(solved):
    result, _, _ = solved
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert list(answer) == KEYS
    assert answer["status"] in {"optimal", "within_gap"}
    assert answer["bound"] <= answer["objective"]
    assert answer["gap"] <= 0.001
    assert set(answer["seconds"]) == {"build", "handover", "solve", "total"}
    assert set(answer["model"]) == {"columns", "rows", "nonzeros", "integers", "nodes"}
    assert all(set(g) == {"part", "period_month", "count"} for g in answer["gpus"])
    assert all(set(f) == {"name", "leaf", "spine", "core"} for f in answer["fabrics"])
    assert 0 < answer["it_kw"] < answer["facility_kw"]
    assert answer["infeasible"] is None


def test_progress_goes_to_stderr(solved):
    assert "physics" in solved[0].stderr


def test_results_are_written_and_nothing_else(solved):
    _, out, model = solved
    assert {p.name for p in out.iterdir()} == FILES
    assert "ROWS" in model.read_text(encoding="utf-8")


def test_saved_design_holds_the_answer(solved):
    result, out, _ = solved
    answer = json.loads(result.stdout)
    design = dl.Design.load(out / "design.json")
    assert design.summary["capex"] == answer["capex"]
    assert design.bill_of_materials["extended"].sum() == pytest.approx(answer["capex"])


@pytest.mark.parametrize("name", ["design.json", "report.html"])
def test_saved_answer_is_a_brief_too(solved, tmp_path, name):
    result, out, _ = solved
    again = run("optimize", out / name, "--output", tmp_path, "--json")
    assert again.exit_code == 0, again.stderr
    assert json.loads(again.stdout)["objective"] == pytest.approx(
        json.loads(result.stdout)["objective"], rel=1e-9
    )


def test_infeasible_brief_explains_itself_and_leaves_no_design(solved, impossible, tmp_path):
    (tmp_path / "design.json").write_bytes((solved[1] / "design.json").read_bytes())
    result = run("optimize", impossible, "--output", tmp_path, "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert list(answer) == KEYS
    assert (answer["status"], answer["objective"]) == ("infeasible", None)
    assert answer["infeasible"]["conflict"]
    keys = {"requirement", "from", "to", "unit", "cost", "verified"}
    assert all(set(repair) == keys for repair in answer["infeasible"]["repairs"])
    assert {p.name for p in tmp_path.iterdir()} == {"report.html", "impossible.yaml"}


def test_infeasible_brief_reads_as_sentences(impossible, tmp_path):
    result = run("optimize", impossible, "--output", tmp_path)
    assert result.exit_code == 1
    assert result.stdout.startswith("infeasible")
    assert "kW" in result.stdout


def test_stop_without_a_design_is_exit_1(brief, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise Stopped("time_limit", float("-inf"))

    monkeypatch.setattr(cli_answer, "optimize", stop)
    result = run("optimize", brief, "--output", tmp_path, "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (answer["status"], answer["objective"], answer["bound"]) == ("time_limit", None, None)
    assert list(tmp_path.iterdir()) == []


def test_failure_while_writing_leaves_the_old_answer_whole(solved, tmp_path, monkeypatch):
    _, out, _ = solved
    for name in FILES:
        (tmp_path / name).write_bytes(b"old")
    monkeypatch.setattr(
        cli_answer, "optimize", lambda *_, **__: dl.Design.load(out / "design.json")
    )

    def fail(_design, path, _catalog):
        Path(path).write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(cli_answer, "write_workbook", fail)
    result = run("optimize", out / "design.json", "--output", tmp_path)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, "disk full")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == dict.fromkeys(FILES, b"old")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nonesuch.yaml"], "nonesuch.yaml"),
        (["{brief}", "--catalog", "nonesuch"], "nonesuch"),
        (["{brief}", "--gap", "-1"], "--gap"),
        (["{brief}", "--gap", "inf"], "finite"),
        (["{brief}", "--time-limit", "soon"], "--time-limit"),
        (["{brief}", "--write-model", "model.txt"], "FILE.mps"),
        (["{brief}", "--write-model", "nonesuch/model.mps"], "no such folder"),
        (["{brief}", "--output", "{brief}"], "exists"),
        ([], "BRIEF"),
    ],
)
def test_bad_use_is_exit_2_and_silent_on_stdout(brief, arguments, word, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("optimize", *(a.format(brief=brief) for a in arguments))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert word in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_faulty_brief_is_told_by_file_and_line(brief, tmp_path):
    path = tmp_path / "faulty.yaml"
    text = brief.read_text(encoding="utf-8")
    path.write_text(text.replace("rack_air_kw", "rack_air_kv"), encoding="utf-8")
    result = run("optimize", path, "--output", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.search(r"faulty\.yaml:\d+: .*rack_air_k", result.stderr)
    assert not (tmp_path / "out").exists()


def test_interrupt_keeps_the_best_design_so_far(tmp_path):
    code = "from designlib.cli import app; app()"
    brief = CATALOGS / "briefs" / "enterprise.yaml"
    arguments = ["optimize", str(brief), "--gap", "0", "--json", "--output", str(tmp_path)]
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "better design" in line:
                break
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 0, stderr
    answer = json.loads(stdout)
    assert answer["status"] == "cancelled"
    assert answer["bound"] < answer["objective"]
    assert dl.Design.load(tmp_path / "design.json").status == "cancelled"


# ---- check


def test_check_accepts_what_is_shipped(solved):
    result = run("check", CATALOGS, CATALOGS / "prices.csv", *solved[1].glob("*.[hj]*"))
    assert (result.exit_code, result.stdout) == (0, "")


def test_check_of_a_catalog_says_what_it_holds(tmp_path):
    told = run("check", CATALOGS).stderr
    catalog = dl.Catalog.load()
    assert f"{len(catalog.gpus)} gpus, {len(catalog.servers)} servers" in told
    assert re.search(r"\d+ values by kind of source: .*\d+ vendor-datasheet", told)
    assert re.search(r"\d+\.\d% of them are assumptions", told)
    assert f"{len(catalog.prices)} prices, {len(catalog.stale_prices())} older than 12 mo" in told
    assert all(f"stale: {old.where}" in told for old in catalog.stale_prices())
    assert told.endswith("no faults\n")
    part = next((CATALOGS / "gpus").glob("*.yaml"))
    mine = tmp_path / "gpus" / part.name
    mine.parent.mkdir()
    mine.write_text("tee: true\n" if "tee: false" in part.read_text() else "tee: false\n")
    assert f"1 changes by {tmp_path}" in run("check", tmp_path).stderr


def test_check_prints_one_line_a_fault_on_stdout(brief, tmp_path):
    part = next((CATALOGS / "gpus").glob("*.yaml"))
    wrong_part = tmp_path / "mine" / "gpus" / part.name
    wrong_part.parent.mkdir(parents=True)
    wrong_part.write_text(part.read_text(encoding="utf-8").replace("tdp_w:", "tdp_ww:"), "utf-8")
    wrong_brief = tmp_path / "brief.yaml"
    wrong_brief.write_text(brief.read_text("utf-8").replace("hot_tb: 100", "hot_tb: -1"), "utf-8")
    wrong_design = tmp_path / "design.json"
    wrong_design.write_text("{", encoding="utf-8")
    result = run("check", tmp_path / "mine", wrong_part, wrong_brief, wrong_design)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert all(re.match(r"\S+\.(yaml|json)(:\d+)?: \S+: .+", line) for line in lines), lines
    assert any("did you mean 'tdp_w'" in line for line in lines)
    for path in (wrong_part, wrong_brief, wrong_design):
        assert any(line.startswith(str(path)) for line in lines), path


def test_check_of_a_missing_path_is_bad_use(tmp_path):
    result = run("check", CATALOGS, tmp_path / "nonesuch")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nonesuch" in result.stderr


def test_check_of_a_folder_without_anything_to_check_is_a_fault(tmp_path):
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert str(tmp_path) in result.stdout


# ---- catalog


def test_list_shows_every_part_with_figures_price_and_confidence():
    result = run("catalog", "list")
    assert result.exit_code == 0
    parts = [p.stem for p in CATALOGS.glob("*/*.yaml") if p.parent.name != "briefs"]
    shown = set(re.findall(r"[\w.-]+", result.stdout))
    named = {part for family in ("gpus", "servers") for part in dl.Catalog.load().__dict__[family]}
    assert named <= set(parts)
    assert named <= shown
    assert "TFLOP/s" in result.stdout
    assert "assumption" in result.stdout


def test_list_of_one_family():
    result = run("catalog", "list", "cooling")
    assert result.exit_code == 0
    assert "cooling" in result.stdout
    assert "TFLOP/s" not in result.stdout


def test_list_of_an_unknown_family_names_the_nearest():
    result = run("catalog", "list", "gpu")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean 'gpus'" in result.stderr


def test_show_gives_every_figure_with_unit_source_date_and_confidence():
    catalog = dl.Catalog.load()
    part = next(iter(catalog.gpus.values()))
    result = run("catalog", "show", part.id)
    assert result.exit_code == 0
    words = set(result.stdout.replace(",", "").split())
    assert {"hbm_gb", "tdp_w", "GB", "W", f"{part.specs.hbm_gb.value:g}"} <= words
    assert {"family", part.family, "tee", str(part.tee).lower()} <= words
    assert part.sources[part.specs.hbm_gb.source].accessed in words


def test_show_of_an_unknown_part_names_the_nearest():
    part = next(iter(dl.Catalog.load().gpus))
    result = run("catalog", "show", part[:-1])
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"did you mean '{part}'" in result.stderr


def test_names_are_printed_as_they_are_written(tmp_path):
    part = next((CATALOGS / "gpus").glob("*.yaml"))
    mine = tmp_path / "gpus" / "mine.yaml"
    mine.parent.mkdir()
    text = part.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^name: .*$", 'name: "[red]Mine[/red] [/oops]"', text)
    mine.write_text(text, encoding="utf-8")
    for command in (["show", "mine"], ["list", "gpus"]):
        result = run("catalog", *command, "--catalog", tmp_path)
        assert result.exit_code == 0, result.stderr
        assert "[red]Mine[/red] [/oops]" in result.stdout


def test_version():
    assert run("--version").stdout == f"designlib {dl.__version__}\n"
