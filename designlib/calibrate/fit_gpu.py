"""GPU fit: the one constant of a GPU with which our law predicts what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.schema.plant_parts import Llm
from designlib.schema.tables import Constant

LOWEST, HIGHEST = 0.02, 1.0
STEPS: Final = 60
COLUMNS: Final = {
    "layers": "layers_count", "hidden": "hidden_count", "heads": "heads_count",
    "kv_heads": "kv_heads_count", "ffn": "ffn_count", "vocab": "vocab_count",
    "experts": "experts_count", "top_k": "top_k_count",
}  # fmt: skip
"""Column of a published configuration -> number of a language model."""


def with_constant(catalog: Catalog, subject: str, quantity: str, value: float) -> Catalog:
    """Return a catalog in which one constant has another value."""
    found: Any = catalog.find_constant(subject, quantity)
    if not isinstance(found, Constant):
        message = f"no calibration row '{quantity}' for {subject}"
        raise KeyError(message)
    update = {"subject": subject, "value": value, "low": value, "high": value}
    changed = found.model_copy(update=update)
    rows = {**catalog.constants, (subject, quantity): changed}
    return replace(catalog, constants=MappingProxyType(rows))


def llm_cells(llm: Llm) -> dict[str, str]:
    """Return the cells of a published configuration that a language model fills."""
    told = llm.quantities()
    cells = {c: f"{told[name].value:.12g}" for c, name in COLUMNS.items() if name in told}
    cells["params_b"] = f"{told['params_count'].value / 1e9:.12g}"
    if "active_params_count" in told:
        cells["active_params_b"] = f"{told['active_params_count'].value / 1e9:.12g}"
    cells["is_moe"] = "1" if "experts_count" in told else "0"
    return cells


def solve(law: Callable[[float], float | None], measured: float) -> float | None:
    """Return the constant at which a law gives what was measured, None where none does.

    Parameters
    ----------
    law : callable
        Predicted figure at a value of the constant, rising or falling throughout.
    measured : float
        What was measured.
    """
    low, high = LOWEST, HIGHEST
    at_low, at_high = law(low), law(high)
    if (
        at_low is None
        or at_high is None
        or not min(at_low, at_high) <= measured <= max(at_low, at_high)
    ):
        return None
    rising = at_high > at_low
    for _ in range(STEPS):
        middle = (low + high) / 2
        found = law(middle)
        if found is None:
            return None
        if (found < measured) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def strongest(
    catalog: Catalog,
    gpu: str,
    quantities: tuple[str, ...],
    predicted: Callable[[Catalog], float | None],
) -> str | None:
    """Return the constant of a GPU that a prediction depends on most, None where it has none."""
    best, most = None, 0.0
    for quantity in quantities:
        found = catalog.find_constant(gpu, quantity)
        if found is None:
            continue
        ends = [
            predicted(with_constant(catalog, gpu, quantity, min(HIGHEST, factor * found.value)))
            for factor in (0.9, 1.1)
        ]
        if None in ends or not ends[0]:
            continue
        moved = abs((ends[1] or 0.0) / ends[0] - 1)
        if moved > most:
            best, most = quantity, moved
    return best
