"""Running: energy and rent are those of what stands there, typical power times PUE."""

from __future__ import annotations

from math import fsum

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import HOURS_PER_MONTH, brief_of, differs
from designlib.validate.power import site_power


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each interval whose energy or rent is not that of what stands there."""
    brief = brief_of(design)
    found = []
    for month, end in zip(design.dates, (*design.dates[1:], brief.tco_months), strict=True):
        energy = rent = 0.0
        for site in brief.sites:
            it_kw, _ = site_power(design, catalog, site, month)
            _, paid_kw = site_power(design, catalog, site, month, field="power_typical_kw")
            energy += paid_kw * HOURS_PER_MONTH * site.electricity_per_kwh * (end - month)
            rent += it_kw * site.space_per_kw_month * (end - month)
        for kind, amount in (("energy", energy), ("space", rent)):
            said = fsum(
                c["amount"]
                for c in design.tables["cost"]
                if c["kind"] == kind and c["period_month"] == month
            )
            if differs(amount, said):
                found.append(
                    f"months {month} to {end}: {kind} costs {amount:,.2f}, the cost book says"
                    f" {said:,.2f}"
                )
    return found
