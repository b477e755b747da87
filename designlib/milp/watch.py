"""Watch: what a search tells on its way, and how it is stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

SMALL = 1e-9
"""Cost that counts as none where a gap is relative to it."""
Progress = Callable[[dict[str, Any]], None]


def event(begun: float, objective: float, bound: float) -> dict[str, Any]:
    """Return what is told of a better design: seconds since the start, its cost, bound and gap."""
    bound = min(bound, objective)
    return {
        "stage": "solve",
        "seconds": time.perf_counter() - begun,
        "objective": objective,
        "bound": bound,
        "gap": (objective - bound) / max(abs(objective), SMALL),
    }


def listen(
    h: Any,
    progress: Progress | None,
    cancel: threading.Event | None,
    begun: float,
    known: float,
) -> None:
    """Add what is told of each better design, and what stops the search on a cancel.

    A bound that is ``known`` already is told until the search has a better one.
    """
    if progress is not None:
        tell = progress

        def improved(found: Any) -> None:
            out = found.data_out
            tell(event(begun, out.objective_function_value, max(out.mip_dual_bound, known)))

        h.cbMipImprovingSolution.subscribe(improved)
    stop_on_cancel(h, cancel)


def stop_on_cancel(h: Any, cancel: threading.Event | None) -> None:
    """Add what stops a search, or a relaxation, on a cancel."""
    if cancel is None:
        return
    stop = cancel

    def interrupt(asked: Any) -> None:
        if stop.is_set():
            asked.interrupt()

    h.cbMipInterrupt.subscribe(interrupt)
    h.cbSimplexInterrupt.subscribe(interrupt)
