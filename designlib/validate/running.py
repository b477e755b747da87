"""Running: energy, carbon, water, rent and support are those of what stands there.

Energy is typical power times PUE, carbon and water follow it at the prices of the brief, rent is by
maximum power, support a share of today's price.
"""

from __future__ import annotations

from math import fsum

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import HOURS_PER_MONTH, brief_of, differs, standing
from designlib.validate.bill import price_today
from designlib.validate.footprint import of_a_year, prices
from designlib.validate.power import site_power

MONTHS_PER_YEAR = 12


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each interval whose energy or rent is not that of what stands there."""
    brief = brief_of(design)
    found = []
    for month, end in zip(design.dates, (*design.dates[1:], brief.tco_months), strict=True):
        amounts = interval_amounts(design, catalog, brief, month, end)
        for kind, amount in amounts.items():
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


def interval_amounts(
    design: Design, catalog: Catalog, brief: Brief, month: int, end: int
) -> dict[str, float]:
    """Return what energy, rent, emissions, water and support cost between two months, by kind."""
    energy = rent = carbon = water = 0.0
    paid_t, paid_m3 = prices(brief.environment)
    for site in brief.sites:
        it_kw, _ = site_power(design, catalog, site, month)
        _, paid_kw = site_power(design, catalog, site, month, field="power_typical_kw")
        energy += paid_kw * HOURS_PER_MONTH * site.electricity_per_kwh * (end - month)
        rent += it_kw * site.space_per_kw_month * (end - month)
        *_, tons, water_m3 = of_a_year(design, catalog, site, month)
        carbon += tons * paid_t * (end - month) / MONTHS_PER_YEAR
        water += water_m3 * paid_m3 * (end - month) / MONTHS_PER_YEAR
    support = _support(design, catalog, brief, month) * (end - month)
    amounts = {"energy": energy, "space": rent, "carbon": carbon, "water": water}
    return {**amounts, "support": support}


def _support(design: Design, catalog: Catalog, brief: Brief, month: int) -> float:
    """Return the hardware support of all that is bought or kept by a date, for one month."""
    share = float(catalog.constant("hardware", "support_frac_per_year").value) / MONTHS_PER_YEAR
    lines = standing(design, month, cold=True)
    return share * fsum(x["count"] * price_today(x["part_id"], brief, catalog) for x in lines)
