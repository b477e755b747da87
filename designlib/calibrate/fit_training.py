"""Training fit: samples a second of a run give the kernel efficiency of its GPU."""

from __future__ import annotations

from typing import Any, Final

from designlib.calibrate.fit_gpu import llm_cells, solve, with_constant
from designlib.calibrate.fitted import Context, gpu_of, row
from designlib.calibrate.measured import Figure, Measured
from designlib.catalog import Catalog
from designlib.faults import Fault, FaultError
from designlib.predict import training
from designlib.predict.table import Row
from designlib.schema.tables import Constant

QUANTITY: Final = "train_kernel_frac"
FIGURE: Final = "tokens_per_s_per_gpu"


def fit(measured: Measured, catalog: Catalog, context: Context) -> list[Constant]:
    """Return the kernel efficiency with which our law predicts the measured speed.

    Parameters
    ----------
    measured : Measured
        The log of a training run of a language model.
    catalog : Catalog
        The GPU, its server and the language model.
    context : Context
        GPU, how many of them, and the language model.
    """
    if "tokens_per_s" not in measured.figures or not context.llm:
        return []
    cells = configuration(measured, catalog, context)
    gpu, gpus = cells["gpu"], context.gpus_count
    told = measured.figures["tokens_per_s"]

    def law(value: float) -> float | None:
        offered = with_constant(catalog, gpu, QUANTITY, value)
        found: Any = training.predict([cells], offered)[0].get(FIGURE)
        return None if found is None else float(found)

    ends = [solve(law, x / gpus) for x in (told.value, told.low, told.high)]
    if ends[0] is None:
        message = f"no value of {QUANTITY} of {gpu} explains {told.value:,.4g} tokens/s"
        raise FaultError([Fault(measured.file, None, "tokens_per_s", message)])
    values = [x for x in ends if x is not None]
    figure = Figure(values[0], min(values), max(values), "1", told.samples_count)
    note = f"{told.value:,.4g} tokens/s on {gpus} GPUs, {context.precision}"
    return [row(gpu, QUANTITY, figure, measured, context, note)]


def configuration(measured: Measured, catalog: Catalog, context: Context) -> Row:
    """Return what was measured as a published configuration, for our law."""
    facts = measured.facts
    gpu = gpu_of(measured, catalog, context)
    if context.llm not in catalog.llms:
        message = f"no language model of the catalog is {context.llm!r}"
        raise FaultError([Fault(measured.file, None, "--llm", message)])
    degrees = {
        "tp": facts.get("tensor_parallel_size"),
        "pp": facts.get("pipeline_parallel_size"),
        "global_batch": facts.get("global_batch_size"),
    }
    length = facts.get("max_sequence_length") or facts.get("sequence_length")
    return {
        "id": "run",
        "gpu": gpu,
        "n_gpus": str(context.gpus_count),
        "precision": context.precision,
        "seq_len": f"{length:g}",
        **llm_cells(catalog.llms[context.llm]),
        **{k: f"{v:g}" for k, v in degrees.items() if isinstance(v, int | float)},
    }
