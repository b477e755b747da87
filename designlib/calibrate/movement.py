"""Moves: the predictions that measured constants change, before and after, beside the measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from designlib.calibrate import fit_serving, fit_training
from designlib.calibrate.fitted import Context, gpu_of
from designlib.calibrate.measured import Measured
from designlib.catalog import Catalog
from designlib.physics.collectives import group_all_reduce_s
from designlib.predict import inference, training
from designlib.predict.machines import machine_of
from designlib.schema.tables import Constant

MESSAGE_BYTES = 8 * 2**30


@dataclass(frozen=True)
class Move:
    """One prediction that changes.

    Attributes
    ----------
    what, unit : str
        The figure and its unit.
    before, after : float
        As predicted without and with the measured constants.
    measured : float or None
        What was measured, where it is the same figure.
    """

    what: str
    unit: str
    before: float
    after: float
    measured: float | None = None

    @property
    def change_frac(self) -> float:
        """By how much it moves, as a share of what was predicted before."""
        return self.after / self.before - 1 if self.before else 0.0


def laid_over(catalog: Catalog, constants: Iterable[Constant]) -> Catalog:
    """Return a catalog with some constants in the place of its own."""
    rows = {**catalog.constants, **{c.key: c for c in constants}}
    return replace(catalog, constants=MappingProxyType(rows))


def moves(
    measured: Iterable[Measured], constants: Iterable[Constant], catalog: Catalog, context: Context
) -> list[Move]:
    """Return the predictions that move, the largest move first.

    Parameters
    ----------
    measured : iterable of Measured
        What was measured; its own configurations are predicted again.
    constants : iterable of Constant
        The new constants.
    catalog : Catalog
        The constants so far.
    context : Context
        What the files do not say.
    """
    changed = list(constants)
    after = laid_over(catalog, changed)
    found = [*_collectives(catalog, after, changed)]
    for one in measured:
        found += _configured(one, catalog, after, context)
    kept = [m for m in found if abs(m.change_frac) > 1e-6]
    return sorted(kept, key=lambda m: (-abs(m.change_frac), m.what))


def _collectives(before: Catalog, after: Catalog, changed: list[Constant]) -> Iterator[Move]:
    """Yield all-reduce rates of servers whose networks have another constant."""
    subjects = {c.subject for c in changed}
    for server in before.servers.values():
        if server.gpu is None:
            continue
        technology = server.compute_technologies[0] if server.compute_technologies else None
        if not subjects & {server.gpu, before.gpus[server.gpu].scale_up, technology or ""}:
            continue
        for servers in (1, 2):
            rates = [_busbw(c, server, technology, servers) for c in (before, after)]
            if all(rates):
                what = f"all-reduce bus bandwidth of {servers} x {server.id}"
                yield Move(what, "GB/s", rates[0], rates[1])


def _busbw(catalog: Catalog, server: Any, technology: str | None, servers: int) -> float:
    machine = machine_of(catalog, server, technology)
    ranks = servers * machine.scale_up_gpus_count
    if ranks < 2 or (servers > 1 and not machine.network_gb_s):
        return 0.0
    seconds = float(group_all_reduce_s(machine, MESSAGE_BYTES, ranks))
    return 2 * (ranks - 1) / ranks * MESSAGE_BYTES / seconds / 1e9


def _configured(one: Measured, before: Catalog, after: Catalog, context: Context) -> Iterator[Move]:
    """Yield the figures of a measured configuration as our law predicts them."""
    if one.facts.get("training"):
        if "tokens_per_s" in one.figures and context.llm:
            cells = fit_training.configuration(one, before, context)
            told: list[Any] = [training.predict([cells], c)[0] for c in (before, after)]
            per_gpu = one.figures["tokens_per_s"].value / context.gpus_count
            name = fit_training.FIGURE
            if all(t.get(name) for t in told):
                yield Move(f"{name} of {context.llm}", "tokens/s", told[0][name], told[1][name],
                           per_gpu)  # fmt: skip
        return
    if not any(m in one.figures for m in fit_serving.FIGURES) or "prompt_tokens" not in one.facts:
        return
    cells = fit_serving.configuration(one, before, context)
    told = [inference.predict([cells], c)[0] for c in (before, after)]
    for metric, (name, scale) in fit_serving.FIGURES.items():
        if all(t.get(name) for t in told):
            value = one.figures[metric].value * scale if metric in one.figures else None
            what = f"{name} on {gpu_of(one, before, context)}"
            yield Move(what, "ms" if scale > 1 else "tokens/s", told[0][name], told[1][name], value)
