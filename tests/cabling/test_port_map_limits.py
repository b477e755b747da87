"""Limits: 65,536 ports in three tiers are counted and written within the promised limits."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_65536_ports_keep_to_the_limits_of_the_benchmark():
    run = subprocess.run(
        [sys.executable, "benchmarks/port_map.py"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    assert "port map: 196,608 cables" in run.stdout
