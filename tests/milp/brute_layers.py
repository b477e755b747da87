"""Brute layers: storage, software, networks, racks and plant for given servers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, pairwise, product
from math import ceil

from designlib.problem.tables import Fabric, Plant, Problem
from tests.milp.brute_world import EPS, Key, Stock, World, paths, stocks, times, up, waits

NETWORKS = ("compute_ports", "storage_ports", "in_band_ports", "oob_ports")
"""Networks in the order in which one draws the ports of the next."""


def storage(w: World) -> Iterator[World]:
    """Every product and number of units of each tier; tiers supply different resources."""
    p = w.p
    tiers = sorted({s.tier for s in p.stores.values()})
    owner: dict[str, str] = {}
    for s in p.stores.values():
        for r in s.supplies:
            assert owner.setdefault(r, s.tier) == s.tier, "tiers share a resource"
    new = w.twin()
    needs = {r: new.need(r, p.everywhere) for r in owner}
    menus = [list(_units(p, tier, needs)) for tier in tiers]
    for combo in product(*menus):
        each = new.twin(f"storage {combo}")
        for s, units in combo:
            if s:
                each.install(s, tuple(map(float, units)))
        yield each


def _units(p: Problem, tier: str, needs: dict[str, Stock]) -> Iterator[tuple[str, tuple[int, ...]]]:
    asked = [
        n
        for r, n in needs.items()
        if any(r in s.supplies for s in p.stores.values() if s.tier == tier)
    ]
    if not any(x > EPS for n in asked for x in n):
        yield "", ()
        return
    for s, store in p.stores.items():
        if store.tier != tier:
            continue
        wanted = []
        for t in p.date_indices:
            short = [r for r, n in needs.items() if n[t] > EPS and r in owner_resources(p, tier)]
            if any(r not in store.supplies for r in short):
                wanted = []
                break
            units = max((ceil(needs[r][t] / store.supplies[r] - EPS) for r in short), default=0)
            wanted.append(
                max(store.units_min_count, units + store.redundant_units_count) if units else 0
            )
        if not wanted:
            continue
        # a stock path may start early, but never below the least size
        for path in stocks(
            p, [s], tuple(map(float, wanted)), p.items[s].first_date, store.units_max_count
        ):
            if all(n == 0 or n >= store.units_min_count for n in path):
                yield s, path


def owner_resources(p: Problem, tier: str) -> set[str]:
    return {r for s in p.stores.values() if s.tier == tier for r in s.supplies}


def software(w: World) -> Iterator[World]:
    """Every set of software that provides what is asked, with its control servers."""
    p = w.p
    every = chain.from_iterable(combinations(p.software, n) for n in range(len(p.software) + 1))
    asked = {a for (r, a), n in w.draws.items() if r == "capability" and any(n)}
    schedulers = {i for i, s in p.software.items() if s.orchestrator}
    for some in every:
        chosen = [p.software[i] for i in some]
        provided = [c for s in chosen for c in s.provides]
        extra = len(schedulers & set(some)) - 1 if len(schedulers) > 1 else 0
        complete = all(r in some for s in chosen for r in s.requires)
        if not complete or not asked <= set(provided) or provided.count("identity") < extra:
            continue
        new = w.twin(f"software {some}")
        for a in asked:
            new.need("capability", a)
        ones = (1.0,) * len(p.dates)
        for s in chosen:
            new.monthly(times(s.cost_per_month + s.staff_per_month, ones))
            new.draw("control_servers", p.everywhere, times(s.control_servers_count, ones))
        need = new.need("control_servers", p.everywhere)
        if not any(need):
            yield new
        elif p.control_items:
            first = p.items[p.control_items[p.everywhere]].first_date
            for control in stocks(p, [p.control_items[p.everywhere]], need, first):
                each = new.twin(f"control {control}")
                each.install(p.control_items[p.everywhere], tuple(map(float, control)))
                yield each


def networks(p: Problem) -> list[tuple[str, str]]:
    """Return resource and place of every network, in the order in which they draw."""
    return [
        (r, a)
        for r in NETWORKS
        for a in sorted({f.place for f in p.fabrics.values() if f.resource == r})
    ]


def network(r: str, a: str, w: World) -> Iterator[World]:
    """Every network that carries the ports in use at a place."""
    p, new = w.p, w.twin()
    need = new.need(r, a)
    here = {f: x for f, x in p.fabrics.items() if x.resource == r and x.place == a}
    if not any(need):
        yield new
        return
    groups = {x.exclusive_group for x in here.values()}
    assert len(here) == 1 or (len(groups) == 1 and p.fabric_groups.get(min(groups)) == 1)
    for f, fabric in here.items():
        g = fabric.exclusive_group
        if g in p.fabric_groups and new.built.count(g) >= p.fabric_groups[g]:
            continue
        for sizes in _sizes(p, fabric, need):
            yield from _links(_built(new, f, fabric, sizes), fabric, sizes, need)


def _sizes(p: Problem, fabric: Fabric, need: Stock) -> Iterator[tuple[int, ...]]:
    """Return the built step by date (-1 is none): every path that carries the need."""
    ports = [0, *(s.ports for s in fabric.steps)]
    for path in paths((0,) * len(need), (len(fabric.steps),) * len(need)):
        if any(ports[s] + EPS < n for s, n in zip(path, need, strict=True)):
            continue
        used = [fabric.steps[s - 1].counts if s else {} for s in path]
        if all(p.items[i].first_date <= t for t, counts in enumerate(used) for i in counts):
            yield tuple(s - 1 for s in path)


def _built(w: World, f: str, fabric: Fabric, sizes: tuple[int, ...]) -> World:
    p, new = w.p, w.twin(f"{f} {sizes}")
    new.built = (*w.built, fabric.exclusive_group)
    for i in {i for s in fabric.steps for i in s.counts}:
        new.install(
            i, tuple(float(fabric.steps[s].counts.get(i, 0)) if s >= 0 else 0.0 for s in sizes)
        )
    new.monthly(tuple(fabric.staff_per_month if s >= 0 else 0.0 for s in sizes))
    for t in range(1, len(sizes)):
        for s in range(sizes[t - 1] + 1, sizes[t] + 1) if sizes[t - 1] >= 0 else ():
            factor = p.items[next(iter(fabric.steps[s].counts))].capex_factor[t]
            new.spent += fabric.steps[s].moved_links_cost
            new.cost += fabric.steps[s].moved_links_cost * factor
    return new


def _links(w: World, fabric: Fabric, sizes: tuple[int, ...], need: Stock) -> Iterator[World]:
    """Every number of links: a linear program on a chain, whose corners are needs and ports."""
    p = w.p
    ports = [float(fabric.steps[s].ports) if s >= 0 else 0.0 for s in sizes]
    first = max((p.items[i].first_date for i in fabric.link_items), default=0)
    early = [i for i, q in fabric.link_items.items() if q % 1 == 0 and not waits(p, i)]
    assert not any(p.items[i].draws or p.items[i].max_kw for i in early), (
        "early links must draw nothing"
    )
    most = max(need)
    rising = tuple(max(need[: t + 1]) for t in range(len(need)))
    corners = [
        {rising[t]}
        | (
            {x for x in (*rising, *ports) if rising[t] <= x <= min(ports[t], most)}
            if early
            else set()
        )
        for t in range(len(need))
    ]
    for linked in product(*corners):
        if any(a > b for a, b in pairwise(linked)) or any(linked[:first]):
            continue
        if any(x > n + EPS for x, n in zip(linked, ports, strict=True)):
            continue
        menus = []
        for i, q in fabric.link_items.items():
            if q % 1:
                menus.append(
                    [(i, n) for n in stocks(p, [i], times(q, linked), p.items[i].first_date)]
                )
            else:
                menus.append([(i, times(q, linked))])
        for combo in product(*menus):
            new = w.twin(f"links {combo}")
            for i, n in combo:
                new.install(i, tuple(map(float, n)))
            yield new


def racks(i: str, w: World) -> Iterator[World]:
    """Every split of the servers of a kind over rack kinds, and the racks that hold them."""
    servers = w.servers[i]
    if not any(servers):
        yield w
        return
    p, kind = w.p, w.p.kinds[i]
    rows = list(kind.per_rack)
    splits = [
        [c for c in product(*(range(int(n) + 1) for _ in rows)) if sum(c) == n] for n in servers
    ]
    for path in product(*splits):
        by_rack = {q: tuple(float(path[t][r]) for t in p.date_indices) for r, q in enumerate(rows)}
        if not _stay(w, i, by_rack):
            continue
        sold = p.items[i].first_date < len(p.dates)
        menus = []
        for q, placed in by_rack.items():
            rack = p.racks[q]
            full = tuple(ceil(x / kind.per_rack[q]) for x in placed)
            if not sold:  # what can only be owned stands in racks that are owned too
                menus.append([(q, full)])
                continue
            first = max(rack.first_date, 0 if kind.owned else p.items[i].first_date)
            if any(placed[:first]):
                menus.append([])
                continue
            menus.append(
                [(q, n) for n in stocks(p, list(rack.items), tuple(map(float, full)), first)]
            )
        for combo in product(*menus):
            yield _racked(w, i, by_rack, combo)


def _stay(w: World, i: str, by_rack: dict[str, Stock]) -> bool:
    """Return whether servers stay where they stand, but for owned ones that retire."""
    kept, dates = w.kept[i], w.p.date_indices
    splits = [
        [c for c in product(*(range(int(x[t]) + 1) for x in by_rack.values())) if sum(c) == kept[t]]
        for t in dates
    ]
    for owned in product(*splits):
        mine = list(zip(*owned, strict=True))
        bought = [
            [a - b for a, b in zip(x, o, strict=True)]
            for x, o in zip(by_rack.values(), mine, strict=True)
        ]
        leave = all(list(o) == sorted(o, reverse=True) for o in mine)
        if leave and all(x == sorted(x) for x in bought):
            return True
    return False


def _racked(
    w: World, i: str, by_rack: dict[str, Stock], combo: tuple[tuple[str, tuple[int, ...]], ...]
) -> World:
    p, it, kind = w.p, w.p.items[i], w.p.kinds[i]
    new = w.twin(f"{i} in {combo} as {by_rack}")
    for q, placed in by_rack.items():
        rack = p.racks[q]
        new.power(times(it.max_kw, placed), times(it.typical_kw, placed), rack.pue)
        liquid = kind.liquid_frac if rack.cooling == "direct-to-chip" else 0.0
        new.draw("liquid_kw", p.everywhere, times(liquid * it.max_kw, placed))
        new.draw(
            "air_kw", p.everywhere, times((1 - liquid) * rack.air_heat_frac * it.max_kw, placed)
        )
    for q, n in combo:
        if it.first_date < len(p.dates):
            _buy_racks(new, q, n)
        else:
            new.draw("positions", p.everywhere, times(p.racks[q].positions, tuple(map(float, n))))
    return new


def _buy_racks(w: World, q: str, n: tuple[int, ...]) -> None:
    rack = w.p.racks[q]
    w.draw("positions", w.p.everywhere, times(rack.positions, tuple(map(float, n))))
    for item, count in rack.items.items():
        assert not any(r in NETWORKS for r in w.p.items[item].draws), "racks use no ports"
        w.install(item, times(count, tuple(map(float, n))))


def shared_racks(w: World) -> Iterator[World]:
    """Every number of racks that holds switches, storage and control servers."""
    p, base = w.p, w.twin()
    need = base.need("service_racks", p.everywhere)
    if not any(need):
        yield base
        return
    open_kinds = [q for q, rack in p.racks.items() if rack.service_frac > 0]
    tops = [ceil(max(need) / p.racks[q].service_frac - EPS) for q in open_kinds]
    menus = []
    for q, top in zip(open_kinds, tops, strict=True):
        first = p.racks[q].first_date
        high = tuple(top if t >= first else 0 for t in p.date_indices)
        menus.append([(q, n) for n in paths((0,) * len(need), high)])
    for combo in product(*menus):
        held = [sum(p.racks[q].service_frac * n[t] for q, n in combo) for t in p.date_indices]
        if all(h >= n - EPS for h, n in zip(held, need, strict=True)):
            new = base.twin(f"shared {combo}")
            for q, n in combo:
                _buy_racks(new, q, n)
            yield new


def plants(w: World) -> Iterator[World]:
    """Every make and number of modules of each group.

    Modules that draw power themselves are tried from their need up, and before the others.
    """
    p = w.p
    every: dict[str, Plant] = {**p.cooling, **p.power}
    groups = sorted({x.group for x in every.values()})
    menus = [["", *(i for i, x in every.items() if x.group == g)] for g in groups]
    for picks in product(*menus):
        chosen = [i for i in picks if i]
        assert len({every[i].resource for i in chosen}) == len(chosen), (
            "two groups supply one resource"
        )
        drawing = sorted(chosen, key=lambda i: p.items[i].max_kw == 0)
        yield from _modules(w.twin(f"plants {picks}"), every, drawing)


def _modules(w: World, every: dict[str, Plant], left: list[str]) -> Iterator[World]:
    p = w.p
    if not left:
        yield w
        return
    i, plant = left[0], every[left[0]]
    low = _least(p, plant, w.draws.get((plant.resource, p.everywhere), (0.0,) * len(p.dates)))
    first = p.items[i].first_date
    if low[-1] > plant.units_max_count or any(low[:first]):
        return
    feeds = p.items[i].max_kw > 0
    if not feeds and waits(p, i):
        options = iter([low])
    else:
        top = plant.units_max_count if feeds else low[-1]
        options = paths(low, tuple(top if t >= first else 0 for t in p.date_indices))
    for n in options:
        if plant.redundancy == "2N" and any(x % 2 for x in n):
            continue
        new = w.twin(f"{i} {n}")
        new.install(i, tuple(map(float, n)))
        new.draw(plant.resource, p.everywhere, tuple(-capacity(plant, x) for x in n))
        yield from _modules(new, every, left[1:])


def _least(p: Problem, plant: Plant, draw: Stock) -> tuple[int, ...]:
    granted = [
        sum(x.value[t] for x in p.limits if x.resource == plant.resource) for t in p.date_indices
    ]
    out = []
    for d, g in zip(draw, granted, strict=True):
        n = 0
        while g + capacity(plant, n) < d - EPS:
            n += 1
            assert n < 99, "no number of modules is enough"
        out.append(float(n + n % 2 if plant.redundancy == "2N" else n))
    return up(tuple(out))


def capacity(plant: Plant, n: int) -> float:
    """Return what n modules still supply when the promised redundancy is gone."""
    left = {"N": n, "N+1": max(0, n - 1), "2N": n // 2, "distributed": 3 * n // 4}[plant.redundancy]
    return plant.unit_kw * left


def settled(w: World, granted: dict[Key, Stock]) -> bool:
    """Return whether everything that is still drawn is granted."""
    zero = (0.0,) * len(w.p.dates)
    return all(
        d <= g + EPS
        for key, draw in w.draws.items()
        if key[:2] not in w.p.unlimited
        for d, g in zip(draw, granted.get(key, zero), strict=True)
    )
