"""Sweeps: one number of a brief takes several values, and every value gets its own optimum."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible
from designlib.faults import FaultError
from designlib.optimize import Stopped, optimize

Progress = Callable[[dict[str, Any]], None]

NUMBERS = ("objective", "bound", "gap", "capex", "it_kw", "facility_kw", "racks", "gpus", "seconds")
TEXTS = ("bottleneck", "reason")
COLUMNS = ("value", "status", *NUMBERS, *TEXTS)


def sweep(
    brief: Brief,
    path: str,
    values: Sequence[Any],
    catalog: Catalog | None = None,
    *,
    gap: float = 1e-3,
    time_limit_s: float | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return one row for each value that a field of a brief may take.

    Parameters
    ----------
    brief : Brief
        The brief.
    path : str
        Dotted path of the field, as in ``Brief.with_changes``.
    values : sequence
        Its values.
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default.
    gap : float
        Gap at which each search may stop. [1]
    time_limit_s : float, optional
        Time after which each search stops. [s]
    progress : callable, optional
        Called after each value with ``stage``, ``done``, ``total``, ``value``, and with the
        ``design`` that was found or None.

    Returns
    -------
    pd.DataFrame
        Row: a value. Columns: status, objective and its bound, headline figures, and the reason
        where there is no design; numbers are then NaN. GPUs are those of the last date.
    """
    parts = catalog or Catalog.load()
    rows = []
    for n, value in enumerate(values):
        design, status, reason = one_answer(brief, {path: value}, parts, gap, time_limit_s)
        rows.append({"value": value, "status": status, "reason": reason, **figures_of(design)})
        if progress is not None:
            event = {"stage": "sweep", "done": n + 1, "total": len(values)}
            progress({**event, "value": value, "design": design})
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return frame.astype({c: "float64" for c in NUMBERS})


def one_answer(
    brief: Brief,
    changes: Mapping[str, Any],
    catalog: Catalog,
    gap: float,
    time_limit_s: float | None,
) -> tuple[Design | None, str, str]:
    """Return the design of a changed brief with its status, or why there is none."""
    try:
        changed = brief.with_changes(changes)
        design = optimize(changed, catalog, gap=gap, time_limit_s=time_limit_s, repairing=True)
    except Infeasible as error:
        return None, "infeasible", "; ".join(error.conflict)
    except FaultError as error:
        return None, "refused", "; ".join(fault.message for fault in error.faults)
    except Stopped as error:
        return None, error.status, str(error)
    return design, design.status, ""


def figures_of(design: Design | None) -> dict[str, Any]:
    """Return the headline figures of a design; none where there is no design."""
    if design is None:
        return {"bottleneck": ""}
    s, c, last = design.summary, design.certificate, max(design.dates)
    bottleneck = s.get("bottleneck") or {}
    return {
        "objective": c["objective"],
        "bound": c["bound"],
        "gap": c["gap"],
        "capex": s["capex"],
        "it_kw": s["it_kw"],
        "facility_kw": s["facility_kw"],
        "racks": s["racks"],
        "gpus": sum(row["count"] for row in s["gpus"] if row["period_month"] == last),
        "bottleneck": bottleneck.get("resource", ""),
        "seconds": c["seconds"]["total"],
    }


def front(frame: pd.DataFrame, less: Sequence[str]) -> pd.DataFrame:
    """Return the rows that no other row beats: the Pareto front.

    Parameters
    ----------
    frame : pd.DataFrame
        Rows such as those of ``sweep``.
    less : sequence of str
        Columns of which less is better; a row with NaN in one of them is left out.

    Returns
    -------
    pd.DataFrame
        Rows for which no other is as good in every column and better in one; of equal rows the
        first. Sorted by the columns.
    """
    columns = list(less)
    complete = frame.dropna(subset=columns).drop_duplicates(subset=columns)
    points = complete[columns].to_numpy()
    kept = [
        not ((points <= point).all(axis=1) & (points < point).any(axis=1)).any() for point in points
    ]
    return complete[np.array(kept, dtype=bool)].sort_values(columns).reset_index(drop=True)
