"""Killed: at whatever moment a run dies, each of its files is the old one or the new one, whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from designlib.cli_answer import RESULTS, STAGE, staged
from designlib.design import Design
from tests.source import ROOT

TIMES = 50
LENGTH = 3_000_000


def start(output: Path, number: int) -> int:
    """Return the process of a run that only writes: each result begins and ends with a number."""
    process = os.fork()
    if process == 0:
        with staged(output, None, keep=output / "brief.yaml") as stage:
            for name in RESULTS:
                text = str(number).encode()
                stage.file(name).write_bytes(text + b"." * LENGTH + text)
        os._exit(0)
    return process


def number_of(path: Path) -> int:
    """Return the number of the run that wrote a file, which must be whole."""
    content = path.read_bytes()
    digits = len(content) - LENGTH
    assert digits % 2 == 0
    assert content[: digits // 2] == content[-(digits // 2) :]
    assert content.count(b".") == LENGTH
    return int(content[: digits // 2])


def test_killed_at_any_moment_of_writing(tmp_path):
    clock = time.perf_counter()
    assert os.waitpid(start(tmp_path, 1000), 0)[1] == 0
    most_s = time.perf_counter() - clock
    chance = random.Random(1)
    before = dict.fromkeys(RESULTS, 1000)
    for n in range(1001, 1001 + TIMES):
        run = start(tmp_path, n)
        time.sleep(chance.uniform(0, most_s))
        os.kill(run, signal.SIGKILL)
        os.waitpid(run, 0)
        now = {name: number_of(tmp_path / name) for name in RESULTS}
        assert all(now[name] in (before[name], n) for name in RESULTS), (before, now)
        # They are replaced in their order: the design first, so that a new report has its design.
        assert [now[name] for name in RESULTS] == sorted(now.values(), reverse=True)
        before = now
    assert os.waitpid(start(tmp_path, 2000), 0)[1] == 0
    assert {number_of(tmp_path / name) for name in RESULTS} == {2000}
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(RESULTS)


def test_killed_command_leaves_whole_files(tmp_path):
    brief = tmp_path / "brief.yaml"
    brief.write_text(BRIEF, encoding="utf-8")
    out = tmp_path / "out"
    code = "from designlib.cli import app; app()"
    command = [sys.executable, "-c", code, "optimize", str(brief), "--output", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    old = {name: (out / name).stat().st_mtime_ns for name in RESULTS}
    run = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    while all((out / name).stat().st_mtime_ns == old[name] for name in RESULTS):
        assert run.poll() is None
        time.sleep(0.001)
    run.kill()
    run.wait()
    assert all(whole(out / name) for name in RESULTS)


def whole(path: Path) -> bool:
    """Return whether a result can be read to its end."""
    if path.suffix == ".json":
        return bool(Design.load(path).tables)
    if path.suffix == ".xlsx":
        return zipfile.ZipFile(path).testzip() is None
    return path.read_text(encoding="utf-8").rstrip().endswith("</html>")


BRIEF = """\
name: Small
service_start_month: 9
sites: [{id: hall, pue: 1.4, electricity_per_kwh: 0.1, rack_air_kw: 25}]
fleet: {server_kinds_allowed: [oem-l40s-8gpu-4u]}
workloads:
  - {id: night, kind: batch-inference, params_count: 8e9, items_per_month_count: 1e5,
     prompt_tokens: 100, output_tokens: 10}
"""


def test_stage_of_a_dead_run_is_removed_and_one_at_work_is_kept(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    dead, live = (tmp_path / f"{STAGE}{pid}-x" for pid in (gone.pid, os.getpid()))
    for stage in (dead, live):
        stage.mkdir()
    half = tmp_path / f".{RESULTS[0]}.x.tmp"
    half.touch()
    with staged(tmp_path, None, keep=tmp_path / "brief.yaml"):
        assert not dead.exists()
        assert live.exists()
        assert half.exists()  # it may be the file that the run at work is writing
    live.rmdir()
    with staged(tmp_path, None, keep=tmp_path / "brief.yaml"):
        assert not half.exists()
    assert list(tmp_path.iterdir()) == []
