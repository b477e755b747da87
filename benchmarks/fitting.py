"""Fitting: robust least squares on log ratios, left-out errors, and the machines of the catalog."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from designlib.catalog import Catalog
from designlib.physics.machine import Machine
from designlib.units import unit_of

# GPU words of measurement files -> family of the catalog.
FAMILIES = {"A100-80GB": "A100", "A100": "A100"}
PRECISIONS = {"bf16": "bf16_dense_tflops", "fp8": "fp8_dense_tflops", "fp4": "fp4_dense_tflops"}

Row = Any
Predict = Callable[[np.ndarray, Row], float]


@dataclass(frozen=True)
class Constant:
    """One fitted constant of a calibration table."""

    subject: str
    quantity: str
    value: float
    low: float
    high: float
    source: str
    confidence: str
    note: str

    @property
    def unit(self) -> str:
        """Return the unit that the name of the quantity says."""
        return unit_of(self.quantity) or "1"


@dataclass(frozen=True)
class Unknown:
    """A number to fit: its start, its plausible range, and whether this fit may move it."""

    name: str
    start: float
    low: float
    high: float


def machines(catalog: Catalog) -> dict[str, tuple[str, Machine]]:
    """Return the GPU id and an uncalibrated machine for each GPU family that has a server."""
    found: dict[str, tuple[str, Machine]] = {}
    for server in catalog.servers.values():
        if server.gpu is None or catalog.gpus[server.gpu].family in found:
            continue
        gpu, specs = catalog.gpus[server.gpu], server.specs
        gpus = int(specs.gpus_count.value)
        peaks = {
            name: getattr(gpu.specs, field).value
            for name, field in PRECISIONS.items()
            if getattr(gpu.specs, field) is not None
        }
        ports = specs.compute_ports_count.value * specs.compute_port_gbit_s.value / 8
        found[gpu.family] = (
            gpu.id,
            Machine(
                gpus_per_server_count=gpus,
                scale_up_gpus_count=int(specs.scale_up_gpus_count.value),
                peak_tflops=peaks,
                hbm_gb=gpu.specs.hbm_gb.value,
                hbm_bandwidth_gb_s=gpu.specs.hbm_bandwidth_gb_s.value,
                scale_up_gb_s=gpu.specs.scale_up_gb_s.value / 2,
                network_gb_s=ports / gpus,
                scale_up=gpu.scale_up,
                **known(catalog, gpu.scale_up, "infiniband"),
            ),
        )
    return found


def known(catalog: Catalog, scale_up: str, technology: str) -> dict[str, float]:
    """Return the fabric constants that the catalog already has."""
    names = (
        (scale_up, "scale_up_efficiency_frac"),
        (scale_up, "scale_up_alpha_s"),
        (technology, "network_efficiency_frac"),
        (technology, "network_alpha_s"),
    )
    found = {name: catalog.find_constant(subject, name) for subject, name in names}
    return {name: quantity.value for name, quantity in found.items() if quantity is not None}


def solve(
    predict: Predict,
    rows: Sequence[Row],
    unknowns: Sequence[Unknown],
    *,
    fixed: dict[str, float] | None = None,
    scale: float = 0.1,
) -> np.ndarray:
    """Return the values that fit log ratios robustly; a weak pull to the start settles ties.

    ``predict`` gives predicted over measured; ``fixed`` holds unknowns at a value.
    """
    fixed = fixed or {}
    start = np.array([fixed.get(u.name, u.start) for u in unknowns])
    free = np.array([u.name not in fixed for u in unknowns])
    low = np.array([u.low for u in unknowns])
    width = np.array([u.high - u.low for u in unknowns])
    home = (start - low) / width

    def spread(short: np.ndarray) -> np.ndarray:
        unit = home.copy()
        unit[free] = short
        return low + unit * width

    def residuals(short: np.ndarray) -> np.ndarray:
        x = spread(short)
        errors = np.array([np.log(predict(x, row)) for row in rows])
        return np.r_[np.nan_to_num(errors, nan=0.5), 0.06 * (short - home[free])]

    found = least_squares(
        residuals, home[free], bounds=(0, 1), loss="soft_l1", f_scale=scale, diff_step=1e-3
    )
    return spread(found.x)


def left_out(
    refit: Callable[[list[Row]], np.ndarray],
    predict: Predict,
    rows: Sequence[Row],
    group: Callable[[Row], Hashable],
    folds: int = 8,
) -> np.ndarray:
    """Return log ratios of rows predicted by fits that never saw their group."""
    keys = sorted({group(row) for row in rows}, key=str)
    np.random.default_rng(0).shuffle(keys)
    errors = np.full(len(rows), np.nan)
    for fold in range(folds):
        hidden = set(keys[fold::folds])
        x = refit([row for row in rows if group(row) not in hidden])
        for place, row in enumerate(rows):
            if group(row) in hidden:
                errors[place] = np.log(predict(x, row))
    return errors


def describe(errors: np.ndarray) -> str:
    """Return the absolute percentage errors of log ratios as text."""
    good = errors[np.isfinite(errors)]
    if not good.size:
        return "no rows"
    size = 100 * np.abs(np.exp(good) - 1)
    bias = 100 * (np.exp(np.median(good)) - 1)
    return (
        f"{len(errors)} rows, coverage {good.size / len(errors):.0%}: MAPE {size.mean():.1f} %, "
        f"median {np.median(size):.1f} %, P90 {np.quantile(size, 0.9):.1f} %, bias {bias:+.1f} %"
    )


def band(errors: np.ndarray, share: float = 0.8) -> float:
    """Return b so that the share of rows lies within a factor 1 + b of the prediction."""
    good = np.abs(errors[np.isfinite(errors)])
    return float(np.expm1(np.quantile(good, share)))
