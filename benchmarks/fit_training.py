"""Training constants: one kernel efficiency a GPU generation, the rest the same for every GPU."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fitting import FAMILIES, Constant, Unknown, band, describe, left_out, machines, solve

from designlib.catalog import Catalog
from designlib.physics.constants import TrainingConstants
from designlib.physics.machine import Machine
from designlib.physics.shape import Shape
from designlib.physics.split import Split
from designlib.physics.training import step_time

_SOURCE = (
    "Fit of benchmarks/fit_training.py to published step times: NVIDIA dgxc-benchmarking, NeMo and "
    "Megatron-Bridge tables, MLPerf Training v4.0 to v5.1, mosaicml/llm-foundry, BigScience, "
    "arXiv:2205.05198"
)
# Heads of these families are not hidden / heads wide (their published configurations).
_HEAD_DIMS = {"qwen3-moe": 128, "gpt-oss": 64, "deepseek-v3": 128, "kimi-k2": 128}
_OMNI_PATH_GB_S = 6.25  # four 100 Gbit/s ports for eight GPUs
_SHARED = {"H200": "H100"}  # the same die
_UNKNOWNS = (
    Unknown("elementwise_bytes", 250, 80, 600),
    Unknown("attention_kernel_frac", 0.7, 0.3, 1.2),
    Unknown("fp8_kernel_frac", 0.8, 0.5, 1.0),
    Unknown("fp4_kernel_frac", 0.6, 0.3, 1.0),
    Unknown("half_width_count", 500, 0, 4000),
    Unknown("expert_half_width_count", 1000, 0, 4000),
    Unknown("layer_overhead_s", 2e-4, 0, 1e-3),
    Unknown("expert_overhead_s", 5e-4, 0, 4e-3),
    Unknown("step_overhead_s", 0.02, 0, 0.3),
    Unknown("tensor_overlap_frac", 0.4, 0, 0.95),
    Unknown("expert_overlap_frac", 0.3, 0, 0.9),
    Unknown("data_overlap_frac", 0.3, 0, 1),
)
# Weakly told by the data (0 and 0.9 both cost less than a point of the median), so held at a value
# that keeps slow networks slow.
_HELD = {"data_overlap_frac": 0.3}


@dataclass(frozen=True)
class Run:
    """One published step: who ran it, what was run, and its speed."""

    group: tuple[str, str, str, str]
    moe: bool
    family: str
    shape: Shape
    machine: Machine
    split: Split
    mode: str
    precision: str
    sequence_tokens: float
    global_batch_tokens: float
    tokens_s_per_gpu: float


def fit(path: Path, catalog: Catalog) -> list[Constant]:
    """Return the training constants with their errors."""
    known = machines(catalog)
    table = pd.read_csv(path)
    table = table[(table.core == 1) & (table.trust <= 2) & table.layers.notna() & table.tp.notna()]
    table = table[table.tokens_per_s_per_gpu.notna() & table.global_batch.notna()]
    table = table[~table.precision.str.contains("|", regex=False)]
    runs = [run_of(r, known) for r in table.itertuples() if FAMILIES.get(r.gpu, r.gpu) in known]
    dies = sorted({_SHARED.get(r.family, r.family) for r in runs})
    unknowns = [*_UNKNOWNS, *(Unknown(f"die {d}", 0.7, 0.3, 1.0) for d in dies)]
    names = [u.name for u in unknowns]

    def predict(x: np.ndarray, run: Run) -> float:
        return ratio(dict(zip(names, x, strict=True)), run)

    def refit(some: list[Run]) -> np.ndarray:
        return solve(predict, some, unknowns, fixed=_HELD, scale=0.08)

    x = refit(runs)
    inside = np.log([predict(x, run) for run in runs])
    outside = left_out(refit, predict, runs, lambda run: run.group)
    for name, mask in _classes(runs).items():
        print(f"training, {name}: fitted {describe(inside[mask])}")
        print(f"training, {name}: left out {describe(outside[mask])}")
    return _constants(dict(zip(names, x, strict=True)), runs, inside, outside, known, catalog)


def run_of(r: Any, known: dict[str, tuple[str, Machine]]) -> Run:
    """Return the run of a row; a layout field that is not published takes the framework's habit."""
    family = FAMILIES.get(r.gpu, r.gpu)
    machine = known[family][1]
    if "Omni-Path" in str(r.fabric):
        machine = replace(machine, network_gb_s=_OMNI_PATH_GB_S)
    precision = "fp4" if "FP4" in r.precision else "fp8" if "FP8" in r.precision else "bf16"
    mode = {"pretrain": "pretrain", "sft": "full", "lora": "lora"}[r.task]
    return Run(
        group=(r.model, r.gpu, precision, r.task),
        moe=r.is_moe == 1,
        family=family,
        shape=shape_of(r),
        machine=machine,
        split=split_of(r),
        mode=mode,
        precision=precision,
        sequence_tokens=r.seq_len,
        global_batch_tokens=r.global_batch * r.seq_len,
        tokens_s_per_gpu=r.tokens_per_s_per_gpu,
    )


def shape_of(r: Any) -> Shape:
    """Return the architecture of a row; missing parameter counts follow from it."""
    layers, hidden, heads = int(r.layers), int(r.hidden), int(r.heads)
    moe = r.is_moe == 1
    experts, top = (int(r.experts), int(r.top_k)) if moe else (0, 0)
    head = _HEAD_DIMS.get(r.model_family, hidden // heads)
    kv, vocab = int(_or(r.kv_heads, heads)), int(_or(r.vocab, 50257))
    ffn = int(_or(r.moe_ffn if moe else r.ffn, 4 * hidden))
    outside = 2 * vocab * hidden + layers * 2 * hidden * head * (heads + kv)
    total = _or(r.params_b, (outside + layers * 3 * hidden * ffn) / 1e9) * 1e9
    each = (total - outside) / max(1, experts)
    active = _or(r.active_params_b, (total - (experts - top) * each) / 1e9) * 1e9
    return Shape(total, active, layers, hidden, heads, kv, head, ffn, vocab, experts, top)


def split_of(r: Any) -> Split:
    """Return the layout of a row."""
    t, p, c = int(r.tp), int(_or(r.pp, 1)), int(_or(r.cp, 1))
    d = max(1, int(r.n_gpus) // (t * p * c))
    interleave = _or(r.vpp, 1 if r.source_group == "bigscience" else min(12, r.layers // p))
    sharding = str(r.sharding)
    stage = 0 if sharding in ("none", "DP") else 1
    if "FSDP" in sharding and "ZeRO" not in sharding:
        stage = 2 if "GRAD" in sharding else 3
    return Split(
        tensor_parallel=t,
        pipeline_parallel=p,
        data_parallel=d,
        expert_parallel=int(_or(r.ep, min(64, d * t * c) if r.is_moe == 1 else 1)),
        context_parallel=c,
        micro_batch=int(_or(r.micro_batch, 1)),
        interleave=int(interleave) if p > 1 else 1,
        sharding_stage=stage,
        recompute="full" if r.recompute == "full" else "none",
    )


def ratio(x: dict[str, float], run: Run) -> float:
    """Return predicted over published speed. Published mixtures force balanced experts."""
    names = {f.name for f in fields(TrainingConstants)}
    fitted = {name: value for name, value in x.items() if name in names}
    machine = replace(
        run.machine,
        training=TrainingConstants(routing_imbalance_factor=1.0, **fitted),
        train_kernel_frac=x[f"die {_SHARED.get(run.family, run.family)}"],
    )
    step = step_time(
        run.shape,
        machine,
        run.split,
        mode=run.mode,
        precision=run.precision,
        sequence_tokens=run.sequence_tokens,
        global_batch_tokens=run.global_batch_tokens,
    )
    return step.tokens_s / run.split.gpus_count / run.tokens_s_per_gpu


def _or(value: Any, other: float) -> float:
    return other if pd.isna(value) else value


def _classes(runs: list[Run]) -> dict[str, np.ndarray]:
    moe = np.array([r.moe for r in runs])
    tuned = np.array([r.mode != "pretrain" for r in runs])
    return {"dense": ~moe & ~tuned, "mixtures of experts": moe, "fine-tuning": tuned}


def _constants(
    x: dict[str, float],
    runs: list[Run],
    inside: np.ndarray,
    outside: np.ndarray,
    known: dict[str, tuple[str, Machine]],
    catalog: Catalog,
) -> list[Constant]:
    """Return the generic constants, then one kernel efficiency and one band for each GPU."""
    error = f"all rows fitted {describe(inside)}; left out {describe(outside)}"
    found = [
        Constant("training", u.name, x[u.name], u.low, u.high, _SOURCE, "secondary", error)
        for u in _UNKNOWNS
        if u.name not in _HELD
    ]
    share = {}
    for family, (gpu, _) in known.items():
        peak = catalog.find_constant(gpu, "achievable_peak_frac")
        value = x.get(f"die {_SHARED.get(family, family)}")
        if value is not None and peak is not None:
            share[family] = value / peak.value
    for family, (gpu, _) in known.items():
        mine = np.array(
            [_SHARED.get(r.family, r.family) == _SHARED.get(family, family) for r in runs]
        )
        value = x.get(f"die {_SHARED.get(family, family)}")
        if value is not None and mine.sum() >= 5:
            note = f"this GPU generation: fitted {describe(inside[mine])}; "
            note += f"left out {describe(outside[mine])}"
            found += _gpu(gpu, value, band(outside[mine]), _SOURCE, "secondary", note)
            continue
        peak = catalog.find_constant(gpu, "achievable_peak_frac")
        note = "no or too few published steps: best measured matrix product over peak times "
        note += f"{np.median(list(share.values())):.2f}, the median of the fitted GPUs"
        if value is None and peak is not None:
            value = peak.value * float(np.median(list(share.values())))
        elif value is not None:
            note = f"only {mine.sum()} published steps, adapters on a slow network: "
            note += describe(inside[mine])
        if value is not None:
            found += _gpu(gpu, value, 0.5, _SOURCE, "assumption", note)
    return found


def _gpu(
    gpu: str, value: float, wide: float, source: str, confidence: str, note: str
) -> list[Constant]:
    low, high = value / (1 + wide), min(1.0, value * (1 + wide))
    return [
        Constant(gpu, "train_kernel_frac", value, low, high, source, confidence, note),
        Constant(
            gpu, "train_band_frac", wide, 0.05, 1.0, source, confidence, "80 % of left-out rows"
        ),
    ]
