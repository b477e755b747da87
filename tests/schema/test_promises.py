"""Promises: the defaults are the cautious ones, and words are of a closed list."""

import pytest
from pydantic import ValidationError

from designlib.schema.promises import Compliance, Network, Policies, Reliability, StorageNeeds


def test_defaults():
    assert StorageNeeds().checkpoint_policy == "async_two_tier"
    assert Network().oversubscription == 1.0
    assert Reliability().gpu_hours_per_interruption is None
    assert Policies().compute_fabric_technologies_max_count == 1


def test_encryption_in_use_is_by_workload():
    data = {"profiles": ["HIPAA"], "encrypt": {"in_use": {"C1": True, "C3": False}}}
    rules = Compliance.model_validate(data)
    assert rules.encrypt.in_use == {"C1": True, "C3": False}
    assert (rules.encrypt.at_rest, rules.single_tenant) == (True, False)


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (StorageNeeds, {"checkpoint_policy": "hourly"}),
        (Network, {"oversubscription": 0.5}),
        (Network, {"tiers_count": 4}),
        (Reliability, {"enough_servers_probability": 1}),
        (Compliance, {"profiles": []}),
        (Compliance, {"profiles": ["PCI"]}),
        (Policies, {"job_busy_max_frac": 1.1}),
    ],
)
def test_wrong_promise(model, data):
    with pytest.raises(ValidationError):
        model.model_validate(data)
