"""Inference: tokens a second and latencies of published configurations, with a low and a high."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from designlib.catalog import Catalog
from designlib.physics.decode import decode_parts
from designlib.physics.machine import Machine
from designlib.physics.misfit import Misfit
from designlib.physics.prefill import prefill_s
from designlib.physics.shape import Shape
from designlib.physics.slots import request_slots
from designlib.predict import aliases, llms
from designlib.predict.machines import machine_of, usual_server
from designlib.predict.serving_cases import Case, backlog, limited, online, stated, work
from designlib.predict.table import ID, Inputs, Row, number

SCORED = ("out_tok_s_total", "ttft_ms", "tpot_ms")
COLUMNS = (ID, *(f"{end}{name}" for name in SCORED for end in ("", "low_", "high_")), "reason")
_SHAPE = ("model", *llms.COLUMNS)
_LENGTHS = ("input_len", "output_len")
_BATCH = "concurrency_or_batch"
_LOAD = ("offered_qps", "num_requests", "ttft_bound_ms", "tpot_bound_ms")
_TEXT = ("kv_precision", "parallel_note", "scenario")
INPUTS = Inputs(
    required=("gpu", "n_gpus", "layers", "hidden", "heads", "precision"),
    optional=(*_SHAPE, *_LENGTHS, _BATCH, *_LOAD, *_TEXT, "tp", "pp"),
    numbers=frozenset({"n_gpus", "tp", "pp", *_LENGTHS, *_LOAD, *llms.NUMBERS}),
)
BITS = {"bf16": 16.0, "fp8": 8.0, "int8": 8.0, "fp4": 4.5, "int4": 4.5}
"""Width of a stored weight; a 4-bit format has a scale for each group of 16."""
_DEGREES = (1, 2, 4, 8, 16)
_BATCH_NUMBER = re.compile(r"\d+(\.\d+)?")
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


def predict(rows: list[Row], catalog: Catalog) -> list[dict[str, object]]:
    """Return the predictions of configurations, in their order.

    Parameters
    ----------
    rows : list of dict
        Cells by column, those of ``INPUTS`` only.
    catalog : Catalog
        GPUs, servers, LLMs and calibration.

    Returns
    -------
    list of dict
        ``COLUMNS``; figures are None where ``reason`` says why there is none.
    """
    return [_predict(row, catalog) for row in rows]


def explain(row: Row, catalog: Catalog) -> str:
    """Return the latency budget of one configuration as text."""
    service = service_of(row, catalog)
    if isinstance(service, str):
        return service
    case, place = service.case, best_layout(service)
    t, p = int(case.tensor_parallel[place]), int(case.pipeline_parallel[place])
    cost, rate = work(case), figures(service)
    slots = float(np.broadcast_to(cost.slots, case.tensor_parallel.shape)[place])
    batch = max(1.0, slots if np.isnan(case.batch) else case.batch)
    parts = decode_parts(
        case.shape,
        case.machine,
        tensor_parallel=t,
        pipeline_parallel=p,
        weight_bits=case.weight_bits,
        kv_bits=case.kv_bits,
        batch=batch,
        context_tokens=case.prompt_tokens + case.output_tokens / 2,
    )
    alone, busy = prefill_s(
        case.shape,
        case.machine,
        tensor_parallel=t,
        pipeline_parallel=p,
        weight_bits=case.weight_bits,
        prompt_tokens=case.prompt_tokens,
    )
    whole = float(sum(parts.values()))
    lines = [f"TP{t} PP{p}, {batch:,.0f} running requests of {slots:,.0f} that fit"]
    lines += [f"{n:12s} {_MS * s:9.2f} ms  {s / whole:6.1%}" for n, s in parts.items()]
    lines += [f"{'decode step':12s} {_MS * whole:9.2f} ms"]
    lines += [f"{'prompt':12s} {_MS * alone:9.2f} ms alone, {_MS * busy:.2f} ms beside others"]
    lines += [f"{name} {value:,.4g}" for name, value in rate.items() if value is not None]
    return "\n".join([*lines, *service.notes])


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
    machine = machine_of(catalog, server, None, gpu_id=gpu)
    bits, notes = BITS[precision], []
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
        prompt_tokens=prompt,
        output_tokens=answer or 1.0,
        batch=_batch(row),
        offered_requests_s=_or_nan(row, "offered_qps"),
        requests_count=_or_nan(row, "num_requests"),
        ttft_limit_s=_or_nan(row, "ttft_bound_ms") / _MS,
        tpot_limit_s=_or_nan(row, "tpot_bound_ms") / _MS,
    )
    return Service(case, kind, tuple(notes))


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


def figures(service: Service) -> dict[str, float | None]:
    """Return the scored figures of a configuration; None where it has none.

    Parameters
    ----------
    service : Service
        A configuration; the fastest of its layouts counts.
    """
    case, place = service.case, best_layout(service)
    rate, tpot, ttft = (float(values[place]) for values in _values(service))
    if rate <= 0 and service.kind != "first":
        return dict.fromkeys(SCORED)
    if service.kind == "first":
        return {"out_tok_s_total": None, "ttft_ms": _MS * ttft, "tpot_ms": None}
    return {
        "out_tok_s_total": rate * case.output_tokens,
        "ttft_ms": _MS * ttft if service.kind in ("online", "static") else None,
        "tpot_ms": _MS * tpot if service.kind != "most" else None,
    }


def best_layout(service: Service) -> int:
    """Return the place of the fastest layout; the first one where all are as fast."""
    return int(np.argmax(_values(service)[0]))


def _values(service: Service) -> tuple[Any, Any, Any]:
    """Return rate, time per output token and first token of each layout."""
    case = service.case
    first = work(case).alone_s
    if service.kind == "limited":
        rate, tpot = limited(case)
    elif service.kind == "online":
        rate, tpot, first = online(case)
    elif service.kind == "static":
        rate, tpot = stated(case)
    elif service.kind == "first":
        rate = tpot = first
    else:
        rate, tpot = backlog(case)
    same = case.tensor_parallel.shape
    one, two, three = (np.broadcast_to(np.asarray(v, float), same) for v in (rate, tpot, first))
    return one, two, three


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


def _predict(row: Row, catalog: Catalog) -> dict[str, object]:
    service = service_of(row, catalog)
    if isinstance(service, str):
        return {ID: row[ID], "reason": service}
    best, wide = figures(service), 1 + service.case.machine.serve_band_frac
    if all(value is None for value in best.values()):
        return {ID: row[ID], "reason": why_not(service)}
    told: dict[str, object] = {ID: row[ID], "reason": "; ".join(service.notes)}
    for name, value in best.items():
        if value is not None:
            told |= {name: value, f"low_{name}": value / wide, f"high_{name}": value * wide}
    return told


def why_not(service: Service) -> str:
    """Return why a configuration cannot run, with the number that is short."""
    case = service.case
    shape: Shape = case.shape
    tokens = case.prompt_tokens + case.output_tokens
    degrees = zip(case.tensor_parallel, case.pipeline_parallel, strict=True)
    t, p = max(degrees, key=lambda pair: pair[0] * pair[1])
    found = request_slots(
        shape, case.machine, int(t), case.weight_bits, case.kv_bits, tokens, int(p)
    )
    if isinstance(found, Misfit):
        return found.reason
    return "no rate keeps both limits"


def _batch(row: Row) -> float:
    """Return the running requests; a cap such as "max_num_seqs 1500" is none."""
    text = row.get(_BATCH, "")
    return float(text) if _BATCH_NUMBER.fullmatch(text) else float("nan")


def _or_nan(row: Row, name: str) -> float:
    value = number(row, name)
    return float("nan") if value is None else value
