"""Inference: tokens a second and latencies of published configurations, with a low and a high."""

from __future__ import annotations

from typing import Any

import numpy as np

from designlib.catalog import Catalog
from designlib.physics.decode import decode_parts
from designlib.physics.misfit import Misfit
from designlib.physics.prefill import prefill_s
from designlib.physics.serving_energy import token_energy
from designlib.physics.shape import Shape
from designlib.physics.slots import request_slots
from designlib.predict import aliases
from designlib.predict.machines import usual_server
from designlib.predict.services import INPUTS, Service, service_of
from designlib.predict.serving_cases import backlog, limited, online, stated, work
from designlib.predict.table import ID, Row

__all__ = ["COLUMNS", "INPUTS", "SCORED", "explain", "figures", "predict"]

SCORED = ("out_tok_s_total", "ttft_ms", "tpot_ms")
COLUMNS = (ID, *(f"{end}{name}" for name in SCORED for end in ("", "low_", "high_")), "reason")
_MS, _RACK_U = 1e3, 42.0


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
        math_bits=case.math_bits,
        batch=batch,
        context_tokens=case.prompt_tokens + case.output_tokens / 2,
    )
    alone, busy = prefill_s(
        case.shape,
        case.machine,
        tensor_parallel=t,
        pipeline_parallel=p,
        weight_bits=case.weight_bits,
        math_bits=case.math_bits,
        prompt_tokens=case.prompt_tokens,
    )
    whole = float(sum(parts.values()))
    lines = [f"TP{t} PP{p}, {batch:,.0f} running requests of {slots:,.0f} that fit"]
    lines += [f"{n:12s} {_MS * s:9.2f} ms  {s / whole:6.1%}" for n, s in parts.items()]
    lines += [f"{'decode step':12s} {_MS * whole:9.2f} ms"]
    lines += [f"{'prompt':12s} {_MS * alone:9.2f} ms alone, {_MS * busy:.2f} ms beside others"]
    lines += [f"{name} {value:,.4g}" for name, value in rate.items() if value is not None]
    lines += _energy(row, catalog, rate["out_tok_s_total"])
    return "\n".join([*lines, *service.notes])


def _energy(row: Row, catalog: Catalog, tokens_s: float | None) -> list[str]:
    """Return the power of a server under load beside its rating, and what a token takes of it."""
    gpu = aliases.gpu_id(catalog, row["gpu"])
    server = usual_server(catalog, gpu) if gpu else None
    if server is None or server.specs.gpus_count is None or not tokens_s:
        return []
    specs = server.specs
    each = tokens_s * server.specs.gpus_count.value / float(row["n_gpus"])
    busy, rated = specs.power_typical_kw.value, specs.power_max_kw.value
    held = 1 if server.rack_scale else int(_RACK_U // specs.height_u.value)
    found = token_energy(
        each, busy_kw=busy, idle_frac=0.0, busy_frac=1.0, servers_per_rack_count=held
    )
    return [
        f"server {busy:,.3g} kW under load, {rated:,.3g} kW rated",
        f"energy {found.joule_per_token:,.3g} J/token, {found.tokens_s_per_w:,.3g} tokens/s/W",
        f"rack {found.tokens_s_per_rack:,.4g} tokens/s with {held} servers in {_RACK_U:g} U",
    ]


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


def _predict(row: Row, catalog: Catalog) -> dict[str, object]:
    service = service_of(row, catalog)
    if isinstance(service, str):
        return {ID: row[ID], "reason": service}
    best, machine = figures(service), service.case.machine
    own, fitted = machine.serve_band_frac, machine.serving
    usual = max(own, fitted.limited_band_frac) if service.kind == "limited" else own
    first = max(own, fitted.first_token_band_frac)
    if all(value is None for value in best.values()):
        return {ID: row[ID], "reason": why_not(service)}
    told: dict[str, object] = {ID: row[ID], "reason": "; ".join(service.notes)}
    for name, value in best.items():
        if value is not None:
            wide = 1 + (first if name == "ttft_ms" else usual)
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
