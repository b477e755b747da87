"""Runs: a row of published columns as the physics wants it, gaps filled as frameworks do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from designlib.catalog import Catalog
from designlib.physics.layouts import USABLE_FRAC
from designlib.physics.machine import Machine
from designlib.physics.memory import training_gb_per_gpu
from designlib.physics.passes import REFERENCE_YEAR
from designlib.physics.shape import Shape
from designlib.physics.split import Split
from designlib.predict import aliases, architecture, networks
from designlib.predict.machines import machine_of, usual_server
from designlib.predict.table import Inputs, Row, number

_LAYOUT = ("tp", "pp", "vpp", "cp", "dp", "ep", "micro_batch", "grad_accum")
_TERMS = ("task", "fabric", "framework", "global_batch", "sharding", "recompute")
INPUTS = Inputs(
    required=("gpu", "n_gpus", "layers", "hidden", "heads", "seq_len", "precision"),
    optional=(*architecture.COLUMNS, *_LAYOUT, *_TERMS),
    numbers=frozenset({"n_gpus", "seq_len", "global_batch", *_LAYOUT, *architecture.NUMBERS}),
)
_STACKS_MAX, _PASSES = 12, 8
_CENTURY = 20 * 100
_RELEASE = re.compile(r"(?<![\d.])(2\d)\.(0[1-9]|1[0-2])(?!\d)")
_MODES = {"": "pretrain", "pretrain": "pretrain", "sft": "full", "lora": "lora"}


@dataclass(frozen=True)
class Run:
    """One configuration as the physics wants it.

    Attributes
    ----------
    split : Split or None
        The stated layout; None where the fastest one that fits is to be found.
    notes : tuple of str
        What had to be assumed.
    """

    shape: Shape
    machine: Machine
    split: Split | None
    gpus_count: int
    mode: str
    precision: str
    sequence_tokens: float
    global_batch: float
    software_year: float
    recompute_stated: bool
    notes: tuple[str, ...]


def run_of(row: Row, catalog: Catalog) -> Run | str:
    """Return the configuration of a row, or why there is none.

    Parameters
    ----------
    row : dict
        Cells by column.
    catalog : Catalog
        Names, parts and calibration.
    """
    gpu = aliases.gpu_id(catalog, row["gpu"])
    if gpu is None:
        return aliases.gpu_hint(catalog, row["gpu"])
    server = usual_server(catalog, gpu)
    if server is None:
        return f"no server of the catalog holds {row['gpu']}"
    notes: list[str] = []
    precision = _precision(row, catalog, gpu, notes)
    if precision is None:
        return f"precision '{row['precision']}' is open or unknown"
    mode = _MODES.get(row.get("task", ""))
    if mode is None:
        return f"task '{row['task']}' is not pretrain, sft or lora"
    shape = architecture.shape_of(row, catalog)
    if isinstance(shape, str):
        return shape
    gpus, tokens = number(row, "n_gpus"), number(row, "seq_len")
    if not gpus or not tokens:
        return "n_gpus or seq_len is not stated"
    network = networks.network_of(row.get("fabric", ""), server, catalog)
    split = split_of(row, shape, int(gpus))
    batch = number(row, "global_batch") or _batch(row, split, int(gpus), notes)
    notes += [network.note] if network.note else []
    if server.gpu != gpu:
        notes.append(f"no server of this GPU in the catalog: as in {server.name}")
    machine = machine_of(catalog, server, network.technology, network.gb_s, gpu_id=gpu)
    if shape.experts_count:
        balanced = replace(machine.training, routing_imbalance_factor=1.0)
        machine = replace(machine, training=balanced)
        notes.append("balanced routing, as benchmarks force it; real routing costs 8 to 20 %")
    return Run(
        shape=shape,
        machine=machine,
        split=split,
        gpus_count=int(gpus),
        mode=mode,
        precision=precision,
        sequence_tokens=tokens,
        global_batch=batch,
        software_year=software_year(row.get("framework", "")),
        recompute_stated=row.get("recompute", "") in ("none", "full"),
        notes=tuple(notes),
    )


def split_of(row: Row, shape: Shape, gpus_count: int) -> Split | None:
    """Return the stated layout, gaps filled as frameworks do, or None without a tensor degree."""
    t = number(row, "tp")
    if t is None:
        return None
    t, p = int(t), int(number(row, "pp") or 1)
    c = int(number(row, "cp") or 1)
    d = max(1, gpus_count // (t * p * c))
    sharding = row.get("sharding", "").upper()
    stage = 0 if sharding in ("NONE", "DP") else 1
    if "FSDP" in sharding and "ZERO" not in sharding:
        stage = 2 if "GRAD" in sharding else 3
    moe = shape.experts_count > 0
    return Split(
        tensor_parallel=t,
        pipeline_parallel=p,
        data_parallel=d,
        context_parallel=c,
        expert_parallel=int(number(row, "ep") or (min(64, d * t * c) if moe else 1)),
        micro_batch=_micro_batch(row, p, stage),
        interleave=int(number(row, "vpp") or _stacks(shape.layers_count, p)) if p > 1 else 1,
        sharding_stage=stage,
        recompute=_recompute(row.get("recompute", "")),
    )


def memory_gb(run: Run, split: Split) -> float:
    """Return the memory of the fullest GPU of a configuration. [GB].

    Parameters
    ----------
    run : Run
        The configuration.
    split : Split
        Its layout; without a stated recompute the framework repeats what else would not fit.
    """
    known = {"sequence_tokens": run.sequence_tokens, "mode": run.mode}
    gb = float(training_gb_per_gpu(run.shape, split, **known))
    if run.recompute_stated or gb <= USABLE_FRAC * run.machine.hbm_gb:
        return gb
    return float(training_gb_per_gpu(run.shape, replace(split, recompute="full"), **known))


def software_year(text: str) -> float:
    """Return the release of a framework as a year and its fraction.

    Parameters
    ----------
    text : str
        "NeMo 25.11", "NVIDIA Release 24.09"; a text without such a date means the year that the
        calibration refers to.

    Examples
    --------
    >>> software_year("Megatron-Bridge NeMo 26.07.01")
    2026.5
    """
    found = _RELEASE.search(text)
    return _CENTURY + int(found[1]) + (int(found[2]) - 1) / 12 if found else REFERENCE_YEAR


def _micro_batch(row: Row, stages: int, sharding_stage: int) -> int:
    """Return the sequences of a pass; a pipeline cuts the local batch of ZeRO-3 into its stages."""
    stated = int(number(row, "micro_batch") or 1)
    return max(1, stated // stages) if sharding_stage == 3 else stated


def _recompute(text: str) -> str:
    """Return "full", "selective" (attention scores again, which fused kernels do not keep) or none.

    Frameworks that recompute norms, activations or parts of experts repeat next to no work.
    """
    word = text.strip().lower()
    if word.startswith("selective"):
        return "selective"
    return "full" if word == "full" else "none"


def _precision(row: Row, catalog: Catalog, gpu: str, notes: list[str]) -> str | None:
    if row["precision"]:
        return aliases.precision_of(catalog, row["precision"])
    found = "fp8" if "fp8_dense_tflops" in catalog.gpus[gpu].quantities() else "bf16"
    notes.append(f"precision not stated: {found} assumed")
    return found


def _batch(row: Row, split: Split | None, gpus_count: int, notes: list[str]) -> float:
    """Return the sequences of a step where none are stated.

    Frameworks that shard every weight (ZeRO-3) run a step as one local batch; others accumulate
    enough passes to fill the pipeline.
    """
    layout = split or Split(data_parallel=gpus_count)
    local = layout.sharding_stage >= 2
    passes = number(row, "grad_accum") or (1 if local else _PASSES * layout.pipeline_parallel)
    notes.append(f"global_batch not stated: {passes:,.0f} passes a replica assumed")
    return float(passes * (number(row, "micro_batch") or 1) * layout.data_parallel)


def _stacks(layers_count: int, stages: int) -> int:
    """Return the usual layer stacks of a stage: as many as divide the layers, twelve at most."""
    even = [v for v in range(1, _STACKS_MAX + 1) if layers_count % (stages * v) == 0]
    return max(even, default=1)
