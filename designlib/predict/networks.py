"""Networks: what the free text of a published network says about its rate for each GPU."""

from __future__ import annotations

import re
from dataclasses import dataclass

from designlib.catalog import Catalog
from designlib.predict.aliases import technology_of
from designlib.predict.machines import network_gb_s
from designlib.schema.parts import Server

_BITS_PER_BYTE = 8
_RATE = r"(\d+(?:\.\d+)?)\s*G(?:b(?:it)?(?:/s(?:ec)?|ps)?)?"
_PER_GPU = re.compile(rf"{_RATE}\s*(?:/|\s+(?:\w+\s+)?per\s+)GPU\b", re.IGNORECASE)
_PER_SERVER = re.compile(rf"{_RATE}\s*per\s+(?:node|server)\b", re.IGNORECASE)
_PORTS = re.compile(r"(?<![\d.])(\d+)\s*x\s*(\S.*)", re.IGNORECASE)
_RATES = re.compile(rf"(?<![\w.-]){_RATE}\b", re.IGNORECASE)
_BYTES = re.compile(r"(?<![\d.])(\d+)\s*x\s*(\d+(?:\.\d+)?)\s*GB/s", re.IGNORECASE)
_NOT_COMPUTE = re.compile(r"\b(storage|management|NS)\b(?!\s*&\s*compute)", re.IGNORECASE)
_SCALE_UP = re.compile(r"nvlink|nvswitch|infinity fabric|xgmi|pcie", re.IGNORECASE)


@dataclass(frozen=True)
class Network:
    """A network between servers.

    Attributes
    ----------
    technology : str or None
        "infiniband", "ethernet" or None where the server has no compute ports.
    gb_s : float
        One-way rate for each GPU. [GB/s]
    note : str
        What was not stated and is taken from the server.
    """

    technology: str | None
    gb_s: float
    note: str


def network_of(text: str, server: Server, catalog: Catalog) -> Network:
    """Return the network that a text means, or the server's own where the text does not say.

    Parameters
    ----------
    text : str
        As published.
    server : Server
        Server whose GPUs share the ports; its own ports are the default.
    catalog : Catalog
        Aliases of network technologies.
    """
    own = network_gb_s(server)
    usual = server.compute_technologies[0] if server.compute_technologies else None
    technology = technology_of(catalog, text)
    specs = server.specs
    rate = stated_gb_s(text, int(specs.gpus_count.value))
    if rate is not None and server.rack_scale and own:  # the text counts the ports of one tray
        ports = specs.compute_ports_count.value / specs.gpus_count.value
        rate = max(rate, ports * (_port_gbit_s(text) or 0.0) / _BITS_PER_BYTE)
    if technology is None and rate is None:
        return Network(usual, own, f"network not stated: as in {server.name}")
    note = "" if rate is not None else f"network rate not stated: as in {server.name}"
    return Network(technology or usual, own if rate is None else rate, note)


def stated_gb_s(text: str, gpus_per_server_count: int) -> float | None:
    """Return the rate for each GPU that a text states, or None. [GB/s].

    Parameters
    ----------
    text : str
        As published.
    gpus_per_server_count : int
        GPUs that share the ports of a server. [1]

    Examples
    --------
    >>> stated_gb_s("NVLink4 8-GPU + NDR 400G/GPU (typical)", 8)
    50.0
    >>> stated_gb_s("NVLink3 8-GPU + 1600 Gb/s per node RoCE", 8)
    25.0
    >>> stated_gb_s("Storage: 2x CX-7 IB NDR 400Gb/s, Compute: 8x CX-7 IB NDR 400Gb/s", 8)
    50.0
    """
    found = _PER_GPU.search(text)
    if found:
        return float(found[1]) / _BITS_PER_BYTE
    found = _PER_SERVER.search(text)
    if found and not re.search(r"\d\s*x\b[^;:,+]*$", text[: found.start()]):
        return float(found[1]) / _BITS_PER_BYTE / gpus_per_server_count
    for clause in _clauses(text):
        each = _BYTES.search(clause)
        if each:
            return float(each[1]) * float(each[2]) / gpus_per_server_count
        ports = _PORTS.search(clause)
        rates = _RATES.findall(ports[2]) if ports else []
        if ports and rates:
            gbit_s = float(ports[1]) * max(map(float, rates))
            return gbit_s / _BITS_PER_BYTE / gpus_per_server_count
    return None


def _port_gbit_s(text: str) -> float | None:
    for clause in _clauses(text):
        ports = _PORTS.search(clause)
        rates = _RATES.findall(ports[2]) if ports else []
        if rates:
            return max(map(float, rates))
    return None


def _clauses(text: str) -> list[str]:
    """Return the parts of a text that may speak of the compute network."""
    parts = re.split(r"[;,+]|\band\b", text)
    return [p for p in parts if not _NOT_COMPUTE.search(p) and not _SCALE_UP.search(p)]
