r"""Network fit: the times of an all-reduce lie on a line whose slope is the rate of the links.

.. math:: t = 2(n-1)\,\alpha + \frac{2(n-1)}{n}\frac{S}{B}

Inside one domain under switches that add up, (n + 1) / n messages pass each port instead. Across
domains the GPUs of one share its ports, up to eight of them.

References
----------
.. [1] NVIDIA/nccl-tests, doc/PERFORMANCE.md: times and bus bandwidth of a ring.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from designlib.calibrate.fitted import Context, gpu_of, row
from designlib.calibrate.measured import Figure, Measured
from designlib.calibrate.reading import refuse
from designlib.catalog import Catalog
from designlib.physics.machine import Machine
from designlib.predict.machines import machine_of, usual_server
from designlib.schema.parts import Server
from designlib.schema.tables import Constant

LARGE_BYTES: Final = 16 * 2**20
"""Messages from here on are limited by the links, smaller ones by how they are started. [B]"""
RING_PORTS: Final = 8
FEWEST: Final = 3


def fit(measured: Measured, catalog: Catalog, context: Context) -> list[Constant]:
    """Return efficiency and latency of the network that an all-reduce ran over.

    Parameters
    ----------
    measured : Measured
        A run of nccl-tests.
    catalog : Catalog
        The server whose links it ran over.
    context : Context
        The server, where it is not the usual one of the GPU.
    """
    if measured.facts["collective"] != "all-reduce":
        return []
    gpu = gpu_of(measured, catalog, context)
    server = catalog.servers.get(context.server) or usual_server(catalog, gpu)
    if server is None:
        raise refuse(measured.file, 1, "--server", f"no server of the catalog has {gpu}")
    technology = server.compute_technologies[0] if server.compute_technologies else None
    machine = machine_of(catalog, server, technology, gpu_id=gpu)
    ranks = int(measured.facts["ranks"]) or machine.scale_up_gpus_count
    times = [r for r in measured.facts["rows"] if r["size_bytes"] >= LARGE_BYTES]
    if len(times) < FEWEST or ranks < 2:
        message = f"expected {FEWEST} sizes of 16 MiB or more and two ranks, to draw a line"
        raise refuse(measured.file, 1, "size", message)
    size = np.array([r["size_bytes"] for r in times])
    took = np.array([r["time_s"] for r in times])
    # Relative errors count: each size was measured as well as any other.
    design = np.stack([1 / took, size / took], axis=1)
    (start_s, slope), *_ = np.linalg.lstsq(design, np.ones_like(took), rcond=None)
    start_s = max(0.0, float(start_s))
    # The line itself is the last: its slope is the best value, the sizes are its spread.
    rates = np.append(size / np.maximum(took - start_s, 1e-12), 1 / float(slope))
    across = -(-ranks // machine.scale_up_gpus_count)
    if across > 1:
        return _between(measured, context, server, machine, (ranks, across), rates, start_s)
    return _inside(measured, catalog, context, gpu, machine, ranks, rates, start_s)


def _inside(
    measured: Measured,
    catalog: Catalog,
    context: Context,
    gpu: str,
    machine: Machine,
    ranks: int,
    rates: np.ndarray,
    start_s: float,
) -> list[Constant]:
    """Return the constants of one scale-up domain."""
    kind = catalog.gpus[gpu].scale_up
    sums = machine.multicast_efficiency_frac > 0 and ranks == machine.scale_up_gpus_count
    moved = (ranks + 1) / ranks if sums else 2 * (ranks - 1) / ranks
    shares = moved * rates / 1e9 / machine.scale_up_gb_s
    subject = gpu if sums else kind
    name = "multicast_efficiency_frac" if sums else "scale_up_efficiency_frac"
    note = f"all-reduce over {ranks} GPUs of {gpu}, {len(rates)} sizes"
    alpha = start_s / (2 * (ranks - 1))
    return [
        row(subject, name, _share(shares), measured, context, note),
        row(kind, "scale_up_alpha_s", _alone(alpha, "s", len(rates)), measured, context, note),
    ]


def _between(
    measured: Measured,
    context: Context,
    server: Server,
    machine: Machine,
    group: tuple[int, int],
    rates: np.ndarray,
    start_s: float,
) -> list[Constant]:
    """Return the constants of the network between domains."""
    ranks, across = group
    if not server.compute_technologies:
        raise refuse(measured.file, 1, "--server", f"{server.id} has no compute ports")
    technology = server.compute_technologies[0]
    inside = min(machine.scale_up_gpus_count, RING_PORTS)
    shares = 2 * (ranks - 1) / ranks * rates / inside / 1e9 / machine.network_gb_s
    near = 2 * (ranks - across) * machine.scale_up_alpha_s
    alpha = max(0.0, start_s - near) / (2 * (across - 1))
    note = f"all-reduce over {ranks} GPUs in {across} of {server.id}, {len(rates)} sizes"
    figure = _alone(alpha, "s", len(rates))
    return [
        row(technology, "network_efficiency_frac", _share(shares), measured, context, note),
        row(technology, "network_alpha_s", figure, measured, context, note),
    ]


def _share(values: np.ndarray) -> Figure:
    """Return the share that the line gives, with the spread over sizes."""
    best = min(1.0, float(values[-1]))
    low, high = float(values.min()), float(values.max())
    return Figure(best, min(low, best), min(1.0, max(high, best)), "1", len(values))


def _alone(value: float, unit: str, samples: int) -> Figure:
    return Figure(value, value, value, unit, samples)
