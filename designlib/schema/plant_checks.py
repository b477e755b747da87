"""Plant checks: laws across the fields of switches, optics, storage, cooling and power parts.

Each check sees one part and yields (path, sentence). A limit is a law of physics or of the plug,
never a fit to the entries; where a document prints otherwise, a note says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isclose, sqrt
from typing import Any

from designlib.schema.base import Found
from designlib.schema.parts import Optic, Part, Storage, Switch
from designlib.schema.plant_parts import CHAIN_KINDS, Cooling, Power

SAME_FRAC = 0.02
"""Two figures of one thing agree within the rounding of datasheets."""
BITS_PER_BYTE = 8
BLOCK_BYTES = 4096
"""Block of the random reads that makers print."""
PORTS_PER_CAGE = (1, 2, 4, 8)
"""A cage has eight lanes at most, split into equal ports."""
REACH_MAX_M = {
    "copper": 100,
    "dac": 7,
    "aec": 10,
    "aoc": 256,
    "transceiver": 40_000,
    "fibre": 40_000,
}
"""Longest reach by kind: the standards of twisted pair, passive and active copper, and light."""
MULTIMODE_MAX_M = 512
"""Modal dispersion ends multimode links above 10 Gbit/s long before this. [m]"""
PASSIVE_W = 1.0
"""A passive cable draws what its identification chip draws."""
ACTIVE_W_PER_GBIT_S = 0.1
"""Several times what the least efficient optics need."""
PASSIVE = ("dac", "copper", "fibre")
FANS_AND_PUMPS_FRAC = 0.1
"""Above this share of the heat, a unit of this size would be refused by any efficiency rule."""
POOREST_EFFICIENCY_FRAC = 0.8


def _spec(name: str, message: str) -> Found:
    return ("specs", name), message


def switch_ports(part: Switch) -> Iterator[Found]:
    """Yield ports that the cages or the chip cannot have."""
    specs = part.specs
    ports, cages, speed = specs.radix_ports.value, specs.cages_count.value, specs.port_gbit_s.value
    if not cages or ports not in [cages * n for n in PORTS_PER_CAGE]:
        message = f"expected 1, 2, 4 or 8 ports in each of cages_count = {cages}, found {ports}"
        yield _spec("radix_ports", message)
    capacity = specs.capacity_tbit_s
    carried = ports * speed / 1000
    if capacity is not None and not capacity.note and not _same(carried, capacity.value):
        message = f"expected radix_ports x port_gbit_s = {carried:g} Tbit/s, found"
        why = "count one switch and one direction, or add a note"
        yield _spec("capacity_tbit_s", f"{message} {capacity.value:g}; {why}")
    if (part.cage == "rj45") != (part.roles == ("out-of-band",)):
        roles = ", ".join(part.roles)
        yield ("cage",), f"{part.cage} does not agree with roles: {roles}; rj45 is for out-of-band"
    if "compute" in part.roles and not part.rdma:
        yield ("rdma",), "expected true: the compute role needs remote memory access"


def optic_form(part: Optic) -> Iterator[Found]:
    """Yield marks of a cable, transceiver or fibre that exclude each other."""
    needs_cage, glass = part.kind != "fibre", part.medium != "copper"
    if bool(part.cages) != needs_cage:
        expected = "at least one cage" if needs_cage else "none: a fibre fits no cage"
        yield ("cages",), f"expected {expected}; kind: {part.kind}"
    if glass != (part.kind in ("aoc", "transceiver", "fibre")):
        yield ("medium",), f"{part.medium} does not agree with kind: {part.kind}"
    types = ("om3", "om4") if part.medium == "multimode" else ("os2",) if glass else ()
    if (glass and not part.fibre_types) or not set(part.fibre_types) <= set(types):
        wanted = f"of {', '.join(types)}" if types else "none"
        message = f"expected {wanted} for medium: {part.medium}"
        yield ("fibre_types",), f"{message}, found {', '.join(part.fibre_types) or 'none'}"
    fixed = part.connector in ("fixed", "rj45")
    if fixed == (part.kind in ("transceiver", "fibre")):
        yield ("connector",), f"{part.connector} does not agree with kind: {part.kind}"
    links = part.specs.links_per_unit_count.value
    twice = part.connector.startswith("2x")
    if part.kind in ("transceiver", "fibre") and twice != (links > 1):
        message = f"{links} links do not agree with connector: {part.connector}"
        yield _spec("links_per_unit_count", message)


def optic_physics(part: Optic) -> Iterator[Found]:
    """Yield a reach or a power that a cable of this kind cannot have."""
    specs = part.specs
    reach, power = specs.reach_max_m.value, specs.power_per_end_w.value
    longest = REACH_MAX_M[part.kind]
    if part.medium == "multimode":
        longest = min(longest, MULTIMODE_MAX_M)
    if reach > longest:
        message = f"expected at most {longest:g} m for kind: {part.kind}, {part.medium}"
        yield _spec("reach_max_m", f"{message}, found {reach:g}")
    most = ACTIVE_W_PER_GBIT_S * specs.gbit_s.value * specs.links_per_unit_count.value
    if part.kind in PASSIVE and power > PASSIVE_W:
        message = f"expected at most {PASSIVE_W:g} W: kind: {part.kind} is passive"
        yield _spec("power_per_end_w", f"{message}, found {power:g}")
    elif part.kind not in PASSIVE and not 0 < power <= most:
        message = f"expected above 0 and at most {most:g} W for its speed"
        yield _spec("power_per_end_w", f"{message}, found {power:g}")


def storage_wire(part: Storage) -> Iterator[Found]:
    """Yield speeds above the ports of a storage unit, and a body that its tier denies."""
    specs = part.specs
    ports = specs.network_ports_count.value
    inside = part.tier == "local"
    if inside != (ports == 0):
        yield _spec("network_ports_count", f"{ports} does not agree with tier: {part.tier}")
    if inside != (specs.height_u.value == 0):
        yield _spec("height_u", f"{specs.height_u.value:g}U does not agree with tier: {part.tier}")
    if inside != (not part.technologies):
        yield ("technologies",), f"does not agree with tier: {part.tier}"
    wire = ports * specs.network_port_gbit_s.value / BITS_PER_BYTE
    for name in ("read_gb_s", "write_gb_s"):
        speed = getattr(specs, name).value
        if not inside and ports and speed > wire:
            message = f"expected at most the line rate of its ports = {wire:g} GB/s"
            yield _spec(name, f"{message}, found {speed:g}")
    iops = specs.read_iops
    if iops is not None and not iops.note:
        needed = iops.value * BLOCK_BYTES / 1e9
        if needed > 2 * specs.read_gb_s.value:
            message = f"4 KiB reads at this rate are {needed:.3g} GB/s, over twice read_gb_s"
            yield _spec("read_iops", f"{message}; expected fewer, or a note that says why")
    if specs.redundant_units_count.value >= max(1, specs.units_min_count.value):
        least = specs.units_min_count.value
        yield _spec("redundant_units_count", f"expected fewer than units_min_count = {least}")


def cooling_heat(part: Cooling) -> Iterator[Found]:
    """Yield heat that a cooling unit of its kind cannot take."""
    specs, unit_kw = part.specs, part.specs.unit_kw.value
    outside = part.kind == "heat-rejection"
    for name in ("rack_limit_kw", "captured_frac"):
        if (getattr(specs, name) is None) != outside:
            what = "unknown field" if outside else "required field is missing"
            yield _spec(name, f"{what}; kind: {part.kind} has {'none' if outside else 'one'}")
    if specs.approach_kelvin is not None and not outside:
        yield _spec("approach_kelvin", f"unknown field; kind: {part.kind} has none")
    if specs.rack_limit_kw is not None and specs.rack_limit_kw.value > unit_kw:
        one = ": a rear door serves one rack" if part.kind == "rear-door" else ""
        yield _spec("rack_limit_kw", f"expected at most unit_kw = {unit_kw:g}{one}")
    if specs.captured_frac is not None:
        caught, plates = specs.captured_frac.value, part.kind in ("direct-to-chip", "liquid-to-air")
        if plates and caught >= 1:
            yield _spec("captured_frac", "expected below 1: cold plates leave heat to the air")
        if part.kind in ("perimeter-air", "contained-air") and caught < 1:
            yield _spec("captured_frac", f"expected 1: room air takes all heat, found {caught:g}")
    own = specs.parasitic_kw
    if own.value > FANS_AND_PUMPS_FRAC * unit_kw and not (outside or own.note):
        most = FANS_AND_PUMPS_FRAC * unit_kw
        message = f"expected at most a tenth of unit_kw = {most:g}, or a note"
        yield _spec("parasitic_kw", f"{message}, found {own.value:g}")


def power_rating(part: Power) -> Iterator[Found]:
    """Yield ratings of a power part that contradict Ohm's and Joule's laws."""
    specs = part.specs
    kva, volts, amperes = specs.rating_kva, specs.voltage_volts, specs.current_amperes
    if kva and volts and amperes:
        law = sqrt(3) * volts.value * amperes.value / 1000
        if not _same(law, kva.value):
            message = f"expected sqrt(3) x voltage_volts x current_amperes = {law:.4g} kVA"
            yield _spec("rating_kva", f"{message}, found {kva.value:g}")
    if kva and specs.unit_kw and specs.unit_kw.value > kva.value:
        message = f"expected at most rating_kva = {kva.value:g}: the power factor is at most 1"
        yield _spec("unit_kw", f"{message}, found {specs.unit_kw.value:g}")
    efficiency = specs.efficiency_frac
    if efficiency is not None and efficiency.value < POOREST_EFFICIENCY_FRAC:
        message = f"expected {POOREST_EFFICIENCY_FRAC:g} to 1: what leaves over what enters"
        yield _spec("efficiency_frac", f"{message}, found {efficiency.value:g}")
    rack = ("height_u", "height_usable_u", "weight_limit_kg")
    for name in rack if part.kind in CHAIN_KINDS else ():
        if getattr(specs, name) is not None:
            yield _spec(name, f"unknown field; kind: {part.kind} stands in no rack")


def supplies(part: Any) -> Iterator[Found]:
    """Yield power supplies that cannot feed their load, or whose ratings were taken for it."""
    specs = part.specs
    count, each = getattr(specs, "psus_count", None), getattr(specs, "psu_kw", None)
    if count is None or each is None:
        return
    together, most = count.value * each.value, specs.power_max_kw
    if together < most.value and not isclose(together, most.value):
        message = f"power supplies of {together:g} kW together cannot feed power_max_kw"
        yield _spec("psu_kw", f"{message} = {most.value:g}; expected at least as much")
    elif _same(together, most.value) and not most.note:
        message = f"{most.value:g} is the sum of the supplies, which counts the spare ones twice"
        yield _spec("power_max_kw", f"{message}; expected the load, or a note that says why")


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= SAME_FRAC * max(abs(a), abs(b))


Check = Callable[[Any], Iterator[Found]]
PLANT_CHECKS: tuple[tuple[type[Part], Check], ...] = (
    (Switch, switch_ports),
    (Switch, supplies),
    (Optic, optic_form),
    (Optic, optic_physics),
    (Storage, storage_wire),
    (Cooling, cooling_heat),
    (Power, power_rating),
)
"""Family -> check; every entry of the family passes every check, always."""
