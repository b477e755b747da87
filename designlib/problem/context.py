"""Context: what every part of the problem room needs to know of a brief, a catalog and a site.

Dates, money and lead times are settled here once: month 0 is the day of the decision, nothing is
ordered earlier, demand is met at the end of each interval, a purchase is paid and priced on the day
of its order, and cost runs to the end of the cost horizon.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.faults import Fault, FaultError
from designlib.physics import finance, growth
from designlib.problem.phases import window
from designlib.problem.relief import Relief
from designlib.problem.tables import Dropped, Item, Series
from designlib.problem.timeline import covers
from designlib.schema.parts import Server
from designlib.schema.plant_parts import FAMILIES

WEEKS_PER_MONTH = 365.25 / 12 / 7
HOURS_PER_MONTH = 730.0
QUARTER = 3


@dataclass
class Context:
    """A brief and a catalog, with the dates and prices that follow from them."""

    brief: Brief
    catalog: Catalog
    site: Any
    dates: tuple[int, ...]
    demand_months: tuple[int, ...]
    slices: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Day slice -> (a minute of the day inside it, its hours a day)."""
    items: dict[str, Item] = field(default_factory=dict)
    dropped: list[Dropped] = field(default_factory=list)
    notes: list[tuple[str, Any, str, str]] = field(default_factory=list)
    """Assumptions made on the way: path, value, unit, reason."""
    not_allowed: list[Any] = field(default_factory=list)
    """Servers that only the brief's list of kinds keeps out."""
    asked: set[tuple[str, str]] = field(default_factory=set)
    removed: dict[str, set[str]] = field(default_factory=dict)
    """Rule on data -> parts that it removed."""
    share: dict[str, Series] = field(default_factory=dict)
    """Workload -> the share of it that is asked for by date; all of it where it is not named."""

    def __post_init__(self) -> None:
        self.catalog, out = self.catalog.offered()
        for part in out:
            self.drop("*", part.id, "", part.id, f"{part.status}: it cannot be bought")

    def constant(self, subject: str, quantity: str) -> float:
        """Return a calibrated or assumed constant of the catalog.

        And remember that it was asked for.
        """
        self.asked.add((subject, quantity))
        return float(self.catalog.constant(subject, quantity).value)

    def constants_used(self) -> list[Any]:
        """Return the constants of the catalog that the problem rests on."""
        return [self.catalog.constant(subject, quantity) for subject, quantity in self.asked]

    def money(self, usd: float) -> float:
        """Return an amount of US dollars in the currency of the brief."""
        return usd / self.brief.fx.usd_per_unit if self.brief.fx else usd

    def price(self, item: str, quantity: str = "purchase") -> float:
        """Return a price in the currency of the brief: the customer's own, else the catalog's."""
        for stated in self.brief.prices:
            if (stated.item, stated.quantity) == (item, quantity):
                return float(stated.value)
        return self.money(self.catalog.price(item, quantity).value)

    def staff_per_fte_month(self) -> float:
        """Return what one full-time operator costs a month."""
        part = self.of_kind("software", "staff")
        return self.price(part.id, "per-fte-year") / 12

    def present(self, month: float) -> float:
        """Return the present value of 1 paid in a month."""
        return finance.present_value_factor(month, self.brief.wacc_frac)

    @property
    def interval_months(self) -> Series:
        """Return the months from each date to the next.

        The last one to the end of the cost horizon.
        """
        ends = (*self.dates[1:], self.brief.tco_months)
        return tuple(float(b - a) for a, b in zip(self.dates, ends, strict=True))

    @cached_property
    def annuity(self) -> Series:
        """Return the present value of 1 a month over each interval."""
        ends = (*self.dates[1:], self.brief.tco_months)
        wacc = self.brief.wacc_frac
        return tuple(
            finance.stream_present_value(a, b, 1.0, wacc)
            for a, b in zip(self.dates, ends, strict=True)
        )

    def grown(self, amount: float, factor_24_months: float, shape: str = "geometric") -> Series:
        """Return an amount that grows, at the end of each interval."""
        if shape == "linear":
            slope = (factor_24_months - 1.0) / growth.GROWTH_MONTHS
            return tuple(amount * (1.0 + slope * m) for m in self.demand_months)
        return tuple(amount * growth.demand_factor(m, factor_24_months) for m in self.demand_months)

    def demand(self, workload: Any, amount: float) -> Series:
        """Return an amount that grows as a workload does; zero outside the window of its phase."""
        grown = self.grown(amount, workload.growth_factor_24_months, workload.growth_shape)
        open_ = self.active(workload)
        share = self.share.get(workload.id, (1.0,) * len(self.dates))
        return tuple(
            x * part if on else 0.0 for x, on, part in zip(grown, open_, share, strict=True)
        )

    def active(self, workload: Any) -> tuple[bool, ...]:
        """Return for each date whether a workload is demanded then."""
        start, end = window(self.brief, workload)
        share = self.share.get(workload.id, (1.0,) * len(self.dates))
        return tuple(start <= d < end and x > 0 for d, x in zip(self.dates, share, strict=True))

    @property
    def slice_hours(self) -> dict[str, float]:
        """Return the hours a month of each day slice."""
        return {s: HOURS_PER_MONTH * hours / 24 for s, (_, hours) in self.slices.items()}

    def window_slices(self, window: str | None) -> tuple[str, ...]:
        """Return the day slices in which a window is open; no window is always open."""
        return tuple(
            s for s, (at, _) in self.slices.items() if window is None or covers(window, at)
        )

    def load_frac(self, workload: Any, slice_: str) -> float:
        """Return the share of its peak that a service sees in a day slice.

        A night that lasts all day would leave no time for the peak: it is none.
        """
        day = workload.diurnal
        at, _ = self.slices[slice_]
        ends = any(not covers(day.night, minute) for minute, _ in self.slices.values())
        return float(day.night_share_of_peak_frac) if ends and covers(day.night, at) else 1.0

    def first_date(self, months: float) -> int:
        """Return the index of the first date that an order of today reaches.

        Past the last: never.
        """
        return next((n for n, d in enumerate(self.dates) if d >= months - 1e-9), len(self.dates))

    def of_kind(self, family: str, kind: str) -> Any:
        """Return the first part of a kind; raise a FaultError where the catalog has none."""
        parts = getattr(self.catalog, family).values()
        found = next((part for part in parts if part.kind == kind), None)
        if found is None:
            message = f"none of kind '{kind}' can be bought, and no design does without one"
            raise FaultError([Fault("<catalog>", None, family, message)])
        return found

    def drop(
        self,
        workload: str,
        candidate: str,
        pool: str,
        part: str,
        reason: str,
        relief: Relief | None = None,
    ) -> None:
        """Add a candidate to those that never reach the optimization, with its reason."""
        self.dropped.append(Dropped(workload, candidate, pool, part, reason, relief))

    def item(self, part: Any, layer: str, *, item_id: str | None = None, **more: Any) -> str:
        """Add a part as something that can be bought, and return its item id."""
        key = item_id or part.id
        if key in self.items:
            return key
        months = self.order_months(part)
        price = self.price(part.id)
        asked = self.brief.procurement
        decline = finance.decline_frac_per_year(
            asked.price_decline_frac_per_year, asked.performance_doubling_years
        )
        ordered = [max(0.0, d - months) for d in self.dates]
        prices = tuple(finance.price_at(o, price, decline) for o in ordered)
        support = self.constant("hardware", "support_frac_per_year") * price / 12
        specs = part.specs
        fields: dict[str, Any] = {
            "part_id": part.id,
            "layer": layer,
            "unit": "each",
            "site": self.site.id,
            "unit_price": prices,
            "capex_factor": tuple(self.present(o) for o in ordered),
            "residual": tuple(
                self._residual(p, d) for p, d in zip(prices, self.dates, strict=True)
            ),
            "order_months": months,
            "first_date": self.first_date(months),
            "support_per_month": support,
            "max_kw": _spec(specs, "power_max_kw"),
            "typical_kw": _spec(specs, "power_typical_kw") or _spec(specs, "power_max_kw"),
            "height_u": _spec(specs, "height_u"),
            "weight_kg": _spec(specs, "weight_kg"),
        }
        self.items[key] = Item(**{**fields, **more})
        return key

    def with_works(self, item: str, cost: float) -> str:
        """Add the works that come with every unit of an item to its price.

        They keep no residual value.
        """
        known = self.items[item]
        self.items[item] = replace(known, unit_price=tuple(p + cost for p in known.unit_price))
        return item

    def _residual(self, price: float, month: int) -> float:
        life = self.brief.policies.residual_life_months
        if not life:
            return 0.0
        end = self.brief.tco_months
        left = finance.straight_line_residual_frac(end - month, life)
        return price * left * self.present(end)

    def order_months(self, part: Any) -> float:
        """Return the time from order to service of a part.

        The brief's lead time, else the catalog's.
        """
        return sum(self._weeks(part)) / WEEKS_PER_MONTH

    def install_months(self, part: Any) -> float:
        """Return the time from delivery to service of a part, the last of its order time."""
        return self._weeks(part)[1] / WEEKS_PER_MONTH

    def _weeks(self, part: Any) -> tuple[float, float]:
        """Return the weeks from order to delivery, and from there to service."""
        buying = self.brief.procurement
        names = (
            next(f for f, cls in FAMILIES.items() if isinstance(part, cls)),
            getattr(part, "kind", ""),
        )
        register = buying.lead_times_weeks or {}
        lead = next(
            (float(register[n]) for n in names if n in register), _spec(part.specs, "lead_weeks")
        )
        install = _spec(part.specs, "install_weeks")
        if isinstance(part, Server):
            lead = lead if buying.lead_weeks is None else buying.lead_weeks
            install = install if buying.install_weeks is None else buying.install_weeks
        return float(lead), float(install)


def _spec(specs: Any, name: str) -> float:
    quantity = getattr(specs, name, None)
    return 0.0 if quantity is None else float(quantity.value)


def decision_dates(start: int, horizon: int, named: Iterable[int]) -> tuple[int, ...]:
    """Return the months at which a state begins: the start, the quarters and every named month."""
    quarters = range(0, horizon + 1, QUARTER)
    return tuple(sorted({start, horizon, *(m for m in (*quarters, *named) if start < m < horizon)}))
