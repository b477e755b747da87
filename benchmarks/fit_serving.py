"""Serving constants: one energy of a FLOP for each GPU generation, the rest alike for every GPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import serving_knee
from fitting import Constant, Unknown, band, describe
from scipy.optimize import least_squares
from serving_data import GENERATIONS, Measured, measured, sweeps

from designlib.catalog import Catalog
from designlib.physics.constants import ServingConstants
from designlib.predict import serving_cases
from designlib.predict.aliases import gpu_id

_SOURCE = (
    "Fit of benchmarks/fit_serving.py to published throughput: TensorRT-LLM performance tables 0.5 "
    "to 1.2, MLPerf Inference v4.1 and v5.1, AMD performance page"
)
_UNKNOWNS = (
    Unknown("serve_hbm_frac", 0.8, 0.4, 0.95),
    Unknown("layer_overhead_s", 20e-6, 0, 100e-6),
    Unknown("expert_overhead_s", 50e-6, 0, 400e-6),
    Unknown("token_overhead_s", 5e-6, 0, 40e-6),
    Unknown("all_reduce_alpha_s", 10e-6, 2e-6, 30e-6),
    Unknown("switched_exchange_frac", 0.7, 0.2, 1),
    # Half the plateau of 0.72 in fabric.csv: messages of a step have tens of MiB and not GiB.
    Unknown("mesh_exchange_frac", 0.36, 0.2, 1),
    Unknown("pcie_exchange_frac", 0.5, 0.2, 0.9),
    Unknown("reserved_gb", 2, 0, 8),
    Unknown("shared_reserved_gb", 8, 0, 30),
    Unknown("compute_cap_frac", 0.8, 0.6, 1),
    Unknown("fp4_compute_frac", 0.65, 0.2, 1),
    Unknown("half_width_count", 1000, 0, 6000),
)
# Data sheets print GiB as GB, and engines document the share of free memory that the cache takes.
HELD = {"memory_factor": 1.068, "cache_frac": 0.9}
_HELD_NOTES = {
    "memory_factor": "data sheets print GiB as GB: 80 GB is reported as 81,559 MiB",
    "cache_frac": "documented default of TensorRT-LLM, kv_cache_free_gpu_mem_fraction",
}
_START = {"ampere": 0.5, "hopper": 0.9, "blackwell": 1.2, "ada": 0.5, "cdna3": 0.6}
# Measured matrix products over the rated watts, MI355X over MI300X: 1,565 / 1,400 and 668 / 750.
_LIKE = {"cdna4": ("cdna3", 1.255)}
_LIKE_NOTE = "no published serving run; as cdna3 by measured matrix products for each watt"
_LEAST_SHARE, _MOST_SHARE = 0.1, 2.0
_FEW, _COVERED, _WIDE = 5, 0.85, 0.35


def fit(path: Path, catalog: Catalog) -> list[Constant]:
    """Return the serving constants with their errors."""
    data = measured(path, catalog)
    rows = pd.concat([d.rows for d in data])
    values = solve(data)
    inside = errors(data, values)
    outside = left_out(data)
    for name, mask in classes(rows).items():
        print(f"serving, {name}: fitted {describe(inside[mask])}")
        print(f"serving, {name}: left out {describe(outside[mask])}")
        print("    left-out bias by GPU: " + by_gpu(rows[mask], outside[mask]))
    sweep = sweeps(path, catalog)
    steps = _without_its_group(data, sweep)
    serving_knee.show(sweep, steps)
    return _constants(rows, data, values, inside, outside, catalog)


def _without_its_group(data: Sequence[Measured], more: Measured) -> np.ndarray:
    """Return log ratios of further rows by fits that never saw the group of a row."""
    groups, mine = _groups(pd.concat([d.rows for d in data])), _groups(more.rows)
    found = np.full(len(mine), np.nan)
    for group in sorted(set(mine)):
        hidden = mine == group
        found[hidden] = _errors(more, solve(data, groups != group))[hidden]
    return found


def _groups(rows: pd.DataFrame) -> np.ndarray:
    return (rows.model + "|" + rows.gpu + "|" + rows.precision).to_numpy()


def unknowns(data: Sequence[Measured]) -> list[Unknown]:
    """Return what is fitted: the generic constants and one energy for each generation seen."""
    seen = {name for d in data for name in d.generation}
    power = [Unknown(n, _START[n], _LEAST_SHARE, _MOST_SHARE) for n in GENERATIONS if n in seen]
    return [*_UNKNOWNS, *power]


def errors(data: Sequence[Measured], values: dict[str, float]) -> np.ndarray:
    """Return predicted over measured speed as log ratios, in the order of the data."""
    return np.concatenate([_errors(d, values) for d in data])


def _errors(d: Measured, values: dict[str, float]) -> np.ndarray:
    names = {f.name for f in fields(ServingConstants)}
    generic = {n: v for n, v in values.items() if n in names} | HELD
    power = np.array([values[name] for name in d.generation])[:, None]
    machine = replace(
        d.case.machine,
        serving=ServingConstants(**generic),
        serve_compute_frac=power * d.watts / d.case.machine.peak_tflops["bf16"],
        serve_hbm_frac=values["serve_hbm_frac"],
        serve_step_overhead_s=0.0,
    )
    case = replace(d.case, machine=machine)
    with np.errstate(all="ignore"):
        if d.kind == "first":
            return np.log(d.measured / serving_cases.work(case).alone_s[:, 0])
        if d.kind == "online":
            return np.log(d.measured / serving_cases.online(case)[1][:, 0])
        if d.kind == "limited":
            rate = serving_cases.limited_rate(case)
        else:
            rate = (serving_cases.backlog if d.kind == "most" else serving_cases.stated)(case)[0]
        speed = (rate * case.output_tokens).max(axis=1)
        return np.log(np.maximum(speed, 1e-9) / d.measured)


def solve(data: Sequence[Measured], keep: np.ndarray | None = None) -> dict[str, float]:
    """Return the constants that fit log ratios robustly; a weak pull to the start settles ties.

    Slots are whole numbers, so slopes are taken over a hundredth of a range.
    """
    asked = unknowns(data)
    low, high = (np.array([getattr(u, end) for u in asked]) for end in ("low", "high"))
    home = (np.array([u.start for u in asked]) - low) / (high - low)
    names = [u.name for u in asked]

    def named(unit: np.ndarray) -> dict[str, float]:
        return dict(zip(names, (low + unit * (high - low)).tolist(), strict=True))

    def residuals(unit: np.ndarray) -> np.ndarray:
        wrong = np.clip(np.nan_to_num(errors(data, named(unit)), nan=0.5), -1.5, 1.5)
        return np.r_[wrong if keep is None else wrong[keep], 0.05 * (unit - home)]

    best = least_squares(
        residuals, home, bounds=(0, 1), loss="soft_l1", f_scale=0.12, diff_step=1e-2, max_nfev=20
    )
    return named(best.x)


def left_out(data: Sequence[Measured]) -> np.ndarray:
    """Return log ratios of rows predicted by fits that never saw their whole group.

    A group is an LLM on a GPU at a precision; one at a time is left out.
    """
    rows = pd.concat([d.rows for d in data])
    groups = _groups(rows)
    found = np.full(len(rows), np.nan)
    for group in sorted(set(groups)):
        hidden = groups == group
        found[hidden] = errors(data, solve(data, ~hidden))[hidden]
    return found


def classes(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return which rows are of which kind, as the published targets group them."""
    assumed = rows.lengths_assumed.eq(1).to_numpy()
    most = rows.scenario.isin(["offline", "offline-max"]).to_numpy() & ~assumed
    amd = rows.gpu.isin(["MI300X", "MI325X"]).to_numpy()
    return {
        "maximum throughput": most,
        "MLPerf, lengths assumed": assumed,
        "MLPerf, MI300X and MI325X": assumed & amd,
        "static batch": rows.scenario.eq("static-batch").to_numpy(),
        "first token of one request": rows.scenario.eq("single-request-prefill").to_numpy(),
        "time per output token, online": (rows.scenario.eq("server").to_numpy() & ~assumed),
    }


def by_gpu(rows: pd.DataFrame, wrong: np.ndarray) -> str:
    """Return the median signed error of each GPU as text."""
    bias = pd.Series(100 * np.expm1(wrong)).groupby(rows.gpu.to_numpy()).median()
    return ", ".join(f"{gpu} {value:+.0f} %" for gpu, value in bias.items())


def _constants(
    rows: pd.DataFrame,
    data: Sequence[Measured],
    values: dict[str, float],
    inside: np.ndarray,
    outside: np.ndarray,
    catalog: Catalog,
) -> list[Constant]:
    """Return the generic constants, then one share of peak and one band for each GPU."""
    note = f"all rows fitted {describe(inside)}; left out {describe(outside)}"
    generic = [u for u in _UNKNOWNS if u.name != "serve_hbm_frac"]
    found = [
        Constant("serving", u.name, values[u.name], u.low, u.high, _SOURCE, "secondary", note)
        for u in generic
    ]
    bands = {
        "first_token_band_frac": classes(rows)["first token of one request"],
        "limited_band_frac": rows.scenario.isin(["server", "interactive"]).to_numpy()
        & rows.offered_qps.isna().to_numpy(),
    }
    for name, mask in bands.items():
        text = f"{_COVERED:.0%} of left-out rows; {describe(outside[mask])}"
        wide = band(outside[mask], _COVERED)
        found.append(Constant("serving", name, wide, 0.05, 1, _SOURCE, "secondary", text))
    for name, value in HELD.items():
        text = "Held by benchmarks/fit_serving.py"
        found.append(
            Constant(
                "serving",
                name,
                value,
                value * 0.9,
                value * 1.06,
                text,
                "assumption",
                _HELD_NOTES[name],
            )
        )
    generation = np.concatenate([d.generation for d in data])
    for name, words in GENERATIONS.items():
        like, gain = _LIKE.get(name, (name, 1.0))
        mine = generation == like
        for word in words:
            seen = rows.gpu.eq(word).to_numpy()
            text = f"{name}: fitted {describe(inside[mine])}; left out {describe(outside[mine])}"
            text = _LIKE_NOTE if name in _LIKE else text
            wide = band(outside[mine], _COVERED)
            if seen.sum() >= _FEW:
                wide = band(outside[seen], _COVERED)
                text = (
                    f"this GPU: fitted {describe(inside[seen])}; left out {describe(outside[seen])}"
                )
            elif not seen.any():
                wide = max(wide, _WIDE)
            found += _gpu(catalog, word, gain * values[like], wide, values, text, bool(seen.any()))
    return found


def _gpu(
    catalog: Catalog,
    word: str,
    power: float,
    wide: float,
    values: dict[str, float],
    text: str,
    seen: bool,
) -> list[Constant]:
    gpu = gpu_id(catalog, word)
    if gpu is None:
        return []
    specs = catalog.gpus[gpu].specs
    share = power * specs.tdp_w.value / specs.bf16_dense_tflops.value
    sure = "secondary" if seen else "assumption"
    return [
        Constant(gpu, n, v, low, high, _SOURCE, sure, note)
        for n, v, low, high, note in (
            ("serve_compute_frac", share, share / (1 + wide), share * (1 + wide), text),
            ("serve_hbm_frac", values["serve_hbm_frac"], 0.4, 0.95, "one value for all GPUs"),
            ("serve_band_frac", wide, 0.05, 1.0, f"{_COVERED:.0%} of left-out rows"),
        )
    ]
