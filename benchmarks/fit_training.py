"""Training constants: one kernel efficiency a GPU generation, the rest the same for every GPU."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
from fitting import Constant, Unknown, band, describe
from scipy.optimize import least_squares

from designlib.catalog import Catalog
from designlib.physics.constants import TrainingConstants
from designlib.physics.machine import Machine, compute_precision
from designlib.physics.shape import Shape
from designlib.physics.split import Split
from designlib.physics.training import step_time
from designlib.predict import table
from designlib.predict.aliases import gpu_id
from designlib.predict.runs import INPUTS, Run, run_of

_SOURCE = (
    "Fit of benchmarks/fit_training.py to published step times: NVIDIA dgxc-benchmarking, NeMo and "
    "Megatron-Bridge tables, MLPerf Training v4.0 to v5.1, mosaicml/llm-foundry, BigScience, "
    "arXiv:2205.05198"
)
# Start, range, and whether the data may move it.
_UNKNOWNS = (
    Unknown("elementwise_bytes", 250, 80, 600),
    Unknown("sharded_bytes", 100, 0, 600),
    Unknown("attention_kernel_frac", 0.7, 0.3, 1.2),
    Unknown("sharded_attention_frac", 0.6, 0.3, 1),
    Unknown("fp4_kernel_frac", 0.7, 0.3, 1.0),
    Unknown("expert_half_width_count", 500, 0, 4000),
    Unknown("expert_overhead_s", 1e-3, 0, 1e-2),
    Unknown("expert_launch_s", 1e-4, 0, 1e-3),
    Unknown("routing_progress_frac", 0.3, 0, 2),
    Unknown("step_overhead_s", 0.05, 0, 0.1),
    Unknown("expert_overlap_frac", 0.3, 0, 0.95),
    Unknown("data_overlap_frac", 0.5, 0, 1),
)
# Weakly told by the data; held where a plain reading of the hardware puts them.
_HELD_WHY = {
    "fp8_kernel_frac": (0.85, 0.75, 1.0, "public kernel tables reach 0.79, whole steps allow 1"),
    "half_width_count": (150.0, 0.0, 500.0, "0 to 500 cost less than a point of the median"),
    "tensor_overlap_frac": (0.1, 0.0, 0.5, "0 to 0.3 cost less than a point of the median"),
}
HELD = {name: told[0] for name, told in _HELD_WHY.items()}
_BANDS = {"dense": "dense_band_frac", "mixture": "mixture_band_frac", "tuned": "tuned_band_frac"}
# GPUs that share a generation of matrix units share one efficiency.
_GENERATIONS = {
    "ampere": ("A100-80GB", "A100-40GB", "A100-PCIe", "A30"),
    "hopper": ("H100", "H200", "H100-PCIe", "H100-NVL", "H200-NVL", "GH200"),
    "blackwell": ("B200", "GB200"),
    "blackwell-ultra": ("B300", "GB300"),
    "ada": ("L40S", "L4"),
    "cdna3": ("MI325X", "MI300X"),
    "cdna4": ("MI355X", "MI350X"),
}
_FEW = 5
_COVERED = 0.85
_ROBUST = 0.15


@dataclass(frozen=True)
class Measured:
    """Published steps as arrays: what was run, and how fast it was."""

    rows: pd.DataFrame
    shape: Shape
    machine: Machine
    split: Split
    mode: np.ndarray
    precision: np.ndarray
    sequence_tokens: np.ndarray
    batch_tokens: np.ndarray
    software_year: np.ndarray
    generation: np.ndarray
    log_speed: np.ndarray
    weight: np.ndarray


def fit(path: Path, catalog: Catalog) -> list[Constant]:
    """Return the training constants with their errors."""
    data = measured(path, catalog)
    names, values = solve(data)
    inside = errors(data, names, values)
    outside = left_out(data, names, values)
    core = data.rows.core.eq(1).to_numpy()
    for name, mask in classes(data.rows).items():
        print(f"training, {name}: fitted {describe(inside[mask & core])}")
        print(f"training, {name}: left out {describe(outside[mask & core])}")
    return _constants(data, dict(zip(names, values, strict=True)), inside, outside, catalog)


def measured(path: Path, catalog: Catalog) -> Measured:
    """Return the usable rows of a file: layout and speed known, precision resolved.

    Releases of one mixture that differ only in their date stay in, at half weight: they tell how
    fast the software improves.
    """
    rows = pd.read_csv(path)
    known = {row["id"]: row for row in table.read(path, INPUTS)}
    rows = rows[rows.trust.le(2) & rows.layers.notna() & rows.tokens_per_s_per_gpu.notna()]
    rows = rows[rows.core.eq(1) | _dated(rows)]
    rows = rows[rows.tp.notna() & ~rows.precision.fillna("").str.contains("|", regex=False)]
    runs = [run_of(known[key], catalog) for key in rows.id]
    good = [isinstance(run, Run) and run.split is not None for run in runs]
    return stack(rows[good], [run for run, use in zip(runs, good, strict=True) if use], catalog)


def _dated(rows: pd.DataFrame) -> pd.Series:
    return rows.is_moe.eq(1) & rows.framework.fillna("").str.contains(r"\d\d\.\d\d")


def stack(rows: pd.DataFrame, runs: Sequence[Run], catalog: Catalog) -> Measured:
    """Return runs as arrays, one value for each row."""

    def each(get: Callable[[Run], object]) -> np.ndarray:
        return np.array([get(run) for run in runs])

    def gather(kind: type, part: str, skipped: tuple[str, ...] = ()) -> dict[str, np.ndarray]:
        names = [f.name for f in fields(kind) if f.name not in skipped]
        return {n: each(lambda run, n=n: getattr(getattr(run, part), n)) for n in names}

    peaks = {
        name: each(lambda r, n=name: r.machine.peak_tflops[compute_precision(r.machine, n)])
        for name in ("bf16", "fp8", "fp4")
    }
    known = {gpu_id(catalog, g): name for name, all_ in _GENERATIONS.items() for g in all_}
    return Measured(
        rows=rows,
        shape=Shape(**gather(Shape, "shape")),
        machine=Machine(
            peak_tflops=peaks,
            **gather(Machine, "machine", ("peak_tflops", "training", "serving")),
        ),
        split=Split(**gather(Split, "split")),
        mode=each(lambda run: run.mode),
        precision=each(lambda run: compute_precision(run.machine, run.precision)),
        sequence_tokens=each(lambda run: run.sequence_tokens),
        batch_tokens=each(lambda run: run.global_batch * run.sequence_tokens),
        software_year=each(lambda run: run.software_year),
        generation=np.array([known[gpu_id(catalog, gpu)] for gpu in rows.gpu]),
        log_speed=np.log(rows.tokens_per_s_per_gpu.to_numpy()),
        weight=np.where(rows.core.eq(1), 1.0, 0.5) ** 0.5,
    )


def errors(data: Measured, names: Sequence[str], values: np.ndarray) -> np.ndarray:
    """Return predicted over measured speed as log ratios. Published mixtures force balance."""
    x = dict(zip(names, values, strict=True))
    generic = {name: value for name, value in x.items() if name not in _GENERATIONS}
    machine = replace(
        data.machine,
        training=TrainingConstants(routing_imbalance_factor=1.0, **HELD, **generic),
        train_kernel_frac=np.array([x[name] for name in data.generation]),
    )
    step = step_time(
        data.shape,
        machine,
        data.split,
        mode=data.mode,
        precision=data.precision,
        sequence_tokens=data.sequence_tokens,
        global_batch_tokens=data.batch_tokens,
        software_year=data.software_year,
    )
    return np.log(step.tokens_s / data.split.gpus_count) - data.log_speed


def solve(
    data: Measured, use: np.ndarray | None = None, start: np.ndarray | None = None
) -> tuple[list[str], np.ndarray]:
    """Return the constants that fit log ratios robustly; a weak pull to the start settles ties."""
    found = [name for name in _GENERATIONS if name in set(data.generation)]
    unknowns = [*_UNKNOWNS, *(Unknown(name, 0.65, 0.3, 1.0) for name in found)]
    names = [u.name for u in unknowns]
    low, high = (np.array([getattr(u, end) for u in unknowns]) for end in ("low", "high"))
    home = (np.array([u.start for u in unknowns]) - low) / (high - low)
    keep = np.ones(len(data.rows), bool) if use is None else use

    def residuals(unit: np.ndarray) -> np.ndarray:
        wrong = errors(data, names, low + unit * (high - low)) * data.weight
        return np.r_[wrong[keep], 0.06 * (unit - home)]

    begin = home if start is None else np.clip((start - low) / (high - low), 1e-6, 1 - 1e-6)
    best = least_squares(
        residuals, begin, bounds=(0, 1), loss="soft_l1", f_scale=_ROBUST, diff_step=1e-4
    )
    return names, low + best.x * (high - low)


def left_out(data: Measured, names: Sequence[str], values: np.ndarray) -> np.ndarray:
    """Return log ratios of rows predicted by fits that never saw their group."""
    groups = group_of(data.rows)
    found = np.full(len(data.rows), np.nan)
    for group in sorted(set(groups)):
        hidden = groups == group
        _, again = solve(data, ~hidden, values)
        found[hidden] = errors(data, names, again)[hidden]
    return found


def group_of(rows: pd.DataFrame) -> np.ndarray:
    """Return the group of each row: LLM, GPU, precision class and task."""
    words = rows.precision.fillna("")
    fine = np.where(words.str.contains("FP8"), "FP8", "BF16")
    kind = np.where(words.str.contains("FP4"), "FP4", fine)
    return (rows.model + "|" + rows.gpu + "|" + kind + "|" + rows.task).to_numpy()


def classes(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return which rows are of which kind of job."""
    mixture, tuned = rows.is_moe.eq(1).to_numpy(), rows.task.ne("pretrain").to_numpy()
    return {"dense": ~mixture & ~tuned, "mixture": mixture & ~tuned, "tuned": tuned}


def _constants(
    data: Measured,
    x: dict[str, float],
    inside: np.ndarray,
    outside: np.ndarray,
    catalog: Catalog,
) -> list[Constant]:
    """Return the generic constants, then one kernel efficiency and one band for each GPU."""
    core = data.rows.core.eq(1).to_numpy()
    note = f"all rows fitted {describe(inside[core])}; left out {describe(outside[core])}"
    found = [
        Constant("training", u.name, x[u.name], u.low, u.high, _SOURCE, "secondary", note)
        for u in _UNKNOWNS
    ]
    held = "held by benchmarks/fit_training.py, for the data tell it weakly: "
    found += [
        Constant("training", name, value, low, high, held + why, "assumption", "")
        for name, (value, low, high, why) in _HELD_WHY.items()
    ]
    for name, mask in classes(data.rows).items():
        wide = band(outside[mask & core], _COVERED)
        text = f"{_COVERED:.0%} of left-out rows; {describe(outside[mask & core])}"
        found.append(Constant("training", _BANDS[name], wide, 0.05, 1, _SOURCE, "secondary", text))
    for name, gpus in _GENERATIONS.items():
        mine = (data.generation == name) & core
        for word in gpus:
            gpu = gpu_id(catalog, word)
            if gpu is not None:
                seen = data.rows.gpu.eq(word).to_numpy() & core
                if catalog.gpus[gpu].calibrated_as and not seen.any():
                    continue  # the constants of its kin hold
                found += _gpu(gpu, name, x.get(name), mine, seen, inside, outside)
    return found + _unseen(x, catalog, {c.subject for c in found})


def _gpu(
    gpu: str,
    name: str,
    value: float | None,
    mine: np.ndarray,
    seen: np.ndarray,
    inside: np.ndarray,
    outside: np.ndarray,
) -> list[Constant]:
    if value is None:
        return []
    many = mine.sum() >= _FEW
    wide = band(outside[mine], _COVERED) if many else 0.5
    told = f"{name}: fitted {describe(inside[mine])}; left out {describe(outside[mine])}"
    if not seen.any():
        wide, told = max(wide, 0.3), f"no published step of this GPU; as others of {name}. {told}"
    sure = "secondary" if many and seen.any() else "assumption"
    low, high = value / (1 + wide), min(1.0, value * (1 + wide))
    text = f"{_COVERED:.0%} of left-out rows of {name}" if many else "few published steps: wide"
    return [
        Constant(gpu, "train_kernel_frac", value, low, high, _SOURCE, sure, told),
        Constant(gpu, "train_band_frac", wide, 0.05, 1.0, _SOURCE, sure, text),
    ]


def _unseen(x: dict[str, float], catalog: Catalog, done: set[str]) -> list[Constant]:
    """Return the median efficiency for GPUs of generations without any published step."""
    value = float(np.median([x[name] for name in _GENERATIONS if name in x]))
    note = "no published step of this generation: the median of the fitted ones"
    return [
        Constant(gpu, quantity, number, low, high, _SOURCE, "assumption", note)
        for gpu in catalog.gpus
        if gpu not in done and not catalog.gpus[gpu].calibrated_as
        for quantity, number, low, high in (
            ("train_kernel_frac", value, value / 1.5, min(1.0, value * 1.5)),
            ("train_band_frac", 0.5, 0.05, 1.0),
        )
    ]
