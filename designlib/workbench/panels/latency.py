"""Latency: what is promised to each service, what its time is spent on, and how load moves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from markupsafe import Markup

from designlib.charts import service_budgets, service_throughput
from designlib.report.section import Figure, Section
from designlib.report.table import table
from designlib.workbench.render import chapter, render
from designlib.workbench.services import Curve, curves
from designlib.workbench.view import View, proof_of

ORDER: Final = 100
TITLE: Final = "Latency"
NEEDS_DESIGN: Final = True


def show(view: View) -> Markup:
    """Return budgets and curves as soon as they are worked out."""
    assert view.design is not None
    found = view.found.get("latency")
    if found is None or found.subject != subject(view) or not found.parts:
        return render("waiting", told="Working out how latency grows with load …")
    rows: list[Curve] = found.parts[0]
    section = Section(
        "Latency budget and throughput",
        lead=()
        if rows
        else ("No service of a language model with replicas of one server kind is in the brief.",),
        figures=(
            Figure("budgets", service_budgets(rows)),
            Figure("throughput", service_throughput(rows)),
        )
        if rows
        else (),
        tables=(_table(rows),) if rows else (),
        notes=(
            "Worked out by the queueing law of one replica under Poisson arrivals; the checks play "
            "a day of requests through all replicas instead.",
        )
        if rows
        else (),
    )
    return chapter("latency", section)


def _table(rows: list[Curve]) -> Any:
    ms = 1000
    return table(
        "At the busiest hour",
        "Service | Site | Load of a replica, requests/s # | Own prompt, ms # | Waiting, ms # | "
        "Time to first token, ms # | Promised, ms #",
        [
            (r.workload, r.place, r.now_requests_s, ms * r.prefill_s, ms * r.wait_s,
             ms * (r.prefill_s + r.wait_s), ms * r.ttft_limit_s)
            for r in rows
        ],
    )  # fmt: skip


def subject(view: View) -> str:
    """Return what the curves are about: one proven design."""
    return proof_of(view.design)


def ask(view: View, tell: Callable[[Any], None], stopped: Callable[[], bool]) -> str:
    """Return nothing to add, after telling the curves of every service."""
    assert view.design is not None
    tell(curves(view.design, view.catalog))
    return ""
