"""Samples: outputs of tools, written here in the formats that their own documentation shows.

Sources of the formats: NVIDIA/nccl-tests README.md and doc/PERFORMANCE.md; docs.vllm.ai, ``vllm
bench serve``; docs.nvidia.com, GenAI-Perf; mlcommons/inference loadgen and mlcommons/logging;
NVIDIA/dcgm-exporter etc/default-counters.csv. No file of theirs is copied.
"""

from __future__ import annotations

import json


def nccl(ranks, hosts, time_s, device="NVIDIA H100 80GB HBM3", sizes=None, collective="all_reduce"):
    """Return a table of nccl-tests whose times a law gives."""
    lines = [
        f"# Collective test starting: {collective}_perf",
        "# nThread 1 nGpus 1 minBytes 1048576 maxBytes 17179869184 step: 2(factor) warmup iters: 10"
        " iters: 50 agg iters: 1 validation: 1 graph: 0",
        "#",
        "# Using devices",
    ]
    each = ranks // hosts
    for n in range(ranks):
        where = f"on  node{n // each:03} device {n % each:2} [0000:{n % each:02x}:00] {device}"
        lines.append(f"#  Rank {n:2} Group  0 Pid {4000 + n} {where}")
    lines += [
        "#",
        "#                                                              out-of-place"
        "                       in-place",
        "#       size         count      type   redop    root     time   algbw   busbw #wrong"
        "     time   algbw   busbw #wrong",
        "#        (B)    (elements)                               (us)  (GB/s)  (GB/s)"
        "            (us)  (GB/s)  (GB/s)",
    ]
    rates = []
    for size in sizes or [2**n for n in range(20, 35)]:
        took = time_s(size)
        algbw = size / took / 1e9
        busbw = algbw * 2 * (ranks - 1) / ranks
        rates.append(busbw)
        half = f"{took * 1e6:9.2f} {algbw:8.2f} {busbw:8.2f}      0"
        lines.append(f"{size:12} {size // 4:13}     float     sum      -1 {half} {half}")
    average = sum(rates) / len(rates)
    lines += ["# Out of bounds values : 0 OK", f"# Avg bus bandwidth    : {average:.4f}", "#"]
    return "\n".join(lines) + "\n"


def vllm(**figures):
    """Return the JSON of a serving benchmark."""
    content = {
        "date": "20261121-101500", "endpoint_type": "openai", "label": None,
        "model_id": "meta-llama/Llama-3.3-70B-Instruct", "num_prompts": 1000,
        "request_rate": "inf", "burstiness": 1.0, "max_concurrency": 32, "duration": 250.0,
        "completed": 1000, "failed": 0, "total_input_tokens": 2_000_000,
        "total_output_tokens": 300_000, "request_throughput": 4.0, "request_goodput": None,
        "output_throughput": 1200.0, "total_token_throughput": 9200.0,
        "mean_ttft_ms": 240.0, "median_ttft_ms": 220.0, "std_ttft_ms": 60.0, "p50_ttft_ms": 220.0,
        "p95_ttft_ms": 410.0, "p99_ttft_ms": 600.0, "mean_tpot_ms": 25.0, "median_tpot_ms": 25.0,
        "std_tpot_ms": 2.0, "p95_tpot_ms": 28.5, "p99_tpot_ms": 31.0,
    }  # fmt: skip
    return json.dumps({**content, **figures}, indent=1)


def genai_perf(**figures):
    """Return the JSON of GenAI-Perf."""

    def spread(unit, avg, p95, std=0.0):
        return {"unit": unit, "avg": avg, "p99": p95, "p95": p95, "p50": avg, "min": avg,
                "max": p95, "std": std}  # fmt: skip

    content = {
        "request_throughput": {"unit": "requests/sec", "avg": 4.0},
        "output_token_throughput": {"unit": "tokens/sec", "avg": 1200.0},
        "request_latency": spread("ms", 7700.0, 8900.0),
        "time_to_first_token": spread("ms", 240.0, 410.0, 60.0),
        "inter_token_latency": spread("ms", 25.0, 28.5, 2.0),
        "input_sequence_length": spread("tokens", 2000.0, 2000.0),
        "output_sequence_length": spread("tokens", 300.0, 300.0),
        "input_config": {
            "model": ["llama-3.3-70b"],
            "perf_analyzer": {"stimulus": {"concurrency": 32}},
        },
    }
    return json.dumps({**content, **figures}, indent=2)


SUMMARY = """\
================================================
MLPerf Results Summary
================================================
SUT name : PySUT
Scenario : Offline
Mode     : PerformanceOnly
Samples per second: 81.5
Tokens per second: 24000.5
Result is : {verdict}
  Min duration satisfied : Yes
  Min queries satisfied : Yes
  Early stopping satisfied: Yes

================================================
Additional Stats
================================================
Min latency (ns)                : 5463226219
Mean latency (ns)               : 300463226219
99.00 percentile latency (ns)   : 590463226219

================================================
Test Parameters Used
================================================
samples_per_query : 24576
target_qps : 80
"""


def mllog(samples_per_s, blocks=5, length=8192, per_block=4096, status="success"):
    """Return the log of a training run of some blocks."""
    lines, now = [], 1_000_000

    def say(kind, key, value=None, **metadata):
        event = {"namespace": "", "time_ms": now, "event_type": kind, "key": key, "value": value,
                 "metadata": {"file": "train.py", "lineno": 1, **metadata}}  # fmt: skip
        lines.append(f"0: :::MLLOG {json.dumps(event)}")

    say("POINT_IN_TIME", "submission_benchmark", "llama2_70b_lora")
    say("POINT_IN_TIME", "global_batch_size", 64)
    say("POINT_IN_TIME", "max_sequence_length", length)
    say("INTERVAL_START", "run_start")
    done = 0
    for _ in range(blocks):
        say("INTERVAL_START", "block_start", samples_count=done)
        now += round(1000 * per_block / samples_per_s)
        done += per_block
        say("INTERVAL_END", "block_stop", samples_count=done)
    say("POINT_IN_TIME", "train_samples", done)
    say("INTERVAL_END", "run_stop", status=status)
    return "\n".join(lines) + "\n"


def dcgm(power_w, busy_pct, rows=200):
    """Return a CSV with a column a series, as a dashboard exports it."""
    head = 'Time,"DCGM_FI_DEV_POWER_USAGE{gpu=""0""}","DCGM_FI_DEV_GPU_UTIL{gpu=""0""}",other'
    lines = [f"2026-11-21 10:{n // 60:02}:{n % 60:02},{power_w + (n % 5) - 2},{busy_pct},1"
             for n in range(rows)]  # fmt: skip
    return "\n".join([head, *lines]) + "\n"
