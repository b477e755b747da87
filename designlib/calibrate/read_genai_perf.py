"""GenAI-Perf: the JSON that it writes beside its table, one object a metric with its percentiles.

References
----------
.. [1] docs.nvidia.com, GenAI-Perf: ``profile_export_genai_perf.json`` with ``unit``, ``avg``,
       ``p95``, ``std`` of ``time_to_first_token``, ``inter_token_latency``, ``request_latency``,
       ``request_throughput`` and ``output_token_throughput``.
"""

from __future__ import annotations

from typing import Any, Final

from designlib.calibrate.measured import Figure, Measured
from designlib.calibrate.reading import LARGEST, json_of, number, refuse

TOOL: Final = "GenAI-Perf"
LATENCIES: Final = {
    "time_to_first_token": "ttft", "inter_token_latency": "tpot", "request_latency": "e2el"
}  # fmt: skip
RATES: Final = {
    "request_throughput": ("request_throughput", "requests/s"),
    "output_token_throughput": ("output_throughput", "tokens/s"),
}
SECONDS: Final = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "sec": 1.0}
FIRST, LENGTHS = "time_to_first_token", ("input_sequence_length", "output_sequence_length")


def knows(text: str) -> bool:
    """Return whether a text is such a JSON."""
    return '"request_throughput"' in text and ('"inter_token_latency"' in text or FIRST in text)


def read(text: str, file: str) -> Measured:
    """Return rates, mean and 95th percentile of each latency, and lengths of a run."""
    content = json_of(text, file)
    figures: dict[str, Figure] = {}
    for key, (name, unit) in RATES.items():
        if isinstance(content.get(key), dict):
            value = _number(content[key], "avg", key, file)
            figures[name] = Figure(value, value, value, unit)
    if not figures:
        raise refuse(file, 1, "request_throughput", "expected an object with 'avg', found none")
    for key, name in LATENCIES.items():
        if isinstance(content.get(key), dict):
            figures |= _latency(content[key], key, name, file)
    asked = content.get("input_config")
    asked = asked if isinstance(asked, dict) else {}
    lengths = [
        _number(content[key], "avg", key, file) if isinstance(content.get(key), dict) else None
        for key in LENGTHS
    ]
    analyzer = asked.get("perf_analyzer")
    stimulus = analyzer.get("stimulus") if isinstance(analyzer, dict) else None
    load = {**asked, **stimulus} if isinstance(stimulus, dict) else asked
    model = asked.get("model") or asked.get("model_names")
    facts = {
        "model": str(model[0] if isinstance(model, list) and model else model or ""),
        "concurrency": _positive(load.get("concurrency")),
        "request_rate": _positive(load.get("request_rate")),
        "prompt_tokens": lengths[0],
        "output_tokens": lengths[1],
    }
    return Measured(file, TOOL, figures, facts)


def _positive(value: Any) -> float | None:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if known and 0 < value < LARGEST else None


def _number(told: Any, key: str, name: str, file: str) -> float:
    return number(told, key, file, where=f"{name}.{key}")


def _latency(told: Any, key: str, name: str, file: str) -> dict[str, Figure]:
    unit = str(told.get("unit", "ms"))
    if unit not in SECONDS:
        raise refuse(file, 1, f"{key}.unit", f"expected one of {', '.join(SECONDS)}")
    scale = SECONDS[unit]
    mean = _number(told, "avg", key, file) * scale
    dev = _number(told, "std", key, file) * scale if told.get("std") else 0.0
    found = {f"{name}_mean": Figure(mean, max(0.0, mean - dev), mean + dev, "s")}
    if told.get("p95") is not None:
        p95 = _number(told, "p95", key, file) * scale
        found[f"{name}_p95"] = Figure(p95, p95, p95, "s")
    return found
