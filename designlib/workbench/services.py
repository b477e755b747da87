"""Services: how latency grows with the load of one replica, and what the latency is made of."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics.batching import Engine
from designlib.physics.latency import latency
from designlib.validate.replay.demand import busiest, loads
from designlib.validate.replay.machines import engine

POINTS: Final = 14
"""Loads on a curve. [1]"""
HALVINGS: Final = 7
"""Steps in which the load is found at which a promise breaks. [1]"""


@dataclass(frozen=True)
class Curve:
    """What requests to one service see at each load of a replica.

    Attributes
    ----------
    workload, place : str
        The service, and the site.
    ttft_limit_s, tpot_limit_s : float
        What is promised. [s]
    now_requests_s : float
        Load of a replica in the busiest hour. [requests/s]
    prefill_s, wait_s : float
        Parts of the time to first token at that load: the own prompt, and all else. [s]
    points : tuple of tuple
        Load [requests/s], time to first token [s], time per further token [s], running requests.
    """

    workload: str
    place: str
    ttft_limit_s: float
    tpot_limit_s: float
    now_requests_s: float
    prefill_s: float
    wait_s: float
    points: tuple[tuple[float, float, float, float], ...]


def curves(design: Design, catalog: Catalog) -> list[Curve]:
    """Return the curve of every service whose replicas are alike, at its busiest date.

    Parameters
    ----------
    design : Design
        The design.
    catalog : Catalog
        What it is made of.
    """
    brief = Brief.from_dict(design.brief)
    found = []
    for load in busiest(loads(design, brief, ("inference",))):
        one = engine(load.row, load.w, catalog, brief)
        if one is not None:
            now = load.factor * load.w.peak_requests_s / load.row["replicas"]
            found.append(_curve(one, load.w, load.row["site"], now))
    return found


def _curve(one: Engine, w: Any, place: str, now: float) -> Curve:
    def at(rate: float) -> tuple[float, float, float, float]:
        seen = latency(one, rate, prompt_tokens=w.prompt_tokens, output_tokens=w.output_tokens)
        return rate, seen.ttft_s, seen.tpot_s, seen.batch

    def broken(point: tuple[float, float, float, float]) -> bool:
        return bool(point[1] > 2 * w.ttft_p95_s or point[2] > 2 * w.tpot_p95_s)

    most = now
    while not broken(at(most)):
        most *= 2
    least = most / 2
    for _ in range(HALVINGS):
        middle = (least + most) / 2
        least, most = (least, middle) if broken(at(middle)) else (middle, most)
    points = [at(least * n / POINTS) for n in range(1, POINTS + 1)]
    ttft = at(now)[1]
    prefill = w.prompt_tokens * one.prompt_token_s
    return Curve(
        w.id,
        place,
        w.ttft_p95_s,
        w.tpot_p95_s,
        now,
        prefill,
        max(0.0, ttft - prefill) if isfinite(ttft) else 0.0,
        tuple(p for p in points if isfinite(p[1]) and isfinite(p[2])),
    )
