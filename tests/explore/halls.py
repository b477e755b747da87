"""Halls: designs of tiny briefs, one for each way of cooling, to look at from every side."""

from __future__ import annotations

from functools import cache
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.optimize import optimize

CATALOG = Catalog.load()
SERVICE = {
    "kind": "inference",
    "llm": "llama-3-1-8b",
    "weight_bits": 8,
    "kv_bits": 8,
    "peak_requests_s": 600,
    "prompt_tokens": 2000,
    "output_tokens": 200,
    "ttft_p95_s": 2.0,
    "tpot_p95_s": 0.05,
    "growth_factor_24_months": 2.0,
}
HALL = {
    "id": "hall",
    "it_power_kw": [{"month": 0, "kw": 300}, {"month": 15, "kw": 500}],
    "rack_positions_count": 30,
    "rack_air_kw": 12,
    "pue": {"air": 1.5, "rear_door": 1.3, "direct_to_chip": 1.15},
    "electricity_per_kwh": 0.1,
    "floor_limit_kg_per_m2": 1200,
}
HALLS: dict[str, dict[str, Any]] = {
    "air": {"servers": ["nvidia-dgx-h200"]},
    "doors": {
        "servers": ["nvidia-dgx-h200"],
        "rack_air_kw": 8,
        "rear_door": {"rack_limit_kw": 40},
    },
    "liquid": {
        "servers": ["oem-hgx-b200-dlc-4u"],
        "direct_to_chip": {
            "available": True,
            "rack_limit_kw": 60,
            "warm_water_supply_c": 32,
            "capture_frac": 0.8,
        },
        "room_air": {"exists": False},
    },
    "chain": {
        "servers": ["nvidia-dgx-h200"],
        "power_chain": {"owner": "customer", "exists": False},
        "redundancy": {"power": "2N", "ups": "storage_and_management"},
    },
}


@cache
def design(name: str) -> Design:
    """Return the design of a hall within 2 %."""
    changes = dict(HALLS[name])
    servers = changes.pop("servers")
    late = name == "chain"
    return optimize(
        Brief.from_dict(
            {
                "name": f"hall of {name}",
                "service_start_month": 30 if late else 12,
                "horizon_months": 36 if late else 24,
                "sites": [HALL | changes],
                "fleet": {"server_kinds_allowed": servers},
                "workloads": [{"id": "chat", **SERVICE}],
            }
        ),
        CATALOG,
        gap=0.02,
    )
