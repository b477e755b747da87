"""Sites: a short site is useful, and one PUE holds for every kind of cooling."""

import pytest
from pydantic import ValidationError

from designlib.schema.sites import Site, SitePolicy

SITE = {"id": "hall", "pue": 1.3, "electricity_per_kwh": 0.1}


def test_short_site():
    site = Site.model_validate(SITE)
    assert (site.pue.air, site.pue.rear_door, site.pue.direct_to_chip) == (1.3, 1.3, 1.3)
    assert (site.it_power_kw, site.rack_positions_count, site.rear_door) == (None, None, None)
    assert (site.redundancy.power, site.power_chain.exists, site.room_air.exists) == (
        "N+1",
        True,
        True,
    )


def test_pue_by_cooling():
    site = Site.model_validate({**SITE, "pue": {"air": 1.5, "rear_door": 1.4}})
    assert (site.pue.rear_door, site.pue.direct_to_chip) == (1.4, None)


@pytest.mark.parametrize(
    "change",
    [
        {"pue": "1.3"},
        {"pue": True},
        {"pue": 0.9},
        {"redundancy": {"power": "N+2"}},
        {"direct_to_chip": True},
        {"rack_air_kw": 0},
        {"kind": "basement"},
    ],
)
def test_wrong_site(change):
    with pytest.raises(ValidationError):
        Site.model_validate({**SITE, **change})


def test_policy_without_a_loss_promises_nothing():
    policy = SitePolicy()
    assert (policy.survive_loss_of_count, policy.surviving_load_frac) == (0, 1.0)
