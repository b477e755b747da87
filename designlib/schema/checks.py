"""Physics checks: a catalog entry that contradicts itself or its GPU is refused, whatever its form.

Each check sees one part (``part_faults``) or one part beside the rest of the catalog (``link_faults``) and says what is
wrong as (path, sentence). Every check runs on every entry of its family.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from designlib.faults import nearest
from designlib.schema.base import Found

if TYPE_CHECKING:
    from designlib.schema.parts import Part

FP8_OVER_BF16 = 2.0
FP8_TOLERANCE_FRAC = 0.02
RACK_SCALE_HEIGHT_U = 30
"""A rack-scale system fills most of a rack, a server does not: 30U lies between the two for every rack in use."""


def part_faults(part: Part) -> list[Found]:
    """Return what is wrong with one part, seen alone."""
    faults = list(_sources(part))
    if not faults:
        for check in _CHECKS.get(type(part).__name__, ()):
            faults.extend(check(part, part.specs))
    return faults


def link_faults(part: Part, families: Mapping[str, Mapping[str, Part]]) -> list[Found]:
    """Return what is wrong with one part beside the others: ids that do not resolve, and sums that do not fit.

    Parameters
    ----------
    part : Part
        The part.
    families : mapping
        Family -> id -> part; a part whose own file is faulty maps to None and is not judged twice.
    """
    faults: list[Found] = []
    gpu_id = getattr(part, "gpu", None)
    if gpu_id is not None:
        faults += _unknown(("gpu",), gpu_id, families["gpus"], "GPU")
    for index, required in enumerate(getattr(part, "requires", ())):
        faults += _unknown(("requires", index), required, families["software"], "software part")
    gpu = families["gpus"].get(gpu_id) if gpu_id is not None else None
    if type(part).__name__ == "Server":
        faults += _server_power(part.specs, gpu)
        faults += _fits_a_rack(part, families["power"])
    return faults


def _unknown(
    path: tuple[str | int, ...], name: str, known: Mapping[str, Any], what: str
) -> list[Found]:
    if name in known:
        return []
    return [(path, f"unknown {what} id '{name}'{nearest(name, known)}")]


def _sources(part: Part) -> Iterator[Found]:
    for name, quantity in part.quantities().items():
        if quantity.source not in part.sources:
            known = ", ".join(part.sources) or "none"
            hint = nearest(quantity.source, part.sources)
            message = (
                f"source '{quantity.source}' is not one of this part's sources ({known}){hint}"
            )
            yield ("specs", name, "source"), message


def _server_power(specs: Any, gpu: Any) -> Iterator[Found]:
    if gpu is None:
        return
    gpus_kw = specs.gpus_count.value * gpu.specs.tdp_w.value / 1000
    if specs.power_max_kw.value < gpus_kw:
        message = f"expected at least gpus_count x tdp_w = {gpus_kw:g} kW, found {specs.power_max_kw.value:g}"
        yield ("specs", "power_max_kw"), message


def _fits_a_rack(part: Any, power: Mapping[str, Any]) -> Iterator[Found]:
    usable = "height_u" if part.rack_scale else "height_usable_u"
    racks = [
        cabinet.specs
        for cabinet in power.values()
        if getattr(cabinet, "kind", "") == "rack-cabinet"
    ]
    tallest_u = max((getattr(specs, usable).value for specs in racks), default=None)
    if tallest_u is not None and part.specs.height_u.value > tallest_u and not part.rack_scale:
        message = f"{part.specs.height_u.value:g}U fits no rack; the tallest holds {tallest_u:g}U"
        yield ("specs", "height_u"), message


def _gpu(part: Any, specs: Any) -> Iterator[Found]:
    fp8, bf16 = specs.fp8_dense_tflops, specs.bf16_dense_tflops.value
    if fp8 is None or fp8.note:
        return
    if abs(fp8.value / (FP8_OVER_BF16 * bf16) - 1) > FP8_TOLERANCE_FRAC:
        message = (
            f"expected 2 x bf16_dense_tflops = {FP8_OVER_BF16 * bf16:g} within 2% (is {fp8.value:g} a sparse"
            " figure?), or a note that says why not"
        )
        yield ("specs", "fp8_dense_tflops"), message


def _server(part: Any, specs: Any) -> Iterator[Found]:
    gpus, scale_up = specs.gpus_count.value, specs.scale_up_gpus_count.value
    if (part.gpu is None) != (gpus == 0):
        yield ("specs", "gpus_count"), f"{gpus} GPUs do not agree with gpu: {part.gpu or 'null'}"
    elif gpus and (scale_up < 1 or gpus % scale_up):
        message = f"expected a divisor of gpus_count = {gpus}, found {scale_up}"
        yield ("specs", "scale_up_gpus_count"), message
    if specs.compute_ports_count.value < gpus and not specs.compute_ports_count.note:
        message = f"expected one port per GPU ({gpus}), or a note that says why not"
        yield ("specs", "compute_ports_count"), message
    if specs.psus_count is not None and specs.psu_kw is not None:
        supply_kw = specs.psus_count.value * specs.psu_kw.value
        if supply_kw < specs.power_max_kw.value:
            message = f"{supply_kw:g} kW of power supplies cannot feed power_max_kw"
            yield ("specs", "psu_kw"), message
    if (part.cooling == "air") != (specs.liquid_frac.value == 0):
        yield (
            ("specs", "liquid_frac"),
            f"{specs.liquid_frac.value:g} does not agree with cooling: {part.cooling}",
        )
    if part.rack_scale != (specs.height_u.value >= RACK_SCALE_HEIGHT_U):
        yield (
            ("specs", "height_u"),
            (
                f"{specs.height_u.value:g}U does not agree with rack_scale: {str(part.rack_scale).lower()};"
                f" a rack-scale system takes {RACK_SCALE_HEIGHT_U}U or more"
            ),
        )


def _typical_power(part: Any, specs: Any) -> Iterator[Found]:
    typical, most = specs.power_typical_kw.value, specs.power_max_kw.value
    if typical > most:
        yield (
            ("specs", "power_typical_kw"),
            f"expected at most power_max_kw = {most:g}, found {typical:g}",
        )


def _switch(part: Any, specs: Any) -> Iterator[Found]:
    if specs.radix_ports.value < specs.cages_count.value:
        message = f"expected at least cages_count = {specs.cages_count.value}: a cage holds one port or more"
        yield ("specs", "radix_ports"), message


def _at_least_one(field: str) -> Callable[[Any, Any], Iterator[Found]]:
    def check(part: Any, specs: Any) -> Iterator[Found]:
        if getattr(specs, field).value < 1:
            yield ("specs", field), "expected at least 1"

    return check


def _cooling(part: Any, specs: Any) -> Iterator[Found]:
    if part.kind == "rear-door" and specs.rack_limit_kw.value > specs.unit_kw.value:
        message = f"a rear door serves one rack: expected at most unit_kw = {specs.unit_kw.value:g}"
        yield ("specs", "rack_limit_kw"), message


def _power(part: Any, specs: Any) -> Iterator[Found]:
    cabinet = part.kind == "rack-cabinet"
    needed = ("height_u", "height_usable_u", "weight_limit_kg") if cabinet else ("unit_kw",)
    missing = [name for name in needed if getattr(specs, name) is None]
    for name in missing:
        yield ("specs", name), f"required for kind: {part.kind}, not found"
    if cabinet and not missing and specs.height_usable_u.value > specs.height_u.value:
        yield ("specs", "height_usable_u"), f"expected at most height_u = {specs.height_u.value:g}"


def _llm(part: Any, specs: Any) -> Iterator[Found]:
    if specs.kv_heads_count.value < 1 or specs.heads_count.value % specs.kv_heads_count.value:
        yield (
            ("specs", "kv_heads_count"),
            f"expected a divisor of heads_count = {specs.heads_count.value}",
        )
    active = specs.active_params_count
    if active is not None and active.value > specs.params_count.value:
        yield ("specs", "active_params_count"), "expected at most params_count"
    needed = {"moe": ("experts_count", "top_k_count", "active_params_count")}
    needed["mla-moe"] = (*needed["moe"], "kv_latent", "kv_rope")
    for name in needed.get(part.kind, ()):
        if getattr(specs, name) is None:
            yield ("specs", name), f"required for kind: {part.kind}, not found"


_CHECKS: dict[str, tuple[Callable[[Any, Any], Iterator[Found]], ...]] = {
    "Gpu": (_gpu,),
    "Server": (_server, _typical_power),
    "Switch": (_switch, _typical_power),
    "Optic": (_at_least_one("links_per_unit_count"),),
    "Storage": (_at_least_one("units_min_count"), _typical_power),
    "Cooling": (_cooling,),
    "Power": (_power,),
    "Cloud": (_at_least_one("gpus_count"),),
    "Llm": (_llm,),
}
