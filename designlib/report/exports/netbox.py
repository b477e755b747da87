"""NetBox: sites, racks, devices, interfaces and cables in the columns of its CSV import.

Files are imported in the order of their numbers. Columns and choices are those of NetBox 4.6.

References
----------
.. [1] NetBox community, "netbox", v4.6.8, netbox/dcim/forms/bulk_import.py and
       netbox/dcim/choices.py, https://github.com/netbox-community/netbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from math import ceil
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.cables import Cable, cables
from designlib.explore.devices import SWITCH, Device, devices, site_names, slug, slugs
from designlib.faults import one_line
from designlib.report.exports._text import Value, csv_text

Rows = Iterable[list[Value]]

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "1_sites": ("name", "slug", "status", "description"),
    "2_manufacturers": ("name", "slug"),
    "3_device_types": (
        "manufacturer", "model", "slug", "part_number", "u_height", "is_full_depth", "weight",
        "weight_unit",
    ),
    "4_device_roles": ("name", "slug", "color", "vm_role"),
    "5_racks": ("site", "name", "status", "width", "u_height", "description"),
    "6_devices": (
        "name", "role", "manufacturer", "device_type", "status", "site", "rack", "position",
        "face", "description",
    ),
    "7_interfaces": ("device", "name", "type", "speed", "enabled", "mgmt_only"),
    "8_cables": (
        "side_a_site", "side_a_device", "side_a_type", "side_a_name", "side_b_site",
        "side_b_device", "side_b_type", "side_b_name", "type", "status", "label", "length",
        "length_unit", "description",
    ),
}  # fmt: skip
"""File -> its columns [1]_."""

COLORS: Final = {
    "server": "2196f3", "cpu": "00bcd4", "control": "9c27b0", "storage": "ff9800",
    "switch": "4caf50", "manager": "795548",
}  # fmt: skip
"""Kind of device -> color of its role; the kinds are the roles."""

ETHERNET: Final = {
    ("rj45", 1): "1000base-t", ("rj45", 10): "10gbase-t", ("sfp28", 25): "25gbase-x-sfp28",
    ("qsfp28", 100): "100gbase-x-qsfp28", ("qsfp56", 200): "200gbase-x-qsfp56",
    ("qsfp112", 400): "400gbase-x-qsfp112", ("qsfp-dd", 400): "400gbase-x-qsfpdd",
    ("qsfp-dd", 800): "800gbase-x-qsfpdd", ("osfp", 400): "400gbase-x-osfp",
    ("osfp-flat", 400): "400gbase-x-osfp-rhs", ("osfp", 800): "800gbase-x-osfp",
}  # fmt: skip
"""Cage, speed [Gbit/s] -> type of interface; others are ``other`` [1]_."""

INFINIBAND: Final = {100: "infiniband-edr", 200: "infiniband-hdr", 400: "infiniband-ndr",
                     800: "infiniband-xdr"}  # fmt: skip
"""Speed [Gbit/s] -> type of interface [1]_."""

KBIT_PER_GBIT: Final = 1_000_000
WIDTH_INCH: Final = 19
NAME_MAX: Final = 100
DESCRIPTION_MAX: Final = 200
"""Letters of a name and of a description [1]_."""


def export(design: Design, catalog: Catalog, start: date) -> dict[str, str]:
    """Return the import files of a design; names are those of the cable sheet."""
    found, wired, sites = devices(design, catalog), cables(design, catalog), site_names(design)
    models = _models(found, catalog)
    tables: dict[str, Rows] = {
        "1_sites": (
            [name, name, "planned", _short(f"Site {site} of {design.name}", DESCRIPTION_MAX)]
            for site, name in sites.items()
        ),
        "2_manufacturers": _manufacturers(models),
        "3_device_types": _types(models, found),
        "4_device_roles": (
            [kind, kind, COLORS[kind], "false"] for kind in sorted({d.kind for d in found})
        ),
        "5_racks": _racks(design, catalog, sites),
        "6_devices": (_device(d, models[d.part_id], sites) for d in found),
        "7_interfaces": _interfaces(wired, catalog),
        "8_cables": (_cable(n, c, sites, catalog) for n, c in enumerate(wired, 1)),
    }
    return {f"netbox/{name}.csv": csv_text(COLUMNS[name], rows) for name, rows in tables.items()}


def _part(part: str, catalog: Catalog) -> Any:
    for family in (catalog.servers, catalog.switches, catalog.storage, catalog.software):
        if part in family:
            return family[part]
    raise KeyError(part)


def _models(found: list[Device], catalog: Catalog) -> dict[str, tuple[str, str, float, float]]:
    """Return manufacturer, model, height [U] and weight [kg] of each part; no two are alike."""
    models: dict[str, tuple[str, str, float, float]] = {}
    for device in found:
        if device.part_id in models:
            continue
        part = _part(device.part_id, catalog)
        vendor, name = _short(part.vendor, NAME_MAX), _short(part.name, NAME_MAX)
        if any((vendor, name) == known[:2] for known in models.values()):
            name = _short(device.part_id, NAME_MAX)
        numbers = (getattr(part.specs, field, None) for field in ("height_u", "weight_kg"))
        height, weight = (float(n.value) if n is not None else 0.0 for n in numbers)
        models[device.part_id] = (vendor, name, height, weight)
    return models


def _short(text: str, most: int) -> str:
    """Return a text on one line that is no longer than NetBox takes, with room for a quote."""
    return one_line(text).strip()[: most - 1]


def _manufacturers(models: dict[str, tuple[str, str, float, float]]) -> Rows:
    names = slugs(vendor for vendor, *_ in models.values())
    return [[vendor, name] for vendor, name in names.items()]


def _types(models: dict[str, tuple[str, str, float, float]], found: list[Device]) -> Rows:
    taken = {d.part_id: d.u_height for d in found}
    for part, (vendor, model, height, weight) in models.items():
        # A rack-scale system takes the height that it has in the rack.
        units = max(ceil(height), taken[part])
        kg: list[Value] = [weight, "kg"] if weight else [None, None]
        yield [vendor, model, slug(part), part, units, "true", *kg]


def _racks(design: Design, catalog: Catalog, sites: dict[str, str]) -> Rows:
    usual = int(catalog.constant("network-rack", "height_u").value)
    tops: dict[tuple[str, str], int] = {}
    kinds: dict[tuple[str, str], str] = {}
    for unit in design.tables["placement"]:
        at = (unit["site"], unit["rack"])
        tops[at] = max(tops.get(at, usual), unit["u_bottom"] + unit["u_height"] - 1)
        kinds[at] = unit["rack_kind"]
    for (site, rack), top in sorted(tops.items()):
        yield [
            sites[site],
            rack,
            "planned",
            19,
            top,
            _short(f"Cooling: {kinds[site, rack]}", DESCRIPTION_MAX),
        ]


def _device(
    device: Device, model: tuple[str, str, float, float], sites: dict[str, str]
) -> list[Value]:
    vendor, name, *_ = model
    place: list[Value] = [device.rack, device.u_bottom, "front"] if device.rack else [None] * 3
    source = f"line {device.line_id} of the bill" if device.line_id else "there already"
    note = f"In service from month {device.period_month}; {source}"
    return [device.name, device.kind, vendor, name, "planned", sites[device.site], *place, note]


def _interfaces(wired: list[Cable], catalog: Catalog) -> Iterator[list[Value]]:
    """Yield every port that has a cable; both ends run at the speed of the switch."""
    for cable in wired:
        switch = catalog.switches[cable.z.part_id]
        gbit = float(switch.specs.port_gbit_s.value)
        speed = round(gbit * KBIT_PER_GBIT)
        for device, port in ((cable.a, cable.a_port), (cable.z, cable.z_port)):
            managed = device.kind != SWITCH and cable.fabric.startswith("out-of-band: ")
            kind = _type(switch, gbit)
            yield [device.name, port, kind, speed, "true", "true" if managed else "false"]


def _type(switch: Any, gbit_s: float) -> str:
    if switch.technology == "infiniband":
        return INFINIBAND.get(round(gbit_s), "other")
    return ETHERNET.get((switch.cage, round(gbit_s)), "other")


def _cable(n: int, cable: Cable, sites: dict[str, str], catalog: Catalog) -> list[Value]:
    ends: list[Value] = []
    for device, port in ((cable.a, cable.a_port), (cable.z, cable.z_port)):
        ends += [sites[device.site], device.name, "dcim.interface", port]
    known = cable.length_m is not None
    return [
        *ends, _medium(cable.part, catalog), "planned", f"C{n:06d}", cable.length_m,
        "m" if known else None, cable.part,
    ]  # fmt: skip


def _medium(part: str, catalog: Catalog) -> str:
    """Return the type of a cable as NetBox calls it [1]_; empty where it has no word for it."""
    if not part:
        return ""
    optic = catalog.optics[part]
    if optic.kind == "fibre":
        return "smf" if optic.medium == "singlemode" else "mmf"
    words = {"dac": "dac-passive", "aec": "dac-active", "aoc": "aoc", "copper": "cat6a"}
    return words.get(optic.kind, "")
