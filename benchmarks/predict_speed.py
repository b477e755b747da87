"""Measure how many layouts of a training job are evaluated a second on one core.

    python benchmarks/predict_speed.py

A layout is evaluated when its memory and its step time, part by part, are known. Searches of one
LLM, one server kind and one GPU count each, as tables of the optimisation are filled.
"""

from __future__ import annotations

import time

from designlib.catalog import Catalog
from designlib.physics.layouts import Layout, best_layout
from designlib.physics.machine import Machine
from designlib.physics.shape import Shape
from designlib.physics.splits import splits
from designlib.predict.aliases import gpu_id
from designlib.predict.machines import machine_of, usual_server

_SHAPES = {
    "dense 70B": Shape(70.6e9, 70.6e9, 80, 8192, 64, 8, 128, 28672, 128256),
    "dense 405B": Shape(405e9, 405e9, 126, 16384, 128, 8, 128, 53248, 128256),
    "mixture 671B": Shape(671e9, 37e9, 61, 7168, 128, 128, 128, 2048, 129280, 256, 8, 512, 64),
}
_GPUS = (256, 512, 1024, 2048, 4096)
_SEQUENCE, _BATCH = 8192, 16e6


def main() -> None:
    """Print searches and layouts a second."""
    machine = _machine()
    for name, shape in _SHAPES.items():
        layouts, seconds = measure(shape, machine)
        rate = layouts / seconds
        each = 1e3 * seconds / len(_GPUS)
        print(
            f"{name}: {layouts:,} layouts in {seconds:.3f} s, {rate:,.0f}/s, {each:.1f} ms a search"
        )


def measure(shape: Shape, machine: Machine, repeats: int = 5) -> tuple[int, float]:
    """Return the layouts of all searches and the best of a few times. [1, s]."""
    work = {"sequence_tokens": _SEQUENCE, "global_batch_tokens": _BATCH}
    count = 0
    for gpus in _GPUS:
        found = splits(
            shape, machine, gpus, sequence_tokens=_SEQUENCE, sequences=_BATCH / _SEQUENCE
        )
        count += 0 if found is None else len(found.tensor_parallel)
    best = float("inf")
    for _ in range(repeats):
        begin = time.perf_counter()
        for gpus in _GPUS:
            found = best_layout(shape, machine, gpus, **work)
            assert isinstance(found, Layout), found
        best = min(best, time.perf_counter() - begin)
    return count, best


def _machine() -> Machine:
    catalog = Catalog.load()
    gpu = gpu_id(catalog, "H100")
    return machine_of(catalog, usual_server(catalog, gpu), "infiniband")


if __name__ == "__main__":
    main()
