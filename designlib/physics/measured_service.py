"""Measured services: vision, scoring, embedding and reranking, sized by what one request takes."""

from __future__ import annotations

from math import ceil

from designlib.physics.queueing import rate_within_wait, wait_tail


def instances_needed(
    rate_requests_s: float,
    request_s: float,
    *,
    latency_s: float,
    late_frac: float = 0.05,
    batch: float = 1.0,
) -> int | None:
    """Return the fewest GPUs, cores or models that keep a latency, or None where one cannot.

    Parameters
    ----------
    rate_requests_s : float
        Peak arrivals. [requests/s]
    request_s : float
        Measured time that one batch takes on one instance. [s]
    latency_s : float
        Limit of wait and work together. [s]
    late_frac : float
        Share of requests that may miss it. [1]
    batch : float
        Requests of a batch. [1]

    Examples
    --------
    >>> instances_needed(0.275, 12, latency_s=22, late_frac=0.01)
    7
    """
    patience = latency_s - request_s
    if patience < 0:
        return None
    rate = rate_requests_s / batch
    count = max(1, ceil(rate * request_s + 1e-9))
    while wait_tail(count, rate, request_s, patience) > late_frac:
        count += 1
    return count


def instances_rate_requests_s(
    instances_count: int,
    request_s: float,
    *,
    latency_s: float,
    late_frac: float = 0.05,
    batch: float = 1.0,
) -> float:
    """Return the rate that instances sustain within a latency. [requests/s].

    Parameters
    ----------
    instances_count : int
        GPUs, cores or models behind one queue. [1]
    request_s : float
        Measured time that one batch takes. [s]
    latency_s : float
        Limit of wait and work together. [s]
    late_frac : float
        Share of requests that may miss it. [1]
    batch : float
        Requests of a batch. [1]
    """
    patience = latency_s - request_s
    if patience < 0:
        return 0.0
    return batch * rate_within_wait(instances_count, request_s, patience, late_frac)


def encoder_requests_s(prefill_work_s: float, replicas_count: int = 1) -> float:
    """Return the rate of a model that reads and answers with a vector or a score. [requests/s].

    Parameters
    ----------
    prefill_work_s : float
        Time that one text takes beside others, ``physics.prefill``; a reranker reads the query
        with each document, so a request counts once for each of them. [s]
    replicas_count : int
        Replicas. [1]
    """
    return replicas_count / prefill_work_s
