"""Knobs: each is one question to the brief, read from it and written back as a change of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.explore.demand import DEMAND, scaled
from designlib.schema.other_workloads import Workload
from designlib.schema.sites import Site
from designlib.schema.words import servers_named

Value = float | int | tuple[str, ...]

_PREFIXES: Final = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))


@dataclass(frozen=True)
class Knob:
    """One control of the workbench; it holds no value of its own.

    Attributes
    ----------
    name : str
        Keyword of ``Workbench.update``.
    label : str
        What a user reads, with the unit.
    kind : str
        ``number``, ``count`` or ``words``.
    step : float
        Least change that makes sense.
    read : callable
        Brief -> value.
    write : callable
        Value -> changes for ``Brief.with_changes``.
    choices : tuple of str
        Words to choose from.
    most : float
        Where its slider ends; what is typed may lie beyond.
    """

    name: str
    label: str
    kind: Literal["number", "count", "words"]
    step: float
    read: Callable[[Brief], Value]
    write: Callable[[Any], dict[str, Any]]
    choices: tuple[str, ...] = ()
    most: float = 3.0


def knobs(opened: Brief, catalog: Catalog) -> tuple[Knob, ...]:
    """Return the controls that fit a brief.

    Parameters
    ----------
    opened : Brief
        The brief that the workbench was opened with; scales are relative to it.
    catalog : Catalog
        What can be bought; it names the kinds of server.
    """
    found = [_budget(opened)]
    for index, site in enumerate(opened.sites):
        found += _of_site(site, index, opened.currency)
    found += [knob for index, w in enumerate(opened.workloads) for knob in _demand(w, index)]
    return (*found, _servers(opened, catalog))


class Scales:
    """What the scales of controls are relative to: each site and workload as it was first seen.

    Parameters
    ----------
    opened : Brief
        The brief of the beginning.
    """

    def __init__(self, opened: Brief) -> None:
        self._opened = opened
        self._sites = {site.id: site for site in opened.sites}
        self._workloads = {(w.id, w.kind): w for w in opened.workloads}

    def of(self, brief: Brief) -> Brief:
        """Return a brief with the sites and the workloads of another, as they were first seen."""
        sites = tuple(self._sites.setdefault(s.id, s) for s in brief.sites)
        work = tuple(self._workloads.setdefault((w.id, w.kind), w) for w in brief.workloads)
        return self._opened.model_copy(update={"sites": sites, "workloads": work})


def written(known: Mapping[str, Knob], turned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes of a brief when controls are turned.

    Parameters
    ----------
    known : mapping
        Name -> control.
    turned : mapping
        Name -> value; an unknown name raises ``TypeError``.
    """
    changes: dict[str, Any] = {}
    for name, value in turned.items():
        if name not in known:
            raise TypeError(f"no control {name!r}; there are {', '.join(known)}")
        changes |= known[name].write(value)
    return changes


def keyword(prefix: str, ident: str) -> str:
    """Return a keyword of Python for one knob of a site or a workload."""
    return f"{prefix}_{re.sub(r'[^0-9A-Za-z]', '_', ident)}"


def _budget(opened: Brief) -> Knob:
    return Knob(
        "budget",
        f"Budget [{opened.currency}], 0: no limit",
        "number",
        1e5,
        lambda brief: brief.budget.capex_total or 0.0,
        lambda value: {"budget.capex_total": value or None},
        most=2 * (opened.budget.capex_total or 5e7),
    )


def _of_site(site: Site, index: int, currency: str) -> Iterator[Knob]:
    here = f"sites.{site.id}"
    yield Knob(
        keyword("electricity", site.id),
        f"Electricity, {site.id} [{currency}/kWh]",
        "number",
        0.01,
        lambda brief: brief.sites[index].electricity_per_kwh,
        lambda value: {f"{here}.electricity_per_kwh": value},
        most=max(0.5, round(3 * site.electricity_per_kwh, 2)),
    )
    yield Knob(
        keyword("positions", site.id),
        f"Rack positions, {site.id}, 0: no limit",
        "count",
        1,
        lambda brief: brief.sites[index].rack_positions_count or 0,
        lambda value: {f"{here}.rack_positions_count": value or None},
        most=3 * (site.rack_positions_count or 100),
    )
    if steps := site.it_power_kw:
        yield Knob(
            keyword("power", site.id),
            f"IT power, {site.id} [x {steps[-1].kw:,.0f} kW]",
            "number",
            0.1,
            lambda brief: _ratio((brief.sites[index].it_power_kw or steps)[-1].kw, steps[-1].kw),
            lambda value: {
                f"{here}.it_power_kw": [{"month": s.month, "kw": s.kw * value} for s in steps]
            },
            most=2.0,
        )


def _demand(workload: Workload, index: int) -> Iterator[Knob]:
    if workload.kind not in DEMAND:
        return
    field, unit = DEMAND[workload.kind]
    opened = getattr(workload, field)
    path = f"workloads.{workload.id}.{field}"
    yield Knob(
        keyword("demand", workload.id),
        f"{workload.name or workload.id} [x {_spoken(opened)} {unit}]",
        "number",
        0.1,
        lambda brief: _ratio(getattr(brief.workloads[index], field), opened),
        lambda value: {path: scaled(opened, value)},
    )


def _servers(opened: Brief, catalog: Catalog) -> Knob:
    def families(ids: Iterable[str]) -> tuple[str, ...]:
        gpus = {catalog.servers[ident].gpu for ident in ids} - {None}
        return tuple(sorted({gpu.family for name, gpu in catalog.gpus.items() if name in gpus}))

    def read(brief: Brief) -> tuple[str, ...]:
        words = brief.fleet.server_kinds_allowed
        if words is None:
            return offered
        return families(ident for word in words for ident in servers_named(word, catalog))

    def write(value: Collection[str]) -> dict[str, Any]:
        chosen: list[str] | None = list(value)
        if set(value) == set(read(opened)):
            # The words of the brief may say more than a family, such as the size of a server.
            stated = opened.fleet.server_kinds_allowed
            chosen = None if stated is None else list(stated)
        elif set(offered) <= set(value):
            # Every kind is no limit at all, so that a part added later is an option as well.
            chosen = None
        return {"fleet.server_kinds_allowed": chosen}

    offered = families(s.id for s in catalog.servers.values() if s.status != "end-of-sale")
    return Knob("servers", "Kinds of server allowed", "words", 1, read, write, offered)


def _ratio(now: float, opened: float) -> float:
    return round(now / opened, 9) if opened else 1.0


def _spoken(amount: float) -> str:
    for size, word in _PREFIXES:
        if amount >= size:
            return f"{amount / size:,.6g}{word}"
    return f"{amount:,.6g}"
