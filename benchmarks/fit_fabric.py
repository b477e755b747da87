"""Fabric constants: plateau over link rate for bandwidth, small messages for latency."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from fitting import FAMILIES, Constant, describe, machines

from designlib.catalog import Catalog
from designlib.physics.collectives import bus_bandwidth_gb_s, group_all_reduce_s
from designlib.physics.machine import Machine

_SOURCE = (
    "Fit of benchmarks/fit_fabric.py to public nccl-tests tables: stas00/ml-engineering, "
    "coreweave/nccl-tests, NVIDIA/dgxc-benchmarking, NVIDIA GTC24 S62129 slide"
)
_LARGE, _SMALL = 2**30, 2**20
_RINGS = ("Ring", "Ring (NVLS off)")


def fit(path: Path, catalog: Catalog) -> list[Constant]:
    """Return efficiencies and latencies of scale-up networks and of networks between servers."""
    rows = pd.read_csv(path)
    rows = rows[rows.trust.le(2) & rows.busbw_gb_s.notna() & rows.collective.ne("ib_write_bw")]
    rows = rows[~rows.caveat.fillna("").str.contains("THRESHOLD")]
    known = machines(catalog)
    gpus = rows.gpu.map(lambda word: known.get(FAMILIES.get(word, word), (None, None))[1])
    rows = rows.assign(
        link=[m.scale_up_gb_s if m else np.nan for m in gpus],
        kind=[m.scale_up if m else "" for m in gpus],
    )
    inside = rows[(rows.n_nodes.fillna("1") == "1") & rows.collective.ne("p2p_memcpy")]
    big = inside[inside.message_bytes.isna() | inside.message_bytes.ge(_LARGE)]
    found = []
    for kind in ("switched", "mesh"):
        some = big[(big.kind == kind) & big.link.notna()]
        if kind == "switched":
            some = some[some.algo.isin(_RINGS)]
        share = some.busbw_gb_s / some.link
        if kind == "mesh":  # a group of n uses n - 1 of its links
            share *= 7 / (some.n_gpus - 1)
        found.append(_median(kind, "scale_up_efficiency_frac", share, "ring, 1 GiB and more"))
    nvls = big[(big.kind == "switched") & big.algo.eq("NVLS") & big.n_gpus.le(8)]
    copies = (nvls.n_gpus + 1) / nvls.n_gpus / (2 * (nvls.n_gpus - 1) / nvls.n_gpus)
    share = nvls.busbw_gb_s * copies / nvls.link
    found.append(_median("switched", "multicast_efficiency_frac", share, "NVLS, 5 to 8 GPUs"))
    small = inside[(inside.kind == "switched") & inside.message_bytes.le(_SMALL)]
    steps = 2 * (small.n_gpus - 1)
    moved = 2 * (small.n_gpus - 1) / small.n_gpus * small.message_bytes
    alpha = (moved / small.busbw_gb_s - moved / (0.8 * small.link)) / 1e9 / steps
    found.append(_median("switched", "scale_up_alpha_s", alpha, "all-reduce up to 1 MiB, a step"))
    return found + _across(rows, found)


def _median(subject: str, quantity: str, values: pd.Series, what: str) -> Constant:
    middle = float(values.median())
    errors = np.log(values / middle).to_numpy()
    note = f"{what}; {describe(errors)}"
    return Constant(
        subject, quantity, middle, values.min(), values.max(), _SOURCE, "verified", note
    )


def _across(rows: pd.DataFrame, inside: list[Constant]) -> list[Constant]:
    """Return the constants of the networks between servers."""
    value = {(c.subject, c.quantity): c.value for c in inside}
    slides = rows[rows.n_nodes.eq(">1") & ~rows.algo.eq("SHARP")]
    share = (
        slides.busbw_gb_s / slides.inter_gbps_per_gpu
    )  # eight ports of Gbit/s, eight bits a byte
    found = [_median("infiniband", "network_efficiency_frac", share, "8 ports a server, plateau")]
    sweep = rows[rows.inter_fabric.fillna("").str.contains("EFA v4")]
    big = sweep[sweep.message_bytes.ge(8 * _LARGE)]
    share = big.busbw_gb_s / big.inter_gbps_per_gpu
    what = "32 GPUs on one cloud's Ethernet (EFA); a RoCE fabric needs its own measurement"
    found.append(_median("ethernet", "network_efficiency_frac", share, what))
    small = sweep[sweep.message_bytes.between(_SMALL / 4, 4 * _SMALL)]
    moved = 2 * (small.n_gpus - 1) / small.n_gpus * small.message_bytes
    scatter = 2 * 7 * value["switched", "scale_up_alpha_s"]
    alpha = (moved / small.busbw_gb_s / 1e9 - scatter) / (2 * (small.n_gpus / 8 - 1))
    found.append(_median("ethernet", "network_alpha_s", alpha, "EFA, 256 KiB to 4 MiB, a step"))
    _check(sweep, value, found)
    return found


def _check(sweep: pd.DataFrame, value: dict[tuple[str, str], float], found: list[Constant]) -> None:
    """Print the error of the collective law on the sweep across servers."""
    rate = {c.quantity: c.value for c in found if c.subject == "ethernet"}
    errors = []
    for r in sweep[sweep.message_bytes.ge(256 * 2**20)].itertuples():
        machine = Machine(
            gpus_per_server_count=8,
            scale_up_gpus_count=8,
            peak_tflops={},
            hbm_gb=1,
            hbm_bandwidth_gb_s=1,
            scale_up_gb_s=r.link,
            network_gb_s=r.inter_gbps_per_gpu / 8,
            scale_up_efficiency_frac=value["switched", "scale_up_efficiency_frac"],
            scale_up_alpha_s=value["switched", "scale_up_alpha_s"],
            **rate,
        )
        time = group_all_reduce_s(machine, r.message_bytes, int(r.n_gpus))
        predicted = bus_bandwidth_gb_s(r.message_bytes, int(r.n_gpus), time)
        errors.append(np.log(predicted / r.busbw_gb_s))
    print("all-reduce across servers, 256 MiB and more:", describe(np.array(errors)))
