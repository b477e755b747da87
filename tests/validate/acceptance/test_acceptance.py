"""Acceptance: every promised figure has a test whose limit is the design's, and a script for it."""

import csv
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from designlib.calibrate import Figure, Measured, judge
from designlib.validate.acceptance import (
    COLUMNS,
    acceptance,
    plan_rows,
    untested,
    write_acceptance,
)
from tests.validate.review.toy import good, toy_catalog


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    return toy_catalog(tmp_path_factory.mktemp("catalog"))


@pytest.fixture(scope="module")
def design(catalog):
    def change(tables):
        for row in tables["operations"]:
            if row["workload"] == "chat":
                row["figures"]["rate_per_replica"] = {"value": 0.4, "unit": "requests/s"}
            if row["workload"] == "tune":
                told = {"checkpoint": 980.0, "checkpoint_interval": 3600.0,
                        "checkpoint_write": 0.272, "effective_training_time": 0.97}  # fmt: skip
                row["figures"] |= {k: {"value": v} for k, v in told.items()}

    return good(catalog, change=change)


@pytest.fixture(scope="module")
def plan(design, catalog):
    return {t.id: t for t in acceptance(design, catalog)}


def test_limits_are_those_of_the_design(plan):
    limits = {
        # Eight ports of 400 Gbit/s carry 400 GB/s; nine tenths of it count.
        "collective-first-1": (">=", 360.0, "GB/s"),
        "collective-pool-1": (">=", 360.0, "GB/s"),
        "power-1": ("<=", 7000.0, "W"),
        "storage-read-1": (">=", 20.0, "GB/s"),
        "storage-write-2": (">=", 20.0, "GB/s"),
        "checkpoint-1": (">=", 0.272, "GB/s"),
        "feeding-1": (">=", 0.90, "1"),
        "service-1-first-rate": (">=", 0.99 * 0.4, "requests/s"),
        "service-1-whole-rate": (">=", 0.99 * 1.0, "requests/s"),
        "service-1-whole-ttft": ("<=", 1.0, "s"),
        "service-1-whole-tpot": ("<=", 0.05, "s"),
        "work-2": (">=", 10.0, "requests/s"),
        # The brief asks for 8.6e8 tokens a run, the design gives a run three hours.
        "training-2-smoke": (">=", 8.6e8 / (3 * 3600), "tokens/s"),
        "training-2-goodput": (">=", 0.97, "1"),
        "burn-in-1": ("<=", 0.0, "faults"),
        "links-1": ("<=", 0.0, "errors"),
    }
    for name, (rule, threshold, unit) in limits.items():
        t = plan[name]
        assert (t.rule, t.unit) == (rule, unit), name
        assert t.threshold == pytest.approx(threshold), name


def test_every_row_says_how_it_is_measured(plan):
    for t in plan.values():
        assert t.stage in ("first", "whole")
        for text in (t.promise, t.subject, t.tool, t.metric, t.command, t.samples, t.basis):
            assert text, t.id
    assert {"nccl-tests", "fio", "MLPerf Storage", "vllm bench serve"} <= {
        t.tool for t in plan.values()
    }
    assert [t.stage for t in plan.values()] == sorted(
        (t.stage for t in plan.values()), key=("first", "whole").index
    )


def test_half_the_uplinks_halve_the_limit_across_the_pool(catalog):
    slow = good(catalog, brief=lambda b: b.setdefault("network", {}).update(oversubscription=2))
    plan = {t.id: t for t in acceptance(slow, catalog)}
    assert plan["collective-first-1"].threshold == pytest.approx(360)
    assert plan["collective-pool-1"].threshold == pytest.approx(180)


def test_nothing_promised_is_left_untested(design, catalog):
    assert untested(design, catalog) == []


def test_table_has_a_row_a_test(plan):
    rows = plan_rows(plan.values())
    assert [tuple(r) for r in rows] == [COLUMNS] * len(plan)


@pytest.fixture(scope="module")
def folder(design, catalog, tmp_path_factory):
    target = tmp_path_factory.mktemp("scripts")
    write_acceptance(design, catalog, target)
    return target


def test_every_test_has_a_script_and_a_row_of_the_plan(folder, plan):
    scripts = {p.stem for p in folder.glob("*.sh")}
    assert scripts == {*plan, "run_all"}
    with (folder / "plan.csv").open(newline="") as file:
        assert [r["id"] for r in csv.DictReader(file)] == list(plan)
    assert not list(folder.glob(".*"))


def test_scripts_are_sound(folder):
    scripts = sorted(map(str, folder.glob("*.sh")))
    for path in scripts:
        subprocess.run(["bash", "-n", path], check=True)
        assert os.access(path, os.X_OK)
    told = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_text_of_a_brief_cannot_leave_its_comment(catalog, tmp_path):
    def change(tables):
        for row in tables["operations"]:
            row["name"] = 'chat\n$(touch "$HOME/owned")\r`id`'

    write_acceptance(good(catalog, change=change), catalog, tmp_path)
    for path in tmp_path.glob("*.sh"):
        for line in path.read_text().splitlines():
            assert "touch" not in line or line.startswith("# "), path
    assert "\n'=" not in (tmp_path / "plan.csv").read_text()


def tool(folder: Path, name: str, text: str) -> None:
    """Write a stand-in for a tool that prints what the tool would."""
    path = folder / name
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\n")
    path.chmod(0o755)


def ran(script: Path, tools: Path) -> subprocess.CompletedProcess:
    env = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "RESULTS": str(tools / "results"),
           "NCCL_TESTS": str(tools)}  # fmt: skip
    return subprocess.run([str(script)], env=env, capture_output=True, text=True, check=False)


NCCL = """\
#       size  count  type redop root  time algbw busbw #wrong  time algbw busbw #wrong
  1073741824  268435456  float  sum  -1  9000.0  119.3  {near}  0  9000.0  119.3  {near}  0
  2147483648  536870912  float  sum  -1 18000.0  119.3  {best}  0 18000.0  119.3  {best}  0
# Avg bus bandwidth    : 300.0"""


@pytest.mark.parametrize(("best", "code"), [(361.0, 0), (359.0, 1)])
def test_script_of_a_collective_passes_and_fails_by_its_largest_message(
    folder, tmp_path, best, code
):
    tool(tmp_path, "mpirun", NCCL.format(near=100.0, best=best))
    run = ran(folder / "collective-pool-1.sh", tmp_path)
    assert run.returncode == code, run.stderr
    assert f"{best:.1f} GB/s, at least 360 is promised" in run.stdout


def test_script_without_output_fails(folder, tmp_path):
    tool(tmp_path, "mpirun", "# no rows")
    assert ran(folder / "collective-pool-1.sh", tmp_path).returncode == 1


@pytest.mark.parametrize(("rate", "code"), [(21e9, 0), (19e9, 1)])
def test_script_of_storage_reads_the_sum_of_all_clients(folder, tmp_path, rate, code):
    jobs = [{"read": {"bw_bytes": 1}}, {"read": {"bw_bytes": rate}}]
    tool(tmp_path, "fio", json.dumps({"client_stats": jobs}))
    run = ran(folder / "storage-read-1.sh", tmp_path)
    assert run.returncode == code, run.stdout + run.stderr


def test_all_scripts_run_by_stage_and_one_failure_fails_all(folder, tmp_path):
    copied = shutil.copytree(folder, tmp_path / "plan")
    for path in copied.glob("*.sh"):
        if path.name != "run_all.sh":
            path.write_text(f"#!/bin/sh\nexit {int(path.stem == 'power-1')}\n")
    run = subprocess.run([copied / "run_all.sh", "first"], capture_output=True, text=True,
                         check=False)  # fmt: skip
    assert run.returncode == 1
    assert "FAIL power-1" in run.stdout
    assert "PASS burn-in-1" in run.stdout
    assert "links-1" not in run.stdout
    run = subprocess.run(
        [copied / "run_all.sh", "whole"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0


def measured(name, tool, **figures):
    told = {k: Figure(v, v, v, "") for k, v in figures.items()}
    return Measured(name, tool, told, {})


def verdicts(plan, *files):
    return {
        j.test.id: j.verdict for j in judge(plan.values(), files) if j.verdict != "not measured"
    }


def test_files_judge_the_tests_that_they_are_named_after(plan):
    told = verdicts(
        plan,
        measured("results/storage-read-1.json", "fio", read=21.0),
        measured("results/storage-write-2.json", "fio", write=5.0),
        measured("results/collective-pool-1.txt", "nccl-tests", busbw=380.0),
    )
    assert told == {
        "storage-read-1": "pass", "storage-write-2": "fail", "collective-pool-1": "pass"
    }  # fmt: skip


def test_one_run_of_a_service_judges_its_rate_and_latencies(plan):
    run = {"request_throughput": 1.0, "ttft_p95": 1.2, "tpot_p95": 0.04}
    told = verdicts(plan, measured("service-1-whole-rate.json", "vllm bench serve", **run))
    assert told == {
        "service-1-whole-rate": "pass", "service-1-whole-ttft": "fail",
        "service-1-whole-tpot": "pass",
    }  # fmt: skip


def test_worse_of_two_runs_counts(plan):
    runs = [
        measured(f"storage-read-1-run{n}.json", "fio", read=r) for n, r in enumerate((21, 19, 22))
    ]
    assert verdicts(plan, *runs) == {"storage-read-1": "fail"}


def test_file_of_another_name_judges_only_what_is_meant_without_doubt(plan):
    assert verdicts(plan, measured("x.json", "fio", read=21.0)) == {"storage-read-1": "pass"}
    # Two tests are about writes: which one it is, nobody said.
    assert verdicts(plan, measured("x.json", "fio", write=21.0)) == {}
