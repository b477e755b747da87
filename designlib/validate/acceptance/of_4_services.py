"""Services: each answers within its promised latencies at its promised rate."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, brief_of
from designlib.validate._sites import ANY, duties, rented_frac
from designlib.validate.acceptance._test import AcceptanceTest

LATENCIES: Final = {"ttft_p95": "ttft_p95_s", "tpot_p95": "tpot_p95_s"}
RUN_S: Final = 10 * 60
FEWEST: Final = 1000
OF_RATE_FRAC: Final = 0.99
"""Share of the offered requests that are answered in the time of the run."""


def tests(design: Design, catalog: Catalog) -> list[AcceptanceTest]:
    """Return the tests of each service: one replica on the pilot, all of them at the peak."""
    found: list[AcceptanceTest] = []
    for n, (row, w) in enumerate(_services(design), 1):
        found += _language(n, row, w, design) if hasattr(w, "ttft_p95_s") else _other(n, row, w)
    return found


def missing(design: Design, catalog: Catalog) -> list[str]:
    """Return the latencies and rates that are promised without a predicted figure."""
    found = []
    for row, w in _services(design):
        for figure, field in LATENCIES.items():
            if getattr(w, field, None) is not None and row["figures"].get(figure) is None:
                found.append(f"{w.id}: {figure} is promised, the design predicts none")
    return found


def _services(design: Design) -> list[tuple[Row, Any]]:
    """Return how each service and batch runs at the first date on which it runs."""
    brief = brief_of(design)
    every = {w.id: w for w in (*brief.workloads, *brief.services())}
    seen: dict[tuple[str, str], Row] = {}
    for row in sorted(design.tables["operations"], key=lambda r: r["period_month"]):
        if row["workload_class"] == "inference" and (row["replicas"] or row["hours"]):
            seen.setdefault((row["workload"], row["site"]), row)
    return [(row, every[name]) for (name, _), row in seen.items()]


def _language(n: int, row: Row, w: Any, design: Design) -> list[AcceptanceTest]:
    duty = duties(brief_of(design), w)
    share = duty.get(row["site"], duty.get(ANY, 1.0)) * (1.0 - rented_frac(row))
    peak = float(w.peak_requests_s) * share
    alone = row["figures"].get("rate_per_replica", {}).get("value") or peak / row["replicas"]
    found = []
    for stage, rate in (("first", min(float(alone), peak)), ("whole", peak)):
        run = _bench(w, rate)
        base = AcceptanceTest(
            id=f"service-{n}-{stage}-rate",
            stage=stage,
            promise=f"{row['name']} answers {rate:,.3g} requests a second",
            subject=row["workload"],
            tool="vllm bench serve",
            metric="request_throughput",
            command=run,
            threshold=OF_RATE_FRAC * rate,
            unit="requests/s",
            rule=">=",
            samples=f"{_prompts(rate)} requests, three runs",
            hours=0.6 if stage == "first" else 0.0,
            basis="one replica at its rate" if stage == "first" else "peak of the brief",
        )
        found.append(base)
        for figure, field in LATENCIES.items():
            told = row["figures"].get(figure, {}).get("value")
            found.append(
                replace(
                    base,
                    id=f"service-{n}-{stage}-{figure.partition('_')[0]}",
                    promise=f"{row['name']}: {figure.partition('_')[0].upper()} of 95 % of requests"
                    f" at {rate:,.3g} requests/s",
                    metric=figure,
                    threshold=float(getattr(w, field)),
                    unit="s",
                    rule="<=",
                    hours=0.0,
                    basis="promise of the brief"
                    + ("" if told is None else f"; {told:.3g} s are predicted"),
                )
            )
    return found


def _prompts(rate: float) -> int:
    return max(FEWEST, ceil(rate * RUN_S))


def _bench(w: Any, rate: float) -> str:
    return (
        'vllm bench serve --base-url "$SERVICE_URL" --model "$MODEL" --dataset-name random'
        f' --random-input-len "{w.prompt_tokens:.0f}" --random-output-len "{w.output_tokens:.0f}"'
        f' --num-prompts "{_prompts(rate)}" --request-rate "{rate:.6g}" --ignore-eos'
        " --percentile-metrics ttft,tpot,itl,e2el --metric-percentiles 50,95,99 --save-result"
        ' --result-filename "$OUTPUT"'
    )


def _other(n: int, row: Row, w: Any) -> list[AcceptanceTest]:
    """Return the test of a batch, of images or of a service without GPUs."""
    told = row["figures"]
    if "requests_per_s" in told:
        rate = float(told["requests_per_s"]["value"])
        command = _bench(w, rate).replace(f'--request-rate "{rate:.6g}"', "--request-rate inf")
        basis = "one replica, all requests at once"
        metric = "request_throughput"
        tool = "vllm bench serve"
        return [_row(n, row, tool, metric, command, rate, "requests/s", ">=", basis)]
    command = '"$CLIENT" --output "$OUTPUT"'
    if "seconds_per_study" in told:
        seconds = float(told["seconds_per_study"]["value"])
        return [_row(n, row, "client", "seconds", command, seconds, "s", "<=", "predicted")]
    if "core_seconds_per_request" in told:
        seconds = float(told["core_seconds_per_request"]["value"])
        return [_row(n, row, "client", "seconds", command, seconds, "s", "<=", "stated")]
    return []


def _row(
    n: int,
    row: Row,
    tool: str,
    metric: str,
    command: str,
    threshold: float,
    unit: str,
    rule: Any,
    basis: str,
) -> AcceptanceTest:
    return AcceptanceTest(
        id=f"work-{n}",
        stage="first",
        promise=f"{row['name']} runs at the rate that it is sized for",
        subject=row["workload"],
        tool=tool,
        metric=metric,
        command=command,
        threshold=threshold,
        unit=unit,
        rule=rule,
        samples=f"{FEWEST} items, three runs",
        hours=0.5,
        basis=basis,
    )
