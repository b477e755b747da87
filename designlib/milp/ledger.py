r"""Ledger: for every resource, supply is at least draw.

.. math::
    \sum_{\text{layers}} supply_{r,a,t,l} \ge \sum_{\text{layers}} draw_{r,a,t,l}
    \qquad \text{balance: every resource r, place a, date t and day slice l}

Layers meet only here. A layer books what it installs, supplies, draws and costs; the ledger turns
the bookings into the balance rows, the objective, the bill of materials and the cost book, so that
none of them can disagree with another.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyomo.environ as pyo

from designlib.milp.bookings import Account, Cost, Course, Entry, Installed, Key, Metered
from designlib.milp.resources import RESOURCES
from designlib.milp.sums import total
from designlib.problem.tables import Problem, Series

UPS = "ups_kw"
NOTHING = 1e-12
"""Amounts below it, of whatever unit, are rounding and draw nothing: a solver cannot see them."""


class Ledger:
    """The four books of a model under construction."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.supplies: defaultdict[Key, list[Entry]] = defaultdict(list)
        self._draws: defaultdict[Key, list[Entry]] = defaultdict(list)
        self._courses: defaultdict[Account, list[Course]] = defaultdict(list)
        self.installed: list[Installed] = []
        self.costs: list[Cost] = []
        self.metered: list[Metered] = []
        self.closed = False
        self._drawn_together: dict[tuple[str, str], tuple[str, ...]] = {}

    def _together(self, resource: str, place: str) -> tuple[str, ...]:
        """Return a resource and all that is drawn with it at a place; refuse an unknown one."""
        known = self._drawn_together.get((resource, place))
        if known is None:
            if resource not in RESOURCES:
                words = "add it to RESOURCES in designlib/milp/resources.py"
                raise KeyError(f"unknown resource {resource!r}: {words}")
            follow = [o for r, a, o in self.problem.follows if (r, a) == (resource, place)]
            known = (resource, *(name for o in follow for name in self._together(o, place)))
            self._drawn_together[resource, place] = known
        if self.closed:
            raise RuntimeError(f"{resource} is booked after its total was read: reorder FAMILIES")
        return known

    def supply(
        self,
        layer: str,
        resource: str,
        place: str,
        t: int,
        amount: Any,
        *,
        slice_: str = "",
        capacity: Any = None,
    ) -> None:
        """Add an amount that a layer supplies of a resource at a place, date and day slice."""
        self._together(resource, place)
        self.supplies[resource, place, t, slice_].append(Entry(layer, amount, False, capacity))

    def draw(
        self,
        layer: str,
        resource: str,
        place: str,
        t: int,
        amount: Any,
        *,
        slice_: str = "",
        scales: bool = True,
    ) -> None:
        """Add an amount that a layer draws; ``scales`` says whether it grows with the workloads."""
        if isinstance(amount, (int, float)) and abs(amount) < NOTHING:
            amount = 0.0
        entry = Entry(layer, amount, scales)
        for name in self._together(resource, place):
            self._draws[name, place, t, slice_].append(entry)

    def draw_over_time(
        self,
        layer: str,
        resource: str,
        place: str,
        amounts: Series,
        quantity: Any,
        *,
        slice_: str = "",
        scales: bool = True,
    ) -> None:
        """Add what a layer draws at each date: so much of one and the same variable."""
        course = Course(layer, amounts, quantity, scales)
        for name in self._together(resource, place):
            self._courses[name, place, slice_].append(course)

    def drawn(self) -> dict[Key, None]:
        """Return what is drawn of, and where and when, in the order of the books."""
        dates = self.problem.date_indices
        over_time = ((r, a, t, s) for r, a, s in self._courses for t in dates)
        return dict.fromkeys([*over_time, *self._draws])

    def draws(self, key: Key) -> list[Entry]:
        """Return all that is drawn of a resource at a place, date and day slice."""
        r, a, t, s = key
        courses = self._courses.get((r, a, s), ())
        return [c.at(t) for c in courses if c.amounts[t]] + self._draws.get(key, [])

    def cost(
        self, layer: str, kind: str, t: int, price: float, quantity: Any, factor: float
    ) -> None:
        """Add what a quantity costs at a date; ``factor`` turns it into a present value."""
        if factor and price and not (isinstance(quantity, (int, float)) and quantity == 0):
            self.costs.append(Cost(layer, kind, t, price, quantity, factor))

    def monthly(self, layer: str, kind: str, t: int, price: float, quantity: Any) -> None:
        """Add what a quantity costs every month from a date to the next."""
        self.cost(layer, kind, t, price, quantity, self.problem.annuity[t])

    def install(
        self,
        layer: str,
        item: str,
        stock: list[Any],
        *,
        pool: str = "",
        owned: tuple[Any, ...] = (),
        power: bool = True,
        cold: bool = False,
    ) -> None:
        """Add a stock of an item: its purchases, residual, support, licenses, draws and power.

        What is ``owned`` of the stock is not bought. ``power=False`` leaves power to the layer that
        knows where the item stands; a ``cold`` stock is on the shelf: paid for, but it draws
        nothing and needs no license.
        """
        p = self.problem
        it = p.items[item]
        base = owned or tuple(0.0 for _ in p.dates)
        self.installed.append(Installed(layer, item, pool, tuple(stock), base))
        for t in p.date_indices:
            before = stock[t - 1] - base[t - 1] if t else 0.0
            bought = stock[t] - base[t] - before
            self.cost(layer, "capex", t, it.unit_price[t], bought, it.capex_factor[t])
            self.cost(layer, "residual", t, -it.residual[t], bought, 1.0)
            self.monthly(layer, "support", t, it.support_per_month, stock[t])
            if cold:
                continue
            self.monthly(layer, "licence", t, it.license_per_month, stock[t])
            for resource, amount in it.draws.items():
                self.draw(layer, resource, it.site, t, amount * stock[t])
            if power and (it.max_kw or it.typical_kw):
                pue = p.sites[it.site].service_pue
                self.power(layer, it.site, t, stock[t], (it.max_kw, it.typical_kw), pue)
                self.draw(layer, "air_kw", it.site, t, it.max_kw * stock[t])

    def power(
        self,
        layer: str,
        site: str,
        t: int,
        count: Any,
        each_kw: tuple[float, float],
        pue: float,
        *,
        ups: bool = True,
    ) -> None:
        """Add the power draw of some units, each of a rated maximum and a typical power.

        The maximum sizes the chain, typical power times PUE is paid.

        Typical power emits carbon by the facility's energy and takes water by that of IT. What
        hangs on no ``ups`` draws the rest of the chain.
        """
        p = self.problem
        rates = p.sites[site]
        most, typical = each_kw
        max_kw, typical_kw = most * count, typical * count
        for resource in p.it_resources:
            if ups or resource != UPS:
                self.draw(layer, resource, site, t, max_kw)
        for resource in p.facility_resources:
            self.draw(layer, resource, site, t, pue * max_kw)
        self.metered.append(Metered(site, t, typical_kw, pue * typical_kw))
        for resource, rate in (
            ("carbon_t_per_year", pue * rates.carbon_t_per_kw_year),
            ("water_m3_per_year", rates.water_m3_per_kw_year),
        ):
            if rate:
                self.draw(layer, resource, p.everywhere, t, rate * typical_kw)
        for kind, price in (
            ("energy", pue * rates.energy_per_kw_month),
            ("carbon", pue * rates.carbon_per_kw_month),
            ("water", rates.water_per_kw_month),
        ):
            self.monthly(layer, kind, t, price * typical, count)
        self.monthly(layer, "space", t, rates.space_per_kw_month * most, count)

    def close(self, m: Any, *, elastic: bool = False) -> None:
        """Add the balance rows of every resource that is drawn; nothing can be booked afterwards.

        An ``elastic`` close lets every row fall short by ``m.shortage``, to find what runs out.
        """
        self.closed = True
        unlimited = self.problem.unlimited
        m.BALANCE = pyo.SetOf({key: None for key in self.drawn() if key[:2] not in unlimited})
        m.shortage = pyo.Var(m.BALANCE if elastic else [], domain=pyo.NonNegativeReals)

        @m.Constraint(m.BALANCE)
        def balance(m: Any, r: str, a: str, t: int, s: str) -> Any:
            supplies = [e.amount for e in self.supplies.get((r, a, t, s), [])]
            if elastic:
                supplies.append(m.shortage[r, a, t, s])
            courses = self._courses.get((r, a, s), ())
            terms = [c.amount(t) for c in courses if c.amounts[t]]
            terms += [e.amount for e in self._draws.get((r, a, t, s), ())]
            if not terms:
                return pyo.Constraint.Skip
            draws = total(terms)
            row = total(supplies) == draws if RESOURCES[r].exact else total(supplies) >= draws
            if isinstance(row, bool):
                return pyo.Constraint.Feasible if row else pyo.Constraint.Infeasible
            return row

    def present_value(self) -> Any:
        """Return the present value of all costs, the objective: each quantity once."""
        known: dict[int, tuple[Any, float]] = {}
        for c in self.costs:
            key = id(c.quantity)  # the book keeps it alive
            known[key] = c.quantity, known.get(key, (None, 0.0))[1] + c.factor * c.price
        return total(price * quantity for quantity, price in known.values())
