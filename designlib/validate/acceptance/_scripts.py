"""Scripts: each test of a plan becomes a shell script that runs its tool and says pass or fail.

A script writes what the tool printed to ``RESULTS``, takes the figure out of it and compares it
with its limit; it ends with 0 where the test passes and with 1 where it fails.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from designlib.design.files import write_atomic
from designlib.faults import Fault, FaultError, one_line
from designlib.validate.acceptance._test import AcceptanceTest

COLUMNS: Final = (
    "id", "stage", "promise", "subject", "tool", "metric", "rule", "threshold", "unit", "samples",
    "hours", "basis", "command",
)  # fmt: skip
PLAN, ALL = "plan.csv", "run_all.sh"
DEFAULTS: Final = {
    "BURN_IN_S": "259200", "CLIENTS": "", "CLIENT": "./client", "CLIENT_MEMORY_GB": "512",
    "DIAGNOSIS": "./diagnosis", "FABRIC_INTERFACES": "", "FAST_TIER": "/mnt/fast",
    "HOSTFILE": "hosts.txt", "HOSTS": "localhost", "MODEL": "model", "NCCL_TESTS": "./build",
    "RVS_CONF": "gst_single.conf", "SERVICE_URL": "http://localhost:8000",
    "TRAIN_COMMAND": "./train",
}  # fmt: skip
"""Variable of a command -> its value where the operator sets none."""
LARGEST: Final = "awk '!/^#/ && NF >= 12 {found = $8} END {print found}' \"$OUTPUT\""
FIO: Final = "jq '((.client_stats // .jobs) | last | .{metric}.bw_bytes) / 1e9' \"$OUTPUT\""
BENCH: Final = {
    "request_throughput": "jq '.request_throughput' \"$OUTPUT\"",
    "ttft_p95": "jq '.p95_ttft_ms / 1000' \"$OUTPUT\"",
    "tpot_p95": "jq '.p95_tpot_ms / 1000' \"$OUTPUT\"",
}
WAITS: Final = (
    "awk -F'|' 'NR > 1 && $1 !~ /[.]/ && $3 ~ /T/ {split($2, a, /[-T:]/); split($3, b, /[-T:]/);"
    ' print (mktime(b[1] " " b[2] " " b[3] " " b[4] " " b[5] " " b[6]) -'
    ' mktime(a[1] " " a[2] " " a[3] " " a[4] " " a[5] " " a[6])) / 3600}\' "$OUTPUT"'
    " | sort -n | awk '{w[NR] = $1} END {print w[int((NR * 9 + 9) / 10)]}'"
)
"""The wait that nine of ten jobs stay below; any awk that knows mktime."""
ERRORS: Final = "grep -Eic 'error[^:]*: *[1-9]|crc[^:]*: *[1-9]|Counter' \"$OUTPUT\" || true"
FAULTS: Final = 'grep -Eic \'"?(status|result)"? *:? *"?fail|error\' "$OUTPUT" || true'
BUSY: Final = (
    "jq -s '[.[] | .metric.train_au_mean_percentage] | min / 100'"
    ' "$RESULTS"/feeding/training/*/run/*/summary.json'
)


def plan_rows(tests: Iterable[AcceptanceTest]) -> list[dict[str, Any]]:
    """Return the plan as rows of a table, with the columns of ``COLUMNS``."""
    return [{name: getattr(t, name) for name in COLUMNS} for t in tests]


def write_scripts(tests: Iterable[AcceptanceTest], folder: str | Path) -> list[Path]:
    """Write a plan as a table, a script a test, and one that runs all; return the files.

    Parameters
    ----------
    tests : iterable of AcceptanceTest
        The plan.
    folder : str or Path
        Where to write; it is made where there is none.

    Raises
    ------
    FaultError
        The folder is a file.
    """
    target, plan = Path(folder), list(tests)
    if target.exists() and not target.is_dir():
        raise FaultError([Fault(str(target), None, "file", "is a file; expected a folder")])
    target.mkdir(parents=True, exist_ok=True)
    files = {PLAN: _table(plan), ALL: _runner(plan)}
    for test in plan:
        files[f"{test.id}.sh"] = script(test)
        if test.job:
            files[f"{test.id}.fio"] = test.job
    written = []
    for name, text in files.items():
        path = write_atomic(target / name, text)
        if path.suffix == ".sh":
            path.chmod(0o755)
        written.append(path)
    return written


def script(test: AcceptanceTest) -> str:
    """Return the shell script of one test."""
    run = test.command
    names = [n for n in DEFAULTS if re.search(rf"\b{n}\b", run + test.job)]
    kind = "txt" if test.tool in ("nccl-tests", "rccl-tests", "ipmitool", "ethtool") else "json"
    makes = '"$OUTPUT"' in run
    lines = [
        "#!/usr/bin/env bash",
        f"# {test.id}: {_comment(test.promise)}",
        f"# Passes where {test.metric} {test.rule} {test.threshold:.6g} {test.unit}.",
        f"# Samples: {_comment(test.samples)}. Limit: {_comment(test.basis)}.",
        "set -euo pipefail",
        *([f': "${{{n}:={DEFAULTS[n]}}}"' for n in names]),
        *(["export FAST_TIER"] if "FAST_TIER" in names else []),
        ': "${RESULTS:=results}"',
        'mkdir -p "$RESULTS"',
        *(['HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"'] if "$HERE" in run else []),
        f'OUTPUT="$RESULTS/{test.id}.{kind}"',
        run if makes else f'{run} > "$OUTPUT"',
        f"MEASURED=$({extract(test)})",
        f'echo "{test.id}: $MEASURED {test.unit}, {_sign(test)} {test.threshold:.6g} is promised"',
        f'awk -v m="$MEASURED" -v t="{test.threshold:.9g}" \'BEGIN {{'
        f' exit !(m != "" && m != "null" && m + 0 {test.rule} t + 0) }}\'',
    ]
    return "\n".join(lines) + "\n"


def extract(test: AcceptanceTest) -> str:
    """Return the command that takes the figure of a test out of its output."""
    if test.metric == "busbw":
        return LARGEST
    if test.tool == "fio":
        return FIO.format(metric=test.metric)
    if test.tool == "vllm bench serve":
        return BENCH[test.metric]
    known = {
        "wait_p90": WAITS,
        "errors": ERRORS,
        "faults": FAULTS,
        "accelerator utilization": BUSY,
        "watts": "awk '/Instantaneous power reading/ {print $4}' \"$OUTPUT\"",
    }
    return known.get(test.metric, f"jq '.{test.metric}' \"$OUTPUT\"")


def _sign(test: AcceptanceTest) -> str:
    return "at least" if test.rule == ">=" else "at most"


def _comment(text: str) -> str:
    """Return a text on one line, as a comment of a script must be."""
    return one_line(text)


def _table(plan: list[AcceptanceTest]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in plan_rows(plan):
        writer.writerow({k: _plain(v) for k, v in row.items()})
    return out.getvalue()


def _plain(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@"):
        return f"'{value}"
    return value


def _runner(plan: list[AcceptanceTest]) -> str:
    """Return the script that runs a stage, or all, and counts what failed."""
    lines = [
        "#!/usr/bin/env bash",
        "# Runs the tests of one stage (first or whole), or all of them; ends with 1 if any fails.",
        "set -uo pipefail",
        'HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"',
        'STAGE="${1:-all}"',
        "failed=0",
        'run() { if [[ "$STAGE" == all || "$STAGE" == "$1" ]]; then',
        '  if "$HERE/$2.sh"; then echo "PASS $2"; else echo "FAIL $2"; failed=1; fi; fi; }',
        *(f"run {t.stage} {t.id}" for t in plan),
        'exit "$failed"',
    ]
    return "\n".join(lines) + "\n"
