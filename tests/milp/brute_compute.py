"""Brute compute: candidates, servers and spares, enumerated (see ``brute_force``)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, pairwise, product

from designlib.problem.tables import Candidate, Problem
from tests.milp.brute_world import EPS, Stock, World, paths, times, up


def choices(w: World) -> Iterator[World]:
    """Every way to run every workload."""
    p = w.p
    able = [[o for o in p.candidates_of(x) if p.candidates[o].relief is None] for x in p.workloads]
    for choice in product(*able):
        new = w.twin(f"choose {choice}")
        new.choice = choice
        for c in (part for o in choice for part in p.candidates[o].parts):
            for r, amounts in c.draws.items():
                new.draw(r, p.everywhere, amounts)
            if c.rent_per_month:
                new.monthly(c.rent_per_month)
        yield new


def works(p: Problem, jobs: list[Candidate], t: int, servers: int) -> bool:
    """Return whether a pool of servers carries its workloads at a date.

    Jobs fit the hours that the day slices leave free when any set of slices has room for the jobs
    that may run nowhere else (Hall's condition).
    """
    tops = [max((h[t] for h in c.held.values()), default=0.0) for c in jobs]
    if sum(tops) + sum(c.gang[t] for c in jobs if c.gang) > servers + EPS:
        return False
    alone = sum(c.exclusive[t] for c in jobs if c.exclusive)
    if any(c.apart[t] + alone > servers + EPS for c in jobs if c.apart):
        return False
    free = {}
    for s, hours in p.slice_hours.items():
        held = [c.held[s][t] if s in c.held else 0.0 for c in jobs] if p.batch_on_serving else tops
        even = [c for c in jobs if c.hours and c.spread and s in c.slices]
        whole = [sum(p.slice_hours[x] for x in c.slices) for c in even]
        run = sum(c.hours[t] * hours / n for c, n in zip(even, whole, strict=True))
        free[s] = hours * (servers - sum(held)) - run
    timed = [c for c in jobs if c.hours and not c.spread]
    every = chain.from_iterable(combinations(free, n) for n in range(1, len(free) + 1))
    return all(
        sum(c.hours[t] for c in timed if set(c.slices) <= set(some))
        <= sum(free[s] for s in some) + EPS
        for some in every
    )


def least_servers(w: World, pool: str) -> tuple[int, ...] | None:
    """Return the fewest servers a pool needs by date, or None where no allowed number is enough."""
    p, kind = w.p, w.p.kinds[w.p.pools[pool].kind]
    jobs = [c for o in w.choice for c in p.candidates[o].parts if c.pool == pool]
    found: list[int] = []
    for t in p.date_indices:
        enough = [n for n in range(kind.servers_max_count + 1) if works(p, jobs, t, n)]
        if not enough:
            return None
        found.append(enough[0])
    return tuple(found) if kind.owned else up(tuple(map(float, found)))


def stock_of_servers(w: World) -> Iterator[World]:
    """Every number of servers by pool and date."""
    p, menus = w.p, []
    for k, pool in p.pools.items():
        kind, low = p.kinds[pool.kind], least_servers(w, k)
        if low is None:
            return
        owned = [int(n) for n in kind.owned] or [0] * len(low)
        first, most = p.items[pool.kind].first_date, kind.servers_max_count
        top = [most if kind.min_order_count > 1 else min(most, n + max(low)) for n in owned]
        ready = [n if t >= first else owned[t] for t, n in enumerate(top)]
        if any(a > b for a, b in zip(low, ready, strict=True)):
            return
        shrinks = owned != sorted(owned)
        every = product(*(range(a, b + 1) for a, b in zip(low, ready, strict=True)))
        found = list(every) if shrinks else list(paths(low, tuple(ready)))
        menus.append([(n, kept) for n in found for kept in _kept(p, pool.kind, n)])
    for combo in product(*menus):
        servers = {k: n for k, (n, _) in zip(p.pools, combo, strict=True)}
        kept = {k: n for k, (_, n) in zip(p.pools, combo, strict=True)}
        if _lawful(p, servers, kept):
            yield _with_servers(w, servers, kept)


def _kept(p: Problem, i: str, servers: Stock) -> Iterator[Stock]:
    """Return every part of the servers of a pool that may have been owned before."""
    owned, first = p.kinds[i].owned, p.items[i].first_date
    if not owned:
        yield (0,) * len(servers)
        return
    top = tuple(min(a, b) for a, b in zip(owned, servers, strict=True))
    for path in product(*(range(int(n) + 1) for n in top)):
        bought = [n - kept for n, kept in zip(servers, path, strict=True)]
        falls = all(a >= b for a, b in pairwise(path))
        if falls and bought == sorted(bought) and not any(bought[:first]):
            yield path


def _of_kind(p: Problem, servers: dict[str, Stock], i: str) -> Stock:
    rows = [servers[k] for k, pool in p.pools.items() if pool.kind == i]
    return tuple(map(sum, zip(*rows, strict=True))) if rows else (0.0,) * len(p.dates)


def _lawful(p: Problem, servers: dict[str, Stock], kept: dict[str, Stock]) -> bool:
    """Return whether servers obey the fleet's rules: orders, kinds, most GPUs, nothing sold."""
    totals = {i: _of_kind(p, servers, i) for i in p.kinds}
    if sum(any(x) for x in totals.values()) > p.kinds_max_count:
        return False
    for t in p.date_indices if p.gpus_max else ():
        if sum(p.kinds[i].gpus_count * n[t] for i, n in totals.items()) > p.gpus_max[t]:
            return False
    for i, n in totals.items():
        kind, have = p.kinds[i], 0.0
        mine = _of_kind(p, kept, i)
        if max(n) > kind.servers_max_count:
            return False
        for t in p.date_indices:
            bought = n[t] - mine[t] - have
            have += bought
            if bought < 0 or 0 < bought < kind.min_order_count:
                return False
            if mine[t] > (kind.owned[t] if kind.owned else 0.0):
                return False
            if t and kind.owned and mine[t - 1] - mine[t] > kind.owned[t - 1] - kind.owned[t]:
                return False  # what is kept leaves as it retires, not before
    return True


def _with_servers(w: World, servers: dict[str, Stock], kept: dict[str, Stock]) -> World:
    p, new = w.p, w.twin(f"servers {servers} of which owned {kept}")
    new.kept = {i: _of_kind(p, kept, i) for i in p.kinds}
    new.servers = {i: _of_kind(p, servers, i) for i in p.kinds}
    for i, n in new.servers.items():
        new.install(i, n, owned=new.kept[i], powered=False)
        new.monthly(times(p.kinds[i].staff_per_month, n))
    for k, pool in p.pools.items():
        if pool.fabric is not None and any(servers[k]):
            new.draw("compute_ports", pool.fabric, times(pool.ports_per_server, servers[k]))
    return new


def spares(w: World) -> Iterator[World]:
    """Every number of cold spares that covers the servers of each kind."""
    p = w.p
    menus = []
    for i, n in w.servers.items():
        menu = p.kinds[i].spare_steps
        if len(menu) < 2:
            menus.append([(i, (0,) * len(p.dates), (0,) * len(p.dates))])
            continue
        low = up(
            tuple(
                float(min((s for s in range(len(menu)) if menu[s][0] >= x), default=99)) for x in n
            )
        )
        if low[-1] >= len(menu):
            return
        if p.kinds[i].owned:
            menus.append(list(_owned_spares(w, i)))
            continue
        first = p.items[i].first_date
        high = tuple(low[-1] if t >= first else 0 for t in p.date_indices)
        none = (0,) * len(p.dates)
        menus.append([(i, tuple(menu[s][1] for s in path), none) for path in paths(low, high)])
    for combo in product(*menus):
        if not all(_come_along(w, i, stock, shelf) for i, stock, shelf in combo):
            continue
        new = w.twin(f"spares {combo}")
        for i, stock, shelf in combo:
            if len(p.kinds[i].spare_steps) > 1:
                new.install(i, stock, owned=shelf, powered=False, cold=True)
        yield new


def _come_along(w: World, i: str, stock: Stock, shelf: Stock) -> bool:
    """Return whether spares are bought with servers alone, where orders have a least size."""
    if w.p.kinds[i].min_order_count <= 1:
        return True
    servers = [a - b for a, b in zip(w.servers[i], w.kept[i], strict=True)]
    spare = [a - b for a, b in zip(stock, shelf, strict=True)]
    risen = [[b > a for a, b in pairwise([0.0, *series])] for series in (servers, spare)]
    return all(ordered or not more for ordered, more in zip(*risen, strict=True))


def _owned_spares(w: World, i: str) -> Iterator[tuple[str, Stock, Stock]]:
    """Return every number of spares of a kind, and of owned servers among them, by date."""
    p, menu, owned = w.p, w.p.kinds[i].spare_steps, w.p.kinds[i].owned
    servers, kept, first = w.servers[i], w.kept[i], p.items[i].first_date
    for path in product(range(len(menu)), repeat=len(p.dates)):
        held = all(a <= b or owned[t] > owned[t + 1] for t, (a, b) in enumerate(pairwise(path)))
        if not held or any(menu[s][0] < n for s, n in zip(path, servers, strict=True)):
            continue
        stock = tuple(float(menu[s][1]) for s in path)
        for shelf in product(*(range(int(a - b) + 1) for a, b in zip(owned, kept, strict=True))):
            bought = [a - b for a, b in zip(stock, shelf, strict=True)]
            if min(bought) >= 0 and bought == sorted(bought) and not any(bought[:first]):
                yield i, stock, shelf
