"""Constants: what a measurement says of the constants that predictions are made with.

A collective gives the rate and the latency of a network by a straight line through its times; a
service or a training run gives the one efficiency of its GPU that its speed depends on most, such
that our own law predicts what was measured. Nothing is fitted that the tool did not see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from designlib.calibrate.measured import Figure, Measured
from designlib.catalog import Catalog
from designlib.faults import Fault, FaultError
from designlib.predict.aliases import gpu_hint, gpu_id
from designlib.schema.tables import Constant


@dataclass(frozen=True)
class Context:
    """What the user says of the machines that were measured, where the files do not.

    Attributes
    ----------
    gpu, server, llm : str
        Ids of the catalog; empty where the files say it.
    gpus_count : int
        GPUs of one replica, or of a training run. [1]
    precision : str
        Of the weights of a service, or of the matrix products of a training run.
    subject : str
        What a run of fio was made on: ``local-nvme`` or the id of a storage part.
    date : str
        Date of the measurements where a file states none.
    """

    gpu: str = ""
    server: str = ""
    llm: str = ""
    gpus_count: int = 1
    precision: str = "fp8"
    subject: str = "local-nvme"
    date: str = ""


Rule = Callable[[Measured, Catalog, Context], list[Constant]]


def constants(measured: Measured, catalog: Catalog, context: Context) -> list[Constant]:
    """Return the constants that a measurement tells, each with its spread, date and source.

    Parameters
    ----------
    measured : Measured
        What a tool said.
    catalog : Catalog
        Parts that it was measured on, and the laws' other constants.
    context : Context
        What the file does not say.

    Raises
    ------
    FaultError
        The GPU, server or language model of the measurement is not known.
    """
    from designlib.calibrate import fit_network, fit_serving, fit_training

    rules: dict[str, Rule] = {
        "nccl-tests": fit_network.fit,
        "vllm bench serve": fit_serving.fit,
        "GenAI-Perf": fit_serving.fit,
        "MLPerf": fit_training.fit if measured.facts.get("training") else fit_serving.fit,
        "fio": _storage,
        "DCGM": _metrics,
    }
    return rules[measured.tool](measured, catalog, context)


def row(
    subject: str, quantity: str, figure: Figure, measured: Measured, context: Context, note: str
) -> Constant:
    """Return one row of a calibration table."""
    return Constant(
        subject=subject,
        quantity=quantity,
        value=figure.value,
        low=min(figure.low, figure.value),
        high=max(figure.high, figure.value),
        unit=figure.unit,
        date=measured.date or context.date or date.today().isoformat(),
        source=f"measured: {measured.tool}, {measured.file}",
        confidence="verified",
        note=note,
    )


def gpu_of(measured: Measured, catalog: Catalog, context: Context) -> str:
    """Return the id of the GPU that was measured; raise a ``FaultError`` where it is not known."""
    if context.server and context.server in catalog.servers:
        of_server = catalog.servers[context.server].gpu
        if of_server is not None and not context.gpu:
            return of_server
    told = context.gpu or str(measured.facts.get("gpu") or "")
    if not told:
        message = "the file names no GPU: say --gpu ID"
        raise FaultError([Fault(measured.file, None, "--gpu", message)])
    if told in catalog.gpus:
        return told
    found = gpu_id(catalog, told) or _by_words(told, catalog)
    if found is None:
        message = f"{gpu_hint(catalog, told)}; say --gpu ID"
        raise FaultError([Fault(measured.file, None, "--gpu", message)])
    return found


def _by_words(told: str, catalog: Catalog) -> str | None:
    """Return the one GPU whose family and memory a device name states, None where none does."""
    words = told.replace("-", " ").split()
    fits = [
        gpu
        for gpu in catalog.gpus.values()
        if gpu.family in words and f"{gpu.specs.hbm_gb.value:g}GB" in words
    ]
    # HBM on its name is the module on a board, not the card.
    board = [g for g in fits if g.scale_up != "pcie"] if "HBM3" in words or "SXM" in told else fits
    return (board or fits)[0].id if len(board or fits) == 1 else None


def _storage(measured: Measured, catalog: Catalog, context: Context) -> list[Constant]:
    found = []
    for way in ("read", "write"):
        if way in measured.figures:
            figure = measured.figures[way]
            note = f"{figure.samples_count} samples"
            found.append(row(context.subject, f"{way}_gb_s", figure, measured, context, note))
    return found


def _metrics(measured: Measured, catalog: Catalog, context: Context) -> list[Constant]:
    gpu = gpu_of(measured, catalog, context)
    names = {"gpu_power": "gpu_power_w", "gpu_busy": "gpu_busy_frac",
             "tensor_active": "tensor_active_frac", "hbm_active": "hbm_active_frac"}  # fmt: skip
    return [
        row(gpu, names[k], f, measured, context, f"{f.samples_count} samples, 5 to 95 %")
        for k, f in measured.figures.items()
        if k in names
    ]
