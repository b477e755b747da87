"""Machines: the replicas of a service as a replay wants them, from catalog and brief alone."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.physics.batching import Engine
from designlib.physics.engine import engine_of
from designlib.physics.machine import Machine
from designlib.physics.shape import Shape, typical_dense
from designlib.physics.speculation import Draft
from designlib.predict.machines import machine_of
from designlib.validate._evidence import Row
from designlib.validate.recount._names import server_of

SPEEDS: Final = ("train_kernel_frac", "serve_compute_frac", "serve_hbm_frac")
"""Constants of a GPU that say how fast it is."""
SIZES: Final = ("params_count", "active_params_count")
_BITS = re.compile(r"(\d+)-bit weights(?:, (\d+)-bit KV)?")
_LAYOUT = re.compile(r"(?:TP|DEP)(\d+)(?: PP(\d+))?")
_APART, _DRAFTED = " for prompts and ", " with a draft of "


def machine(pool: str, catalog: Catalog, brief: Brief) -> Machine | None:
    """Return the machine of the server that a pool is named after, None where it names none.

    A GPU whose speed nobody has published is planned with its low estimate where the brief says so.
    """
    server = server_of(pool, catalog)
    if server is None or server.gpu is None:
        return None
    found = machine_of(catalog, server, None)
    gpu = catalog.gpus[server.gpu]
    if brief.policies.unmeasured_gpus != "low" or catalog.is_measured(gpu.id):
        return found
    lows = {}
    for field in SPEEDS:
        known = catalog.find_constant(gpu.id, field)
        if known is not None and known.low is not None:
            lows[field] = float(known.low)
    return replace(found, **lows)  # type: ignore[arg-type]


def shape(w: Any, catalog: Catalog) -> Shape:
    """Return the architecture of a workload's LLM: its own figures, else those of its kin."""
    names = tuple(f.name for f in fields(Shape))
    own = {n: getattr(w, n) for n in names if getattr(w, n, None) is not None}
    like = catalog.llms[w.llm] if w.llm is not None else _nearest(own, catalog)
    theirs = {
        n: getattr(like.specs, n).value
        for n in names
        if n not in SIZES and getattr(like.specs, n, None) is not None
    }
    params = own.get("params_count", like.specs.params_count.value)
    active = like.specs.active_params_count
    named = w.llm is not None and "params_count" not in own and active is not None
    usual = active.value if named and active is not None else params
    sizes = {
        "params_count": params,
        "active_params_count": own.get("active_params_count", usual),
    }
    return Shape(**{**theirs, **own, **sizes})


def _nearest(own: dict[str, Any], catalog: Catalog) -> Any:
    """Return the LLM of the catalog that is built alike and nearest in size."""
    sparse = own.keys() & {"experts_count", "active_params_count"}
    kind = "mla-moe" if "kv_latent" in own else "moe" if sparse else "dense"
    alike = [x for x in catalog.llms.values() if x.kind == kind]
    current = [x for x in alike if x.status != "end-of-sale"] or alike
    return min(current, key=lambda x: abs(x.specs.params_count.value / own["params_count"] - 1))


_engine_of = lru_cache(maxsize=512)(engine_of)
"""Remembered: one replica is asked about at every date, place and stress."""


def engine(row: Row, w: Any, catalog: Catalog, brief: Brief) -> Engine | None:
    """Return the passes of one replica of a service; None where the row does not describe one.

    Prompts and answers that run apart have passes of two kinds, which no one replica has.
    """
    here = machine(row["pool"], catalog, brief)
    degree, bits = _LAYOUT.match(row["layout"] or ""), _BITS.search(row["precision"] or "")
    if here is None or degree is None or bits is None or _APART in row["layout"]:
        return None
    return _engine_of(
        shape(w, catalog),
        here,
        tensor_parallel=int(degree[1]),
        pipeline_parallel=int(degree[2] or 1),
        weight_bits=float(bits[1]),
        kv_bits=float(bits[2] or w.kv_bits),
        prompt_tokens=w.prompt_tokens,
        output_tokens=w.output_tokens,
        prefix_hit_frac=w.prefix_hit_frac,
        draft=_draft(w) if _DRAFTED in row["layout"] else None,
    )


def _draft(w: Any) -> Draft:
    return Draft(
        typical_dense(w.draft.params_count), int(w.draft.tokens_count), w.draft.accepted_frac
    )
