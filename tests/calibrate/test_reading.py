"""Reading: each tool's output is known by what it says; a cut or foreign file is refused."""

import json
import shutil
import subprocess

import pytest

from designlib.calibrate import read, tools
from designlib.faults import FaultError
from tests.calibrate import samples


def ring(size):
    return 2 * 7 * 3e-6 + 2 * 7 / 8 * size / 360e9


GOOD = {
    "nccl-tests": samples.nccl(8, 1, ring),
    "vllm bench serve": samples.vllm(),
    "GenAI-Perf": samples.genai_perf(),
    "MLPerf": samples.SUMMARY.format(verdict="VALID"),
    "DCGM": samples.dcgm(650, 97),
}
FIO = {
    "fio version": "fio-3.33", "time": "Sat Nov 21 10:15:00 2026",
    "jobs": [{"jobname": "read", "error": 0,
              "read": {"io_bytes": 1, "bw_bytes": 5_000_000_000, "iops": 4768.4, "bw_dev": 1000.0,
                       "bw_samples": 40},
              "write": {"io_bytes": 0, "bw_bytes": 0, "iops": 0}}],
}  # fmt: skip
GOOD["fio"] = json.dumps(FIO, indent=2)


def written(tmp_path, text, name="out.txt"):
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("tool", sorted(GOOD))
def test_output_is_known_by_what_it_says(tmp_path, tool):
    found = read(written(tmp_path, GOOD[tool]))
    assert found.tool == tool
    assert found.figures
    assert all(f.low <= f.value <= f.high for f in found.figures.values())


def test_every_tool_has_a_sample():
    assert set(tools()) == set(GOOD)


def test_figures_are_in_our_units(tmp_path):
    told = read(written(tmp_path, GOOD["vllm bench serve"]))
    assert told.figures["ttft_p95"].value == pytest.approx(0.41)
    assert told.figures["tpot_mean"].value == pytest.approx(0.025)
    assert (told.facts["prompt_tokens"], told.facts["output_tokens"]) == (2000, 300)
    assert told.date == "2026-11-21"
    told = read(written(tmp_path, GOOD["GenAI-Perf"]))
    assert told.figures["ttft_p95"].value == pytest.approx(0.41)
    assert told.facts["concurrency"] == 32
    told = read(written(tmp_path, GOOD["MLPerf"]))
    assert told.figures["output_throughput"].value == 24000.5
    assert told.figures["e2el_p99"].value == pytest.approx(590.463, rel=1e-5)
    told = read(written(tmp_path, GOOD["fio"]))
    assert told.figures["read"].value == pytest.approx(5.0)
    assert set(told.figures) == {"read", "read_iops"}
    assert told.date == "2026-11-21"
    told = read(written(tmp_path, GOOD["nccl-tests"]))
    assert (told.facts["ranks"], told.facts["hosts"]) == (8, 1)
    assert told.facts["gpu"] == "NVIDIA H100 80GB HBM3"
    told = read(written(tmp_path, GOOD["DCGM"]))
    assert told.figures["gpu_power"].value == pytest.approx(650, rel=0.02)
    assert told.figures["gpu_busy"].value == pytest.approx(0.97)


def test_all_clients_of_fio_are_counted_once(tmp_path):
    one = FIO["jobs"][0]
    together = one | {"jobname": "All clients", "read": one["read"] | {"bw_bytes": 10**10}}
    content = {k: v for k, v in FIO.items() if k != "jobs"} | {"client_stats": [one, one, together]}
    found = read(written(tmp_path, json.dumps(content)))
    assert found.figures["read"].value == pytest.approx(10.0)


def test_training_log_gives_time_and_speed(tmp_path):
    found = read(written(tmp_path, samples.mllog(40.0)))
    assert found.figures["samples_per_s"].value == pytest.approx(40, rel=0.02)
    assert found.figures["tokens_per_s"].value == pytest.approx(40 * 8192, rel=0.02)
    assert found.figures["run_s"].value == pytest.approx(5 * 4096 / 40, rel=0.02)


def test_metrics_may_stand_one_below_another(tmp_path):
    rows = ["timestamp,metric,value"]
    rows += [f"{n},DCGM_FI_DEV_POWER_USAGE,{600 + n}" for n in range(11)]
    found = read(written(tmp_path, "\n".join(rows) + "\n"))
    assert found.figures["gpu_power"].value == pytest.approx(605)


LAST = samples.nccl(8, 1, ring).splitlines()
CUT = [
    ("nccl-tests", "\n".join(LAST[:-2]), len(LAST) - 2, "Avg bus bandwidth"),
    ("nccl-tests", "\n".join(LAST[:14]), 14, "found none"),
    ("nccl-tests", "\n".join([*LAST[:18], LAST[18][:60]]), 19, "expected 8 cells"),
    ("nccl-tests", GOOD["nccl-tests"].replace("      0 ", "      7 "), None, "proves nothing"),
    ("vllm bench serve", GOOD["vllm bench serve"][:-40], None, "cut short or no JSON"),
    ("vllm bench serve", samples.vllm(output_throughput=None), 1, "expected a number"),
    ("vllm bench serve", samples.vllm(completed=0), 1, "no request was answered"),
    ("GenAI-Perf", GOOD["GenAI-Perf"][:-60], None, "cut short or no JSON"),
    ("GenAI-Perf", samples.genai_perf(time_to_first_token={"unit": "fortnights", "avg": 1}), 1,
     "expected one of ns"),
    ("MLPerf", samples.SUMMARY.format(verdict="INVALID"), None, "expected VALID"),
    ("MLPerf", samples.SUMMARY.format(verdict="VALID").partition("Test Param")[0], None,
     "parameters of the test"),
    ("MLPerf", samples.SUMMARY.partition("Result is")[0], None, "verdict of the run"),
    ("MLPerf", samples.mllog(40).rpartition(":::MLLOG")[0], None, "run_stop"),
    ("MLPerf", samples.mllog(40, status="aborted"), None, "expected success"),
    ("MLPerf", samples.mllog(40)[:-30], None, "cut short"),
    ("DCGM", GOOD["DCGM"][:-12], 201, "expected 4 cells"),
    ("DCGM", GOOD["DCGM"].replace(",97,", ",busy,", 1), 2, "expected a number"),
    ("fio", GOOD["fio"][:-30], None, "cut short or no JSON"),
    ("fio", json.dumps({**FIO, "jobs": []}), 1, "found none"),
    ("fio", json.dumps({**FIO, "jobs": [FIO["jobs"][0] | {"error": 5}]}), 1, "error 5"),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "text", "line", "words"), CUT)
def test_cut_output_is_refused_with_line_and_reason(tmp_path, tool, text, line, words):
    path = written(tmp_path, text)
    with pytest.raises(FaultError) as caught:
        read(path)
    fault = caught.value.faults[0]
    assert words in str(fault), tool
    assert fault.file == str(path)
    assert fault.line is not None
    assert line is None or fault.line == line


@pytest.mark.parametrize("text", ["", "hello\n", '{"a": 1}', "a,b\n1,2\n"])
def test_foreign_file_is_refused(tmp_path, text):
    with pytest.raises(FaultError, match="no tool that is known"):
        read(written(tmp_path, text))


def test_fio_of_this_machine_is_read_back(tmp_path):
    fio = shutil.which("fio")
    assert fio, "install fio: apt-get install fio"
    out = tmp_path / "fio.json"
    command = [
        fio, "--name=check", f"--directory={tmp_path}", "--rw=readwrite", "--bs=64k", "--size=8m",
        "--ioengine=psync", "--output-format=json", f"--output={out}",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    told = json.loads(out.read_text())["jobs"][0]
    found = read(out)
    for way in ("read", "write"):
        assert found.figures[way].value == pytest.approx(told[way]["bw_bytes"] / 1e9)
        assert found.figures[way].value > 0
    assert found.facts["name"] == "check"
