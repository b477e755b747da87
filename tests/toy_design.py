"""A small design made by hand: 13 servers in six racks, every table filled, every sum exact."""

# ruff: noqa: E501 - a table reads best with one row a line

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from designlib.brief import Brief
from designlib.design import SCHEMA_VERSION, Design

Row = dict[str, Any]

DATES = (6, 12, 24)
TCO_MONTHS = 48
FACTORS = {6: 0.96, 12: 0.92, 24: 0.85}

# line, part, name, vendor, layer, pool, count, unit, month, order by, list price, net price, confidence
PURCHASES: list[tuple[Any, ...]] = [
    ("L001", "alpha-8gpu", "Alpha server, 8 GPUs, air", "Acme", "compute", "alpha-ib", 8, "each", 6, 1.2, 295_000, 271_400, "secondary"),
    ("L002", "alpha-8gpu", "Alpha server, 8 GPUs, air", "Acme", "compute", "alpha-ib", 5, "each", 24, 19.2, 262_000, 241_040, "secondary"),
    ("L003", "leaf-64", "Leaf switch, 64 ports 400G", "Switchworks", "network", "", 4, "each", 6, 2.5, 38_500, 38_500, "verified"),
    ("L004", "spine-64", "Spine switch, 64 ports 400G", "Switchworks", "network", "", 2, "each", 6, 2.5, 38_500, 38_500, "verified"),
    ("L005", "optic-400", "Transceiver 400G, 100 m", "Lumen", "network", "", 416, "each", 6, 2.5, 690, 690, "unverified"),
    ("L006", "cable-400", "Fiber trunk, 8 fibers", "Lumen", "network", "", 208, "each", 6, 3.5, 85, 85, "assumption"),
    ("L007", "flash-box", "Flash appliance, 250 TB", "Stor & Co", "storage", "", 2, "each", 6, 2.0, 310_000, 310_000, "unverified"),
    ("L008", "control-1u", "Control server, 1U", "Acme", "orchestration", "", 3, "each", 6, 3.0, 12_400, 12_400, "secondary"),
    ("L009", "door-35", "Rear door, 35 kW", "Coolwind", "cooling", "", 3, "each", 6, 0.0, 21_000, 21_000, "secondary"),
    ("L010", "door-35", "Rear door, 35 kW", "Coolwind", "cooling", "", 2, "each", 24, 17.6, 21_000, 21_000, "secondary"),
    ("L011", "cabinet", "Rack 48U with two power strips", "Steel", "racks", "", 4, "each", 6, 4.0, 6_800, 6_800, "assumption"),
    ("L012", "cabinet", "Rack 48U with two power strips", "Steel", "racks", "", 2, "each", 24, 22.0, 6_800, 6_800, "assumption"),
]  # fmt: skip

# layer, resource, unit, place, {month: (supply, draw)}, growth factor at the last date
BALANCE: list[tuple[Any, ...]] = [
    ("compute", "servers", "servers", "alpha-ib", {6: (8, 7), 12: (8, 8), 24: (13, 12)}, 1.083),
    ("network", "compute_ports", "ports", "fabric-1", {6: (128, 64), 12: (128, 64), 24: (128, 104)}, 1.231),
    ("storage", "read_gb_s", "GB/s", "hall", {6: (90, 22), 12: (90, 31), 24: (90, 52)}, 1.731),
    ("storage", "hot_tb", "TB", "hall", {6: (500, 297), 12: (500, 353), 24: (500, 478)}, 1.046),
    ("orchestration", "control_servers", "servers", "hall", {6: (3, 3), 12: (3, 3), 24: (3, 3)}, None),
    ("racks", "rack_slots", "servers", "hall", {6: (9, 8), 12: (9, 8), 24: (15, 13)}, 1.154),
    ("cooling", "air_kw", "kW", "hall", {6: (160, 64), 12: (160, 64), 24: (160, 83)}, 1.9),
    ("site", "it_kw", "kW", "hall", {6: (400, 104.4), 12: (400, 104.4), 24: (700, 155.4)}, 4.5),
    ("site", "positions", "racks", "hall", {6: (20, 4), 12: (20, 4), 24: (20, 6)}, 3.3),
]  # fmt: skip

# layer, kind, {month: amount paid from that date to the next}
COSTS: list[tuple[str, str, dict[int, float]]] = [
    ("compute", "energy", {6: 62_000, 12: 124_000, 24: 398_000}),
    ("compute", "support", {6: 40_000, 12: 80_000, 24: 260_000}),
    ("compute", "residual", {24: -301_300}),
    ("network", "energy", {6: 2_400, 12: 4_800, 24: 9_600}),
    ("network", "licence", {6: 6_000, 12: 12_000, 24: 24_000}),
    ("storage", "energy", {6: 1_900, 12: 3_800, 24: 7_600}),
    ("storage", "support", {6: 31_000, 12: 62_000, 24: 124_000}),
    ("orchestration", "licence", {6: 96_000, 12: 192_000, 24: 624_000}),
    ("orchestration", "staff", {6: 180_000, 12: 360_000, 24: 720_000}),
    ("site", "space", {6: 12_000, 12: 24_000, 24: 71_000}),
]


def figure(value: float, low: float, high: float, unit: str) -> Row:
    """Return a predicted figure with its range."""
    return {"value": value, "low": low, "high": high, "unit": unit, "source": "training.py"}


CHAT = {
    "ttft_p95_s": figure(0.81, 0.66, 1.0, "s"),
    "tpot_p95_s": figure(0.031, 0.026, 0.038, "s"),
    "rate_requests_s": figure(7.4, 6.2, 8.1, "1/s"),
}
TUNE = {
    "mfu_frac": figure(0.4, 0.33, 0.44, "1"),
    "run_hours": figure(18.4, 16.7, 22.3, "h"),
    "exposed_communication": figure(0.06, 0.04, 0.09, "1"),
}
BATCH = {"tokens_s": figure(31_000, 24_800, 37_000, "tokens/s")}

# workload, class, name, {month: (gpus, servers, replicas, busy)}, layout, precision, batch, hours, figures
RUNS: list[tuple[Any, ...]] = [
    ("A1", "fine-tuning", "Nightly fine-tuning", {6: (32, 4, 0, 0.5), 12: (32, 4, 0, 0.6), 24: (32, 4, 0, 0.81)}, "tp4 pp1 dp8", "bf16", 256, 368.0, TUNE),
    ("A3", "inference", "Policy chat", {6: (24, 3, 6, 0.62), 12: (32, 4, 8, 0.64), 24: (64, 8, 16, 0.66)}, "tp4", "fp8", 24, 730.0, CHAT),
    ("A5", "inference", "Document batch", {6: (0, 0, 0, 0.2), 12: (0, 0, 0, 0.2), 24: (0, 0, 0, 0.2)}, "tp1", "fp8", 128, 120.0, BATCH),
]  # fmt: skip


def bill_of_materials() -> list[Row]:
    """Return the purchases; net price differs from list price where a discount was agreed."""
    return [
        {
            "line_id": line,
            "part_id": part,
            "name": name,
            "vendor": vendor,
            "layer": layer,
            "site": "hall",
            "pool": pool,
            "count": count,
            "unit": unit,
            "period_month": month,
            "order_by_month": order,
            "unit_price": price,
            "net_price": net,
            "extended": count * net,
            "price_source": "quote 4711" if confidence == "verified" else "public street price",
            "price_date": "2026-09-30",
            "confidence": confidence,
            "note": "",
        }
        for line, part, name, vendor, layer, pool, count, unit, month, order, price, net, confidence in PURCHASES
    ]


def operations() -> list[Row]:
    """Return how the three workloads run."""
    return [
        {
            "workload": workload,
            "workload_class": kind,
            "name": name,
            "candidate": f"{workload}-alpha-{precision}",
            "pool": "alpha-ib",
            "site": "hall",
            "period_month": month,
            "gpus": gpus,
            "servers": servers,
            "replicas": replicas,
            "layout": layout,
            "precision": precision,
            "batch": batch,
            "busy_frac": busy,
            "hours": hours,
            "figures": figures,
        }
        for workload, kind, name, dates, layout, precision, batch, hours, figures in RUNS
        for month, (gpus, servers, replicas, busy) in dates.items()
    ]


def placement() -> list[Row]:
    """Return five racks of up to three servers and one rack of everything else."""
    units = [(f"R{2 + n // 3:03d}", "rear-door", 1 + 8 * (n % 3), 8, "L001" if n < 8 else "L002", "alpha-8gpu", 10.2, 130.0) for n in range(13)]  # fmt: skip
    shared = [("flash-box", "L007", 2, 2), ("spine-64", "L004", 1, 2), ("leaf-64", "L003", 1, 4), ("control-1u", "L008", 1, 3)]  # fmt: skip
    bottom = 1
    for part, line, height, count in shared:
        for _ in range(count):
            units.append(("R001", "air", bottom, height, line, part, 1.2, 21.5))
            bottom += height
    return [
        {
            "site": "hall",
            "rack": rack,
            "rack_kind": kind,
            "u_bottom": bottom,
            "u_height": height,
            "line_id": line,
            "part_id": part,
            "kw": kw,
            "kg": kg,
            "period_month": 24 if line == "L002" else 6,
        }
        for rack, kind, bottom, height, line, part, kw, kg in sorted(units)
    ]


def balance() -> list[Row]:
    """Return supply and draw; the fast storage is the bottleneck."""
    return [
        {
            "layer": layer,
            "resource": resource,
            "unit": unit,
            "place": place,
            "period_month": month,
            "slice": "day" if resource == "servers" else "",
            "case": "normal",
            "supply": supply,
            "draw": draw,
            "slack": supply - draw,
            "utilisation": draw / supply,
            "growth_factor": growth if month == DATES[-1] or growth is None else supply / draw,
        }
        for layer, resource, unit, place, dates, growth in BALANCE
        for month, (supply, draw) in dates.items()
    ]


def cost() -> list[Row]:
    """Return purchases by layer and date, and what runs monthly."""
    capex: dict[tuple[str, int], float] = {}
    for line in bill_of_materials():
        key = line["layer"], line["period_month"]
        capex[key] = capex.get(key, 0.0) + line["extended"]
    amounts = [(layer, "capex", month, amount) for (layer, month), amount in capex.items()]
    amounts += [(layer, kind, m, x) for layer, kind, dates in COSTS for m, x in dates.items()]
    return [
        {
            "layer": layer,
            "kind": kind,
            "period_month": month,
            "amount": amount,
            "present_value": amount * FACTORS[month],
        }
        for layer, kind, month, amount in amounts
    ]


def footprint() -> list[Row]:
    """Return energy, carbon and water from each date to the next."""
    return [
        {
            "site": "hall",
            "period_month": month,
            "it_energy_mwh": 100.0 * years,
            "facility_energy_mwh": 140.0 * years,
            "carbon_t": 49.0 * years,
            "water_m3": 180.0 * years,
        }
        for month, years in ((6, 0.5), (12, 1.0), (24, 2.0))
    ]


def candidates() -> list[Row]:
    """Return what was chosen, considered and dropped."""
    rows = [
        ("A1", "A1-alpha-bf16", "alpha-ib", "alpha-8gpu", "chosen", "", TUNE),
        ("A1", "A1-beta-bf16", "beta-ib", "beta-8gpu", "considered", "costs more in the whole design", TUNE),
        ("A1", "A1-delta", "delta-eth", "delta-8gpu", "dropped", "needs 1,120 GB of states, has 768 GB", {}),
        ("A3", "A3-alpha-fp8", "alpha-ib", "alpha-8gpu", "chosen", "", CHAT),
        ("A3", "A3-alpha-bf16", "alpha-ib", "alpha-8gpu", "considered", "costs more in the whole design", CHAT),
        ("A3", "A3-beta-fp8", "beta-ib", "beta-8gpu", "considered", "costs more in the whole design", CHAT),
        ("A3", "A3-delta-fp8", "delta-eth", "delta-8gpu", "dropped", "TPOT 62 ms, allowed are 40 ms", {}),
        ("A5", "A5-alpha-fp8", "alpha-ib", "alpha-8gpu", "chosen", "", BATCH),
        ("A5", "A5-delta-fp8", "delta-eth", "delta-8gpu", "considered", "costs more in the whole design", BATCH),
        ("A1", "A1-gamma", "", "gamma-72gpu", "dropped", "needs a liquid loop that the hall lacks", {}),
    ]  # fmt: skip
    columns = ("workload", "candidate", "pool", "part_id", "status", "reason", "figures")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def assumptions() -> list[Row]:
    """Return defaults of the brief, prices and constants."""
    rows = [
        ("reliability.repair_days", 5, "d", "default of the brief", "", "assumption", "not stated"),
        ("policies.rear_door_allowed", True, "", "default of the brief", "", "assumption", "not stated"),
        ("prices.alpha-8gpu", 295_000, "USD", "public street price", "2026-09-30", "secondary", "range 250,000 to 340,000"),
        ("prices.optic-400", 690, "USD", "web shop", "2026-08-02", "unverified", "one shop only"),
        ("prices.leaf-64", 38_500, "USD", "quote 4711", "2026-09-30", "verified", "valid for 60 days"),
        ("ethernet.efficiency_frac", 0.87, "1", "measured on one cluster", "2025-11-11", "secondary", ""),
    ]  # fmt: skip
    columns = ("path", "value", "unit", "source", "date", "confidence", "reason")
    return [dict(zip(columns, row, strict=True)) for row in rows]


@cache
def _whole_brief() -> Row:
    # A design carries its brief complete with every default, so that it can be asked again.
    return Brief.from_dict({
        "name": "Toy insurance",
        "currency": "USD",
        "horizon_months": 24,
        "tco_months": TCO_MONTHS,
        "wacc_frac": 0.08,
        "sites": [{"id": "hall", "it_power_kw": 700, "rack_positions_count": 20, "pue": 1.4, "electricity_per_kwh": 0.1}],
        "workloads": [
            {"id": "A1", "kind": "fine-tuning", "name": "Nightly fine-tuning", "mode": "full", "params_count": 70e9, "tokens_per_run_count": 5e8, "runs_per_month_count": 20, "max_hours": 23},
            {"id": "A3", "kind": "inference", "name": "Policy chat", "params_count": 70e9, "peak_requests_s": 36, "prompt_tokens": 2000, "output_tokens": 300, "ttft_p95_s": 1.0, "tpot_p95_s": 0.04},
            {"id": "A5", "kind": "batch-inference", "name": "Document batch", "params_count": 8e9, "items_per_month_count": 1e6, "prompt_tokens": 3000, "output_tokens": 200},
        ],
    }).to_dict()  # fmt: skip


def brief() -> Row:
    """Return the brief that the design answers, complete with its defaults."""
    return deepcopy(_whole_brief())


def content() -> Row:
    """Return the arguments of the design."""
    bill, book = bill_of_materials(), cost()
    tco = sum(row["present_value"] for row in book)
    bound = 0.9993 * tco
    bottleneck = {"layer": "storage", "resource": "hot_tb", "place": "hall", "growth_factor": 1.046, "period_month": 24, "words": "usable fast storage"}  # fmt: skip
    return {
        "schema_version": SCHEMA_VERSION,
        "status": "within_gap",
        "name": "Toy insurance",
        "currency": "USD",
        "brief": brief(),
        "dates": DATES,
        "tables": {
            "bill_of_materials": bill,
            "operations": operations(),
            "placement": placement(),
            "balance": balance(),
            "cost": book,
            "footprint": footprint(),
            "candidates": candidates(),
            "assumptions": assumptions(),
            "existing": [
                {
                    "site": "hall",
                    "pool": "toy-old-alone",
                    "part_id": "toy-old",
                    "name": "Toy Old",
                    "use": "in service",
                    "period_month": DATES[0],
                    "count": 2,
                }
            ],
            "compliance": [
                {
                    "rule": "encryption in use",
                    "asked_by": "the brief",
                    "kept_by": "chat only on GPUs with a TEE",
                    "parts_removed": "toy-plain",
                    "items_added": "toy-verifier",
                }
            ],
        },
        "certificate": {
            "objective": tco,
            "bound": bound,
            "gap": 1 - bound / tco,
            "status": "within_gap",
            "candidates_considered": 7,
            "candidates_dropped": 3,
            "seconds": {"build": 0.41, "handover": 0.02, "solve": 1.93, "physics": 0.8, "total": 3.16},
            "model": {"columns": 812, "rows": 977, "nonzeros": 4210, "integers": 402, "nodes": 31},
            "solver": "HiGHS",
            "versions": {"python": "3.11.9", "pyomo": "6.10.1", "highspy": "1.15.1"},
            "catalog_hash": "c0ffee" * 10 + "c0ff",
            "brief_hash": "badcab" * 10 + "badc",
            "policies": ["one compute fabric technology a site", "batch work may use serving GPUs"],
            "statement": f"No design over these 7 candidates costs less than {bound:,.0f} USD.",
        },
        "summary": {
            "capex": sum(row["extended"] for row in bill),
            "tco": tco,
            "it_kw": 155.4,
            "facility_kw": 217.6,
            "racks": 6,
            "gpus": [
                {"part": "alpha-8gpu", "period_month": 6, "count": 64},
                {"part": "alpha-8gpu", "period_month": 12, "count": 64},
                {"part": "alpha-8gpu", "period_month": 24, "count": 104},
            ],
            "fabrics": [
                {"name": "compute: fabric-1", "technology": "infiniband", "leaf": 4, "spine": 2, "core": 0, "switch": "leaf-64", "period_month": 24},
            ],
            "bottleneck": bottleneck,
            "orchestration": ["scheduler-a", "queue-b"],
            "annual_energy_mwh": 1_310.0,
            "usd_per_gpu_hour": 2.41,
        },
    }  # fmt: skip


def toy_design(**changes: Any) -> Design:
    """Return the toy design, with some of its fields replaced."""
    return Design(**{**content(), **changes})
