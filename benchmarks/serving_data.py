"""Serving data: published runs as columns of the physics, one set for each kind of run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

from designlib.catalog import Catalog
from designlib.physics.machine import Machine
from designlib.physics.shape import Shape
from designlib.predict import table
from designlib.predict.aliases import gpu_id
from designlib.predict.services import INPUTS, Service, service_of
from designlib.predict.serving_cases import Case

# GPUs of a generation spend the same energy on a FLOP: start and range in TFLOP/s for each watt.
GENERATIONS = {
    "ampere": ("A100-80GB", "A100-40GB", "A100-PCIe", "A30", "A10"),
    "hopper": ("H100", "H200", "H100-PCIe", "H100-NVL", "H200-NVL", "GH200"),
    "blackwell": ("B200", "B300", "GB200", "GB300", "RTX-PRO-6000"),
    "ada": ("L40S", "L4"),
    "cdna3": ("MI300X", "MI325X"),
    "cdna4": ("MI350X", "MI355X"),
}


@dataclass(frozen=True)
class Measured:
    """Published runs as columns of one kind: what was run, and how fast it was."""

    kind: str
    rows: pd.DataFrame
    case: Case
    generation: np.ndarray
    watts: np.ndarray
    measured: np.ndarray


def measured(path: Path, catalog: Catalog) -> list[Measured]:
    """Return the usable rows of a file by kind: core, precision resolved, lengths known."""
    rows = pd.read_csv(path)
    return known(path, rows[rows.core.eq(1) & rows.trust.le(2) & rows.layers.notna()], catalog)


def sweeps(path: Path, catalog: Catalog) -> Measured:
    """Return the rows with stated arrivals, core or not: sweeps over the load of a service."""
    rows = pd.read_csv(path)
    (found,) = known(path, rows[rows.scenario.eq("server") & rows.offered_qps.notna()], catalog)
    return found


def known(path: Path, rows: pd.DataFrame, catalog: Catalog) -> list[Measured]:
    """Return those rows of a file that the physics can be asked about, by kind."""
    asked = {row["id"]: row for row in table.read(path, INPUTS)}
    services = {key: service_of(asked[key], catalog) for key in rows.id}
    good = {key: s for key, s in services.items() if isinstance(s, Service)}
    watts = {
        gpu_id(catalog, word): (name, word) for name, all_ in GENERATIONS.items() for word in all_
    }
    found = []
    for kind in sorted({s.kind for s in good.values()}):
        some = rows[[key in good and good[key].kind == kind for key in rows.id]]
        answer = {"first": "ttft_ms", "online": "tpot_ms"}.get(kind, "out_tok_s_total")
        some = some[some[answer].notna()]
        if some.empty:
            continue
        ids = [str(gpu_id(catalog, word)) for word in some.gpu]
        found.append(
            Measured(
                kind,
                some,
                stack([good[key].case for key in some.id]),
                np.array([watts[i][0] for i in ids]),
                np.array([[catalog.gpus[i].specs.tdp_w.value] for i in ids]),
                some[answer].to_numpy() / (1e3 if kind in ("first", "online") else 1.0),
            )
        )
    return found


def stack(cases: Sequence[Case]) -> Case:
    """Return cases as columns; layouts lie along the second axis, none is 0."""

    def column(values: list[object]) -> np.ndarray:
        return np.array(values)[:, None]

    def gather(kind: type, part: str, skipped: tuple[str, ...] = ()) -> dict[str, np.ndarray]:
        names = [f.name for f in fields(kind) if f.name not in skipped]
        return {n: column([getattr(getattr(c, part), n) for c in cases]) for n in names}

    words = ("bf16", "fp8", "fp4")
    peaks = {w: column([c.machine.peak_tflops.get(w, np.nan) for c in cases]) for w in words}
    width = max(c.tensor_parallel.size for c in cases)
    layouts = {
        name: np.array(
            [np.pad(getattr(c, name), (0, width - getattr(c, name).size)) for c in cases]
        )
        for name in ("tensor_parallel", "pipeline_parallel")
    }
    rest = [f.name for f in fields(Case) if f.name not in ("shape", "machine", *layouts)]
    return Case(
        shape=Shape(**gather(Shape, "shape")),
        machine=Machine(
            peak_tflops=peaks, **gather(Machine, "machine", ("peak_tflops", "training", "serving"))
        ),
        **layouts,
        **{n: column([getattr(c, n) for c in cases]) for n in rest},
    )
