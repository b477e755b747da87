"""Toy design: a good design small enough to be counted by hand, over a catalog of its own.

Three servers serve,
tune and work on batches; two train on a fabric of one switch; a second storage unit
comes with the data of the second year. Everything is ordered today,
so the money of the bill is worth itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import SCHEMA_VERSION, Design
from tests.toy_catalog import GPU, RACK, SERVER_SPECS, SERVER_TOP, part, write

Tables = dict[str, list[dict[str, Any]]]
DATES, TCO, WACC = (6, 12), 36, 0.1
SERVER, FABRIC = "toy-server", "ethernet-toy-leaf"
FABRIC_BUILT = {
    "name": f"compute: {FABRIC}-8p", "leaf": 1, "spine": 0, "core": 0, "switch": "toy-leaf",
}  # fmt: skip
ALONE, WIRED = f"{SERVER}-alone", f"{SERVER}-{FABRIC}"


def _switch(technology: str, roles: str, gbit_s: int) -> str:
    cage = "rj45" if roles == "out-of-band" else "osfp"
    top = f"technology: {technology}\nroles: [{roles}]\nrdma: true\ncage: {cage}\n"
    return part(
        top, radix_ports=16, port_gbit_s=gbit_s, cages_count=16, height_u=1, power_max_kw=1,
        power_typical_kw=0.5, weight_kg=10, lead_weeks=8, install_weeks=2,
    )  # fmt: skip


def _cable(gbit_s: int) -> str:
    top = (
        "kind: aoc\ntechnologies: [ethernet]\nmedium: multimode\nfibre_types: [om4]\n"
        f"cages: [{'rj45' if gbit_s == 1 else 'osfp'}]\nconnector: fixed\n"
    )
    return part(
        top, gbit_s=gbit_s, links_per_unit_count=1, reach_max_m=30, power_per_end_w=0.1,
        lead_weeks=4
    )  # fmt: skip


STORE = part(
    "tier: parallel\nsoftware: Toy FS\ntechnologies: [ethernet]\n",
    usable_tb=100, read_gb_s=10, write_gb_s=10, height_u=2, power_max_kw=1, power_typical_kw=0.5,
    weight_kg=30,
    network_ports_count=2, network_port_gbit_s=100, units_min_count=1, redundant_units_count=0,
    lead_weeks=8, install_weeks=2,
)  # fmt: skip
CONTROL_SPECS = SERVER_SPECS | {
    "gpus_count": 0, "scale_up_gpus_count": 0, "compute_ports_count": 0, "compute_port_gbit_s": 0,
    "height_u": 1, "power_max_kw": 1, "power_typical_kw": 0.5, "weight_kg": 20,
}  # fmt: skip
TOY_PRICES = {
    SERVER: 100_000, "toy-control": 5_000, "toy-leaf": 10_000, "toy-front": 5_000, "toy-oob": 1_000,
    "toy-cable": 100, "toy-front-cable": 50, "toy-oob-cable": 10, "toy-store": 50_000,
    "toy-rack": 2_000,
}  # fmt: skip
TOY_CONSTANTS = (
    "parallel,usable_fill_frac,0.85,1", "storage-port,usable_frac,0.9,1",
    "server,availability_frac,0.99,1",
    "cabling,labour_usd_per_link,60,USD", "hardware,support_frac_per_year,0.12,1",
    "rack,floor_share_m2,2,m2",
    "rear-door,retrofit_usd,1000,USD", "grid,kg_co2_per_kwh,0.35,kg/kWh",
    "site,wue_l_per_kwh,1.8,L/kWh",
)  # fmt: skip
DOOR = part(
    "kind: rear-door\n", unit_kw=30, rack_limit_kw=30, captured_frac=1, parasitic_kw=0.5,
    lead_weeks=8,
    install_weeks=1,
)  # fmt: skip
UPS = part("kind: ups\n", unit_kw=30, efficiency_frac=0.95, lead_weeks=8, install_weeks=1)
BRIEF: dict[str, Any] = {
    "name": "Toy",
    "horizon_months": 24,
    "tco_months": TCO,
    "wacc_frac": WACC,
    "service_start_month": 6,
    "sites": [
        {
            "id": "hall", "it_power_kw": [{"month": 0, "kw": 45}, {"month": 12, "kw": 50}],
            "rack_positions_count": 4, "rack_air_kw": 15, "pue": 1.4, "electricity_per_kwh": 0.1,
        }
    ],
    "budget": {"capex_total": 800_000},
    "workloads": [
        {"id": "train", "kind": "dedicated-training", "gpus_count": 16, "read_gb_s_per_gpu": 0.1,
        "dataset_tb": 40},
        {
            "id": "chat", "kind": "inference", "params_count": 70e9, "peak_requests_s": 1,
            "prompt_tokens": 1000,
            "output_tokens": 100, "ttft_p95_s": 1.0, "tpot_p95_s": 0.05, "availability_frac": 0.999,
            "growth_factor_24_months": 2,
        },
        {
            "id": "tune", "kind": "fine-tuning", "mode": "lora", "params_count": 1e9,
            "tokens_per_run_count": 8.6e8,
            "runs_per_month_count": 2, "max_hours": 4, "mfu_frac": 0.4,
        },
        {
            "id": "night", "kind": "batch-inference", "params_count": 8e9,
            "items_per_month_count": 1e6,
            "prompt_tokens": 100, "output_tokens": 10, "window": "20:00-06:00",
        },
    ],
    "storage": {"hot_tb": 50, "growth_factor_24_months": 2.25},
    "reliability": {"gpu_hours_per_interruption": 50_000, "repair_share_frac": 0.5},
    "policies": {"residual_life_months": 60},
}  # fmt: skip


def toy_catalog(folder: Path) -> Catalog:
    """Return the catalog of the toy, written to a folder and read back."""
    head = "item,quantity,value,low,high,unit,currency_year,date,source,confidence,note\n"
    prices = {**TOY_PRICES, "toy-door": 3_000, "toy-ups": 20_000}
    rows = [
        f"{i},purchase,{v},{v},{v},USD,2026,2026-01-31,Quote,assumption,\n"
        for i, v in prices.items()
    ]
    names = "subject,quantity,value,low,high,unit,date,source,confidence,note\n"
    constants = []
    for row in TOY_CONSTANTS:
        subject, quantity, value, unit = row.split(",")
        constants.append(f"{subject},{quantity},{value},,,{unit},2026-01-31,Run,assumption,\n")
    files = {
        "gpus/toy-gpu.yaml": GPU,
        "servers/toy-server.yaml": part(
            SERVER_TOP.replace("infiniband", "ethernet"), **SERVER_SPECS
        ),
        "servers/toy-control.yaml": part(
            "gpu: null\ncooling: air\ncompute_technologies: []\n", **CONTROL_SPECS
        ),
        "switches/toy-leaf.yaml": _switch("ethernet", "compute", 400),
        "switches/toy-front.yaml": _switch("ethernet", "storage, in-band", 100),
        "switches/toy-oob.yaml": _switch("ethernet", "out-of-band", 1),
        "optics/toy-cable.yaml": _cable(400),
        "optics/toy-front-cable.yaml": _cable(100),
        "optics/toy-oob-cable.yaml": _cable(1),
        "storage/toy-store.yaml": STORE,
        "power/toy-rack.yaml": RACK,
        "power/toy-ups.yaml": UPS,
        "cooling/toy-door.yaml": DOOR,
        "prices.csv": head + "".join(rows),
        "calibration/toy.csv": names + "".join(constants),
    }
    return Catalog.load(shipped=write(folder, dict(files)))


BILL = (
    ("L1", SERVER, "compute", WIRED, 2, 6), ("L2", SERVER, "compute", ALONE, 3, 6),
    ("L3", SERVER, "spares", "", 1, 6), ("L4", "toy-leaf", "network", f"{FABRIC}-8p", 1, 6),
    ("L5", "toy-cable", "network", f"{FABRIC}-8p", 16, 6), ("L6", "toy-front", "network",
    "storage-toy-front", 1, 6),
    ("L7", "toy-front-cable", "network", "storage-toy-front", 8, 6),
    ("L8", "toy-front-cable", "network", "storage-toy-front", 2, 12),
    ("L9", "toy-front", "network", "in-band-toy-front", 1, 6),
    ("L10", "toy-front-cable", "network", "in-band-toy-front", 6, 6),
    ("L11", "toy-oob", "network", "out-of-band-toy-oob", 1, 6),
    ("L12", "toy-oob-cable", "network", "out-of-band-toy-oob", 11, 6), ("L13", "toy-store",
    "storage", "", 1, 6),
    ("L14", "toy-store", "storage", "", 1, 12), ("L15", "toy-control", "orchestration", "", 1, 6),
    ("L16", "toy-rack", "racks", "", 4, 6),
)  # fmt: skip
PLACED = (
    ("R1", 1, "L1", 6), ("R1", 9, "L1", 6), ("R2", 1, "L2", 6), ("R2", 9, "L2", 6), ("R3", 1, "L2",
    6),
    ("R4", 1, "L4", 6), ("R4", 2, "L6", 6), ("R4", 3, "L9", 6), ("R4", 4, "L11", 6), ("R4", 5,
    "L13", 6),
    ("R4", 7, "L15", 6), ("R4", 8, "L14", 12),
)  # fmt: skip
SIZES = {SERVER: (8, 7, 100), "toy-control": (1, 1, 20), "toy-store": (2, 1, 30)}
"""Part -> height [U], maximum power [kW], weight [kg]; a switch has 1U, 1 kW, 10 kg."""


def _bill() -> list[dict[str, Any]]:
    return [
        {
            "line_id": line, "part_id": part_id, "name": "Toy", "vendor": "Toy Works",
            "layer": layer, "site": "hall",
            "pool": pool, "count": n, "unit": "each", "period_month": month, "order_by_month": 0.0,
            "unit_price": TOY_PRICES[part_id], "net_price": TOY_PRICES[part_id],
            "extended": n * TOY_PRICES[part_id],
            "price_source": "Quote", "price_date": "2026-01-31", "confidence": "assumption",
            "note": "",
        }
        for line, part_id, layer, pool, n, month in BILL
    ]  # fmt: skip


def _placement() -> list[dict[str, Any]]:
    parts = {line[0]: line[1] for line in BILL}
    rows = []
    for rack, u, line, month in PLACED:
        height, kw, kg = SIZES.get(parts[line], (1, 1, 10))
        rows.append(
            {
                "site": "hall", "rack": rack, "rack_kind": "air", "u_bottom": u, "u_height": height,
                "line_id": line, "part_id": parts[line], "kw": kw, "kg": kg, "period_month": month,
            }
        )  # fmt: skip
    return rows


def _figure(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "low": value, "high": value, "unit": unit, "source": "toy"}


def _operations() -> list[dict[str, Any]]:
    ways: dict[str, dict[str, Any]] = {
        "train": {"workload_class": "training", "pool": WIRED, "gpus": 16, "servers": 2},
        "chat": {
            "workload_class": "inference", "pool": ALONE, "gpus": 16, "servers": 2, "replicas": 4,
            "batch": 10,
            "layout": "TP4", "figures": {"ttft_p95": _figure(0.5, "s"), "tpot_p95": _figure(0.04,
            "s")},
        },
        "tune": {
            "workload_class": "fine-tuning", "pool": ALONE, "gpus": 8, "servers": 1, "hours": 100,
            "figures": {
                "hours_per_run": _figure(3, "h"), "mfu": _figure(0.4, "1"),
                "mfu_predicted": _figure(0.38, "1"),
            },
        },
        "night": {
            "workload_class": "inference", "pool": ALONE, "gpus": 1, "servers": 0, "hours": 4,
            "layout": "TP1",
            "figures": {"requests_per_s": _figure(10, "requests/s")},
        },
    }  # fmt: skip
    blank = {
        "site": "hall", "replicas": 0, "layout": "", "precision": "", "batch": 0, "busy_frac": 0.5,
        "hours": 0,
        "figures": {},
    }  # fmt: skip
    return [
        {
            **blank,
            **way,
            "workload": w,
            "name": w,
            "candidate": f"{w}-{way['pool']}",
            "period_month": month,
        }
        for w, way in ways.items()
        for month in DATES
    ]


def _cost(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the cost book; energy is that of 18 kW, then of 18.5 kW."""
    q = (1 + WACC) ** (-1 / 12)
    rows = []

    def add(layer: str, kind: str, month: int, amount: float, present: float) -> None:
        row = {"layer": layer, "kind": kind, "period_month": month, "amount": amount}
        rows.append({**row, "present_value": present})

    for line in lines:
        add(line["layer"], "capex", line["period_month"], line["extended"], line["extended"])
        left = line["extended"] * (1 - (TCO - line["period_month"]) / 60) * q**TCO
        add(line["layer"], "residual", line["period_month"], -left, -left)
    for month, end, kw in ((6, 12, 18.0), (12, TCO, 18.5)):
        owned = sum(line["extended"] for line in lines if line["period_month"] <= month)
        for kind, each in (("energy", kw * 1.4 * 730 * 0.1), ("support", 0.01 * owned)):
            present = sum(each * q**m for m in range(month + 1, end + 1))
            add("compute", kind, month, each * (end - month), present)
    return rows


def toy_tables() -> Tables:
    """Return the tables of the good design."""
    lines = _bill()
    return {
        "bill_of_materials": lines, "operations": _operations(), "placement": _placement(),
        "balance": [],
        "cost": _cost(lines), "candidates": [], "assumptions": [],
    }  # fmt: skip


def toy_design(
    catalog: Catalog,
    *,
    brief: Callable[[dict[str, Any]], None] | None = None,
    change: Callable[[Tables], None] | None = None,
    **certificate: Any,
) -> Design:
    """Return the good design, or the one that changes of brief, tables or certificate break."""
    asked = Brief.from_dict(BRIEF).to_dict()
    if brief is not None:
        brief(asked)
    tables = toy_tables()
    spent = sum(c["amount"] for c in tables["cost"] if c["kind"] == "capex")
    total = sum(c["present_value"] for c in tables["cost"])
    if change is not None:
        change(tables)
    return Design(
        schema_version=SCHEMA_VERSION,
        status="optimal",
        name="Toy",
        currency="USD",
        brief=asked,
        dates=DATES,
        tables=tables,
        certificate={
            "objective": total, "bound": total, "gap": 0.0, "status": "optimal",
            "candidates_considered": 0,
            "candidates_dropped": 0, "catalog_hash": catalog.hash,
            "brief_hash": Brief.from_dict(asked).hash,
            **certificate,
        },
        summary={
            "capex": spent,
            "tco": total,
            "fabrics": [FABRIC_BUILT],
        },
    )  # fmt: skip
