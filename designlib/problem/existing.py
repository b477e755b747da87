"""Existing: servers that are there already are stock of their kind, at no price, until they retire.

A kind that is still sold holds owned and bought servers side by side. Of a kind that is sold no
more only what is there serves: a workload runs on it whole where that is enough to the end, else in
part, beside the pool that carries the rest and, once the servers have retired, everything. So a
candidate stays the same over time. What is there is used, kept as a spare or left idle, whichever
costs least; its value in the books is spent either way and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from math import ceil
from typing import Any, NamedTuple

from designlib.problem import hardware, rack_fit
from designlib.problem.context import Context
from designlib.problem.machines import Option
from designlib.problem.tables import Candidate, Kind, Pool, RackKind, Series
from designlib.schema.words import servers_named

Way = Callable[[Context, Any, list[Option]], dict[str, Candidate]]

SHARED = ("inference", "image-inference", "batch-inference", "job-queue", "fine-tuning")
"""Kinds of work of many requests, items or jobs, of which two pools may each do a part."""
HALVINGS = 16
"""Steps of the search for the most work that some servers carry: to a part in 65,000."""
_SAME = 1e-9


class Old(NamedTuple):
    """The servers of a kind that are there already."""

    server: Any
    counts: Series
    """Servers by date. [1]"""
    sold: bool
    """Whether more of them can be bought."""

    def levels(self) -> Iterator[tuple[int, int]]:
        """Return (servers, dates for which so many are there) to weigh: all, then half of them."""
        most = int(self.counts[0])
        for n in dict.fromkeys((most, ceil(most / 2))):
            yield n, sum(count >= n for count in self.counts)


def servers(ctx: Context, bought: list[Any], racks: dict[str, RackKind]) -> dict[str, Old]:
    """Return the servers that are there already at a site, by id; those not sold become items.

    A brief names a GPU, not a make: the make that would be bought stands for it, else the first of
    the catalog.
    """
    found: dict[str, Old] = {}
    for index, lot in enumerate(ctx.brief.existing):
        gone = ctx.dates[-1] + 1 if lot.retire_by_month is None else lot.retire_by_month
        counts = tuple(float(lot.servers_count * (d < gone)) for d in ctx.dates)
        if lot.site != ctx.site.id or not any(counts):
            continue
        server = _make(ctx, lot, bought, racks)
        if server is None:
            continue
        reason = "the make is not stated: servers that are there already are taken as this one"
        ctx.notes.append((f"existing.{index}", server.id, "", reason))
        before = found[server.id].counts if server.id in found else (0.0,) * len(counts)
        total = tuple(a + b for a, b in zip(before, counts, strict=True))
        found[server.id] = Old(server, total, server in bought)
    for key, old in found.items():
        if not old.sold:
            hardware.add_server_item(ctx, old.server)
            ctx.items[key] = replace(ctx.items[key], first_date=len(ctx.dates))
    return found


def with_old(kind: Kind, racks: dict[str, RackKind], old: Old | None) -> Kind:
    """Return a kind with the servers of it that are there already."""
    if old is None:
        return kind
    if old.sold:
        return replace(kind, owned=old.counts)
    return replace(
        kind,
        owned=old.counts,
        per_rack={q: n for q, n in kind.per_rack.items() if q in own_racks(racks)},
        servers_max_count=min(kind.servers_max_count, int(max(old.counts))),
    )


def own_racks(racks: dict[str, RackKind]) -> dict[str, RackKind]:
    """Return the racks in which servers stand that are there already: those without a rear door."""
    return {q: rack for q, rack in racks.items() if rack.cooling != "rear-door"}


def _make(ctx: Context, lot: Any, bought: list[Any], racks: dict[str, RackKind]) -> Any:
    """Return the server that stands for a lot, None where the site cannot run it."""
    names = [
        name
        for name in servers_named(lot.gpu, ctx.catalog)
        if ctx.catalog.servers[name].specs.gpus_count.value == lot.gpus_per_server_count
    ]
    alike = [server for server in bought if server.id in names]
    if alike:
        return alike[0]
    able = []
    for server in (ctx.catalog.servers[name] for name in names):
        reason = hardware.unusable(ctx, server)
        if reason:
            ctx.drop("*", server.id, "", server.id, f"there already, yet not used: {reason}")
        else:
            able.append(server)
    return next(iter(rack_fit.placeable(ctx, able, own_racks(racks))), None)


def enough(
    ctx: Context, pools: dict[str, Pool], candidates: dict[str, Candidate], old: dict[str, Old]
) -> dict[str, Candidate]:
    """Return the candidates without those that need more of a kind not sold than is there.

    They are dropped with both numbers.
    """
    kept: dict[str, Candidate] = {}
    for key, c in candidates.items():
        kind = pools[c.pool].kind if c.pool is not None else ""
        there = old.get(kind)
        short = None
        if there is not None and not there.sold:
            needed = c.servers(ctx.slice_hours, len(ctx.dates))
            needs = zip(needed, there.counts, ctx.dates, strict=True)
            short = next((x for x in needs if x[0] > x[1] + _SAME), None)
        if short is None:
            kept[key] = c
            continue
        need, n, month = short
        reason = f"takes {need:,.3g} servers at month {month}; {n:g} are there and none is sold"
        ctx.drop(c.workload, key, c.pool or "", kind, reason)
    return kept


def beside(
    ctx: Context, workload: Any, way: Way, options: list[Option], old: dict[str, Old]
) -> dict[str, Candidate]:
    """Return the candidates of a workload of which servers that are there already do a part.

    One for each candidate on another kind of server and each number of old servers that is weighed.
    """
    found: dict[str, Candidate] = {}
    if workload.kind not in SHARED:
        return found
    for key, there in old.items():
        mine = next((o for o in options if o.server.id == key and o.fabric is None), None)
        others = [o for o in options if o.server.id != key]
        for n, until in there.levels() if mine is not None else ():
            part = _most(ctx, workload, way, mine, n, until)
            if part is None or all(x >= 1 for x in part.share):
                continue
            rest = tuple(1.0 - x for x in part.share)
            for name, c in way(_doing(ctx, workload, rest), workload, others).items():
                words = f"{c.layout}; {n} {there.server.gpu} servers that are there do a part"
                found[f"{name}-beside-{n}-{key}"] = replace(
                    c, beside=part, share=rest, layout=words
                )
    return found


def _most(
    ctx: Context, workload: Any, way: Way, option: Any, servers_count: int, until: int
) -> Candidate | None:
    """Return how some old servers do as much of a workload as they can; None where they cannot."""
    grown = ctx.demand(workload, 1.0)
    top = max(grown[:until], default=0.0)
    if top <= 0:
        return None

    def at(most: float, name: str | None = None) -> dict[str, Candidate]:
        share = tuple(min(1.0, most / g) if g else 0.0 for g in grown)
        found = way(_doing(ctx, workload, share), workload, [option])
        mine = {k: c for k, c in found.items() if name in (None, k)}
        return {k: _until(replace(c, share=share), until) for k, c in mine.items()}

    def needed(c: Candidate) -> float:
        return max(c.servers(ctx.slice_hours, len(ctx.dates))[:until])

    def fits(c: Candidate) -> bool:
        return needed(c) <= servers_count + _SAME

    whole = at(top)
    if not whole:
        return None
    name = min(whole, key=lambda k: needed(whole[k]))
    if fits(whole[name]):
        return whole[name]
    best, low, high = None, 0.0, top
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        tried = at(middle, name).get(name)
        if tried is not None and fits(tried):
            best, low = tried, middle
        else:
            high = middle
    return best


def _doing(ctx: Context, workload: Any, share: Series) -> Context:
    """Return the context in which a workload asks for a share of itself, and nothing is noted."""
    other = copy(ctx)
    other.share = {**ctx.share, workload.id: share}
    other.dropped, other.notes = [], []
    return other


def _until(c: Candidate, dates: int) -> Candidate:
    """Return a candidate that needs nothing after so many dates."""

    def cut(series: Series) -> Series:
        return tuple(x if t < dates else 0.0 for t, x in enumerate(series))

    return replace(
        c,
        held={s: cut(h) for s, h in c.held.items()},
        gang=cut(c.gang),
        hours=cut(c.hours),
        exclusive=cut(c.exclusive),
        apart=cut(c.apart),
        draws={r: cut(x) for r, x in c.draws.items()},
        share=cut(c.share),
        gpus=cut(c.gpus),
        replicas=cut(c.replicas),
        busy_frac=cut(c.busy_frac),
    )
