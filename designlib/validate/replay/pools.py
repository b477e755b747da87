"""Pools: a month of the jobs that share servers, replayed several times from different seeds.

Services hold their replicas all the time. Runs come at random, as many a month as are asked; the
time of each is one of those drawn with failures. Batches take what the others leave of their
window, which the hours of the day and the services' nights decide.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import floor
from typing import Final

import numpy as np

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import spec
from designlib.validate.capacity import pools_of
from designlib.validate.replay.confidence import Estimate, estimate
from designlib.validate.replay.demand import Load, loads, random_of
from designlib.validate.replay.gangs import HOURS_PER_MONTH, Job, Pool, play
from designlib.validate.replay.jobs import run_of, runs_per_month

MONTHS: Final = 12
"""Replications."""
WARM_UP: Final = 0.15
"""Share of a month before which the pool is still filling."""
LONG_FRAC: Final = 0.5
"""A run that lasts a larger part of a month is planned, it does not come at random."""
JOBS_MAX: Final = 3_000
LIVES_MIN: Final = 40.0
"""A month of more jobs is played in part: so many jobs, and as many times as long as they last."""
HOURS_PER_DAY: Final = 24.0
HELD: Final = (
    "inference", "tiered-inference", "image-inference", "cpu-inference", "dedicated-training",
)  # fmt: skip
P90: Final = 0.9


@dataclass(frozen=True)
class Month:
    """What a workload sees of a pool in a month.

    Attributes
    ----------
    load : Load
        Workload, pool and date.
    wait_p90_h : Estimate
        Wait that one in ten jobs exceeds. [h]
    asked, done : Estimate
        GPU-hours that the arrivals of a month ask for and get. [h]
    busy_frac : float
        Share of its slots that it keeps busy on average. [1]
    borrowed_frac : float
        Share of its jobs that are larger than the quota of a team. [1]
    """

    load: Load
    wait_p90_h: Estimate
    asked: Estimate
    done: Estimate
    busy_frac: float
    borrowed_frac: float


def months(design: Design, brief: Brief, catalog: Catalog) -> list[Month]:
    """Return the last month of every workload whose jobs wait for servers of a pool."""
    last = max(design.dates)
    known = ("fine-tuning", "training", "job-queue", *HELD)
    groups: dict[str, list[Load]] = defaultdict(list)
    for load in loads(design, brief, known):
        if load.month == last:
            groups[load.row["pool"]].append(load)
    servers = pools_of(design, catalog, last)
    found: list[Month] = []
    for pool, mine in sorted(groups.items()):
        if pool in servers:
            found += _pool(pool, servers[pool], mine, design, brief, catalog)
    return found


def _pool(
    name: str, servers: tuple[str, float], mine: list[Load], design: Design, brief: Brief,
    catalog: Catalog,
) -> list[Month]:  # fmt: skip
    part = catalog.servers[servers[0]]
    each = int(spec(part, "gpus_count"))
    sources = {x.w.id: s for x in mine if (s := _source(x, brief, catalog)) is not None}
    if not each or not sources:
        return []
    held = sum(float(x.row["gpus"] or 0.0) for x in mine if x.w.kind in HELD)
    total = floor(servers[1]) * each - round(held)
    fleet = gpus_of_fleet(design, catalog)
    seen: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
    hours = _window_h(sources)
    for n in range(MONTHS):
        for w, figures in _one(name, (total, fleet), each, sources, brief, n, hours).items():
            seen[w].append(figures)
    loads_ = {x.w.id: x for x in mine}
    return [
        Month(
            loads_[w],
            estimate([f[0] for f in rows]),
            estimate([f[1] for f in rows]),
            estimate([f[2] for f in rows]),
            _busy(sources[w], total),
            float(np.mean([f[3] for f in rows])),
        )
        for w, rows in seen.items()
        if len(rows) > 1
    ]


@dataclass(frozen=True)
class _Source:
    """Jobs of a workload: how often they come, how large they are, and how long they last."""

    per_month: float
    sizes: tuple[tuple[int, float], ...]
    hours: np.ndarray | None
    mean_h: float
    slots: int


def _source(load: Load, brief: Brief, catalog: Catalog) -> _Source | None:
    w = load.w
    if w.kind == "job-queue":
        sizes = tuple((int(g), float(s)) for g, s in w.gpus_per_job.items() if s > 0)
        hours = float(load.row["figures"].get("hours_per_job", {}).get("value") or w.mean_hours)
        per_month = w.jobs_per_day * load.factor * HOURS_PER_MONTH / HOURS_PER_DAY
        return _Source(per_month, sizes, None, hours, 10**9)
    if w.kind not in ("fine-tuning", "training") or not load.row["gpus"]:
        return None
    run = run_of(load, brief, catalog)
    if run.mean_h.mean > LONG_FRAC * HOURS_PER_MONTH:
        return None
    slots = max(1, round(load.row["gpus"] / run.gpus))
    return _Source(runs_per_month(load), ((run.gpus, 1.0),), run.hours, run.mean_h.mean, slots)


def _one(
    name: str,
    gpus: tuple[int, float],
    each: int,
    sources: dict[str, _Source],
    brief: Brief,
    number: int,
    window_h: float,
) -> dict[str, tuple[float, float, float, float]]:
    """Return wait, hours asked and got, and the borrowed share of each workload in one month."""
    random, (total, fleet) = random_of(name, "month", number), gpus
    jobs = [j for w, s in sources.items() for j in _arrivals(w, s, brief, random, window_h)]
    free = [each] * (total // each) + ([total % each] if total % each else [])
    slots = {w: s.slots for w, s in sources.items()}
    pool = Pool(free, each, slots, _quotas(brief, fleet), patience_h=_patience_h(sources))
    seen = play(jobs, pool, window_h)
    found = {}
    for w, s in sources.items():
        mine = [j for j in jobs if j.workload == w and j.arrives_h > WARM_UP * window_h]
        waits = [seen.waits_h.get(j, window_h - j.arrives_h) for j in mine]
        if not waits:
            continue
        asked = sum(j.gpus * min(j.hours, window_h - j.arrives_h) for j in mine)
        done = sum(
            j.gpus * min(j.hours, window_h - j.arrives_h - seen.waits_h[j])
            for j in mine
            if j in seen.waits_h
        )
        part = window_h / HOURS_PER_MONTH
        borrowed = _borrowed(mine, brief, fleet)
        found[w] = (_worst_size(mine, waits, s), asked / part, done / part, borrowed)
    return found


def _window_h(sources: dict[str, _Source]) -> float:
    """Return the part of a month that is played: all of it, or enough of very many jobs. [h]."""
    enough = HOURS_PER_MONTH * JOBS_MAX / max(sum(s.per_month for s in sources.values()), 1.0)
    lives = LIVES_MIN * max(s.mean_h for s in sources.values())
    return min(HOURS_PER_MONTH, max(enough, lives))


def _arrivals(
    w: str, s: _Source, brief: Brief, random: np.random.Generator, window_h: float
) -> list[Job]:
    count = int(random.poisson(s.per_month * window_h / HOURS_PER_MONTH))
    when = np.sort(random.uniform(0.0, window_h, count))
    gpus = random.choice([g for g, _ in s.sizes], count, p=[p for _, p in s.sizes])
    lasts = (
        random.exponential(s.mean_h, count) if s.hours is None else random.choice(s.hours, count)
    )
    teams = 0 if brief.teams is None else brief.teams.month_24_count or brief.teams.now_count
    team = random.integers(0, max(1, teams), count)
    return [
        Job(float(t), int(g), float(h), w, f"team {k}" if teams else "")
        for t, g, h, k in zip(when, gpus, lasts, team, strict=True)
    ]


def _busy(s: _Source, total: int) -> float:
    """Return the share of the slots of a workload, or of the pool, that it keeps busy. [1]."""
    gpus = sum(g * p for g, p in s.sizes)
    room = min(float(total), s.slots * gpus)
    return s.per_month * s.mean_h * gpus / (room * HOURS_PER_MONTH) if room else float("inf")


def gpus_of_fleet(design: Design, catalog: Catalog) -> float:
    """Return the GPUs in service at the last date. [1]."""
    pools = pools_of(design, catalog, max(design.dates)).values()
    return sum(count * spec(catalog.servers[part], "gpus_count") for part, count in pools)


def _patience_h(sources: dict[str, _Source]) -> float:
    """Return the wait after which nothing overtakes a job: half of a mean job."""
    return 0.5 * min(s.mean_h for s in sources.values())


def _quotas(brief: Brief, fleet: float) -> dict[str, float]:
    """Return the GPUs that each team may hold, none where it may borrow what is idle."""
    teams = brief.teams
    if teams is None or teams.borrow or teams.guaranteed_quota_frac is None:
        return {}
    count = teams.month_24_count or teams.now_count
    share = teams.guaranteed_quota_frac * fleet / max(1, count)
    return {f"team {n}": max(1.0, share) for n in range(count)}


def _worst_size(jobs: list[Job], waits: list[float], s: _Source) -> float:
    """Return the 90th percentile of the wait, of the size that waits longest."""
    found = []
    for size, _ in s.sizes:
        mine = [wait for job, wait in zip(jobs, waits, strict=True) if job.gpus == size]
        if mine:
            found.append(float(np.quantile(mine, P90)))
    return max(found)


def _borrowed(jobs: list[Job], brief: Brief, fleet: float) -> float:
    """Return the share of jobs that are larger than the quota of their team. [1]."""
    teams = brief.teams
    if teams is None or teams.guaranteed_quota_frac is None:
        return 0.0
    count = max(1, teams.month_24_count or teams.now_count)
    quota = teams.guaranteed_quota_frac * fleet / count
    return sum(job.gpus > quota for job in jobs) / len(jobs)
