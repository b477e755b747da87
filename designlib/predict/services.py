"""Services: what a row of published configurations says, as the physics wants it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from designlib.catalog import Catalog
from designlib.physics.machine import Machine
from designlib.physics.slots import SEQUENCES_MAX
from designlib.predict import aliases, llms
from designlib.predict.machines import machine_of, usual_server
from designlib.predict.serving_cases import Case
from designlib.predict.table import Inputs, Row, number

_LENGTHS = ("input_len", "output_len")
_BATCH = "concurrency_or_batch"
_LOAD = ("offered_qps", "num_requests", "ttft_bound_ms", "tpot_bound_ms")
_TEXT = ("kv_precision", "parallel_note", "scenario")
INPUTS = Inputs(
    required=("gpu", "n_gpus", "layers", "hidden", "heads", "precision"),
    optional=(*llms.COLUMNS, *_LENGTHS, _BATCH, *_LOAD, *_TEXT, "tp", "pp"),
    numbers=frozenset({"n_gpus", "tp", "pp", *_LENGTHS, *_LOAD, *llms.NUMBERS}),
)
BITS = {"bf16": 16.0, "fp8": 8.0, "int8": 8.0, "fp4": 4.5, "int4": 4.5}
"""Width of a stored weight; a 4-bit format has a scale for each group of 16."""
_UNPACKED, _UNPACKED_BITS = ("int4",), 16.0  # engines unpack it and multiply in 16 bits
_DEGREES = (1, 2, 4, 8, 16)
_BATCH_NUMBER = re.compile(r"\d+(\.\d+)?")
_BATCH_CAP = re.compile(r"max_num_seqs\D*(\d+)")
_NOTE = re.compile(r"\b(?:TP|DEP|EP)(\d+)\b", re.IGNORECASE)
_KINDS = {
    "static-batch": "static",
    "single-batch-latency": "static",
    "closed-loop": "static",
    "single-request-prefill": "first",
}
_MS = 1e3


@dataclass(frozen=True, slots=True)
class Service:
    """One configuration as the physics wants it.

    Parameters
    ----------
    case : Case
        What runs, with every layout that may have run it.
    kind : str
        "most" (a backlog), "limited" (within limits), "online" (stated arrivals), "static"
        (stated batch) or "first" (one prompt).
    notes : tuple of str
        What had to be assumed.
    """

    case: Case
    kind: str
    notes: tuple[str, ...]


def service_of(row: Row, catalog: Catalog) -> Service | str:
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
    precision = aliases.precision_of(catalog, row["precision"])
    if precision is None:
        return f"precision '{row['precision']}' is open or unknown"
    found = llms.shape_of(row, catalog)
    if isinstance(found, str):
        return found
    gpus, prompt, answer = (number(row, n) for n in ("n_gpus", *_LENGTHS))
    kind = _kind(row)
    if not gpus or not prompt:
        return "n_gpus or input_len is not stated"
    if not answer and kind != "first":
        return "output_len is not stated"
    usual = server.compute_technologies[0] if server.compute_technologies else None
    machine = machine_of(catalog, server, usual, gpu_id=gpu)
    machine, unbridged = _without_bridges(catalog, machine)
    bits, notes = BITS[precision], [unbridged] if unbridged else []
    cached = aliases.precision_of(catalog, row.get("kv_precision", ""))
    if cached is None:
        kept = found.cache_bits or (16.0 if bits == BITS["bf16"] else 8.0)
        notes.append(f"width of the cache not stated: {kept:g} bits")
    else:
        kept = BITS[cached]
    degrees = layouts(row, machine, int(gpus))
    if not degrees:
        return f"no layout divides {gpus:g} GPUs"
    case = Case(
        shape=found.shape,
        machine=machine,
        gpus_count=gpus,
        tensor_parallel=np.array([t for t, _ in degrees], dtype=float),
        pipeline_parallel=np.array([p for _, p in degrees], dtype=float),
        weight_bits=bits,
        kv_bits=kept,
        math_bits=_UNPACKED_BITS if precision in _UNPACKED else bits,
        prompt_tokens=prompt,
        output_tokens=answer or 1.0,
        batch=_batch(row),
        offered_requests_s=_or_nan(row, "offered_qps"),
        requests_count=_or_nan(row, "num_requests"),
        sequences_max=_cap(row),
        ttft_limit_s=_or_nan(row, "ttft_bound_ms") / _MS,
        tpot_limit_s=_or_nan(row, "tpot_bound_ms") / _MS,
    )
    return Service(case, kind, tuple(notes))


def _without_bridges(catalog: Catalog, machine: Machine) -> tuple[Machine, str]:
    """Return a machine whose cards exchange over PCIe where bridges would join some of them only.

    Bridges are sold apart, and published rows do not say whether they were fitted.
    """
    rate = catalog.find_constant("pcie", "scale_up_gb_s")
    bridged = machine.scale_up == "mesh" and (
        1 < machine.scale_up_gpus_count < machine.gpus_per_server_count
    )
    if rate is None or not bridged:
        return machine, ""
    plain = replace(
        machine,
        scale_up="pcie",
        scale_up_gb_s=rate.value,
        scale_up_gpus_count=machine.gpus_per_server_count,
    )
    return plain, "bridges between cards not stated: exchange over PCIe"


def layouts(row: Row, machine: Machine, gpus_count: int) -> list[tuple[int, int]]:
    """Return the layouts that a row states or leaves open, as tensor and pipeline degrees.

    Parameters
    ----------
    row : dict
        Cells "tp", "pp" and "parallel_note".
    machine : Machine
        Tensor parallelism stays inside its scale-up network where nobody says otherwise.
    gpus_count : int
        GPUs of the system. [1]
    """
    note = row.get("parallel_note", "")
    told, found = number(row, "tp"), _NOTE.search(note)
    if found:
        told = float(found[1])
    elif told is None and note:
        told = float(gpus_count)
    if told:
        return [(int(told), int(number(row, "pp") or 1))]
    top = min(machine.scale_up_gpus_count, gpus_count)
    inside = [(t, 1) for t in _DEGREES if t <= top and gpus_count % t == 0]
    widest = max((t for t, _ in inside), default=1)
    staged = [(widest, p) for p in (2, 4) if gpus_count % (widest * p) == 0]
    return inside + staged


def _kind(row: Row) -> str:
    told = _KINDS.get(row.get("scenario", ""))
    if told:
        return told
    if row.get("scenario", "").startswith("offline"):
        return "most"
    if row.get("ttft_bound_ms") and row.get("tpot_bound_ms"):
        return "limited"
    if row.get("offered_qps"):
        return "online"
    return "static" if _BATCH_NUMBER.fullmatch(row.get(_BATCH, "")) else "most"


def _batch(row: Row) -> float:
    """Return the running requests; a cap such as "max_num_seqs 1500" is none."""
    text = row.get(_BATCH, "")
    return float(text) if _BATCH_NUMBER.fullmatch(text) else float("nan")


def _cap(row: Row) -> float:
    """Return the running requests that the engine was told to allow, or those it usually does."""
    told = _BATCH_CAP.search(row.get(_BATCH, ""))
    return float(told[1]) if told else float(SEQUENCES_MAX)


def _or_nan(row: Row, name: str) -> float:
    value = number(row, name)
    return float("nan") if value is None else value
