import dataclasses

import pytest

from designlib.physics.fabric_rules import FabricOptions, FabricRules


def test_options_are_the_fields_of_the_rules():
    fields = [field.name for field in dataclasses.fields(FabricRules)]
    assert list(FabricOptions.__annotations__) == fields


def test_full_leaf_faces_half_its_ports_up():
    assert FabricRules(radix_ports=64).ports() == (32, 32)


def test_rack_scale_leaf_takes_whole_racks():
    assert FabricRules(radix_ports=128, racks_per_leaf=2, trays_per_rack=18).ports() == (36, 36)


def test_rack_scale_needs_the_trays():
    with pytest.raises(ValueError, match="trays_per_rack"):
        FabricRules(radix_ports=128, racks_per_leaf=2).ports()


def test_racks_fill_half_the_ports_where_their_number_is_not_stated():
    assert FabricRules(radix_ports=128, trays_per_rack=18).ports() == (54, 54)


@pytest.mark.parametrize("racks", [4, 7])
def test_racks_must_fit_in_half_the_ports(racks):
    rules = FabricRules(radix_ports=128, racks_per_leaf=racks, trays_per_rack=18)
    with pytest.raises(ValueError, match=f"racks_per_leaf {racks} of 18 trays does not fit half"):
        rules.ports()
