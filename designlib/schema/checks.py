"""Physics checks: a catalog entry that contradicts itself or its neighbors is refused.

Each check sees one part, or one part beside the rest of the catalog, and says what is wrong as
(path, sentence). Every check runs on every entry of its family, always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from designlib.faults import nearest
from designlib.schema.base import Found
from designlib.schema.parts import Gpu, Optic, Part, Server, Storage, Switch
from designlib.schema.plant_parts import Cloud, Cooling, Llm, Power
from designlib.schema.quantity import CountQuantity, Quantity

FP8_OVER_BF16 = 2.0
FP8_TOLERANCE_FRAC = 0.02
RACK_SCALE_HEIGHT_U = 30
"""A rack-scale system fills most of a rack; no rack in use is so low that this would be less."""

Families = Mapping[str, Mapping[str, Part | None]]


def part_faults(part: Part) -> list[Found]:
    """Return what is wrong with one part, seen alone."""
    faults = list(_sources(part))
    for family, check in _CHECKS:
        if isinstance(part, family):
            faults.extend(check(part))
    return faults


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
    for index, required in enumerate(getattr(part, "requires", ())):
        faults += _unknown(("requires", index), required, families["software"], "software part")
    if isinstance(part, Server):
        gpu = families["gpus"].get(part.gpu) if part.gpu is not None else None
        if isinstance(gpu, Gpu):
            faults += _server_feeds_gpus(part, gpu)
        faults += _server_fits_a_rack(part, families["power"])
    return faults


def _unknown(
    path: tuple[str | int, ...], name: str, known: Mapping[str, object], what: str
) -> list[Found]:
    return [] if name in known else [(path, f"unknown {what} id '{name}'{nearest(name, known)}")]


def _sources(part: Part) -> Iterator[Found]:
    for name, quantity in part.quantities().items():
        if quantity.source not in part.sources:
            known = ", ".join(part.sources) or "none"
            hint = nearest(quantity.source, part.sources)
            message = f"unknown source '{quantity.source}'; this part has {known}{hint}"
            yield ("specs", name, "source"), message


def _server_feeds_gpus(part: Server, gpu: Gpu) -> Iterator[Found]:
    gpus_kw = part.specs.gpus_count.value * gpu.specs.tdp_w.value / 1000
    most_kw = part.specs.power_max_kw.value
    if most_kw < gpus_kw:
        message = f"expected at least gpus_count x tdp_w = {gpus_kw:g} kW, found {most_kw:g}"
        yield ("specs", "power_max_kw"), message


def _server_fits_a_rack(part: Server, power: Mapping[str, Part | None]) -> Iterator[Found]:
    # A rack-scale system brings its own rack.
    racks = [rack.specs.height_usable_u for rack in power.values() if isinstance(rack, Power)]
    tallest_u = max((usable.value for usable in racks if usable is not None), default=None)
    height_u = part.specs.height_u.value
    if not part.rack_scale and tallest_u is not None and height_u > tallest_u:
        yield ("specs", "height_u"), f"{height_u:g}U fits no rack; the tallest holds {tallest_u:g}U"


def _gpu_precisions(part: Gpu) -> Iterator[Found]:
    fp8, bf16 = part.specs.fp8_dense_tflops, part.specs.bf16_dense_tflops.value
    if fp8 is None or fp8.note:
        return
    twice = FP8_OVER_BF16 * bf16
    if abs(fp8.value / twice - 1) > FP8_TOLERANCE_FRAC:
        message = f"expected 2 x bf16_dense_tflops = {twice:g} within 2%, found {fp8.value:g}"
        yield (
            ("specs", "fp8_dense_tflops"),
            f"{message}; is it sparse? else add a note that says why",
        )


def _server_gpus(part: Server) -> Iterator[Found]:
    specs = part.specs
    gpus, scale_up = specs.gpus_count.value, specs.scale_up_gpus_count.value
    if (part.gpu is None) != (gpus == 0):
        yield ("specs", "gpus_count"), f"{gpus} does not agree with gpu: {part.gpu or 'null'}"
    elif gpus and (scale_up < 1 or gpus % scale_up):
        message = f"expected a divisor of gpus_count = {gpus}, found {scale_up}"
        yield ("specs", "scale_up_gpus_count"), message
    if specs.compute_ports_count.value < gpus and not specs.compute_ports_count.note:
        message = f"expected one port per GPU ({gpus}), or a note that says why not"
        yield ("specs", "compute_ports_count"), message


def _server_body(part: Server) -> Iterator[Found]:
    specs = part.specs
    if specs.psus_count is not None and specs.psu_kw is not None:
        supply_kw = specs.psus_count.value * specs.psu_kw.value
        if supply_kw < specs.power_max_kw.value:
            message = f"power supplies of {supply_kw:g} kW together cannot feed power_max_kw"
            yield ("specs", "psu_kw"), message
    if (part.cooling == "air") != (specs.liquid_frac.value == 0):
        message = f"{specs.liquid_frac.value:g} does not agree with cooling: {part.cooling}"
        yield ("specs", "liquid_frac"), message
    if part.rack_scale and specs.height_u.value < RACK_SCALE_HEIGHT_U:
        message = f"expected {RACK_SCALE_HEIGHT_U}U or more: rack_scale is true"
        yield ("specs", "height_u"), f"{message}, found {specs.height_u.value:g}"


def _typical_power(part: Server | Switch | Storage) -> Iterator[Found]:
    typical_kw, most_kw = part.specs.power_typical_kw.value, part.specs.power_max_kw.value
    if typical_kw > most_kw:
        message = f"expected at most power_max_kw = {most_kw:g}, found {typical_kw:g}"
        yield ("specs", "power_typical_kw"), message


def _switch_ports(part: Switch) -> Iterator[Found]:
    cages = part.specs.cages_count.value
    if part.specs.radix_ports.value < max(1, cages):
        message = f"expected at least cages_count = {cages}: a cage holds one port or more"
        yield ("specs", "radix_ports"), message


def _at_least_one(part: Optic | Storage | Cloud) -> Iterator[Found]:
    for name in ("links_per_unit_count", "units_min_count", "gpus_count"):
        quantity: CountQuantity | None = getattr(part.specs, name, None)
        if quantity is not None and quantity.value < 1:
            yield ("specs", name), f"expected at least 1, found {quantity.value}"


def _rear_door(part: Cooling) -> Iterator[Found]:
    unit_kw = part.specs.unit_kw.value
    if part.kind == "rear-door" and part.specs.rack_limit_kw.value > unit_kw:
        message = f"expected at most unit_kw = {unit_kw:g}: a rear door serves one rack"
        yield ("specs", "rack_limit_kw"), message


def _cabinet(part: Power) -> Iterator[Found]:
    specs, cabinet = part.specs, part.kind == "rack-cabinet"
    needed = ("height_u", "height_usable_u", "weight_limit_kg") if cabinet else ("unit_kw",)
    yield from _needed(part, part.kind, needed)
    height, usable = specs.height_u, specs.height_usable_u
    if height is not None and usable is not None and usable.value > height.value:
        yield ("specs", "height_usable_u"), f"expected at most height_u = {height.value:g}"


def _llm_shape(part: Llm) -> Iterator[Found]:
    specs = part.specs
    heads, kv_heads = specs.heads_count.value, specs.kv_heads_count.value
    if kv_heads < 1 or heads % kv_heads:
        message = f"expected a divisor of heads_count = {heads}, found {kv_heads}"
        yield ("specs", "kv_heads_count"), message
    active = specs.active_params_count
    if active is not None and active.value > specs.params_count.value:
        yield ("specs", "active_params_count"), "expected at most params_count"
    for name in ("moe_layers_count", "attention_layers_count", "window_layers_count"):
        some: CountQuantity | None = getattr(specs, name)
        if some is not None and some.value > specs.layers_count.value:
            yield ("specs", name), f"expected at most layers_count = {specs.layers_count.value}"
    yield from _needed(part, part.kind, _OF_KIND[part.kind])


_EXPERTS = ("experts_count", "top_k_count", "active_params_count")
_OF_KIND: dict[str, tuple[str, ...]] = {
    "dense": (),
    "moe": _EXPERTS,
    "mla-moe": (*_EXPERTS, "kv_latent", "kv_rope"),
    "hybrid": ("attention_layers_count",),
    "hybrid-moe": (*_EXPERTS, "attention_layers_count"),
}


def _needed(part: Part, kind: str, names: tuple[str, ...]) -> Iterator[Found]:
    for name in names:
        found: Quantity | None = getattr(part.specs, name)
        if found is None:
            yield ("specs", name), f"required field is missing; kind: {kind} needs it"


_CHECKS: tuple[tuple[type[Part], Callable[[Any], Iterator[Found]]], ...] = (
    (Gpu, _gpu_precisions),
    (Server, _server_gpus),
    (Server, _server_body),
    (Server, _typical_power),
    (Switch, _typical_power),
    (Storage, _typical_power),
    (Switch, _switch_ports),
    (Optic, _at_least_one),
    (Storage, _at_least_one),
    (Cloud, _at_least_one),
    (Cooling, _rear_door),
    (Power, _cabinet),
    (Llm, _llm_shape),
)
