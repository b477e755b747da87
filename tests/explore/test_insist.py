"""Insist: an option that is no part is priced by its own optimum, or says why it cannot be had."""

from __future__ import annotations

import pytest

from designlib.explore import why_not
from designlib.explore.insist import insisted, options
from designlib.explore.restricted import by_layer


def test_words_beside_parts_are_known(design, catalog):
    known = options(design, catalog)
    assert known["infiniband"] == "technology of the compute fabric"
    assert known["dragonfly"] == "topology"
    assert known["rear-door"] == "cooling of GPU servers"
    assert known["hall"] == "site"
    assert known["fp8"] == "precision"


def test_only_site_and_more_gpus_have_reasons_of_their_own(design, catalog):
    assert why_not(design, "hall", catalog) == ["hall: hall is the only site of the brief."]
    (sentence,) = why_not(design, "1000 GPUs", catalog)
    assert "each further one only costs more" in sentence


@pytest.mark.parametrize("name", ["infiniband", "rear-door", "dragonfly", "fp8", "1 GPUs"])
def test_an_option_becomes_a_change_of_the_brief(design, catalog, brief, name):
    asked = insisted(design, name, catalog)
    assert asked is not None
    assert brief.with_changes(asked.changes).to_dict() != brief.to_dict()


def test_fewer_gpus_than_the_work_takes_meet_no_brief(design, catalog):
    (sentence,) = why_not(design, "1 GPUs", catalog)
    assert "no design meets the brief" in sentence


def test_a_forced_technology_costs_what_its_optimum_costs(design, catalog):
    found = why_not(design, "infiniband", catalog, gap=5e-3)
    assert "the cheapest design costs" in found[0]
    assert "less is proven" not in found[0]  # a restriction never costs less


def test_layers_add_up_to_the_whole_difference(design):
    assert by_layer(design, design) == []
