"""Devices: every server, storage unit and switch of a design by name, with its place and ports.

A name is that of its site, of what it is, and a number: it can stand in a host name, a switch
configuration and a spreadsheet, whatever a brief calls its sites.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.standing import standing
from designlib.explore.owned import lines_of
from designlib.schema.parts import Server

Row = dict[str, Any]

RESOURCES: Final = {
    "compute": "compute_ports",
    "storage": "storage_ports",
    "in-band": "in_band_ports",
    "out-of-band": "oob_ports",
}
"""Role of a network -> resource that its ports are in the balance."""

SWITCH: Final = "switch"
SLUG_MAX: Final = 40
"""Letters of a slug: a host name and a label of Kubernetes take 63 with what follows."""


@dataclass(frozen=True, slots=True)
class Device:
    """One thing that has a name, a place and ports.

    Attributes
    ----------
    name : str
        Name, of small letters, digits and hyphens; no other device has it.
    kind : str
        ``server`` (with GPUs), ``cpu``, ``control``, ``storage``, ``switch`` or ``manager``.
    part_id, line_id : str
        What it is, and the line of the bill of materials that bought it; empty where it was
        there already.
    site, pool : str
        Where it belongs; the pool of a switch is its fabric.
    rack : str
        Rack; empty where the design gives it none.
    u_bottom, u_height : int
        Lowest unit, and units that it takes; 0 without a rack. [U]
    period_month : int
        Date from which it is there. [mo]
    ports : dict of str to int
        Role of a network -> ports in it; switches have them for management only. [ports]
    """

    name: str
    kind: str
    part_id: str
    line_id: str
    site: str
    pool: str
    rack: str
    u_bottom: int
    u_height: int
    period_month: int
    ports: Mapping[str, int] = field(default_factory=dict)


def slug(text: str, other: str = "x") -> str:
    """Return a text as small letters, digits and single hyphens; ``other`` where nothing is left.

    Examples
    --------
    >>> slug("Hall =1, 'North'"), slug("***")
    ('hall-1-north', 'x')
    """
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower())
    return "-".join(word for word in plain.split("-") if word) or other


def slugs(texts: Iterable[str]) -> dict[str, str]:
    """Return each text with a slug that no other of them has, short enough for a label."""
    found: dict[str, str] = {}
    for text in texts:
        if text in found:
            continue
        plain, n = slug(text)[:SLUG_MAX].rstrip("-"), 1
        while (plain if n == 1 else f"{plain}-{n}") in found.values():
            n += 1
        found[text] = plain if n == 1 else f"{plain}-{n}"
    return found


def site_names(design: Design) -> dict[str, str]:
    """Return the name of each site as it stands in the names of devices."""
    named = [str(s["site"]) for s in design.summary.get("sites") or []]
    return slugs([*named, *(line["site"] for line in design.tables["bill_of_materials"])])


def devices(design: Design, catalog: Catalog, month: int | None = None) -> list[Device]:
    """Return every device of a design at a date, in the order of purchase and place.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        The parts that it names; what is in no folder of servers, storage, switches or software
        is no device.
    month : int or None
        Date; None is the last one, which is that of all drawings and lists. [mo]

    Returns
    -------
    list of Device
        Servers, storage and appliances before switches. Cold spares lie in a box and are not here.
    """
    sites = site_names(design)
    date = max(design.dates, default=0) if month is None else month
    units = sorted(
        standing(design.tables["placement"], date),
        key=lambda u: (u["site"], u["period_month"], u["rack"], u["u_bottom"]),
    )
    lines = lines_of(design, units, date)
    bare = [
        _bare(line, catalog, u) for line, u in zip(lines, units, strict=True)
        if _kind(line, catalog)
    ]  # fmt: skip
    bare += _unplaced(design, catalog, date)
    bare.sort(key=lambda d: (d.kind == SWITCH, sites[d.site]))
    counts: Counter[tuple[str, str]] = Counter()
    named = []
    for device in bare:
        word = _word(device, catalog)
        counts[sites[device.site], word] += 1
        number = counts[sites[device.site], word]
        named.append(replace(device, name=f"{sites[device.site]}-{word}-{number:04d}"))
    return named


def by_fabric(design: Design, catalog: Catalog, found: Iterable[Device]) -> dict[str, list[Device]]:
    """Return the devices with a port in each fabric, by the name of the fabric in the summary.

    A pool names the compute fabric that it is wired to after its server; the other networks are
    those of the site.
    """
    fabrics = design.summary.get("fabrics") or []
    held: dict[str, list[Device]] = defaultdict(list)
    for device in found:
        for role in device.ports:
            mine = [f for f in fabrics if f["name"].startswith(f"{role}: ") and _at(f, device)]
            if role == "compute":
                mine = [f for f in mine if _wired(f, device, catalog)]
            if mine:
                held[max(mine, key=lambda f: len(f["name"]))["name"]].append(device)
    return dict(held)


def _at(fabric: Row, device: Device) -> bool:
    return str(fabric["site"]) == device.site


def _wired(fabric: Row, device: Device, catalog: Catalog) -> bool:
    """Return whether a pool is named after a fabric, and has as many ports as that was made for."""
    name = device.pool.partition("@")[0].removeprefix(f"{device.part_id}-")
    key = f"{fabric['technology']}-{fabric['switch']}"
    ports = int(catalog.servers[device.part_id].specs.compute_ports_count.value)
    fits = fabric["name"].partition("@")[0].endswith(f"{key}-{ports}p")
    return fits and (name == key or name.startswith(f"{key}-"))


def _kind(line: Row, catalog: Catalog) -> str:
    """Return what a line of the bill buys, or an empty text where it is no device."""
    part = line["part_id"]
    if part in catalog.switches:
        return SWITCH
    if part in catalog.storage:
        return "storage"
    if part in catalog.software:
        return "manager" if line["layer"] == "network" else ""
    if part not in catalog.servers or line["layer"] == "spares":
        return ""
    if line["layer"] != "compute":
        return "control"
    return "server" if catalog.servers[part].gpu is not None else "cpu"


def _word(device: Device, catalog: Catalog) -> str:
    """Return the word of a name: switches and managers carry the network that they are of."""
    if device.kind not in (SWITCH, "manager"):
        return device.kind
    role = next(
        (r for r in ("storage", "in-band", "out-of-band") if device.pool.startswith(f"{r}-")),
        "compute",
    )
    return f"{role}-{device.kind}"


def _bare(line: Row, catalog: Catalog, unit: Row | None) -> Device:
    """Return a device without its name."""
    kind = _kind(line, catalog)
    return Device(
        name="",
        kind=kind,
        part_id=line["part_id"],
        line_id=line["line_id"],
        site=line["site"],
        pool=line["pool"],
        rack=unit["rack"] if unit else "",
        u_bottom=unit["u_bottom"] if unit else 0,
        u_height=unit["u_height"] if unit else 0,
        period_month=unit["period_month"] if unit else line["period_month"],
        ports=_ports(kind, line, catalog),
    )


def _unplaced(design: Design, catalog: Catalog, month: int) -> list[Device]:
    """Return the devices of lines that the placement leaves out, such as appliances."""
    placed = {unit["line_id"] for unit in design.tables["placement"]}
    found = []
    for line in design.tables["bill_of_materials"]:
        here = line["line_id"] not in placed and line["period_month"] <= month
        if here and _kind(line, catalog):
            found += [_bare(line, catalog, None)] * round(line["count"] or 0)
    return found


def _ports(kind: str, line: Row, catalog: Catalog) -> dict[str, int]:
    """Return the ports of a device by network; those of its own fabric are not a switch's."""
    part = line["part_id"]
    if kind == SWITCH:
        return {} if line["pool"].startswith("out-of-band-") else {"out-of-band": 1}
    if kind == "manager":
        return {"out-of-band": 1}
    if kind == "storage":
        return {
            "storage": int(catalog.storage[part].specs.network_ports_count.value),
            "out-of-band": 1,
        }
    server = catalog.servers[part]
    found = _front(server)
    alone = line["pool"].partition("@")[0].removeprefix(f"{part}-")
    if kind == "server" and not alone.startswith("alone"):
        found["compute"] = int(server.specs.compute_ports_count.value)
    return found | {"out-of-band": int(server.specs.oob_ports_count.value)}


def _front(server: Server) -> dict[str, int]:
    """Return the storage and in-band ports of a server: half of its front ports each.

    A server without GPUs keeps one for storage.
    """
    front = int(server.specs.front_ports_count.value)
    storage = max(1, front // 2) if server.gpu is not None else 1
    return {"storage": storage, "in-band": max(1, front - storage)}
