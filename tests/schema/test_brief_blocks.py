"""Blocks of a brief: a lone word is a list, and a class of parts has its lead time."""

import pytest
from pydantic import ValidationError

from designlib.schema.brief_blocks import CloudBurst, Existing, Fleet, Fx, Procurement


def test_lone_word_is_a_list():
    assert Fleet.model_validate({"server_kinds_allowed": "H100 class"}).server_kinds_allowed == (
        "H100 class",
    )


def test_lone_number_of_gpus_is_a_step():
    (step,) = Fleet.model_validate({"max_gpus": 512}).max_gpus
    assert (step.month, step.count) == (0, 512)


def test_lead_times_by_class():
    buying = Procurement.model_validate({"lead_times_weeks": {"servers": 26, "transformer": 110}})
    assert buying.lead_times_weeks["transformer"] == 110
    with pytest.raises(ValidationError):
        Procurement.model_validate({"lead_times_weeks": {"gpu_nodes": 26}})


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (Fleet, {"server_kinds_allowed": []}),
        (Fleet, {"server_kinds_allowed": [""]}),
        (Fleet, {"server_kinds_max_count": 0}),
        (Fx, {"usd_per_unit": 0, "date": "2026"}),
        (CloudBurst, {"gpu": "x", "peak_requests_max_frac": 1.5}),
        (Existing, {"site": "a b", "servers_count": 1, "gpu": "x", "gpus_per_server_count": 8}),
        (Procurement, {"price_decline_frac_per_year": -1.1}),
    ],
)
def test_wrong_block(model, data):
    with pytest.raises(ValidationError):
        model.model_validate(data)
