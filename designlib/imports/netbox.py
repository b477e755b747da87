"""NetBox: a device type becomes the stub of a server or switch, and what it lacks is said.

The device-type library states heights, weights, ports and the ratings of supplies; it states no
GPUs, no typical power, no prices and no sources, and a rating is not what a device draws.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from designlib.faults import Fault, FaultError, nearest, quoted
from designlib.imports.stub import Figure, missing, part_text, slug
from designlib.imports.writing import Imported
from designlib.schema.plant_parts import FAMILIES
from designlib.yamlfile import Document, Keys, read_yaml

KINDS: Final = ("servers", "switches")
SWITCH_PORTS_COUNT: Final = 16
"""A device with as many data ports is taken for a switch where nobody says what it is."""
REQUIRED: Final = ("manufacturer", "model", "slug", "u_height")
KG_PER_UNIT: Final = {"kg": 1.0, "g": 0.001, "lb": 0.45359237, "oz": 0.028349523125}
# Generations of the InfiniBand Trade Association by the speed of a lane; since EDR each doubles it.
LANES: Final = 4
LANE_GBIT_S: Final = {"sdr": 2.5, "ddr": 5, "qdr": 10, "fdr": 14} | {
    name: 25 * 2**step for step, name in enumerate(("edr", "hdr", "ndr", "xdr"))
}


def read_device(
    path: str | Path,
    *,
    family: str | None = None,
    part_id: str | None = None,
    today: date | None = None,
) -> Imported:
    """Return the stub of a server or switch from a NetBox device-type file.

    Parameters
    ----------
    path : str or Path
        The YAML file.
    family : str, optional
        ``servers`` or ``switches``; by the number of data ports where it is left out.
    part_id : str, optional
        Id of the part; the device's slug where it is left out.
    today : date, optional
        Day that the file was read.

    Returns
    -------
    Imported
        A file whose name begins with an underscore, so that the overlay stays readable until the
        missing fields are filled in and the file is renamed.

    Raises
    ------
    FaultError
        The file is no device type, or a field of it is of the wrong kind.
    """
    document = read_yaml(path)
    device = _checked(document)
    ports = _ports(device)
    kind = family or ("switches" if sum(ports.values()) >= SWITCH_PORTS_COUNT else "servers")
    if kind not in KINDS:
        message = f"expected one of {', '.join(KINDS)}, found {quoted(kind)}{nearest(kind, KINDS)}"
        raise FaultError([Fault(str(path), None, "--family", message)])
    figures, notes = _body(device)
    figures |= _server_ports(device, ports) if kind == "servers" else _switch_ports(ports)
    model = FAMILIES[kind]
    known = set(getattr(model.model_fields["specs"].annotation, "model_fields", {}))
    figures = {name: figure for name, figure in figures.items() if name in known}
    top = {"name": f"{device['manufacturer']} {device['model']}", "vendor": device["manufacturer"]}
    source = {
        "title": f"NetBox device-type library, {device['slug']}",
        "accessed": str(today or date.today()),
        "kind": "web",
        "confidence": "secondary",
    }
    name = slug(part_id or str(device["slug"]))
    lacking = missing(model, top, figures)
    notes = [
        *([] if family else [f"taken for one of {kind}: {sum(ports.values())} data ports"]),
        *notes,
        f"missing: {', '.join(lacking)}",
        f"fill them in and rename the file to {kind}/{name}.yaml; until then it is not read",
    ]
    return Imported(f"{kind}/_{name}.yaml", part_text(model, top, source, figures), tuple(notes))


def _checked(document: Document) -> dict[Any, Any]:
    device, faults = document.data, []

    def refuse(path: Keys, message: str) -> None:
        line = document.line(path)
        faults.append(Fault(document.file, line, ".".join(map(str, path)), message))

    for name in REQUIRED:
        if name not in device:
            known = nearest(name, [str(key) for key in device])
            refuse((name,), f"required field of a device type is missing{known}")
    for name in ("u_height", "weight"):
        value = device.get(name, 0)
        if not _is_number(value) or value < 0:
            refuse((name,), f"expected a number >= 0, found {quoted(value)}")
    for name in ("manufacturer", "model", "slug"):
        if name in device and not (isinstance(device[name], str) and slug(device[name])):
            refuse((name,), f"expected text, found {quoted(device[name])}")
    unit = device.get("weight_unit", "kg")
    if not isinstance(unit, str) or unit not in KG_PER_UNIT:
        refuse(("weight_unit",), f"expected one of {', '.join(KG_PER_UNIT)}, found {quoted(unit)}")
    if "weight" in device and "weight_unit" not in device:
        refuse(("weight_unit",), f"required beside weight; one of {', '.join(KG_PER_UNIT)}")
    for name in ("interfaces", "power-ports"):
        items = device.get(name) or []
        if not isinstance(items, list):
            refuse((name,), f"expected a list, found {quoted(items)}")
            continue
        for index, item in enumerate(items):
            if not isinstance(item, dict):
                refuse((name, index), f"expected a mapping of fields, found {quoted(item)}")
                continue
            for draw in ("maximum_draw", "allocated_draw"):
                if draw in item and not (_is_number(item[draw]) and item[draw] > 0):
                    message = f"expected a number > 0 [W], found {quoted(item[draw])}"
                    refuse((name, index, draw), message)
    if faults:
        raise FaultError(faults)
    return device


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _body(device: Mapping[str, Any]) -> tuple[dict[str, Figure], list[str]]:
    figures, notes = {"height_u": Figure(device["u_height"])}, []
    if "weight" in device:
        unit = device["weight_unit"]
        note = "often of the bare chassis" + (
            "" if unit == "kg" else f"; {device['weight']} {unit}"
        )
        figures["weight_kg"] = Figure(round(device["weight"] * KG_PER_UNIT[unit], 2), note)
    supplies = device.get("power-ports") or []
    ratings = [port["maximum_draw"] for port in supplies if "maximum_draw" in port]
    planned = [port["allocated_draw"] for port in supplies if "allocated_draw" in port]
    if ratings and len(ratings) == len(supplies):
        note = f"sum of the maximum_draw of {len(ratings)} power ports: an upper bound, since it"
        figures["power_max_kw"] = Figure(sum(ratings) / 1000, f"{note} counts spare supplies")
        if len(set(ratings)) == 1:
            figures["psu_kw"] = Figure(ratings[0] / 1000, "maximum_draw of a power port")
    if supplies:
        figures["psus_count"] = Figure(len(supplies), "power ports")
    if planned and len(planned) == len(supplies):
        figures["power_typical_kw"] = Figure(sum(planned) / 1000, "sum of allocated_draw")
    if "power_max_kw" not in figures:
        notes.append(f"no power: {len(supplies)} power ports, of which {len(ratings)} say a draw")
    return figures, notes


def _ports(device: Mapping[str, Any]) -> Counter[tuple[float, bool]]:
    """Return how many data ports of each speed the device has: (Gbit/s, InfiniBand) -> ports."""
    found: Counter[tuple[float, bool]] = Counter()
    for port in device.get("interfaces") or []:
        speed = _gbit_s(str(port.get("type", "")))
        if speed is not None and port.get("mgmt_only") is not True:
            found[speed] += 1
    return found


def _gbit_s(kind: str) -> tuple[float, bool] | None:
    band = re.fullmatch(r"infiniband-([a-z0-9]+)", kind)
    if band and band[1] in LANE_GBIT_S:
        return LANES * LANE_GBIT_S[band[1]], True
    ethernet = re.match(r"(\d+(?:\.\d+)?)(g?)base", kind)
    if ethernet:
        return float(ethernet[1]) / (1 if ethernet[2] else 1000), False
    return None


def _server_ports(
    device: Mapping[str, Any], ports: Counter[tuple[float, bool]]
) -> dict[str, Figure]:
    fastest = sorted(ports, reverse=True)
    figures: dict[str, Figure] = {}
    for names, speed in zip(("compute", "front"), fastest, strict=False):
        note = "the fastest data ports" if names == "compute" else "the next fastest data ports"
        figures[f"{names}_ports_count"] = Figure(ports[speed], note)
        figures[f"{names}_port_gbit_s"] = Figure(speed[0])
    managed = [p for p in (device.get("interfaces") or []) if p.get("mgmt_only") is True]
    if managed:
        figures["oob_ports_count"] = Figure(len(managed))
    return figures


def _switch_ports(ports: Counter[tuple[float, bool]]) -> dict[str, Figure]:
    if not ports:
        return {}
    fastest = max(ports)
    others = {speed: count for speed, count in ports.items() if speed != fastest}
    slower = ", ".join(f"{count} at {speed[0]:g} Gbit/s" for speed, count in others.items())
    note = f"the fastest data ports; also {slower}" if slower else "data ports"
    return {
        "radix_ports": Figure(ports[fastest], note),
        "port_gbit_s": Figure(fastest[0]),
    }
