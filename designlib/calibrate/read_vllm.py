"""vllm bench serve: the JSON that ``--save-result`` writes: rates and latencies of one run.

References
----------
.. [1] docs.vllm.ai, ``vllm bench serve``; keys as ``request_throughput``, ``p95_ttft_ms`` and
       ``mean_tpot_ms``, percentiles as asked for by ``--metric-percentiles``.
"""

from __future__ import annotations

from typing import Any, Final

from designlib.calibrate.measured import Figure, Measured
from designlib.calibrate.reading import LARGEST, json_of, number, refuse

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
    content = json_of(text, file)
    told = {key: number(content, key, file) for key in NEEDED}
    done = int(told["completed"])
    if not done:
        raise refuse(file, 1, "completed", "no request was answered")
    figures = {
        "request_throughput": _alone(told["request_throughput"], "requests/s", done),
        "output_throughput": _alone(told["output_throughput"], "tokens/s", done),
    }
    for name in LATENCIES:
        figures |= _latency(content, name, done, file)
    facts = {
        "model": str(content.get("model_id", "")),
        "concurrency": _rate(content.get("max_concurrency")),
        "request_rate": _rate(content.get("request_rate")),
        "prompt_tokens": told["total_input_tokens"] / done,
        "output_tokens": told["total_output_tokens"] / done,
        "requests": done,
    }
    return Measured(file, TOOL, figures, facts, _date(str(content.get("date", ""))))


def _alone(value: float, unit: str, samples: int) -> Figure:
    return Figure(float(value), float(value), float(value), unit, samples)


def _latency(content: Any, name: str, samples: int, file: str) -> dict[str, Figure]:
    found = {}
    mean, dev, p95 = (f"{stat}_{name}_ms" for stat in ("mean", "std", "p95"))
    if content.get(mean) is not None:
        value = number(content, mean, file)
        half = (number(content, dev, file) if content.get(dev) else 0.0) / samples**0.5
        low, high = max(0.0, value - half) / MS, (value + half) / MS
        found[f"{name}_mean"] = Figure(value / MS, low, high, "s", samples)
    if content.get(p95) is not None:
        found[f"{name}_p95"] = _alone(number(content, p95, file) / MS, "s", samples)
    return found


def _rate(value: object) -> float | None:
    """Return a rate or a concurrency, None where all requests were sent at once."""
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if known and 0 < value < LARGEST else None  # type: ignore[arg-type, operator]


def _date(text: str) -> str:
    """Return the date in a text such as ``20261121-110000``, else an empty text."""
    day = text[:8]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdecimal() else ""
