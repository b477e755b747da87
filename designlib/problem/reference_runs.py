"""Reference runs: the machine on which a stated MFU holds, at the size that does the same job.

A stated MFU holds on the reference GPU of the policies, at full fabric rate and in the best layout.
Another GPU is compared with as many reference GPUs as have the same peak together: both then take
the same steps in the same time, so that neither is spread thinner over one batch than the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from designlib.physics.layouts import Layout
from designlib.physics.machine import Machine, compute_precision
from designlib.problem.context import Context
from designlib.problem.machines import machine_of
from designlib.problem.runs import Task, grid_unit, layout_of

LOOKS = 64
"""Larger sizes that are looked at where the job does not fit a size."""


@dataclass
class Reference:
    """The machines on which a stated MFU holds: the reference GPU on each of its fabrics."""

    machines: list[Machine]
    task: Task
    known: dict[int, float] = field(default_factory=dict)

    def share(self, machine: Machine, gpus: int, mfu_frac: float) -> float:
        """Return our MFU of a machine over that of the reference, both at the same peak."""
        return mfu_frac / self.mfu_frac(self._like(machine, gpus))

    def _like(self, machine: Machine, gpus: int) -> int:
        """Return the reference GPUs, in whole servers, that have the peak of so many GPUs."""
        precision = self.task.workload.precision
        first = self.machines[0]
        peaks = [m.peak_tflops[compute_precision(m, precision)] for m in (machine, first)]
        if peaks[0] == peaks[1]:
            return gpus
        step = first.gpus_per_server_count
        servers = max(1, round(gpus * peaks[0] / peaks[1] / step))
        unit = grid_unit(servers)
        return max(1, round(servers / unit)) * unit * step

    def mfu_frac(self, gpus: int) -> float:
        """Return our own prediction for the reference at a job size, or at the next that fits."""
        step = self.machines[0].gpus_per_server_count
        size = gpus
        for _ in range(LOOKS):
            if size not in self.known:
                layouts = [layout_of(self.task, m, size) for m in self.machines]
                self.known[size] = max(
                    (x.mfu_frac for x in layouts if isinstance(x, Layout)), default=0.0
                )
            if self.known[size]:
                return self.known[size]
            size = (size // step + grid_unit(max(1, size // step))) * step
        return 1.0


def reference_of(ctx: Context, task: Task) -> Reference | None:
    """Return the reference of a stated MFU.

    None where none is stated or no server carries that GPU.
    """
    if task.workload.mfu_frac is None:
        return None
    server = reference_server(ctx)
    if server is None:
        return None
    return Reference([machine_of(ctx, server, t) for t in server.compute_technologies], task)


def reference_server(ctx: Context) -> Any | None:
    """Return the first server of the catalog with the reference GPU of the policies."""
    family = ctx.brief.policies.mfu_reference_gpu_family
    for server in ctx.catalog.servers.values():
        if server.gpu is not None and ctx.catalog.gpus[server.gpu].family == family:
            return server
    return None
