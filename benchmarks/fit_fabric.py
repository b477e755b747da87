"""Fabric constants: what collectives reach of a link, and what a step of them takes at least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from fitting import Constant, Unknown, describe
from scipy.optimize import least_squares

from designlib.catalog import Catalog
from designlib.physics.collectives import bus_bandwidth_gb_s, group_all_reduce_s
from designlib.physics.machine import Machine
from designlib.predict.aliases import gpu_id
from designlib.predict.machines import machine_of, usual_server

_SOURCE = (
    "Fit of benchmarks/fit_fabric.py to public nccl-tests tables: stas00/ml-engineering, "
    "coreweave/nccl-tests, NVIDIA/dgxc-benchmarking, NVIDIA GTC24 S62129 slide"
)
LARGE = 256 * 2**20
_PEAK = 16 * 2**30  # a row without a size is a peak
# Switches before the third generation forward messages and add nothing up.
OLDER = ("A100-80GB", "A100-40GB")
_OLDER = "NCCL 2.17 release notes: NVLink SHARP needs third-generation NVSwitch (Hopper)"
_MANY = 512  # GPUs of a row that says only "more than one server"
_PCIE_GB_S = {"PCIe Gen5 GPU": 63.0, "PCIe Gen4 GPU": 31.5}  # 16 lanes after coding, one way
_PCIE_FRAC = 0.76  # large rings; serving's small messages on PCIe have a constant of their own
_SMALL_WEIGHT = 0.15

UNKNOWNS = (
    Unknown("switched scale_up_efficiency_frac", 0.8, 0.5, 1),
    Unknown("mesh scale_up_efficiency_frac", 0.75, 0.5, 1),
    Unknown("switched multicast_efficiency_frac", 0.65, 0.4, 1),
    Unknown("switched multicast_max_gb_s", 850, 600, 1200),
    Unknown("switched scale_up_alpha_s", 2.2e-6, 1.8e-6, 2.5e-6),
    Unknown("infiniband network_efficiency_frac", 0.95, 0.85, 0.97),
    Unknown("ethernet network_efficiency_frac", 0.95, 0.85, 0.97),
    Unknown("ethernet network_alpha_s", 50e-6, 5e-6, 200e-6),
)


@dataclass(frozen=True)
class Sweep:
    """One published all-reduce: where it ran, its message and its bus bandwidth."""

    group: str
    machine: Machine
    technology: str
    ranks: int
    size_bytes: float
    rings_only: bool
    network_reduces: bool
    bus_gb_s: float


def fit(path: Path, catalog: Catalog) -> list[Constant]:
    """Return the fabric constants with their errors."""
    rows = read(path, catalog)
    values = solve(rows)
    inside, outside = errors(rows, values), left_out(rows)
    large = np.array([row.size_bytes >= LARGE for row in rows])
    print(f"all-reduce, 256 MiB and more: fitted {describe(inside[large])}")
    print(f"all-reduce, 256 MiB and more: left out {describe(outside[large])}")
    within = np.mean(np.abs(outside[~large]) <= np.log(2))
    print(f"all-reduce, smaller: {np.sum(~large)} rows, {within:.0%} left out within a factor 2")
    note = (
        f"256 MiB and more: fitted {describe(inside[large])}; left out {describe(outside[large])}"
    )
    none = [
        Constant(
            gpu_id(catalog, word), "multicast_efficiency_frac", 0, 0, 0, _OLDER, "verified", ""
        )
        for word in OLDER
    ]
    return none + [
        Constant(*u.name.split(), value, u.low, u.high, _SOURCE, "verified", note)
        for u, value in zip(UNKNOWNS, values, strict=True)
    ]


def read(path: Path, catalog: Catalog) -> list[Sweep]:
    """Return the all-reduce rows that name a machine: trust 1 or 2, measured, a GPU we know."""
    table = pd.read_csv(path)
    table = table[table.collective.eq("all_reduce") & table.trust.le(2)]
    table = table[~table.caveat.fillna("").str.contains("THRESHOLD")]
    found = []
    for row in table.itertuples():
        base = _machine(row, catalog)
        if base is not None:
            found.append(_sweep(row, base))
    return found


def _machine(row: object, catalog: Catalog) -> Machine | None:
    gpu = gpu_id(catalog, row.gpu)
    if gpu is not None:
        server = usual_server(catalog, gpu)
        gb_s = 0.0 if pd.isna(row.inter_gbps_per_gpu) else row.inter_gbps_per_gpu / 8
        found = machine_of(catalog, server, "infiniband", gb_s, gpu_id=gpu)
        old = row.gpu.startswith("A100")
        return replace(found, multicast_efficiency_frac=0.0) if old else found
    if row.gpu in _PCIE_GB_S:
        known = {"scale_up_efficiency_frac": _PCIE_FRAC, "scale_up": "pcie"}
        return Machine(8, 8, {}, 1, 1, _PCIE_GB_S[row.gpu], 0.0, **known)
    return None


def _sweep(row: object, base: Machine) -> Sweep:
    algorithm = "" if pd.isna(row.algo) else row.algo
    text = "" if pd.isna(row.inter_fabric) else row.inter_fabric
    many = _MANY if str(row.n_nodes) == ">1" else base.scale_up_gpus_count
    return Sweep(
        group=f"{row.gpu}|{row.n_nodes}|{text}",
        machine=base,
        technology="ethernet" if "EFA" in text else "infiniband",
        ranks=many if pd.isna(row.n_gpus) else int(row.n_gpus),
        size_bytes=_PEAK if pd.isna(row.message_bytes) else row.message_bytes,
        rings_only=algorithm.startswith("Ring"),
        network_reduces=algorithm == "SHARP",
        bus_gb_s=row.busbw_gb_s,
    )


def errors(rows: Sequence[Sweep], values: np.ndarray) -> np.ndarray:
    """Return predicted over measured bus bandwidth as log ratios."""
    x = {tuple(u.name.split()): v for u, v in zip(UNKNOWNS, values, strict=True)}
    return np.array([np.log(predicted(row, x) / row.bus_gb_s) for row in rows])


def predicted(row: Sweep, x: dict[tuple[str, ...], float]) -> float:
    """Return the bus bandwidth of a row under constants by (subject, quantity). [GB/s]."""
    kinds = (row.machine.scale_up, row.technology)
    named = {name: value for (kind, name), value in x.items() if kind in kinds}
    machine = replace(row.machine, **named)
    if row.rings_only or not row.machine.multicast_efficiency_frac:
        machine = replace(machine, multicast_efficiency_frac=0.0)
    time = group_all_reduce_s(
        machine, row.size_bytes, row.ranks, network_reduces=row.network_reduces
    )
    return bus_bandwidth_gb_s(row.size_bytes, row.ranks, time)


def solve(rows: Sequence[Sweep]) -> np.ndarray:
    """Return the constants that fit log ratios robustly; small messages count little."""
    low, high = (np.array([getattr(u, end) for u in UNKNOWNS]) for end in ("low", "high"))
    home = (np.array([u.start for u in UNKNOWNS]) - low) / (high - low)
    weight = np.array([1.0 if row.size_bytes >= LARGE else _SMALL_WEIGHT for row in rows])

    def residuals(unit: np.ndarray) -> np.ndarray:
        return np.r_[errors(rows, low + unit * (high - low)) * weight, 0.02 * (unit - home)]

    best = least_squares(
        residuals, home, bounds=(0, 1), loss="soft_l1", f_scale=0.1, diff_step=1e-4
    )
    return low + best.x * (high - low)


def left_out(rows: Sequence[Sweep]) -> np.ndarray:
    """Return log ratios predicted by fits that never saw the group (GPU, servers, network)."""
    found = np.full(len(rows), np.nan)
    for group in sorted({row.group for row in rows}):
        hidden = np.array([row.group == group for row in rows])
        values = solve([row for row in rows if row.group != group])
        found[hidden] = errors(rows, values)[hidden]
    return found
