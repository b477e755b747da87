"""Follow: a search as an iterator of what it finds on its way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.optimize import optimize


def follow(
    brief: Brief,
    catalog: Catalog | None = None,
    *,
    gap: float = 1e-3,
    time_limit_s: float | None = None,
    threads: int = 1,
) -> Iterator[dict[str, Any]]:
    """Yield each stage of a search and each better design's cost, and at last the design.

    Every event has a ``stage``; those of a better design (``solve``) have its ``objective`` and the
    ``bound`` in thousands of the currency, the ``gap`` between them [1] and the ``seconds`` since
    the search began; the last one (``done``) has the ``design``. Who stops iterating stops the
    search.

    Parameters
    ----------
    brief : Brief
        What the architect asks.
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default.
    gap : float
        Relative distance between cost and bound at which the search may stop. [1]
    time_limit_s : float, optional
        Time after which the best design so far is the answer. [s]
    threads : int
        Solver threads. [1]

    Raises
    ------
    Infeasible, FaultError, Stopped
        As of ``optimize``.

    Examples
    --------
    >>> from designlib.follow import follow
    >>> for event in follow(brief):  # doctest: +SKIP
    ...     print(event["stage"], event.get("gap"))
    """
    told: SimpleQueue[dict[str, Any] | Exception] = SimpleQueue()
    stop = threading.Event()

    def work() -> None:
        try:
            design = optimize(
                brief,
                catalog,
                gap=gap,
                time_limit_s=time_limit_s,
                threads=threads,
                progress=told.put,
                cancel=stop,
            )
        except Exception as error:  # told to whoever iterates
            told.put(error)
        else:
            told.put({"stage": "done", "design": design})

    searching = threading.Thread(target=work, daemon=True)
    searching.start()
    try:
        while True:
            event = told.get()
            if isinstance(event, Exception):
                raise event
            yield event
            if event["stage"] == "done":
                return
    finally:
        stop.set()
        searching.join()
