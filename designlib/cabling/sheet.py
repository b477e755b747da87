"""Sheet: every cable with both ends, in the point-to-point columns that cable checkers read.

A row is a link: node, type and port of the A end and of the Z end, with the rack and the unit of
both, the cable and its length. Ports of a twin-port cage are written ``cage/lane``.

References
----------
.. [1] NVIDIA, "UFM cable validation tool", v1.5.0, P2P file,
       https://docs.nvidia.com/networking/display/cablevalidationtool150/p2p+file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import xlsxwriter

from designlib.cabling.bill import Cabling
from designlib.cabling.hall import Positions
from designlib.cabling.links import SWITCHES, Links, Whole
from designlib.cabling.names import node_name, port_name

COLUMNS: Final = (
    "A-Rack", "A-U", "A-Node Name", "A-Type", "A-Port",
    "Z-Rack", "Z-U", "Z-Node Name", "Z-Type", "Z-Port",
    "Tier", "Plane", "Cable", "Length [m]",
)  # fmt: skip
ROWS_PER_SHEET: Final = 1_048_575
CHUNK: Final = 16_384

Row = tuple[str | int | float, ...]


def rows(
    links: Links,
    positions: Positions,
    links_per_cage: Mapping[str, int],
    cabling: Cabling | None = None,
    prefix: str = "",
) -> Iterator[Row]:
    """Yield a row of ``COLUMNS`` for every link of a tier.

    Parameters
    ----------
    links : Links
        Links of one tier and plane.
    positions : Positions
        Where the devices stand.
    links_per_cage : mapping of str to int
        Kind of device -> links of one cage. [links]
    cabling : Cabling or None
        What the links are made of; None leaves the cable open.
    prefix : str
        Put before every name, such as the name of the fabric.
    """
    length = np.round(positions.lengths_m(links), 1)
    cables = [a.cable.id for a in cabling.assemblies] if cabling else [""]
    choice = cabling.choice if cabling else np.zeros(len(links), dtype=np.int64)
    types = [_type(links.a_kind), _type(links.z_kind)]
    ends = (
        (links.a_kind, links.a, links.a_port),
        (links.z_kind, links.z, links.z_port),
    )
    names = [_names(kind, device, prefix) for kind, device, _ in ends]
    ports = [_ports(port, links_per_cage.get(kind, 1)) for kind, _, port in ends]
    for start in range(0, len(links), CHUNK):
        part = slice(start, start + CHUNK)
        columns: list[Sequence[str | int | float]] = []
        for n, (kind, device, port) in enumerate(ends):
            here = device[part]
            columns += [
                [f"R{r + 1:04d}" for r in positions.rack[kind][here].tolist()],
                positions.u_bottom[kind][here].tolist(),
                [names[n][d] for d in here.tolist()],
                [types[n]] * len(here),
                [ports[n][p] for p in port[part].tolist()],
            ]
        count = len(columns[0])
        columns += [[links.tier] * count, [links.plane + 1] * count]
        columns += [[cables[c] for c in choice[part].tolist()], length[part].tolist()]
        yield from zip(*columns, strict=True)


def _type(kind: str) -> str:
    return "Switch" if kind in SWITCHES else "Host"


def _names(kind: str, device: Whole, prefix: str) -> dict[int, str]:
    return {d: node_name(kind, d, prefix) for d in np.unique(device).tolist()}


def _ports(port: Whole, links_per_cage: int) -> dict[int, str]:
    return {p: port_name(p, links_per_cage) for p in np.unique(port).tolist()}


def write_csv(path: Path, table: Iterable[Row]) -> int:
    """Write rows to a CSV file as they come, and return how many there were."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for count, row in enumerate(table, 1):  # noqa: B007
            writer.writerow(row)
    return count


def write_xlsx(path: Path, tables: Iterable[tuple[str, Iterable[Row]]]) -> int:
    """Write a workbook with a sheet for each tier and plane, and return the rows in it.

    Parameters
    ----------
    path : Path
        File to write.
    tables : iterable of (str, iterable of Row)
        Name of a sheet, and its rows; more than one sheet holds go on to a further one.
    """
    count = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        for name, table in tables:
            sheet, line, further = None, 0, 0
            for row in table:
                if sheet is None or line == ROWS_PER_SHEET:
                    further += 1
                    title = name if further == 1 else f"{name} {further}"
                    sheet, line = book.add_worksheet(title[:31]), 0
                    sheet.write_row(0, 0, COLUMNS, bold)
                line, count = line + 1, count + 1
                sheet.write_row(line, 0, row)
    return count
