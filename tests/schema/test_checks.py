"""Physics checks: every shipped entry passes, and each check refuses a broken one."""

from typing import get_args

import pytest

from designlib.catalog import Catalog
from designlib.schema import checks
from designlib.schema.plant_parts import FAMILIES
from designlib.schema.quantity import CountQuantity, Quantity

CATALOG = Catalog.load()
SHELVES = {family: dict(getattr(CATALOG, family)) for family in FAMILIES}


def some(family, **wanted):
    """Return a shipped part with these properties."""
    return next(
        part
        for part in SHELVES[family].values()
        if all(getattr(part, name) == value for name, value in wanted.items())
    )


def changed(part, **values):
    """Return the part with other numbers, as if its file said so."""
    quantities = {}
    for name, value in values.items():
        kinds = get_args(type(part.specs).model_fields[name].annotation)
        kind = CountQuantity if CountQuantity in (*kinds, type(part.specs.__dict__[name])) else None
        new = (
            None
            if value is None
            else (kind or Quantity)(value=value, source=next(iter(part.sources)))
        )
        quantities[name] = new
    return part.model_copy(update={"specs": part.specs.model_copy(update=quantities)})


def paths(found):
    return [path for path, _ in found]


@pytest.mark.parametrize("family", FAMILIES)
def test_shipped_parts_pass(family):
    for part in SHELVES[family].values():
        assert checks.part_faults(part) == [], part.id
        assert checks.link_faults(part, SHELVES) == [], part.id


@pytest.mark.parametrize(
    ("part", "values", "field"),
    [
        (some("servers", rack_scale=True), {"gpus_count": 0}, "gpus_count"),
        (some("servers", cooling="air", rack_scale=False), {"liquid_frac": 0.5}, "liquid_frac"),
        (some("servers", rack_scale=True), {"height_u": 10}, "height_u"),
        (some("servers", rack_scale=False), {"power_typical_kw": 999}, "power_typical_kw"),
        (some("switches"), {"radix_ports": 1}, "radix_ports"),
        (some("switches"), {"power_typical_kw": 999}, "power_typical_kw"),
        (some("storage"), {"units_min_count": 0}, "units_min_count"),
        (some("storage"), {"power_typical_kw": 999}, "power_typical_kw"),
        (some("optics"), {"links_per_unit_count": 0}, "links_per_unit_count"),
        (some("cloud"), {"gpus_count": 0}, "gpus_count"),
        (some("cooling", kind="rear-door"), {"rack_limit_kw": 999}, "rack_limit_kw"),
        (some("power", kind="ups"), {"unit_kw": None}, "unit_kw"),
        (some("power", kind="rack-cabinet"), {"height_usable_u": 99}, "height_usable_u"),
        (some("power", kind="rack-cabinet"), {"weight_limit_kg": None}, "weight_limit_kg"),
        (some("llms", kind="dense"), {"kv_heads_count": 7}, "kv_heads_count"),
        (some("llms", kind="mla-moe"), {"kv_latent": None}, "kv_latent"),
        (some("llms", kind="mla-moe"), {"active_params_count": 10**15}, "active_params_count"),
    ],
)
def test_broken_part_is_refused(part, values, field):
    assert ("specs", field) in paths(checks.part_faults(changed(part, **values)))


def test_fp8_is_twice_bf16_within_two_percent():
    gpu = next(g for g in SHELVES["gpus"].values() if g.specs.fp8_dense_tflops and g.folder)
    bf16 = gpu.specs.bf16_dense_tflops.value
    for factor, refused in [(2.0, False), (2.039, False), (1.961, False), (2.05, True), (4, True)]:
        found = checks.part_faults(changed(gpu, fp8_dense_tflops=factor * bf16))
        assert bool(found) is refused, factor


def test_note_explains_an_odd_fp8():
    gpu = next(g for g in SHELVES["gpus"].values() if g.specs.fp8_dense_tflops)
    odd = changed(gpu, fp8_dense_tflops=gpu.specs.bf16_dense_tflops.value)
    noted = odd.specs.fp8_dense_tflops.model_copy(update={"note": "no faster path"})
    specs = odd.specs.model_copy(update={"fp8_dense_tflops": noted})
    assert checks.part_faults(odd)
    assert checks.part_faults(odd.model_copy(update={"specs": specs})) == []


def test_server_feeds_its_gpus():
    server = next(s for s in SHELVES["servers"].values() if s.gpu is not None)
    gpu = SHELVES["gpus"][server.gpu]
    gpus_kw = server.specs.gpus_count.value * gpu.specs.tdp_w.value / 1000
    weak = changed(server, power_max_kw=gpus_kw - 0.01)
    assert paths(checks.link_faults(weak, SHELVES)) == [("specs", "power_max_kw")]
    assert checks.link_faults(changed(server, power_max_kw=gpus_kw), SHELVES) == []


def test_unknown_ids_are_told():
    none = {family: {} for family in FAMILIES}
    server = next(s for s in SHELVES["servers"].values() if s.gpu is not None)
    assert paths(checks.link_faults(server, none)) == [("gpu",)]
    needy = next(s for s in SHELVES["software"].values() if s.requires)
    assert paths(checks.link_faults(needy, none))[0] == ("requires", 0)


def test_part_of_a_faulty_file_exists_but_judges_nothing():
    server = next(s for s in SHELVES["servers"].values() if s.gpu is not None)
    weak = changed(server, power_max_kw=0.1)
    assert checks.link_faults(weak, {**SHELVES, "gpus": {server.gpu: None}}) == []
