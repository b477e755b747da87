"""Portfolios: seeded briefs of many workloads over the real catalog, to measure the engine on.

    python benchmarks/portfolios.py large --seed 3 > large.yaml

The sizes are those of a department (medium), a company (large) and a provider (xl). Loads, sizes of
models and limits are drawn from the ranges that the five customers' briefs span; they describe
nobody.
"""

from __future__ import annotations

import argparse
import json
from random import Random
from typing import Any

from designlib.brief import Brief

SIZES = {"medium": (8, 4), "large": (30, 8), "xl": (100, 12)}
"""Size -> workloads, decision dates."""
START, QUARTER = 9, 3
KINDS = ("inference", "inference", "inference", "lora", "full", "batch", "dedicated", "inference")
"""Kinds of work in turn, so that each portfolio of eight or more has all of them."""


def portfolio(size: str, seed: int = 0) -> Brief:
    """Return a brief of a size; the same seed gives the same brief."""
    workloads, dates = SIZES[size]
    rng = Random(f"{size} {seed}")
    horizon = START + QUARTER * (dates - 1)
    return Brief.from_dict(
        {
            "name": f"Portfolio {size}, seed {seed}",
            "horizon_months": horizon,
            "tco_months": horizon + 24,
            "service_start_month": START,
            "wacc_frac": 0.08,
            "sites": [
                {
                    "id": "hall",
                    "kind": "owned_hall",
                    "it_power_kw": 1500.0 * workloads,
                    "rack_air_kw": 20.0,
                    "rear_door": {"rack_limit_kw": 45.0, "lead_weeks": 16},
                    "direct_to_chip": {"available": True},
                    "pue": {"air": 1.4, "rear_door": 1.3},
                    "electricity_per_kwh": 0.1,
                    "redundancy": {"power": "N+1", "cooling": "N+1"},
                    "power_chain": {"owner": "hall", "exists": True},
                    "room_air": {"exists": True},
                }
            ],
            "workloads": [_workload(rng, n, KINDS[n % len(KINDS)]) for n in range(workloads)],
            "storage": {
                "hot_tb": 100.0 * workloads,
                "object_tb": 500.0 * workloads,
                "growth_factor_24_months": 1.5,
            },
        }
    )


def _workload(rng: Random, n: int, kind: str) -> dict[str, Any]:
    common = {"id": f"w{n}", "growth_factor_24_months": round(rng.uniform(1.0, 2.0), 2)}
    params = rng.choice([8e9, 13e9, 32e9, 70e9])
    if kind == "inference":
        return common | {
            "kind": "inference",
            "params_count": params,
            "weight_bits": 8,
            "kv_bits": 8,
            "peak_requests_s": round(rng.uniform(1, 20), 1),
            "diurnal": {
                "peak_to_mean": 3,
                "night_share_of_peak_frac": 0.2,
                "night": "20:00-06:00",
            },
            "prompt_tokens": rng.choice([800, 1500, 3000]),
            "output_tokens": rng.choice([100, 300, 500]),
            "ttft_p95_s": rng.choice([0.5, 1.0, 2.0]),
            "tpot_p95_s": rng.choice([0.03, 0.04, 0.06]),
            "availability_frac": 0.999,
        }
    if kind == "batch":
        return common | {
            "kind": "batch-inference",
            "params_count": 8e9,
            "weight_bits": 8,
            "items_per_month_count": round(rng.uniform(5e6, 6e7), -5),
            "prompt_tokens": 800,
            "output_tokens": 100,
            "window": "20:00-06:00",
        }
    if kind == "dedicated":
        return common | {
            "kind": "dedicated-training",
            "gpus_count": rng.choice([8, 16, 24, 32]),
            "read_gb_s_per_gpu": 0.2,
            "dataset_tb": rng.choice([20, 60, 100]),
        }
    tuned = common | {"kind": "fine-tuning", "mode": kind, "precision": "bf16"}
    if kind == "lora":
        runs = {"runs_per_month_count": rng.randint(50, 400), "max_hours": rng.choice([2, 4, 8])}
        return tuned | {"params_count": 8e9, "tokens_per_run_count": 5e7} | runs
    runs = {"runs_per_month_count": rng.randint(5, 25), "max_hours": rng.choice([24, 48])}
    return tuned | {"params_count": params, "tokens_per_run_count": 1e9} | runs


def main() -> None:
    """Print a portfolio as YAML that a brief can be read from (JSON is YAML)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=sorted(SIZES))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(json.dumps(portfolio(options.size, options.seed).to_dict(), indent=1))


if __name__ == "__main__":
    main()
