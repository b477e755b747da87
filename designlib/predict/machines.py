"""Machines: the numbers of a GPU in its usual server, with the calibration that the catalog has."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from designlib.catalog import Catalog
from designlib.physics.constants import ServingConstants, TrainingConstants
from designlib.physics.machine import Machine
from designlib.schema.parts import Server

_BITS_PER_BYTE = 8
_PEAKS = {
    "bf16": "bf16_dense_tflops",
    "fp8": "fp8_dense_tflops",
    "fp4": "fp4_dense_tflops",
    "int8": "int8_dense_tops",
}
_OF_GPU = (
    "train_kernel_frac",
    "train_band_frac",
    "serve_compute_frac",
    "serve_hbm_frac",
    "serve_step_overhead_s",
    "serve_band_frac",
)
_OF_SCALE_UP = (
    "scale_up_efficiency_frac",
    "scale_up_alpha_s",
    "multicast_efficiency_frac",
    "multicast_max_gb_s",
)
_OF_NETWORK = ("network_efficiency_frac", "network_alpha_s")


def usual_server(catalog: Catalog, gpu_id: str) -> Server | None:
    """Return the server of a GPU with the fastest network for each GPU; None where there is none.

    Parameters
    ----------
    catalog : Catalog
        Servers to choose from.
    gpu_id : str
        Id of the GPU.

    Notes
    -----
    A GPU without a server of its own stands in that of its nearest kin: the same family first, then
    the same kind of scale-up network at the nearest rate.
    """
    gpu = catalog.gpus[gpu_id]

    def kinship(server: Server) -> tuple[Any, ...]:
        other = catalog.gpus[str(server.gpu)]
        rates = gpu.specs.scale_up_gb_s.value, other.specs.scale_up_gb_s.value
        return (
            other.id != gpu_id,
            other.family != gpu.family,
            other.vendor != gpu.vendor,
            abs(rates[0] - rates[1]),
            not _shares_a_word(other.id, gpu_id),
            -network_gb_s(server),
            -_scale_up(server),
            server.id,
        )

    having = [
        server
        for server in catalog.servers.values()
        if server.gpu is not None and catalog.gpus[server.gpu].scale_up == gpu.scale_up
    ]
    return min(having, key=kinship, default=None)


def network_gb_s(server: Server) -> float:
    """Return the one-way rate of the compute ports of a server for each GPU. [GB/s]."""
    specs = server.specs
    if specs.gpus_count is None or specs.gpus_count.value == 0:
        return 0.0
    if specs.compute_ports_count is None or specs.compute_port_gbit_s is None:
        return 0.0
    ports = specs.compute_ports_count.value * specs.compute_port_gbit_s.value
    return float(ports / _BITS_PER_BYTE / specs.gpus_count.value)


def machine_of(
    catalog: Catalog,
    server: Server,
    technology: str | None,
    gb_s: float | None = None,
    *,
    gpu_id: str | None = None,
) -> Machine:
    """Return the machine of a server on a network, with every constant that is calibrated.

    Parameters
    ----------
    catalog : Catalog
        GPUs and calibration.
    server : Server
        A server with GPUs.
    technology : str or None
        "infiniband", "ethernet" or None for no network between servers.
    gb_s : float or None
        One-way network rate for each GPU; None means the ports of the server. [GB/s]
    gpu_id : str or None
        Another GPU in that server; None means the server's own.
    """
    gpu, specs = catalog.gpus[gpu_id or str(server.gpu)], server.specs
    stated = gpu.quantities()
    network = network_gb_s(server) if gb_s is None else gb_s
    return Machine(
        gpus_per_server_count=_count(specs.gpus_count),
        scale_up_gpus_count=_scale_up(server),
        peak_tflops={name: stated[f].value for name, f in _PEAKS.items() if f in stated},
        hbm_gb=gpu.specs.hbm_gb.value,
        hbm_bandwidth_gb_s=gpu.specs.hbm_bandwidth_gb_s.value,
        scale_up_gb_s=gpu.specs.scale_up_gb_s.value / 2,
        network_gb_s=network if technology else 0.0,
        scale_up=gpu.scale_up,
        training=TrainingConstants(**_fitted(catalog, "training", TrainingConstants)),
        serving=ServingConstants(**_fitted(catalog, "serving", ServingConstants)),
        **{
            **_known(catalog, gpu.scale_up, _OF_SCALE_UP),
            **_known(catalog, technology or "", _OF_NETWORK),
            **_known(catalog, gpu.calibrated_as or "", _OF_GPU),
            **_known(catalog, gpu.id, (*_OF_GPU, "multicast_efficiency_frac")),
        },
    )


def _shares_a_word(one: str, other: str) -> bool:
    """Return whether two ids share a word that names a system, as "nvl72" does."""
    common = set(one.split("-")) & set(other.split("-"))
    return any(any(c.isdigit() for c in word) for word in common)


def _fitted(catalog: Catalog, subject: str, kind: type) -> dict[str, float]:
    return _known(catalog, subject, tuple(f.name for f in fields(kind)))


def _known(catalog: Catalog, subject: str, names: tuple[str, ...]) -> dict[str, Any]:
    found = {name: catalog.find_constant(subject, name) for name in names}
    return {name: constant.value for name, constant in found.items() if constant is not None}


def _scale_up(server: Server) -> int:
    return _count(server.specs.scale_up_gpus_count) or _count(server.specs.gpus_count)


def _count(quantity: Any) -> int:
    return int(quantity.value) if quantity is not None else 0
