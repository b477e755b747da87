"""Studies: images and processor requests wait for the first free GPU or core in a busy hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate.recount._names import figure
from designlib.validate.replay.confidence import Estimate, estimate
from designlib.validate.replay.demand import Load, busiest, loads, random_of, replicas_up
from designlib.validate.replay.queues import poisson_s, settled, waits_s

WINDOWS: Final = 8
ARRIVALS: Final = 6000
SECONDS_PER_HOUR: Final = 3600.0
P99: Final = 0.99


@dataclass(frozen=True)
class Waits:
    """What the arrivals of a busy hour wait.

    Attributes
    ----------
    load : Load
        Workload, site and date.
    servers : int
        GPUs or cores that are up. [1]
    limit_s : float
        Promised 99th percentile. [s]
    p99_s : Estimate
        99th percentile of wait, or of wait and work for a processor request. [s]
    """

    load: Load
    servers: int
    limit_s: float
    p99_s: Estimate


def busy_hours(design: Design, brief: Brief, catalog: Catalog) -> list[Waits]:
    """Return the busiest hour of every service of images and of processors at every site."""
    found = []
    for load in busiest(loads(design, brief, ("image-inference", "cpu-inference"))):
        up = replicas_up(load, design, brief, catalog)
        rate, work = arrivals_of(load)
        fixed = load.w.kind == "image-inference"  # a study takes a GPU a fixed time
        limit = load.w.wait_p99_s if fixed else load.w.latency_p99_s
        found.append(_waits(load, up, rate, work, limit, fixed=fixed))
    return found


def arrivals_of(load: Load) -> tuple[float, float]:
    """Return arrivals in the busiest hour and the time of each. [requests/s], [s]."""
    w = load.w
    if w.kind == "cpu-inference":
        return load.factor * w.peak_requests_s, float(w.core_seconds_per_request)
    rate = w.studies_per_day / (w.busy_hours * SECONDS_PER_HOUR) * w.peak_factor
    return rate * load.factor, figure(load.row, "seconds_per_study") or w.gpu_seconds_per_study


def _waits(
    load: Load, servers: int, rate: float, work_s: float, limit_s: float, *, fixed: bool
) -> Waits:
    if rate * work_s >= servers:
        return Waits(load, servers, limit_s, Estimate(float("inf"), 0.0))
    seen = []
    for n in range(WINDOWS):
        random = random_of(load.place, n)
        arrivals = poisson_s(rate, ARRIVALS, random)
        services = np.full(ARRIVALS, work_s)
        if not fixed:
            services = random.exponential(work_s, ARRIVALS)
        waits = waits_s(arrivals, services, servers)
        # A processor request is promised its whole time, and a core works a fixed time on it.
        total = waits if fixed else waits + work_s
        seen.append(float(np.quantile(settled(total), P99)))
    return Waits(load, servers, limit_s, estimate(seen))
