"""Devices: what each network of a site has to reach, and what was bought to do so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, count, gpu_servers, spec, standing
from designlib.validate._fabrics import CABLES, fabric_of, fabrics_of, role_of


@dataclass(frozen=True)
class Bought:
    """A fabric at a date, as its bill and its devices tell.

    Attributes
    ----------
    name, role : str
        Pool of the bill, and what it is for.
    switches, radix : int
        Switches of it, and ports of one. [1]
    port_gbit_s : float
        Speed of a port. [Gbit/s]
    links : int
        Links that were bought. [links]
    servers, stores, others : tuple of int
        Ports of each server, storage unit and other device. [1]
    """

    name: str
    role: str
    switches: int
    radix: int
    port_gbit_s: float
    links: int
    servers: tuple[int, ...]
    stores: tuple[int, ...]
    others: tuple[int, ...]

    @property
    def devices(self) -> tuple[int, ...]:
        """Return the ports of every device, servers first. [1]."""
        return (*self.servers, *self.stores, *self.others)


def fabrics_bought(design: Design, catalog: Catalog, brief: Brief, month: int) -> list[Bought]:
    """Return every fabric that the bill has at a date, old servers among its devices. [months]."""
    lines = standing(design, month)
    servers = gpu_servers(lines, catalog)
    names = fabrics_of(design, catalog, month)
    found = []
    for name in names:
        role = role_of(name)
        mine = [x for x in lines if x["pool"] == name]
        kinds = [catalog.switches[x["part_id"]] for x in mine if x["part_id"] in catalog.switches]
        optics = [x for x in mine if x["part_id"] in catalog.optics]
        site = next(x["site"] for x in mine)
        if role == "compute":
            ports = [
                (x, spec(catalog.servers[x["part_id"]], "compute_ports_count"))
                for x in servers
                if fabric_of(x["pool"], servers, names, brief) == name
            ]
            stores: list[tuple[Row, float]] = []
            others: list[tuple[Row, float]] = []
        else:
            here = [x for x in lines if x["site"] == site]
            ports = [(x, p) for x in here if (p := _server_ports(x, role, catalog))]
            stores = [(x, p) for x in here if (p := _store_ports(x, role, catalog))]
            others = [(x, 1.0) for x in here if role == "out-of-band" and _managed(x, catalog)]
        found.append(
            Bought(
                name,
                role,
                round(count(x for x in mine if x["part_id"] in catalog.switches)),
                round(min(spec(k, "radix_ports") for k in kinds)),
                min(spec(k, "port_gbit_s") for k in kinds),
                round(sum(x["count"] * _links(catalog.optics[x["part_id"]]) for x in optics)),
                _each(ports),
                _each(stores),
                _each(others),
            )
        )
    return found


def _each(lines: list[tuple[Row, float]]) -> tuple[int, ...]:
    return tuple(round(n) for line, n in lines for _ in range(round(line["count"])))


def _links(optic: Any) -> float:
    return spec(optic, "links_per_unit_count") if optic.kind in CABLES else 0.0


def _server_ports(line: Row, role: str, catalog: Catalog) -> float:
    """Return the ports of a server: half of its front ports each for storage and management."""
    server = catalog.servers.get(line["part_id"])
    if server is None:
        return 0.0
    front = int(spec(server, "front_ports_count"))
    # A server without GPUs needs one port for storage, whatever it has.
    storage = 1 if server.gpu is None else max(1, front // 2)
    return {
        "storage": float(storage),
        "in-band": float(max(1, front - storage)),
        "out-of-band": spec(server, "oob_ports_count"),
    }[role]


def _store_ports(line: Row, role: str, catalog: Catalog) -> float:
    store = catalog.storage.get(line["part_id"])
    if store is None:
        return 0.0
    return {"storage": spec(store, "network_ports_count"), "out-of-band": 1.0}.get(role, 0.0)


def _managed(line: Row, catalog: Catalog) -> bool:
    """Return whether a line is of switches or appliances with a management port of their own."""
    if line["part_id"] in catalog.switches:
        return role_of(line["pool"]) != "out-of-band"
    return line["part_id"] in catalog.software
