"""Plant checks: each passes every shipped entry of its family and refuses a broken one."""

import pytest

from designlib.catalog import Catalog
from designlib.schema import plant_checks
from designlib.schema.quantity import PositiveQuantity

CATALOG = Catalog.load()
CHECKS = plant_checks.PLANT_CHECKS
# What breaks each check, for any part of its family that has the field.
BREAKS = {
    "switch_ports": ("radix_ports", 7.0),
    "supplies": ("psu_kw", 0.001),
    "optic_form": ("links_per_unit_count", 2.0),
    "optic_physics": ("reach_max_m", 1e6),
    "storage_wire": ("read_gb_s", 1e6),
    "cooling_heat": ("parasitic_kw", 1e6),
    "power_rating": ("efficiency_frac", 0.1),
}


def parts_of(family):
    return list(getattr(CATALOG, family.folder).values())


@pytest.mark.parametrize(("family", "check"), CHECKS, ids=lambda x: x.__name__)
def test_shipped_entries_pass(family, check):
    assert [found for part in parts_of(family) for found in check(part)] == []


@pytest.mark.parametrize(("family", "check"), CHECKS, ids=lambda x: x.__name__)
def test_broken_entry_is_refused(family, check):
    field, wrong = BREAKS[check.__name__]
    broken = 0
    for part in parts_of(family):
        old = getattr(part.specs, field)
        if old is None:
            continue
        new = PositiveQuantity(value=wrong, source=old.source)
        specs = part.specs.model_copy(update={field: new})
        broken += ("specs", field) in [
            p for p, _ in check(part.model_copy(update={"specs": specs}))
        ]
    assert broken


def test_two_1071_w_supplies_do_not_feed_6500_w():
    """A public device library has this; the check refuses it in a server and a switch."""
    for family in ("servers", "switches"):
        parts = getattr(CATALOG, family).values()
        part = next(p for p in parts if p.specs.psus_count and p.specs.psu_kw)
        figures = {"psus_count": 2, "psu_kw": 1.071, "power_max_kw": 6.5}
        changed = {
            name: getattr(part.specs, name).model_copy(update={"value": value, "note": None})
            for name, value in figures.items()
        }
        specs = part.specs.model_copy(update=changed)
        (found,) = plant_checks.supplies(part.model_copy(update={"specs": specs}))
        assert found[0] == ("specs", "psu_kw")
        assert "2.142 kW together cannot feed power_max_kw = 6.5" in found[1]
