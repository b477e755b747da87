"""Replica: what one serving replica can do, as numbers that a fleet of them is sized from."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Replica:
    """One serving replica within its latency limits.

    Parameters
    ----------
    gpus_count : int
        GPUs of the replica. [1]
    batch_max : int
        Requests that fit in memory at once. [1]
    rate_requests_s, low_rate_requests_s, high_rate_requests_s : float
        Largest rate that one replica alone sustains within both limits, and the band that
        holds 80 % of measurements. [requests/s]
    ttft_s, tpot_s : float
        95th percentiles at that rate. [s]
    prefill_s, prefill_work_s : float
        First token of a request alone, and the machine time that it takes away under load. [s]
    memory_gb, kv_gb_per_request : float
        Fullest GPU with ``batch_max`` requests, and the cache of one request. [GB]
    binding : str
        What stops a higher rate: "compute", "bandwidth" or "capacity".
    steps : tuple of (float, float)
        Decode step [s] by number of running requests, ascending.
    output_tokens : float
        Tokens of an answer. [tokens]
    ttft_p95_s, tpot_p95_s : float
        The limits. [s]
    late_frac : float
        Share of requests that may miss them: 0.05 for 95th percentiles. [1]
    prompt_passes : int
        Passes that a prompt is cut into. [1]
    """

    gpus_count: int
    batch_max: int
    rate_requests_s: float
    low_rate_requests_s: float
    high_rate_requests_s: float
    ttft_s: float
    tpot_s: float
    prefill_s: float
    prefill_work_s: float
    memory_gb: float
    kv_gb_per_request: float
    binding: str
    steps: tuple[tuple[float, float], ...]
    output_tokens: float
    ttft_p95_s: float
    tpot_p95_s: float
    late_frac: float = 0.05
    prompt_passes: int = 1


@dataclass(frozen=True, slots=True)
class BatchReplica:
    """One replica that works through a backlog without a latency limit.

    Parameters
    ----------
    gpus_count, batch : int
        GPUs, and running requests. [1]
    requests_s, output_tokens_s, total_tokens_s : float
        Rates of the replica: requests [requests/s], generated tokens, all tokens [tokens/s].
    low_requests_s, high_requests_s : float
        Band that holds 80 % of measurements. [requests/s]
    memory_gb : float
        Fullest GPU. [GB]
    binding : str
        "compute", "bandwidth" or "capacity".
    """

    gpus_count: int
    batch: int
    requests_s: float
    output_tokens_s: float
    total_tokens_s: float
    low_requests_s: float
    high_requests_s: float
    memory_gb: float
    binding: str


def step_at_s(steps: tuple[tuple[float, float], ...], batch: float) -> float:
    """Return the decode step at a batch, on straight lines between the computed batches.

    Parameters
    ----------
    steps : tuple of (float, float)
        Batch and step, ascending.
    batch : float
        Running requests; below the first and above the last entry the ends hold. [1]

    Returns
    -------
    float
        Step. [s]

    Examples
    --------
    >>> step_at_s(((1, 0.010), (3, 0.014)), 2)
    0.012
    """
    if batch <= steps[0][0]:
        return steps[0][1]
    if batch >= steps[-1][0]:
        return steps[-1][1]
    place = bisect_left(steps, (batch, 0.0))
    (x0, y0), (x1, y1) = steps[place - 1], steps[place]
    return y0 + (y1 - y0) * (batch - x0) / (x1 - x0)
