"""Physics checks: a catalog entry that contradicts itself or its neighbors is refused.

Each check sees one part, or one part beside the rest of the catalog, and says what is wrong as
(path, sentence). Every check runs on every entry of its family, always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from designlib.faults import nearest
from designlib.schema import blueprint_checks, compute_checks, plant_checks
from designlib.schema.base import Found
from designlib.schema.blueprints import Blueprint
from designlib.schema.compute_checks import needed
from designlib.schema.link_checks import Families, link_faults
from designlib.schema.parts import Gpu, Optic, Part, Server, Storage, Switch
from designlib.schema.plant_parts import Cloud, Llm, Power
from designlib.schema.quantity import ASSUMED_KINDS, CountQuantity, Quantity, Source

__all__ = ["Families", "link_faults", "part_faults"]

KG_PER_U = (2.0, 64.0)
"""An empty chassis weighs more, a solid block of parts less; outside of it a unit slipped."""
KW_PER_U_MAX = 8.0
WEEKS_MAX = 256
"""Five years; a longer time is one of another unit. [wk]"""


def part_faults(part: Part) -> list[Found]:
    """Return what is wrong with one part, seen alone."""
    faults = [*_sources(part), *_evidence(part), *_weeks(part)]
    for family, check in _CHECKS:
        if isinstance(part, family):
            faults.extend(check(part))
    return faults


def _sources(part: Part) -> Iterator[Found]:
    for name, quantity in part.quantities().items():
        if quantity.source not in part.sources:
            known = ", ".join(part.sources) or "none"
            hint = nearest(quantity.source, part.sources)
            message = f"unknown source '{quantity.source}'; this part has {known}{hint}"
            yield ("specs", name, "source"), message
    for key, source in part.sources.items():
        if source.published is not None and source.published[:4] > source.accessed[:4]:
            message = f"expected at most accessed = {source.accessed}, found {source.published}"
            yield ("sources", key, "published"), message
        if source.kind not in ASSUMED_KINDS and not _can_be_found(source):
            message = f"kind: {source.kind} can be looked up: expected a url, a published date"
            yield ("sources", key), f"{message}, or confidence: secondary and where it is quoted"


def _evidence(part: Part) -> Iterator[Found]:
    """Yield figures that claim to be surer than where they come from."""
    for name, quantity in part.quantities().items():
        source = part.sources.get(quantity.source)
        sure = quantity.confidence in ("verified", "secondary")
        if source is not None and source.kind == "assumption" and sure:
            message = f"expected assumption: source '{quantity.source}' is of kind: assumption"
            yield ("specs", name, "confidence"), f"{message}, found {quantity.confidence}"
        if quantity.confidence == "unverified" and not (_band(quantity) or quantity.note):
            message = "unverified: expected a band or a note that says how far it may be off"
            yield ("specs", name), message


def _can_be_found(source: Source) -> bool:
    return bool(source.url or source.published or source.confidence == "secondary")


def _band(quantity: Quantity) -> bool:
    return quantity.low is not None or quantity.high is not None


def _weeks(part: Part) -> Iterator[Found]:
    for name in ("lead_weeks", "install_weeks"):
        quantity: Quantity | None = getattr(part.specs, name, None)
        if quantity is not None and (quantity.high or quantity.value) > WEEKS_MAX:
            message = f"expected at most {WEEKS_MAX} weeks, found"
            yield ("specs", name), f"{message} {quantity.high or quantity.value:g}; is it in days?"


def _body(part: Server | Switch | Storage) -> Iterator[Found]:
    """Yield powers and weights that no box of the height can have."""
    specs = part.specs
    typical_kw, most_kw = specs.power_typical_kw.value, specs.power_max_kw.value
    if typical_kw > most_kw:
        message = f"expected at most power_max_kw = {most_kw:g}, found {typical_kw:g}"
        yield ("specs", "power_typical_kw"), message
    height = specs.height_u.value
    if not height:
        return
    weight = specs.weight_kg.value / height
    if not KG_PER_U[0] <= weight <= KG_PER_U[1]:
        message = f"{weight:.3g} kg for each U; expected {KG_PER_U[0]:g} to {KG_PER_U[1]:g}"
        yield ("specs", "weight_kg"), message
    if most_kw / height > KW_PER_U_MAX:
        message = f"{most_kw / height:.3g} kW for each U; expected at most {KW_PER_U_MAX:g}"
        yield ("specs", "power_max_kw"), f"{message}; is it in [kW]?"


def _at_least_one(part: Optic | Storage | Cloud) -> Iterator[Found]:
    for name in ("links_per_unit_count", "units_min_count", "gpus_count"):
        quantity: CountQuantity | None = getattr(part.specs, name, None)
        if quantity is not None and quantity.value < 1:
            yield ("specs", name), f"expected at least 1, found {quantity.value}"


def _cabinet(part: Power) -> Iterator[Found]:
    specs, cabinet = part.specs, part.kind == "rack-cabinet"
    names = ("height_u", "height_usable_u", "weight_limit_kg") if cabinet else ("unit_kw",)
    yield from needed(part, part.kind, names)
    height, usable = specs.height_u, specs.height_usable_u
    if height is not None and usable is not None and usable.value > height.value:
        yield ("specs", "height_usable_u"), f"expected at most height_u = {height.value:g}"


_CHECKS: tuple[tuple[type[Part], Callable[[Any], Iterator[Found]]], ...] = (
    (Gpu, compute_checks.gpu_precisions),
    (Gpu, compute_checks.gpu_units),
    (Server, compute_checks.server_gpus),
    (Server, compute_checks.server_body),
    (Server, plant_checks.supplies),
    (Server, _body),
    (Switch, _body),
    (Storage, _body),
    *plant_checks.PLANT_CHECKS,
    (Optic, _at_least_one),
    (Storage, _at_least_one),
    (Cloud, _at_least_one),
    (Power, _cabinet),
    (Llm, compute_checks.llm_shape),
    (Blueprint, blueprint_checks.blueprint_counts),
)
