"""Random problems: tiny instances of all layers at once, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from designlib.problem.tables import (
    Candidate,
    Demand,
    Fabric,
    FabricStep,
    Item,
    Kind,
    Limit,
    Plant,
    Pool,
    Problem,
    RackKind,
    Site,
    Software,
    Store,
)

HOURS = {"day": 400.0, "night": 300.0}
NAMES = ("alpha", "beta", "gamma")


@dataclass
class Draft:
    """Tables in the making."""

    rng: Random
    dates: tuple[int, ...]
    items: dict[str, Item] = field(default_factory=dict)
    managed: bool = False
    limits: list[Limit] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)

    def maybe(self, chance: float) -> bool:
        return self.rng.random() < chance

    def series(self, value: float) -> tuple[float, ...]:
        return (float(value),) * len(self.dates)

    def item(self, name: str, layer: str, price: float, **more: Any) -> str:
        """Add an item whose price falls, stays or rises over the dates."""
        trend = self.rng.choice((0.8, 1.0, 1.0, 1.3))
        discount = self.rng.choice((1.0, 0.9))
        prices = tuple(round(price * trend**t, 3) for t in range(len(self.dates)))
        factors = tuple(discount**t for t in range(len(self.dates)))
        worth = self.rng.choice((0.0, 0.0, 0.2))
        fields: dict[str, Any] = {
            "order_months": 3.0,
            "first_date": int(len(self.dates) > 1 and self.maybe(0.05)),
            "support_per_month": self.rng.choice((0.0, round(price / 100, 3))),
            "draws": {},
        }
        residual = tuple(round(x * worth, 3) for x in prices)
        self.items[name] = Item(
            name, layer, "each", "hall", prices, factors, residual, **{**fields, **more}
        )
        return name

    def limit(self, resource: str, value: float) -> None:
        series = self.series(value)
        self.limits.append(
            Limit(resource, "hall", series, f"limit of {resource}", f"sites.0.{resource}", "u")
        )


def random_problem(seed: int) -> Problem:
    """Return the random problem of a seed."""
    rng = Random(seed)
    d = Draft(rng, rng.choice(((6,), (6, 12), (6, 12), (6, 12))))
    n = len(d.dates)
    networks = d.maybe(0.7)
    d.managed = networks and d.maybe(0.5)
    service = d.maybe(0.5)
    racks = _racks(d, service)
    kinds = _kinds(d, racks)
    fabrics = _fabrics(d, service) if networks else {}
    pools = _pools(d, kinds, fabrics)
    kinds = {i: kind for i, kind in kinds.items() if any(x.kind == i for x in pools.values())}
    stores = _stores(d, service) if d.maybe(0.4) else {}
    software, control = _software(d, service) if d.maybe(0.35) else ({}, None)
    groups = {"compute": rng.choice((1, 1, 2))}
    if d.managed:
        fabrics |= _management(d, service, groups)
    cooling, power = _plants(d)
    slices = HOURS if d.maybe(0.6) else {"day": 700.0}
    candidates = _candidates(d, pools, slices, stores)
    ups = ("ups_kw",) if power else ()
    annuity = tuple(rng.choice((5.0, 10.0)) for _ in range(n))
    energy, space = rng.choice((0.0, 0.05)), rng.choice((0.0, 0.02))
    return Problem(
        name=f"random {seed}",
        currency="USD",
        sites={"hall": Site(energy, space, service_pue=1.3)},
        dates=d.dates,
        annuity=annuity,
        interval_months=(6.0,) * n,
        slice_hours=slices,
        items=d.items,
        kinds=kinds,
        pools=pools,
        candidates=candidates,
        workloads=tuple(dict.fromkeys(c.workload for c in candidates.values())),
        fabrics=fabrics,
        stores=stores,
        racks=racks,
        cooling=cooling,
        power=power,
        software=software,
        control_items={} if control is None else {"hall": control},
        limits=_site(d, cooling),
        demands=tuple(d.demands),
        it_resources=("it_kw", *ups),
        fabric_groups=groups,
        kinds_max_count=rng.choice((1, 2, 3)),
        gpus_max=tuple(8.0 * rng.choice((4, 6)) for _ in range(n)) if d.maybe(0.15) else (),
        batch_on_serving=d.maybe(0.7),
    )


def with_budget(p: Problem, amount: float) -> Problem:
    """Return a problem whose purchases may cost so much and no more."""
    series = (amount,) * len(p.dates)
    limit = Limit("capex", p.everywhere, series, "capital budget", "budget.capex_total", p.currency)
    return replace(p, limits=(*p.limits, limit))


def _racks(d: Draft, service: bool) -> dict[str, RackKind]:
    share = 0.75 if service else 0.0
    air = {d.item("cabinet", "racks", 3): 1.0}
    racks = {
        "air": RackKind(
            "hall", 20.0, "air", 1.4, air, d.items["cabinet"].first_date, service_frac=share
        )
    }
    if d.maybe(0.4):
        door = {"cabinet": 1.0, d.item("door", "cooling", 4): 1.0}
        first = max(d.items[i].first_date for i in door)
        racks["rear"] = RackKind("hall", 40.0, "rear-door", 1.2, door, first, air_heat_frac=0.0)
    if d.maybe(0.4):
        wet = {d.item("wet-cabinet", "racks", 5): 1.0}
        first = d.items["wet-cabinet"].first_date
        racks["wet"] = RackKind("hall", 60.0, "direct-to-chip", 1.1, wet, first)
    return racks


def _kinds(d: Draft, racks: dict[str, RackKind]) -> dict[str, Kind]:
    kinds = {}
    for name in NAMES[: d.rng.choice((1, 2, 2, 3))]:
        draws = {"in_band_ports": 1.0} if d.managed else {}
        kw = d.rng.choice((6.0, 9.0))
        price = d.rng.randint(60, 140)
        d.item(
            name,
            "compute",
            price,
            max_kw=kw,
            typical_kw=kw - 1.5,
            draws=draws,
            license_per_month=0.1,
        )
        fits = {q: d.rng.choice((1, 2, 3)) for q in racks if d.maybe(0.7)} or {"air": 2}
        spares = d.rng.choice((((0, 0),), ((0, 0), (2, 1), (8, 2)), ((1, 0), (3, 1), (8, 3))))
        kinds[name] = Kind(
            8,
            d.rng.choice((0.0, 0.75)) if "wet" in fits else 0.0,
            fits,
            spares,
            d.rng.choice((4, 5)),
            min_order_count=d.rng.choice((1, 1, 1, 2, 3)),
            staff_per_month=d.rng.choice((0.0, 0.3)),
            owned=d.rng.choice(((1.0, 1.0), (2.0, 1.0), (1.0, 0.0)))[: len(d.dates)]
            if d.maybe(0.15)
            else (),
        )
    return kinds


def _fabrics(d: Draft, service: bool) -> dict[str, Fabric]:
    return {
        f: _fabric(d, f, "compute_ports", f, "compute", service)
        for f in ("ib", "eth")[: d.rng.choice((1, 1, 2))]
    }


def _fabric(d: Draft, f: str, resource: str, place: str, group: str, service: bool) -> Fabric:
    draws = {"service_racks": 0.25} if service else {}
    if d.managed and resource != "oob_ports" and d.maybe(0.5):
        draws["oob_ports"] = 1.0
    kw = d.rng.choice((0.0, 0.5))
    switch = d.item(
        f"{f}-switch", "network", d.rng.randint(5, 12), max_kw=kw, typical_kw=kw, draws=draws
    )
    cable = d.item(f"{f}-cable", "network", 0.2)
    first, wide = d.rng.choice((2, 4)), d.rng.choice((5, 7))
    steps = tuple(
        FabricStep(
            first + s * wide,
            {switch: 1 + 2 * s, **({cable: 4 * s} if s else {})},
            moved_links_cost=d.rng.choice((0.0, 2.0)) if s else 0.0,
        )
        for s in range(d.rng.choice((2, 3)))
    )
    links = {d.item(f"{f}-link", "network", d.rng.choice((0.5, 1.0))): 1.0}
    if d.maybe(0.4):
        links[d.item(f"{f}-twin", "network", 0.7)] = 0.5
    staff = d.rng.choice((0.0, 0.4))
    return Fabric("role", f, resource, place, steps, links, group, staff_per_month=staff)


def _management(d: Draft, service: bool, groups: dict[str, int]) -> dict[str, Fabric]:
    """Add in-band networks to choose from; switches of all networks draw out-of-band ports."""
    found = {}
    for f in ("in-a", "in-b")[: d.rng.choice((1, 2))]:
        found[f] = _fabric(d, f, "in_band_ports", "hall", "in-band", service)
    found["oob"] = _fabric(d, "oob", "oob_ports", "hall", "oob", service)
    groups |= {"in-band": 1, "oob": 1}
    return found


def _pools(d: Draft, kinds: dict[str, Kind], fabrics: dict[str, Fabric]) -> dict[str, Pool]:
    pools = {}
    for i in kinds:
        places = [None, *fabrics]
        for f in d.rng.sample(places, d.rng.choice((1, min(2, len(places))))):
            pools[f"{i}-{f or 'alone'}"] = Pool(i, f, 0 if f is None else d.rng.choice((1, 2)))
    return dict(list(pools.items())[:3])


def _stores(d: Draft, service: bool) -> dict[str, Store]:
    draws = {"service_racks": 0.5} if service else {}
    stores = {}
    for s in ("flash", "disk")[: d.rng.choice((1, 2))]:
        d.item(s, "storage", d.rng.randint(8, 20), max_kw=1.0, typical_kw=0.8, draws=draws)
        supplies = {
            "hot_tb": float(d.rng.choice((30, 50))),
            "read_gb_s": float(d.rng.choice((10, 20))),
        }
        stores[s] = Store("hot", supplies, d.rng.choice((1, 2, 3)), d.rng.choice((0, 1)), 6)
    top = d.rng.choice((40.0, 80.0, 110.0))
    need = tuple(top * (t + 1) / len(d.dates) for t in range(len(d.dates)))
    d.demands.append(Demand("hot_tb", "hall", need, "workloads"))
    return stores


def _software(d: Draft, service: bool) -> tuple[dict[str, Software], str]:
    draws = {"service_racks": 0.25} if service else {}
    control = d.item("control", "orchestration", 6, max_kw=0.5, typical_kw=0.4, draws=draws)
    stack = {
        "batch": Software(
            ("gang", "quotas"), (), 2.0, d.rng.choice((0.5, 1.5)), 0.5, orchestrator=True
        ),
        "cloudy": Software(
            ("services",), (), 3.0, d.rng.choice((0.5, 1.0)), 0.5, orchestrator=True
        ),
        "gangs": Software(("gang",), ("cloudy",), 0.0, d.rng.choice((0.1, 0.8))),
        "login": Software(("identity",), (), 1.0, 0.2),
    }
    for need in d.rng.sample(("gang", "services", "quotas"), d.rng.choice((1, 2))):
        d.demands.append(Demand("capability", need, d.series(1), "workloads", scales=False))
    base = float(d.rng.choice((0, 1, 2)))
    d.demands.append(
        Demand("control_servers", "hall", d.series(base), "orchestration", scales=False)
    )
    return stack, control


def _plants(d: Draft) -> tuple[dict[str, Plant], dict[str, Plant]]:
    cooling, power = {}, {}
    if d.maybe(0.5):
        for i in ("fan-small", "fan-large")[: d.rng.choice((1, 2))]:
            kw = d.rng.choice((0.0, 0.5))
            unit = d.rng.choice((12.0, 25.0))
            d.item(i, "cooling", round(unit / 3), max_kw=kw, typical_kw=kw)
            cooling[i] = Plant("air_kw", unit, d.rng.choice(("N", "N+1", "2N")), 6, "air")
    if d.maybe(0.3):
        unit = d.rng.choice((10.0, 20.0))
        d.item("ups", "power", round(unit / 2))
        kinds = ("N", "N+1", "2N", "distributed")
        power["ups"] = Plant("ups_kw", unit, d.rng.choice(kinds), 10, "ups")
    return cooling, power


def _site(d: Draft, cooling: dict[str, Plant]) -> tuple[Limit, ...]:
    d.limit("positions", d.rng.choice((4, 8, 12, 12, 12)))
    d.limit("it_kw", d.rng.choice((35, 60, 80, 80)))
    d.limit("facility_kw", 300)
    d.limit("liquid_kw", d.rng.choice((10, 60)))
    if not cooling or d.maybe(0.2):
        d.limit("air_kw", d.rng.choice((20, 60, 60)))
    return tuple(d.limits)


def _candidates(
    d: Draft, pools: dict[str, Pool], slices: dict[str, float], stores: dict[str, Store]
) -> dict[str, Candidate]:
    found = {}
    n = len(d.dates)
    for w in ("chat", "train")[: d.rng.choice((1, 2, 2))]:
        for k in d.rng.sample(sorted(pools), d.rng.randint(1, len(pools))):
            for v in range(d.rng.choice((1, 2))):
                found[f"{w}-{k}-{v}"] = _candidate(d, w, k, slices, n, bool(stores))
        if d.maybe(0.15):
            rent = tuple(d.rng.choice((8.0, 30.0)) for _ in range(n))
            found[f"{w}-rented"] = Candidate(w, None, {}, rent_per_month=rent)
    return found


def _candidate(
    d: Draft, w: str, k: str, slices: dict[str, float], n: int, stored: bool
) -> Candidate:
    draws = {"read_gb_s": d.series(d.rng.choice((5, 12)))} if stored and d.maybe(0.6) else {}
    if w == "chat":
        top = d.rng.choice((0.5, 1.0, 1.5, 2.5))
        grow = d.rng.choice((1.0, 2.0))
        held = {
            s: tuple(
                top * (0.5 if s == "night" else 1.0) * grow ** (t / max(1, n - 1)) for t in range(n)
            )
            for s in slices
        }
        apart = d.series(d.rng.choice((1, 2))) if d.maybe(0.3) else ()
        return Candidate(w, k, held, apart=apart, draws=draws)
    gang = float(d.rng.choice((0, 1, 2)))
    hours = tuple(d.rng.choice((150.0, 300.0, 600.0)) for _ in range(n))
    allowed = d.rng.choice((tuple(slices), tuple(slices)[-1:]))
    gangs = d.series(gang) if gang else ()
    spread = d.maybe(0.25)
    alone = gangs if d.maybe(0.5) else ()
    return Candidate(w, k, {}, gangs, hours, allowed, spread=spread, exclusive=alone, draws=draws)
