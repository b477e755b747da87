"""Disaggregated: prompts and answers on replicas of their own, where a brief allows it.

The cache of each prompt travels to the replica that answers, over the compute fabric, and the first
token waits for it. Steps are then no longer stretched by prompts. Any replica can take either part.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any

from designlib.physics.disaggregation import Pools, pools, transfer_s
from designlib.physics.machine import network_rate_gb_s
from designlib.physics.replica import Replica
from designlib.physics.shape import Shape
from designlib.physics.slots import request_gb
from designlib.problem.machines import Option
from designlib.problem.replicas import Layout


def travel_s(workload: Any, option: Option, layout: Layout, shape: Shape) -> float:
    """Return the time in which the cache of a prompt travels; infinite without a fabric. [s]."""
    rate = network_rate_gb_s(option.machine) if option.technology else 0.0
    if rate <= 0:
        return inf
    cache = float(request_gb(shape, workload.kv_bits, workload.prompt_tokens))
    return transfer_s(cache, layout.gpus, rate, option.machine.network_alpha_s)


def split(one: Replica, peak_requests_s: float, travel: float, together: int) -> Pools | str:
    """Return the replicas of each part at a peak, or why they do not stand apart.

    Parameters
    ----------
    one : Replica
        A replica that does both.
    peak_requests_s : float
        Peak rate. [requests/s]
    travel : float
        Time of a cache on its way. [s]
    together : int
        Replicas that serve the peak where each does both. [1]
    """
    if travel == inf:
        return "no compute fabric between its servers carries the caches"
    found = pools(one, peak_requests_s, travel)
    if found is None:
        late = 1e3 * (one.prefill_s + travel + one.steps[0][1])
        return f"TTFT {late:.0f} ms > {1e3 * one.ttft_p95_s:.0f} ms with caches on their way"
    count = found.prefill_count + found.decode_count
    if count >= together:
        parts = f"{found.prefill_count} + {found.decode_count} replicas"
        return f"prompts and answers apart take {parts}, {together} replicas do both"
    return found


def count(one: Replica, requests_s: float, travel: float) -> int:
    """Return the replicas of both parts at a rate. [1]."""
    found = pools(one, requests_s, travel) if requests_s > 0 else Pools(0, 0, travel)
    assert found is not None  # the limit of a first token does not depend on the rate
    return found.prefill_count + found.decode_count


def slowed(one: Replica, travel: float) -> Replica:
    """Return a replica whose first token waits for the cache as well."""
    return replace(one, ttft_s=min(one.ttft_p95_s, one.ttft_s + travel))
