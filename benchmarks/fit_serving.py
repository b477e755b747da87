"""Serving constants: one compute efficiency a GPU generation, the rest the same for every GPU."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fitting import FAMILIES, Constant, Unknown, band, describe, left_out, machines, solve

from designlib.catalog import Catalog
from designlib.physics.constants import ServingConstants
from designlib.physics.decode import decode_step_s
from designlib.physics.machine import Machine
from designlib.physics.misfit import Misfit
from designlib.physics.prefill import prefill_s
from designlib.physics.serving import batch_replica
from designlib.physics.shape import Shape

_SOURCE = (
    "Fit of benchmarks/fit_serving.py to published throughput: TensorRT-LLM performance tables 0.6 "
    "to 1.2, MLPerf Inference v4.1 and v5.1, AMD performance page"
)
_BITS = {"FP16": 16.0, "BF16": 16.0, "FP8": 8.0, "FP4": 4.5}  # 4.5: a scale for each 16 weights
_HEAD_DIMS = {"qwen3": 128, "gpt-oss": 64}
_VOCAB = {
    "llama3": 128256,
    "llama4": 202048,
    "qwen3": 151936,
    "deepseek": 129280,
    "gpt-oss": 201088,
}
_SHARED = {"H200": "H100", "GB200": "B200"}  # the same die
_PCIE = "pcie"
_UNKNOWNS = (
    Unknown("scale_up_efficiency_frac", 0.6, 0.2, 0.8),
    Unknown("serve_hbm_frac", 0.75, 0.3, 0.9),
    Unknown("serve_step_overhead_s", 3e-3, 0, 20e-3),
    Unknown("reserved_gb", 3, 2, 6),
    Unknown("memory_factor", 1.04, 0.9, 1.06),
    Unknown("layer_overhead_s", 10e-6, 0, 100e-6),
    Unknown("token_overhead_s", 5e-6, 0, 40e-6),
    Unknown("all_reduce_alpha_s", 10e-6, 2e-6, 15e-6),
    Unknown("fp8_compute_frac", 0.8, 0.4, 1),
    Unknown("fp4_compute_frac", 0.65, 0.2, 1),
    Unknown("expert_overhead_s", 50e-6, 0, 400e-6),
    Unknown("half_width_count", 1000, 0, 4000),
    Unknown("expert_imbalance_factor", 1.2, 1, 2),
)
# Data sheets print GiB as GB, so a device reports about 7 % more; engines take 97 % of that. Only
# weights that barely fit tell these two, so they are held and not fitted.
_HELD = {"reserved_gb": 3.0, "memory_factor": 1.04}
_EXPERTS = ("expert_overhead_s", "half_width_count", "expert_imbalance_factor")


@dataclass(frozen=True)
class Point:
    """One published serving measurement."""

    group: tuple[str, str, str]
    family: str
    kind: str
    assumed: bool
    shape: Shape
    machine: Machine
    gpus_count: int
    degrees: tuple[int, ...]
    weight_bits: float
    kv_bits: float
    prompt_tokens: float
    output_tokens: float
    batch: float
    requests_s: float
    measured: float


def fit(path: Path, catalog: Catalog) -> list[Constant]:
    """Return the serving constants with their errors."""
    known = machines(catalog)
    table = pd.read_csv(path)
    table = table[(table.core == 1) & (table.trust <= 2) & table.layers.notna()]
    table = table[table.precision.isin(_BITS) & table.input_len.notna() & table.output_len.notna()]
    points = [p for r in table.itertuples() if (p := point_of(r, known)) is not None]
    dies = sorted({_SHARED.get(p.family, p.family) for p in points})
    unknowns = [*_UNKNOWNS, *(Unknown(f"die {d}", 0.6, 0.15, 0.8) for d in dies)]
    names = [u.name for u in unknowns]
    starts = {u.name: u.start for u in unknowns}

    def predict(x: np.ndarray, p: Point) -> float:
        return ratio(dict(zip(names, x, strict=True)), p)

    def refit(some: list[Point]) -> np.ndarray:
        """Fit dense rows first: mixtures must not bend what dense LLMs tell."""
        dense = [p for p in some if not p.shape.experts_count]
        held = _HELD | {name: starts[name] for name in _EXPERTS}
        first = dict(zip(names, solve(predict, dense, unknowns, fixed=held), strict=True))
        rest = {name: value for name, value in first.items() if name not in _EXPERTS}
        return solve(predict, [p for p in some if p.shape.experts_count], unknowns, fixed=rest)

    x = refit(points)
    inside = np.log([predict(x, p) for p in points])
    outside = left_out(refit, predict, points, lambda p: p.group, folds=6)
    for name, mask in _classes(points).items():
        print(f"serving, {name}: fitted {describe(inside[mask])}")
        print(f"serving, {name}: left out {describe(outside[mask])}")
    return _constants(dict(zip(names, x, strict=True)), points, inside, outside, known)


def point_of(r: Any, known: dict[str, tuple[str, Machine]]) -> Point | None:
    """Return the measurement of a row, or None where it is of another kind."""
    family = FAMILIES.get(r.gpu, r.gpu)
    online = r.scenario == "server" and r.source_group == "trtllm-0.14-online"
    kind = {"offline": "most", "offline-max": "most", "static-batch": "static"}.get(r.scenario)
    kind = "online" if online else kind
    measured = r.tpot_ms if online else r.out_tok_s_total
    if kind is None or family not in known or pd.isna(measured):
        return None
    bits = _BITS[r.precision]
    gpus = int(r.n_gpus)
    note = str(r.parallel_note)
    if not pd.isna(r.tp):
        degrees: tuple[int, ...] = (int(r.tp),)
    elif note.startswith(("DEP", "attention")):
        degrees = (gpus,)
    else:
        degrees = tuple(t for t in (1, 2, 4, 8) if gpus % t == 0)
    qps = 0.0
    if online:
        qps = r.out_tok_s_total / r.output_len if not pd.isna(r.out_tok_s_total) else r.offered_qps
    return Point(
        group=(r.model, r.gpu, r.precision),
        family=family,
        kind=kind,
        assumed=r.lengths_assumed == 1,
        shape=shape_of(r),
        machine=known[family][1],
        gpus_count=gpus,
        degrees=degrees,
        weight_bits=bits,
        kv_bits=_BITS.get(r.kv_precision, 16.0 if bits == 16 else 8.0),
        prompt_tokens=r.input_len,
        output_tokens=r.output_len,
        batch=float(r.concurrency_or_batch) if kind == "static" else 0.0,
        requests_s=qps,
        measured=measured,
    )


def shape_of(r: Any) -> Shape:
    """Return the architecture of a row; the width of an expert follows from the two counts."""
    layers, hidden, heads = int(r.layers), int(r.hidden), int(r.heads)
    latent = "deepseek" in r.model
    experts, top = (int(r.experts), int(r.top_k)) if r.is_moe == 1 else (0, 0)
    total, active = r.params_b * 1e9, r.active_params_b * 1e9
    width = 4 * hidden
    if experts:
        width = max(64, int((total - active) / (experts - top) / (layers * 3 * hidden)))
    heads_of = [d for word, d in _HEAD_DIMS.items() if word in r.model]
    vocab = next((v for word, v in _VOCAB.items() if r.model.startswith(word)), 50000)
    if r.model.startswith("llama3.1"):
        vocab = _VOCAB["llama3"]
    return Shape(
        total,
        active,
        layers,
        hidden,
        heads,
        heads if pd.isna(r.kv_heads) else int(r.kv_heads),
        128 if latent else heads_of[0] if heads_of else hidden // heads,
        width,
        vocab,
        experts,
        top,
        512 if latent else 0,
        64 if latent else 0,
    )


def ratio(x: dict[str, float], p: Point) -> float:
    """Return predicted over published speed, of output tokens or of steps."""
    names = {f.name for f in fields(ServingConstants)}
    machine = replace(
        p.machine,
        serving=ServingConstants(**{name: v for name, v in x.items() if name in names}),
        serve_compute_frac=x[f"die {_SHARED.get(p.family, p.family)}"],
        serve_hbm_frac=x["serve_hbm_frac"],
        serve_step_overhead_s=x["serve_step_overhead_s"],
    )
    if machine.scale_up == _PCIE:
        machine = replace(machine, scale_up_efficiency_frac=x["scale_up_efficiency_frac"])
    if p.kind == "most":
        return max(_most(p, machine, t) for t in p.degrees) / p.measured
    return _stepped(p, machine, p.degrees[0])


def _most(p: Point, machine: Machine, degree: int) -> float:
    found = batch_replica(
        p.shape,
        machine,
        tensor_parallel=degree,
        weight_bits=p.weight_bits,
        kv_bits=p.kv_bits,
        prompt_tokens=p.prompt_tokens,
        output_tokens=p.output_tokens,
    )
    return 1e-9 if isinstance(found, Misfit) else found.output_tokens_s * p.gpus_count / degree


def _stepped(p: Point, machine: Machine, degree: int) -> float:
    """Return predicted over published speed at a known batch, or published over predicted TPOT."""

    def step(batch: float) -> float:
        return decode_step_s(
            p.shape,
            machine,
            tensor_parallel=degree,
            weight_bits=p.weight_bits,
            kv_bits=p.kv_bits,
            batch=batch,
            context_tokens=p.prompt_tokens + p.output_tokens / 2,
        )

    _, work = prefill_s(
        p.shape,
        machine,
        tensor_parallel=degree,
        weight_bits=p.weight_bits,
        prompt_tokens=p.prompt_tokens,
    )
    if p.kind == "static":
        whole = p.batch * work + p.output_tokens * step(p.batch)
        return p.batch * p.output_tokens / whole / p.measured
    rate = p.requests_s * degree / p.gpus_count
    batch = 1.0
    for _ in range(60):
        tpot = step(batch) / max(1e-3, 1 - rate * work)
        batch = 0.5 * batch + 0.5 * max(1.0, rate * p.output_tokens * tpot)
    return p.measured / 1e3 / tpot


def _classes(points: list[Point]) -> dict[str, np.ndarray]:
    most = np.array([p.kind == "most" for p in points])
    assumed = np.array([p.assumed for p in points])
    moe = np.array([p.shape.experts_count > 0 for p in points])
    return {
        "most tokens/s, dense": most & ~assumed & ~moe,
        "most tokens/s, mixtures": most & ~assumed & moe,
        "MLPerf, lengths assumed": most & assumed,
        "known batch and TPOT below the knee": ~most,
    }


def _constants(
    x: dict[str, float],
    points: list[Point],
    inside: np.ndarray,
    outside: np.ndarray,
    known: dict[str, tuple[str, Machine]],
) -> list[Constant]:
    error = f"all rows fitted {describe(inside)}; left out {describe(outside)}"
    generic = {f.name for f in fields(ServingConstants)}
    found = [
        Constant("serving", u.name, x[u.name], u.low, u.high, _SOURCE, "secondary", error)
        for u in _UNKNOWNS
        if u.name in generic and u.name not in _HELD
    ]
    name = "scale_up_efficiency_frac"
    note = "tensor-parallel serving on 8-GPU servers; the plateau of a large all-reduce is 0.75"
    found.append(Constant(_PCIE, name, x[name], 0.3, 0.75, _SOURCE, "secondary", note))
    for family, (gpu, _) in known.items():
        die = _SHARED.get(family, family)
        mine = np.array([p.family == family for p in points])
        if f"die {die}" not in x or not mine.any():
            continue
        value, wide = x[f"die {die}"], min(1.0, band(outside[mine]))
        note = f"this GPU: fitted {describe(inside[mine])}; left out {describe(outside[mine])}"
        low, high = value / (1 + wide), min(1.0, value * (1 + wide))
        rows = (
            ("serve_compute_frac", value, low, high, note),
            ("serve_hbm_frac", x["serve_hbm_frac"], 0.65, 0.9, "one value for all GPUs"),
            (
                "serve_step_overhead_s",
                x["serve_step_overhead_s"],
                0,
                5e-3,
                "one value for all GPUs",
            ),
            ("serve_band_frac", wide, 0.05, 1.0, "80 % of left-out rows"),
        )
        found += [Constant(gpu, n, v, lo, hi, _SOURCE, "secondary", t) for n, v, lo, hi, t in rows]
    return found
