"""Words: what a reader of a report sees instead of the names and numbers of the design."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from designlib.charts._style import place as place

WEEKS_PER_MONTH: Final = 365.25 / 12 / 7
NONE: Final = "\N{EN DASH}"

LAYERS: Final = {
    "compute": "Compute",
    "spares": "Spare servers",
    "network": "Network",
    "storage": "Storage",
    "orchestration": "Orchestration",
    "racks": "Racks",
    "cooling": "Cooling",
    "power": "Power",
    "site": "Site",
    "operations": "Operations",
    "rented": "Rented capacity",
}
"""Layers in the order in which a design is read."""

KINDS: Final = {
    "capex": "Purchases",
    "energy": "Energy",
    "carbon": "Carbon",
    "water": "Water",
    "space": "Space",
    "support": "Support",
    "licence": "Licenses",
    "staff": "Staff",
    "rented": "Rented",
    "residual": "Residual value",
}

RESOURCES: Final = {
    "servers": "Servers",
    "server_hours": "Server-hours",
    "apart_servers": "Servers that keep replicas apart",
    "spare_cover": "Servers that the spares cover",
    "compute_ports": "Compute fabric ports",
    "storage_ports": "Storage network ports",
    "in_band_ports": "In-band management ports",
    "oob_ports": "Out-of-band management ports",
    "read_gb_s": "Shared read throughput",
    "write_gb_s": "Shared write throughput",
    "hot_tb": "Fast storage, usable",
    "object_tb": "Object storage, usable",
    "control_servers": "Control-plane servers",
    "capability": "Orchestration capability",
    "rack_slots": "Room for servers in racks",
    "service_racks": "Rack space for switches, storage and control servers",
    "positions": "Rack positions",
    "floor_kg": "Floor load",
    "it_kw": "IT power",
    "facility_kw": "Facility power",
    "air_kw": "Room air cooling",
    "liquid_kw": "Direct-to-chip cooling",
    "chilled_kw": "Chilled water",
    "rejection_kw": "Heat rejection of the loop",
    "loop_kw": "Heat that the liquid loop takes away",
    "transformer_kw": "Transformer capacity",
    "switchgear_kw": "Switchgear capacity",
    "generator_kw": "Generator capacity",
    "ups_kw": "UPS capacity",
    "busway_kw": "Busway capacity",
    "carbon_t_per_year": "Carbon of a year",
    "water_m3_per_year": "Water of a year",
    "rented_requests": "Rented share of the peak",
    "capex": "Capital budget",
}

FIGURES: Final = {
    "hours_per_run": "Time of a run",
    "mfu": "Model FLOP/s utilization",
    "mfu_predicted": "Model FLOP/s utilization, predicted from the hardware",
    "memory_per_gpu": "Memory used on a GPU",
    "exposed_communication": "Share of a step spent waiting for the network",
    "ttft_p95": "Time to first token, 95th percentile",
    "tpot_p95": "Time per output token, 95th percentile",
    "rate_per_replica": "Request rate of one replica",
    "requests_per_s": "Request rate of one replica",
    "wait_p90": "Wait in the queue, 90th percentile",
    "wait_p99": "Wait, 99th percentile",
    "latency_p99": "Latency, 99th percentile",
    "queue_wait_p90": "Wait in the queue, 90th percentile",
    "offered_gpus": "GPUs busy on average",
    "serving_gpus": "GPUs that serve",
    "serving_cores": "CPU cores that serve",
    "late_share": "Share of work that waits too long",
    "rollback": "Time back to the version before",
    "weights_kept": "Weights of the versions kept",
    "checkpoint": "Size of a checkpoint",
    "checkpoint_write": "Throughput of checkpoints",
    "shared_read": "Reads from shared storage",
    "cached_per_server": "Data set on the drives of a server",
    "share_of_fleet": "Share of the fleet",
}

STATUSES: Final = {
    "optimal": "Proven optimal",
    "within_gap": "Proven within the agreed gap",
    "time_limit": "Best design found within the time limit",
    "cancelled": "Best design found before the search was stopped",
}

CONFIDENCE: Final = ("verified", "secondary", "unverified", "assumption")


def number(value: Any) -> str:
    """Return a value as a reader expects it: thousands apart, about three digits that matter."""
    if value is None or value == "":
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(number(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {number(item)}" for key, item in value.items())
    if not isinstance(value, (int, float)):
        return str(value)
    size = abs(value)
    if math.isinf(value) or size >= 1e15:
        return f"{value:.3g}"
    if size >= 100 or float(value).is_integer():
        return f"{value:,.0f}"
    if size >= 1:
        text = f"{value:,.{1 if size >= 10 else 2}f}"
        return text.rstrip("0").rstrip(".")
    return f"{value:.3g}"


def money(value: float | None) -> str:
    """Return an amount of money in whole units of the currency."""
    return NONE if value is None else f"{value:,.0f}".replace("-", "\N{MINUS SIGN}")


def price(value: float | None) -> str:
    """Return a price of one unit, to a hundredth of the currency."""
    return NONE if value is None else f"{value:,.2f}".replace("-", "\N{MINUS SIGN}")


def money_short(value: float, currency: str) -> str:
    """Return an amount of money in at most four digits, such as ``4.93 M USD``."""
    for limit, word in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= limit:
            return f"{number(value / limit)}{word} {currency}"
    return f"{number(value)} {currency}"


def percent(share: float | None) -> str:
    """Return a share in percent; one decimal, two where it would read as zero."""
    if share is None:
        return NONE
    return f"{share:.1%}" if share == 0 or abs(share) >= 0.0005 else f"{share:.2%}"


def month(value: float | None) -> str:
    """Return a month, to a tenth."""
    if value is None:
        return NONE
    return f"{round(value, 1) + 0.0:g}".replace("-", "\N{MINUS SIGN}")


def factor(value: float | None) -> str:
    """Return a growth factor; None is what growth does not draw on."""
    if value is None:
        return "fixed"
    times = "\N{MULTIPLICATION SIGN}"
    return f"{times}{value:.2f}" if value < 10 else f"over {times}10"


def quantity(value: Any, unit: str, *, is_share: bool = False) -> str:
    """Return a number with its unit, a share in percent."""
    if is_share and isinstance(value, (int, float)):
        return percent(value)
    return f"{number(value)} {unit}" if unit not in {"", "1"} else number(value)


def label(words: dict[str, str], name: str) -> str:
    """Return the words for a name; a name without words speaks for itself."""
    return capital(words.get(name) or name.replace("_", " "))


def capital(text: str) -> str:
    """Return a text with a capital at its start."""
    return text[:1].upper() + text[1:]


def figure_name(name: str) -> str:
    """Return a predicted figure in words; the unit stands beside its value."""
    bare = re.sub(r"_(s|h|hours|frac|gb)$", "", name) if name not in FIGURES else name
    return label(FIGURES, bare)


def by_layer(name: str) -> tuple[int, str]:
    """Return the place of a layer in the reading order."""
    order = list(LAYERS)
    return (order.index(name) if name in order else len(order), name)


def short_name(name: str) -> str:
    """Return the name of a part without what stands in brackets behind it."""
    return name.split(" (")[0]


def plural(count: float, word: str) -> str:
    """Return a count with its word, such as ``1 rack`` or ``11 racks``."""
    return f"{number(count)} {word}" + ("" if count == 1 else "s")
