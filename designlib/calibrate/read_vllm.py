"""vllm bench serve: the JSON that ``--save-result`` writes: rates and latencies of one run.

References
----------
.. [1] docs.vllm.ai, ``vllm bench serve``; keys as ``request_throughput``, ``p95_ttft_ms`` and
       ``mean_tpot_ms``, percentiles as asked for by ``--metric-percentiles``.
"""

from __future__ import annotations

import json
from typing import Any, Final

from designlib.calibrate.measured import Figure, Measured
from designlib.calibrate.reading import refuse

TOOL: Final = "vllm bench serve"
NEEDED: Final = (
    "completed", "duration", "request_throughput", "output_throughput", "total_input_tokens",
    "total_output_tokens",
)  # fmt: skip
LATENCIES: Final = ("ttft", "tpot", "itl", "e2el")
MS: Final = 1e3


def knows(text: str) -> bool:
    """Return whether a text is such a JSON."""
    return '"request_throughput"' in text and '"completed"' in text


def read(text: str, file: str) -> Measured:
    """Return rates, mean and 95th percentile of each latency, and lengths of a run."""
    try:
        content: Any = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"is cut short or no JSON: {error.msg}"
        raise refuse(file, error.lineno, "file", message) from None
    missing = [key for key in NEEDED if not isinstance(content.get(key), int | float)]
    if missing:
        raise refuse(file, 1, missing[0], "expected a number, found none")
    done = int(content["completed"])
    if not done:
        raise refuse(file, 1, "completed", "no request was answered")
    figures = {
        "request_throughput": _alone(content["request_throughput"], "requests/s", done),
        "output_throughput": _alone(content["output_throughput"], "tokens/s", done),
    }
    for name in LATENCIES:
        figures |= _latency(content, name, done)
    facts = {
        "model": str(content.get("model_id", "")),
        "concurrency": content.get("max_concurrency"),
        "request_rate": _rate(content.get("request_rate")),
        "prompt_tokens": content["total_input_tokens"] / done,
        "output_tokens": content["total_output_tokens"] / done,
        "requests": done,
    }
    return Measured(file, TOOL, figures, facts, _date(str(content.get("date", ""))))


def _alone(value: float, unit: str, samples: int) -> Figure:
    return Figure(float(value), float(value), float(value), unit, samples)


def _latency(content: Any, name: str, samples: int) -> dict[str, Figure]:
    found = {}
    mean, dev = content.get(f"mean_{name}_ms"), content.get(f"std_{name}_ms") or 0.0
    if isinstance(mean, int | float):
        half = float(dev) / samples**0.5
        low, high = max(0.0, mean - half) / MS, (mean + half) / MS
        found[f"{name}_mean"] = Figure(mean / MS, low, high, "s", samples)
    p95 = content.get(f"p95_{name}_ms")
    if isinstance(p95, int | float):
        found[f"{name}_p95"] = _alone(p95 / MS, "s", samples)
    return found


def _rate(value: object) -> float | None:
    """Return the offered rate, None where all requests were sent at once."""
    return float(value) if isinstance(value, int | float) and value != float("inf") else None


def _date(text: str) -> str:
    """Return the date in a text such as ``20261121-110000``, else an empty text."""
    day = text[:8]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdecimal() else ""
