"""Damaged: a file that is cut or garbled anywhere is read whole or refused, never half."""

import math
import random

import pytest

from designlib.calibrate import read
from designlib.faults import FaultError
from tests.calibrate import samples
from tests.calibrate.test_reading import GOOD, written

GARBAGE = ['"', "{", "}", "[", "]", ",", ":", "null", "-1", "NaN", "1e999", "\n", "true", "x", "0"]
FILES = {**GOOD, "MLPerf log": samples.mllog(40.0)}


def told(path):
    """Read a file; what is read is finite, what is refused names file and reason on one line."""
    try:
        found = read(path)
    except FaultError as error:
        refused = str(error)
    else:
        refused = ""
    if refused:
        assert len(refused.splitlines()) == 1
        assert refused.startswith(str(path))
        return
    for f in found.figures.values():
        assert math.isfinite(f.value)
        assert f.low <= f.value <= f.high


@pytest.mark.parametrize("tool", sorted(FILES))
def test_cut_anywhere(tmp_path, tool):
    text = FILES[tool]
    for n in range(0, len(text), max(1, len(text) // 60)):
        told(written(tmp_path, text[:n]))


@pytest.mark.parametrize("tool", sorted(FILES))
def test_garbled_anywhere(tmp_path, tool):
    dice, text = random.Random(7), FILES[tool]
    for _ in range(120):
        n = dice.randrange(len(text))
        told(written(tmp_path, text[:n] + dice.choice(GARBAGE) + text[n + dice.randrange(4) :]))


@pytest.mark.parametrize(
    "text",
    [
        '["request_throughput", "completed"]',
        '{"fio version": "fio-3.33", "jobs": [1]}',
        '{"fio version": "fio-3.33", "jobs": {"a": 1}}',
        '{"request_throughput": [], "inter_token_latency": 3}',
        ':::MLLOG ["run_start"]\n',
        ':::MLLOG {"key": "run_start"}\n:::MLLOG {"key": "run_stop"}\n',
        "a,DCGM_FI_DEV_POWER_USAGE\n",
        "# nThread 1 nGpus 1\n 8 2 float sum -1 0 0 0 0 0 0 0 0\n",
    ],
)
def test_content_of_another_shape_is_refused(tmp_path, text):
    with pytest.raises(FaultError):
        read(written(tmp_path, text))


def test_older_tables_without_a_root_are_read(tmp_path):
    rows = [
        "# nThread 1 nGpus 8 minBytes 8 maxBytes 134217728",
        "#       size  count  type  redop  time  algbw  busbw  error  time  algbw  busbw  error",
        "    67108864 16777216 float sum  400.0  167.8  293.6  2e-07  400.0  167.8  293.6  2e-07",
        "   134217728  33554432  float  sum  790  169.9  297.3  2e-07  790  169.9  297.3  2e-07",
        "# Out of bounds values : 0 OK",
        "# Avg bus bandwidth    : 295.4",
    ]
    found = read(written(tmp_path, "\n".join(rows)))
    assert found.figures["busbw"].value == 297.3
    assert [r["time_s"] for r in found.facts["rows"]] == [400e-6, 790e-6]
