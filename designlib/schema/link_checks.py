"""Link checks: every id that an entry names is in the catalog, and the two agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from designlib.faults import nearest
from designlib.schema.base import Found
from designlib.schema.blueprint_checks import blueprint_parts
from designlib.schema.blueprints import Blueprint
from designlib.schema.compute_checks import server_feeds_gpus
from designlib.schema.parts import Gpu, Part, Server, Switch
from designlib.schema.plant_parts import Power, Software

Families = Mapping[str, Mapping[str, Part | None]]


def link_faults(part: Part, families: Families) -> list[Found]:
    """Return what is wrong with one part beside the others.

    Parameters
    ----------
    part : Part
        The part.
    families : mapping
        Family -> id -> part, None for a part whose own file is faulty: such a part exists, but
        nothing is judged by it.
    """
    faults: list[Found] = []
    gpu_id = getattr(part, "gpu", None)
    if gpu_id is not None:
        faults += _unknown(("gpu",), gpu_id, families["gpus"], "GPU")
    kin_id = getattr(part, "calibrated_as", None)
    if kin_id is not None:
        faults += _unknown(("calibrated_as",), kin_id, families["gpus"], "GPU")
        faults += _kin(part, families["gpus"])
    if isinstance(part, Server):
        gpu = families["gpus"].get(part.gpu) if part.gpu is not None else None
        if isinstance(gpu, Gpu):
            faults += server_feeds_gpus(part, gpu)
        faults += _server_fits_a_rack(part, families["power"])
    if isinstance(part, Software):
        faults += _software(part, families)
    if isinstance(part, Blueprint):
        faults += _blueprint(part, families)
    return faults


def _unknown(
    path: tuple[str | int, ...], name: str, known: Mapping[str, object], what: str
) -> list[Found]:
    return [] if name in known else [(path, f"unknown {what} id '{name}'{nearest(name, known)}")]


def _kin(part: Part, gpus: Mapping[str, Part | None]) -> Iterator[Found]:
    """Yield the fault of a GPU whose kin leads back to itself."""
    chain = [part.id]
    kin = getattr(part, "calibrated_as", None)
    while kin is not None and kin not in chain:
        chain.append(kin)
        kin = getattr(gpus.get(kin), "calibrated_as", None)
    if kin == part.id:
        circle = ", which stands for ".join([*chain[1:], part.id])
        yield ("calibrated_as",), f"expected another GPU: {part.id} stands for {circle}"


def _server_fits_a_rack(part: Server, power: Mapping[str, Part | None]) -> Iterator[Found]:
    # A rack-scale system brings its own rack.
    cabinets = [rack.specs for rack in power.values() if isinstance(rack, Power)]
    heights = [rack.height_usable_u.value for rack in cabinets if rack.height_usable_u is not None]
    height_u = part.specs.height_u.value
    if not part.rack_scale and heights and height_u > max(heights):
        message = f"{height_u:g}U fits no rack; the tallest holds {max(heights):g}U"
        yield ("specs", "height_u"), message
    limits = [rack.weight_limit_kg.value for rack in cabinets if rack.weight_limit_kg is not None]
    weight = part.specs.weight_kg.value
    if not part.rack_scale and limits and weight > max(limits):
        message = f"{weight:g} kg is more than any rack holds; the strongest takes {max(limits):g}"
        yield ("specs", "weight_kg"), message


def _software(part: Software, families: Families) -> Iterator[Found]:
    for index, required in enumerate(part.requires):
        yield from _unknown(("requires", index), required, families["software"], "software part")
        if part.id in _all_required(required, families["software"]):
            yield (
                ("requires", index),
                f"'{required}' requires {part.id} in turn, a circle",
            )
    vendors = {
        other.vendor: other
        for family in ("gpus", "servers")
        for other in families.get(family, {}).values()
        if other is not None
    }
    for index, vendor in enumerate(part.applies_to.vendors or ()):
        if vendor not in vendors:
            message = f"no GPU or server of vendor '{vendor}'{nearest(vendor, vendors)}"
            yield ("applies_to", "vendors", index), message


def _all_required(name: str, software: Mapping[str, Part | None]) -> set[str]:
    """Return the ids that a software part needs, itself and through the ones that it needs."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        part = software.get(one)
        if one not in found and isinstance(part, Software):
            waiting += part.requires
        found.add(one)
    return found


def _blueprint(part: Blueprint, families: Families) -> Iterator[Found]:
    if part.server is not None:
        yield from _unknown(("server",), part.server, families["servers"], "server")
    for index, fabric in enumerate(part.fabrics):
        here = ("fabrics", index, "switch")
        yield from _unknown(here, fabric.switch, families["switches"], "switch")
    server = families["servers"].get(part.server or "")
    switches = {
        name: switch for name, switch in families["switches"].items() if isinstance(switch, Switch)
    }
    yield from blueprint_parts(part, server if isinstance(server, Server) else None, switches)
