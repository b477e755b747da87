"""MLPerf: the summary of an inference run, or the log of a training run.

References
----------
.. [1] mlcommons/inference, loadgen: ``mlperf_log_summary.txt`` with ``Samples per second``,
       ``Tokens per second``, ``Result is`` and percentiles in nanoseconds.
.. [2] mlcommons/logging: lines ``:::MLLOG {json}`` with ``key``, ``value``, ``time_ms``.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from designlib.calibrate.measured import Figure, Measured
from designlib.calibrate.reading import LARGEST, number, refuse

TOOL: Final = "MLPerf"
SUMMARY, LOG = "MLPerf Results Summary", ":::MLLOG"
LINE: Final = re.compile(r"^\s*([A-Za-z0-9.()% /-]+?)\s*:+\s*(\S.*?)\s*$")
RATES: Final = {
    "samples per second": ("request_throughput", "requests/s"),
    "completed samples per second": ("request_throughput", "requests/s"),
    "tokens per second": ("output_throughput", "tokens/s"),
    "completed tokens per second": ("output_throughput", "tokens/s"),
}
LATENCIES: Final = {
    "99.00 percentile first token latency (ns)": "ttft_p99",
    "99.00 percentile time to output token (ns)": "tpot_p99",
    "mean first token latency (ns)": "ttft_mean",
    "mean time to output token (ns)": "tpot_mean",
    "99.00 percentile latency (ns)": "e2el_p99",
}
END: Final = "test parameters used"
NS: Final = 1e9


def knows(text: str) -> bool:
    """Return whether a text is a summary or a log of MLPerf."""
    return SUMMARY in text or LOG in text


def read(text: str, file: str) -> Measured:
    """Return the figures of a run: rates and latencies, or time and speed of training."""
    return _summary(text, file) if SUMMARY in text else _log(text, file)


def _summary(text: str, file: str) -> Measured:
    figures: dict[str, Figure] = {}
    facts: dict[str, Any] = {}
    ended, last = False, 1
    for at, line in enumerate(text.splitlines(), 1):
        last = at
        ended |= line.strip().lower() == END
        found = LINE.match(line)
        if not found:
            continue
        name, value = found[1].lower(), found[2]
        if name == "result is":
            facts["valid"] = value == "VALID"
        elif name in ("scenario", "sut name", "mode"):
            facts[name.split()[0]] = value
        elif name in RATES or name in LATENCIES:
            figures |= _figure(name, value, file, at)
    if "valid" not in facts:
        raise refuse(file, last, "Result is", "is cut short: expected the verdict of the run")
    if not facts["valid"]:
        raise refuse(file, last, "Result is", "expected VALID: the run proves nothing")
    if not ended:
        raise refuse(file, last, "file", "is cut short: expected the parameters of the test")
    if not figures:
        raise refuse(file, last, "Samples per second", "expected a rate, found none")
    return Measured(file, TOOL, figures, facts)


def _figure(name: str, text: str, file: str, line: int) -> dict[str, Figure]:
    try:
        value = float(text)
    except ValueError:
        raise refuse(file, line, name, f"expected a number, found {text!r}") from None
    if not 0 <= value < LARGEST:
        raise refuse(file, line, name, f"expected a number from 0 on, found {text!r}")
    if name in RATES:
        metric, unit = RATES[name]
        return {metric: Figure(value, value, value, unit)}
    return {LATENCIES[name]: Figure(value / NS, value / NS, value / NS, "s")}


def _log(text: str, file: str) -> Measured:
    events: list[dict[str, Any]] = []
    last = 1
    for at, line in enumerate(text.splitlines(), 1):
        _, mark, rest = line.partition(LOG)
        if not mark:
            continue
        last = at
        events.append(_event(rest, file, at))
    points = [e for e in events if e.get("event_type") == "POINT_IN_TIME" and "key" in e]
    facts = {str(e["key"]): e.get("value") for e in points}
    start, stop = (
        next((e for e in events if e.get("key") == k), None) for k in ("run_start", "run_stop")
    )
    if start is None or stop is None:
        lacking = "run_start" if start is None else "run_stop"
        raise refuse(file, last, lacking, "is cut short: expected it once")
    status = stop["metadata"].get("status")
    if status not in (None, "success"):
        raise refuse(file, last, "run_stop", f"expected success, found {status!r}")
    seconds = (stop["time_ms"] - start["time_ms"]) / 1e3
    if seconds <= 0:
        raise refuse(file, last, "run_stop", "expected it after run_start")
    figures = {"run_s": Figure(seconds, seconds, seconds, "s")}
    figures |= _speed(events, facts, seconds)
    return Measured(file, TOOL, figures, facts | {"training": True})


def _event(text: str, file: str, line: int) -> dict[str, Any]:
    """Return one event of a log; raise a ``FaultError`` where it is cut or has no time."""
    try:
        event = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refuse(file, line, "file", f"is cut short: {error}") from None
    if not isinstance(event, dict):
        raise refuse(file, line, "file", "expected an object after the mark")
    number(event, "time_ms", file, line=line)
    told = event.get("metadata")
    return {**event, "metadata": told if isinstance(told, dict) else {}}


def _speed(
    events: list[dict[str, Any]], facts: dict[str, Any], seconds: float
) -> dict[str, Figure]:
    """Return samples and tokens a second, over the blocks between evaluations where it has any."""
    rates, samples = _block_rates(events), _known(facts.get("train_samples"))
    if not rates and samples:
        rates = [samples / seconds]
    if not rates:
        return {}
    found = {"samples_per_s": Figure.of(rates, "1/s")}
    length = _known(facts.get("max_sequence_length")) or _known(facts.get("sequence_length"))
    if length:
        found["tokens_per_s"] = Figure.of([r * length for r in rates], "tokens/s")
    return found


def _known(value: Any) -> float | None:
    """Return a number above 0, None for all else."""
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < LARGEST
    return float(value) if good else None


def _block_rates(events: list[dict[str, Any]]) -> list[float]:
    rates: list[float] = []
    begun: tuple[float, float] | None = None
    for event in events:
        told = event["metadata"].get("samples_count")
        done = 0.0 if told == 0 else _known(told)
        if event.get("key") == "block_start":
            begun = None if done is None else (event["time_ms"], done)
        elif event.get("key") == "block_stop" and begun is not None and done is not None:
            took = (event["time_ms"] - begun[0]) / 1e3
            if took > 0:
                rates.append((done - begun[1]) / took)
            begun = None
    return [r for r in rates if r > 0]
