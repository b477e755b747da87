"""Compliance: what the hospital's rules remove and add."""

from __future__ import annotations

import pytest

from designlib.faults import FaultError
from designlib.problem import compliance
from tests.problem.asked import brief, catalog, gpu_of, sized, ways


def families(p, workload):
    return {gpu_of(p, c).family for c in ways(p, workload).values()}


def test_only_gpus_with_a_tee_hold_data_encrypted_in_use():
    p, ctx = sized(brief("healthcare", "east"))
    for w in ("C1", "C2"):
        assert all(gpu_of(p, c).tee for c in ways(p, w).values())
        dropped = {
            d.part_id: d.reason for d in ctx.dropped if d.workload == w and "TEE" in d.reason
        }
        assert "oem-l40s-8gpu-4u" in dropped
        assert "no GPU TEE" in dropped["oem-l40s-8gpu-4u"]
    assert "L40S" in families(p, "C3")
    assert "oem-l40s-8gpu-4u" in ctx.removed[compliance.IN_USE]


def test_without_encryption_in_use_the_same_gpus_come_back():
    free, ctx = sized(
        brief("healthcare", "east", **{"compliance.encrypt.in_use": {"C1": False, "C2": True}})
    )
    assert any(not gpu_of(free, c).tee for c in ways(free, "C1").values())
    assert all(gpu_of(free, c).tee for c in ways(free, "C2").values())
    assert not any("TEE" in d.reason for d in ctx.dropped if d.workload == "C1")


def test_a_share_of_every_pool_keeps_its_data_encrypted_in_all_of_them():
    data = brief("healthcare", "east").to_dict()
    share = {"id": "sweep", "kind": "fleet-share", "fleet_share_frac": 0.05}
    data["workloads"] = [*data["workloads"], share]
    data["compliance"]["encrypt"]["in_use"] = {"sweep": True}
    p, ctx = sized(type(brief("healthcare")).from_dict(data))
    for w in ("C1", "C3"):
        assert all(gpu_of(p, c).tee for c in ways(p, w).values())
    reasons = {d.reason for d in ctx.dropped if d.workload == "C3" and "TEE" in d.reason}
    assert any("the data of sweep" in reason for reason in reasons)


def test_data_of_two_classes_never_shares_a_pool():
    asked = brief("healthcare", "east", **{"workloads.C1.data_class": "none"})
    assert compliance.zones(asked) == ("PHI", "none")
    p, _ = sized(asked)
    pools = {w: {c.pool for c in ways(p, w).values()} for w in ("C1", "C2", "C3", "C4")}
    assert not pools["C1"] & (pools["C2"] | pools["C3"] | pools["C4"])
    assert {p.pools[k].zone for k in pools["C1"]} == {"none"}
    assert {p.pools[k].zone for k in pools["C2"]} == {"PHI"}


def test_one_class_of_data_needs_no_zones():
    p, _ = sized(brief("healthcare", "east"))
    assert {pool.zone for pool in p.pools.values()} == {""}


def test_profiles_ask_capabilities_that_the_catalog_provides():
    asked = brief("healthcare", "east")
    needs = compliance.capabilities(asked)
    assert {"key-management", "transit-encryption", "audit-log", "attestation"} <= set(needs)
    provided = {c for part in catalog().software.values() for c in part.provides}
    assert set(needs) <= provided
    assert all("HIPAA" in needs[c] for c in ("audit-log", "access-control"))


def test_storage_that_cannot_lock_records_is_removed():
    p, _ = sized(brief("healthcare", "east"))
    for store in p.stores:
        part = catalog().storage[store]
        assert "encrypt-at-rest" in part.features
        if part.tier == "object":
            assert "immutable" in part.features


def test_a_site_outside_the_region_of_the_data_is_refused():
    with pytest.raises(FaultError) as caught:
        sized(brief("healthcare", "east", **{"sites.east.region": "CA"}))
    (fault,) = caught.value.faults
    assert fault.field == "sites.east.region"
    assert "US" in fault.message


def test_a_brief_without_rules_has_none():
    asked = brief("research")
    assert compliance.rules(asked) == {}
    assert compliance.capabilities(asked) == {}
    assert compliance.zones(asked) == ("",)
