"""Gangs: jobs of several GPUs share a pool for a month; each starts when all it needs is free.

Jobs wait in order of arrival; a smaller one behind may start before a larger one that does not fit
yet, until that one has waited for its patience, when nothing overtakes it any more. A job of less
than a server stands on one server. Teams hold to their quota unless they may borrow.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf

HOURS_PER_MONTH = 730.0


@dataclass(frozen=True, order=True)
class Job:
    """One job.

    Attributes
    ----------
    arrives_h : float
        Arrival. [h]
    gpus : int
        GPUs that it needs at once. [1]
    hours : float
        Time that it holds them. [h]
    workload, team : str
        Whose it is.
    """

    arrives_h: float
    gpus: int
    hours: float
    workload: str = ""
    team: str = ""


@dataclass
class Pool:
    """Servers that jobs share.

    Attributes
    ----------
    free : list of int
        Free GPUs of each server. [1]
    gpus_per_server : int
        GPUs of a whole server. [1]
    slots : dict of str to int
        Workload -> most jobs of it at once. [1]
    quotas : dict of str to float
        Team -> GPUs that it may hold; no entry, no limit. [1]
    patience_h : float
        Wait after which a job is no longer overtaken. [h]
    """

    free: list[int]
    gpus_per_server: int
    slots: dict[str, int] = field(default_factory=dict)
    quotas: dict[str, float] = field(default_factory=dict)
    patience_h: float = float("inf")


@dataclass(frozen=True)
class Played:
    """What became of the jobs.

    Attributes
    ----------
    waits_h : dict of Job to float
        Wait of each job that started. [h]
    gpu_hours : float
        GPU-hours that jobs held until the end. [h]
    waiting : int
        Jobs that still waited at the end. [1]
    """

    waits_h: dict[Job, float]
    gpu_hours: float
    waiting: int


def play(jobs: list[Job], pool: Pool, until_h: float = HOURS_PER_MONTH) -> Played:
    """Return what becomes of jobs in a pool until an hour.

    Parameters
    ----------
    jobs : list of Job
        Jobs in any order; no two are equal.
    pool : Pool
        Its servers; the state is used up.
    until_h : float
        End of the play. [h]
    """
    room = _Room(pool)
    ahead = sorted(j for j in jobs if j.arrives_h < until_h)[::-1]
    running: list[tuple[float, int, Job, list[tuple[int, int]]]] = []
    waiting: list[Job] = []
    held: dict[str, float] = defaultdict(float)
    count: dict[str, int] = defaultdict(int)
    waits: dict[Job, float] = {}
    gpu_hours, number = 0.0, 0
    while ahead or running:
        if running and (not ahead or running[0][0] <= ahead[-1].arrives_h):
            now, _, job, places = heappop(running)
            for server, gpus in places:
                room.change(server, gpus)
            held[job.team] -= job.gpus
            count[job.workload] -= 1
        else:
            job = ahead.pop()
            now = job.arrives_h
            waiting.append(job)
        if now >= until_h:
            break
        too_many = inf  # what found no room leaves none for as much or more
        for job in list(waiting):
            places = []
            if job.gpus < too_many and _allowed(job, pool, held, count):
                places = room.places(job.gpus)
                too_many = too_many if places else job.gpus
            if places:
                waiting.remove(job)
                for server, gpus in places:
                    room.change(server, -gpus)
                held[job.team] += job.gpus
                count[job.workload] += 1
                waits[job] = now - job.arrives_h
                gpu_hours += job.gpus * min(job.hours, until_h - now)
                heappush(running, (now + job.hours, number, job, places))
                number += 1
            elif now - job.arrives_h > pool.patience_h:
                break
    return Played(waits, gpu_hours, len(waiting))


def _allowed(job: Job, pool: Pool, held: dict[str, float], count: dict[str, int]) -> bool:
    """Return whether slots and quota leave a job a place."""
    if count[job.workload] >= pool.slots.get(job.workload, inf):
        return False
    return held[job.team] + job.gpus <= pool.quotas.get(job.team, inf)


class _Room:
    """The free GPUs of a pool: its servers by how many of theirs are free."""

    def __init__(self, pool: Pool) -> None:
        self.free, self.whole = pool.free, pool.gpus_per_server
        top = max((self.whole, *self.free))
        self.with_free: list[list[int]] = [[] for _ in range(top + 1)]
        for server, n in enumerate(self.free):
            self.with_free[n].append(server)

    def change(self, server: int, gpus: int) -> None:
        """Give GPUs back to a server, or take them where the number is negative."""
        self.free[server] += gpus
        heappush(self.with_free[self.free[server]], server)

    def places(self, gpus: int) -> list[tuple[int, int]]:
        """Return the servers and GPUs that a job may take now, none where it has to wait."""
        if gpus <= self.whole:
            # Best fit: the fullest server that still has room, so that large jobs find whole ones.
            for n in range(gpus, len(self.with_free)):
                found = self._first(n, 1)
                if found:
                    return [(found[0], gpus)]
            return []
        wanted = -(-gpus // self.whole)
        found = self._first(self.whole, wanted)
        return [(s, self.whole) for s in found] if len(found) == wanted else []

    def _first(self, free: int, count: int) -> list[int]:
        """Return the first servers with so many free GPUs; entries of before are put away."""
        heap, found = self.with_free[free], list[int]()
        while heap and len(found) < count:
            server = heappop(heap)
            if self.free[server] == free and (not found or found[-1] != server):
                found.append(server)
        for server in found:
            heappush(heap, server)
        return found
