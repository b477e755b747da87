"""Records: images and audit trails become storage that the design must buy."""

from __future__ import annotations

import pytest

from tests.problem.asked import brief, sized


def demand(p, resource):
    return sum(d.value[-1] for d in p.demands if d.resource == resource)


def test_golden_images_of_the_hospital():
    p, _ = sized(brief("healthcare", "east", **{"workloads.C3.growth_factor_24_months": 1.0}))
    assert demand(p, "hot_tb") == pytest.approx(44.6, abs=0.06)
    # audit trail of 24 requests a second at full load, growing: 21 TB a year at 7 years in all
    audit = (4 * 2.0 + 20 * 3.0) * 4000 * 7 * 365.25 * 86400 / 1e12
    images = 3300 * 150 * 3652.5 / 1e6
    assert images == pytest.approx(1810, rel=0.005)
    assert demand(p, "object_tb") == pytest.approx(images + audit)


def test_a_daily_shape_lowers_the_audit_trail_as_the_mean_load_does():
    flat = brief("healthcare", "east", **{"storage.images_kept_years": 0})
    shaped = flat.with_changes(
        {
            f"workloads.{w}.diurnal": {"peak_to_mean": 1 / 0.3, "night_share_of_peak_frac": 0.1}
            for w in ("C1", "C2")
        }
        | {f"workloads.{w}.growth_factor_24_months": 1.0 for w in ("C1", "C2")}
    )
    p, _ = sized(shaped)
    assert demand(p, "object_tb") == pytest.approx(6.36, abs=0.005)


def test_no_records_no_storage():
    p, _ = sized(brief("saas", "dal"))
    assert demand(p, "hot_tb") == demand(p, "object_tb") == 0
