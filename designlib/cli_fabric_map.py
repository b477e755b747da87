"""Fabric map: the port map of a fabric, its cables, power and cost, and the files they go to."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from itertools import chain
from math import ceil
from pathlib import Path
from typing import Any, Final

from designlib.cabling.bill import Bill, Cabling, bill, cable
from designlib.cabling.graph import graphml
from designlib.cabling.hall import Positions, place
from designlib.cabling.links import Links
from designlib.cabling.parts import end_socket, hall_of, pieces_of, socket_of
from designlib.cabling.sheet import rows, write_csv, write_xlsx
from designlib.catalog import Catalog
from designlib.faults import Fault, FaultError
from designlib.physics.fabric_rules import FabricSize

BINS_M: Final = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50)
"""Upper ends of the length histogram, then every hundred. [m]"""

SWITCH_KINDS: Final = ("leaf", "spine", "core", "router")


class PortMap:
    """The wiring of a fabric, the places of its devices, and the cables if a switch is named.

    Parameters
    ----------
    wiring : iterable of Links
        Links of the fabric.
    catalog : Catalog
        Parts, prices and the measures of the hall.
    switch, server : Switch, Server or None
        Parts of the catalog.
    planes : int
        Planes that share a server port. [1]
    servers_per_rack : int or None
        Servers of one rack. [1]
    only : collection of str
        Cables, fibres and transceivers to choose from; all of the catalog where none is named.
    """

    def __init__(
        self,
        wiring: Iterable[Links],
        catalog: Catalog,
        switch: Any,
        server: Any,
        planes: int,
        servers_per_rack: int | None,
        only: Collection[str] = (),
    ) -> None:
        self.wiring = list(wiring)
        self.catalog, self.switch = catalog, switch
        hall = hall_of(catalog, switch, server, servers_per_rack)
        self.positions: Positions = place(self.wiring, hall)
        self.per_cage: dict[str, int] = {}
        self.cablings: list[Cabling | None] = [None] * len(self.wiring)
        self.bill: Bill | None = None
        if switch is None:
            return
        sockets = dict.fromkeys(SWITCH_KINDS, socket_of(switch))
        sockets["server"] = end_socket(switch, server, planes)
        sockets["manager"] = end_socket(switch, None)
        self.per_cage = {kind: socket.links for kind, socket in sockets.items()}
        pieces = [piece for piece in pieces_of(catalog) if not only or piece.id in only]
        cablings = cable(self.wiring, self.positions, pieces, sockets)
        self.cablings, self.bill = list(cablings), bill(cablings, sockets)

    def content(self, switches_count: int) -> dict[str, Any]:
        """Return racks, optics, lengths, power and cost; nothing but racks without a switch."""
        found: dict[str, Any] = {"racks": self.positions.racks_count}
        if self.bill is None:
            return found
        price = self.catalog.price(self.switch.id)
        optics = self.optics()
        managers = self.managers()
        cost = {
            "switches": switches_count * price.value,
            "optics": sum(row["cost"] for row in optics),
            "managers": sum(row["cost"] for row in managers),
        }
        specs = self.switch.specs
        return found | {
            "switch": self.switch.id,
            "optics": optics,
            "length_histogram": self.histogram(),
            "power_kw": {
                "switches_max": switches_count * specs.power_max_kw.value,
                "switches_typical": switches_count * specs.power_typical_kw.value,
                "optics_max": self.bill.power_w / 1000,
            },
            "fabric_managers": managers,
            "cost_usd": cost | {"total": sum(cost.values())},
        }

    def optics(self) -> list[dict[str, Any]]:
        """Return every piece of the cabling with its spares and its cost."""
        assert self.bill is not None
        spares = self.bill.spares(float(self.catalog.constant("cables", "spare_frac").value))
        found: list[dict[str, Any]] = []
        for part, count in sorted(self.bill.pieces.items()):
            price = self.catalog.price(part)
            found.append(
                {"part": part, "count": count, "spares": spares[part], "unit_price": price.value,
                 "cost": (count + spares[part]) * price.value, "confidence": price.confidence}
            )  # fmt: skip
        return found

    def managers(self) -> list[dict[str, Any]]:
        """Return the appliances that manage a fabric of this technology, with their cost."""
        found: list[dict[str, Any]] = []
        for part in self.catalog.software.values():
            count = part.specs.appliances_count
            managed = self.switch.technology in (part.applies_to.technologies or ())
            if part.kind != "fabric-manager" or not managed or count is None:
                continue
            price = self.catalog.price(part.id)
            found.append(
                {"part": part.id, "count": int(count.value), "unit_price": price.value,
                 "cost": int(count.value) * price.value, "confidence": price.confidence}
            )  # fmt: skip
        return found

    def histogram(self) -> list[dict[str, Any]]:
        """Return the links of each kind of cable by length, a row a bin that is not empty."""
        assert self.bill is not None
        found: list[dict[str, Any]] = []
        for kind, meters in sorted(self.bill.histogram.items()):
            bins: Counter[int] = Counter()
            for length, links in meters.items():
                bins[next((b for b in BINS_M if length <= b), ceil(length / 100) * 100)] += links
            found += [{"kind": kind, "up_to_m": b, "links": n} for b, n in sorted(bins.items())]
        return found

    def write_sheet(self, path: Path) -> None:
        """Write every cable with both ends to a CSV file or a workbook."""
        tables = [
            (f"{links.tier} {links.plane + 1}", rows(links, self.positions, self.per_cage, made))
            for links, made in zip(self.wiring, self.cablings, strict=True)
        ]
        if path.suffix.lower() == ".xlsx":
            _whole(path, lambda part: write_xlsx(part, tables))
        else:
            _whole(path, lambda part: write_csv(part, chain(*(table for _, table in tables))))

    def write_graph(self, path: Path) -> None:
        """Write the fabric as a GraphML document."""

        def write(part: Path) -> None:
            with part.open("w", encoding="utf-8") as file:
                file.writelines(graphml(self.wiring))

        _whole(path, write)


def write_diagram(path: Path, size: FabricSize) -> None:
    """Write the diagram of a fabric as a page that needs nothing else."""
    from designlib.charts.network import diagram

    page = diagram(size).to_html(include_plotlyjs=True, config={"displaylogo": False})
    _whole(path, lambda part: part.write_text(page, encoding="utf-8"))


def check_path(path: Path | None, option: str, suffixes: tuple[str, ...]) -> None:
    """Raise a FaultError if a file cannot be written there."""
    if path is None:
        return
    if path.suffix.lower() not in suffixes:
        expected = " or ".join(f"FILE{suffix}" for suffix in suffixes)
        raise FaultError([Fault(str(path), None, option, f"expected {expected}")])
    if not path.parent.is_dir():
        raise FaultError([Fault(str(path), None, option, "no such folder")])


def _whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place and move it there when it is whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".designlib-", suffix=path.suffix)
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
