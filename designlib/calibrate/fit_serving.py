"""Serving fit: time per token or tokens a second of a run give the efficiency of its GPU."""

from __future__ import annotations

from typing import Final

from designlib.calibrate.fit_gpu import llm_cells, solve, strongest, with_constant
from designlib.calibrate.fitted import Context, gpu_of, row
from designlib.calibrate.measured import Figure, Measured
from designlib.catalog import Catalog
from designlib.faults import Fault, FaultError, nearest
from designlib.predict import inference
from designlib.predict.services import service_of
from designlib.predict.table import Row
from designlib.schema.tables import Constant

QUANTITIES: Final = ("serve_hbm_frac", "serve_compute_frac")
FIGURES: Final = {"tpot_mean": ("tpot_ms", 1e3), "output_throughput": ("out_tok_s_total", 1.0)}
"""Measured metric -> predicted figure and what one of ours is in it; the first known counts."""


def fit(measured: Measured, catalog: Catalog, context: Context) -> list[Constant]:
    """Return the efficiency of the GPU that its measured speed depends on most.

    Parameters
    ----------
    measured : Measured
        A run of a serving benchmark.
    catalog : Catalog
        The GPU, its server and the language model.
    context : Context
        GPU, GPUs of a replica and language model, where the file does not name them.
    """
    cells = configuration(measured, catalog, context)
    gpu = cells["gpu"]
    metric = next((m for m in FIGURES if m in measured.figures), None)
    if metric is None:
        return []
    name, scale = FIGURES[metric]

    def predicted(offered: Catalog) -> float | None:
        service = service_of(cells, offered)
        return None if isinstance(service, str) else inference.figures(service).get(name)

    quantity = strongest(catalog, gpu, QUANTITIES, predicted)
    if quantity is None:
        message = "our law does not predict this configuration: it has no speed to compare with"
        raise FaultError([Fault(measured.file, None, metric, message)])
    told = measured.figures[metric]
    chosen = quantity

    def law(value: float) -> float | None:
        return predicted(with_constant(catalog, gpu, chosen, value))

    ends = [solve(law, x * scale) for x in (told.value, told.low, told.high)]
    if ends[0] is None:
        message = f"no value of {quantity} of {gpu} explains {told.value:.4g} {told.unit}"
        raise FaultError([Fault(measured.file, None, metric, message)])
    values = [x for x in ends if x is not None]
    figure = Figure(values[0], min(values), max(values), "1", told.samples_count)
    note = f"{metric} {told.value:.4g} {told.unit}, TP{cells['tp']}, {cells.get('precision')}"
    return [row(gpu, quantity, figure, measured, context, note)]


def configuration(measured: Measured, catalog: Catalog, context: Context) -> Row:
    """Return what was measured as a published configuration, for our law.

    Raises
    ------
    FaultError
        The GPU or the language model is not known, or the file does not say the lengths.
    """
    facts = measured.facts
    gpu = gpu_of(measured, catalog, context)
    name = context.llm or _llm_named(str(facts.get("model") or ""), catalog)
    if name not in catalog.llms:
        hint = nearest(name or str(facts.get("model")), catalog.llms)
        message = f"no language model of the catalog is {facts.get('model')!r}{hint}; say --llm ID"
        raise FaultError([Fault(measured.file, None, "--llm", message)])
    lengths = facts.get("prompt_tokens"), facts.get("output_tokens")
    if None in lengths:
        message = "the file does not say how long prompts and answers are"
        raise FaultError([Fault(measured.file, None, "lengths", message)])
    load = {"offered_qps": f"{facts['request_rate']:g}"} if facts.get("request_rate") else {}
    if facts.get("concurrency"):
        load = {"concurrency_or_batch": f"{facts['concurrency']:g}", "scenario": "closed-loop"}
    if not load:
        load = {"scenario": "offline-max"}
    return {
        "id": "run",
        "gpu": gpu,
        "n_gpus": str(context.gpus_count),
        "tp": str(context.gpus_count),
        "pp": "1",
        "precision": context.precision,
        "input_len": f"{lengths[0]:.6g}",
        "output_len": f"{lengths[1]:.6g}",
        **llm_cells(catalog.llms[name]),
        **load,
    }


def _llm_named(model: str, catalog: Catalog) -> str:
    """Return the language model whose id the last part of a model's path begins with."""
    word = model.rpartition("/")[2].lower().replace("_", "-").replace(".", "-")
    if word in catalog.llms:
        return word
    begins = [i for i in catalog.llms if word.startswith(i)]
    return max(begins, key=len, default="")
