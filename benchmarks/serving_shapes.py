"""Count the replica shapes that one core evaluates in a second.

    python benchmarks/serving_shapes.py [--seconds S]

A shape is an LLM, a GPU, degrees of parallelism, widths of weights and cache, lengths and a number
of running requests. Each gets what fits in memory, first token, time per output token, requests
and tokens a second. Prints shapes a second of every pair of LLM and GPU, and of all together.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from designlib.catalog import Catalog
from designlib.physics.shape import Shape
from designlib.physics.throughput import rate_at_batch, work_of
from designlib.predict.machines import machine_of, usual_server

LLMS = ("llama-3-1-8b", "llama-3-3-70b", "llama-3-1-405b", "deepseek-v3")
GPUS = (
    "nvidia-h100-sxm-80gb",
    "nvidia-h200-sxm-141gb",
    "nvidia-b200-sxm-180gb",
    "amd-mi300x-192gb",
)
_FIELDS = set(Shape.__dataclass_fields__)


def shape_of(catalog: Catalog, llm: str) -> Shape:
    """Return the architecture of an LLM of the catalog."""
    stated = catalog.llms[llm].quantities()
    told = {name: quantity.value for name, quantity in stated.items() if name in _FIELDS}
    told.setdefault("active_params_count", told["params_count"])
    return Shape(**told)


def grid() -> dict[str, np.ndarray]:
    """Return the shapes of one pair: every combination of layout, widths, lengths and requests."""
    axes = (
        (1.0, 2.0, 4.0, 8.0),
        (1.0, 2.0),
        (4.5, 8.0, 16.0),
        (8.0, 16.0),
        (128.0, 1024.0, 4096.0, 16384.0),
        (64.0, 256.0, 1024.0),
        tuple(float(round(1.35**n)) for n in range(24)),
    )
    names = ("tensor_parallel", "pipeline_parallel", "weight_bits", "kv_bits")
    names += ("prompt_tokens", "output_tokens", "batch")
    mesh = np.meshgrid(*axes, indexing="ij")
    return {name: values.ravel() for name, values in zip(names, mesh, strict=True)}


def evaluate(shape: Shape, machine: object, asked: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return memory, latencies and rates of shapes."""
    batch = asked["batch"]
    cost = work_of(shape, machine, **{n: v for n, v in asked.items() if n != "batch"})
    fits = cost.slots >= batch
    rate = np.where(fits, rate_at_batch(cost, batch), 0.0)
    step = cost.step_s(batch)
    return {
        "fits": fits,
        "ttft_s": cost.alone_s + step,
        "tpot_s": step / np.maximum(1e-9, 1 - rate * cost.work_s),
        "requests_s": rate,
        "output_tokens_s": rate * asked["output_tokens"],
    }


def main() -> None:
    """Measure for a stated time and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=5.0)
    seconds = parser.parse_args().seconds
    catalog, asked = Catalog.load(), grid()
    count = asked["batch"].size
    done, spent = 0, 0.0
    for llm in LLMS:
        for gpu in GPUS:
            server = usual_server(catalog, gpu)
            machine = machine_of(catalog, server, server.compute_technologies[0], gpu_id=gpu)
            shape = shape_of(catalog, llm)
            rounds, start = 0, time.process_time()
            while time.process_time() - start < seconds / len(LLMS) / len(GPUS):
                found = evaluate(shape, machine, asked)
                rounds += 1
            took = time.process_time() - start
            done, spent = done + rounds * count, spent + took
            fits = int(found["fits"].sum())
            print(
                f"{llm:16s} {gpu:24s} {rounds * count / took:12,.0f}/s, {fits:,} of {count:,} fit"
            )
    print(f"{'all':41s} {done / spent:12,.0f} shapes a second on one core")


if __name__ == "__main__":
    main()
