"""Rack fit: the menu of servers a rack against brute force, and what a refusal says."""

from __future__ import annotations

import random
from math import ceil, inf
from types import SimpleNamespace
from typing import Any

import pytest

from designlib.physics.power_chain import CONTINUOUS_LOAD_FRAC, breaker_kw, rack_feed_kw
from designlib.problem import rack_fit
from designlib.problem.tables import RackKind
from tests.problem.made import CATALOG, context

CASES = 240
VOLTS, PHASES = 415.0, 3


def quantity(value: float) -> Any:
    """Return a number as a part of the catalog holds it."""
    return SimpleNamespace(value=value)


def case(seed: int) -> dict[str, float]:
    """Return a random server, the rack it is to stand in, and how many are to stand somewhere."""
    draw = random.Random(seed)
    kw = draw.choice([1.2, 2.6, 5.5, 6.6, 10.2, 14.3, 17.7, round(draw.uniform(0.4, 30), 1)])
    return {
        "height_u": draw.choice([1, 2, 4, 5, 6, 8, 10]),
        "kw": kw,
        "kg": round(draw.uniform(15, 180), 1),
        "usable_u": draw.randint(20, 52),
        "amps_a": draw.choice([16, 32, 60, 63, 100]),
        "amps_b": draw.choice([16, 32, 60, 63, 100]),
        "cooling_kw": round(draw.uniform(5, 80), 1),
        "limit_kg": round(draw.uniform(300, 1600), 1),
        "servers": draw.randint(1, 9),
    }


def rack_of(c: dict[str, float]) -> RackKind:
    """Return the rack kind: the smaller of what remains after a lost feed and of the cooling."""
    feeds = [breaker_kw(VOLTS, c[f"amps_{side}"], phases_count=PHASES) for side in "ab"]
    limit = min(rack_feed_kw(feeds, "2N"), c["cooling_kw"])
    return RackKind("hall", limit, "air", 1.4, {}, 0, c["usable_u"], c["limit_kg"])


def menu(c: dict[str, float]) -> int:
    """Return the servers that the menu puts into one such rack."""
    ctx = SimpleNamespace(
        brief=SimpleNamespace(policies=SimpleNamespace(server_cooling_allowed=None)),
        site=SimpleNamespace(floor_limit_kg_per_m2=None),
    )
    specs = SimpleNamespace(
        height_u=quantity(c["height_u"]),
        power_max_kw=quantity(c["kw"]),
        weight_kg=quantity(c["kg"]),
        liquid_frac=quantity(0.0),
    )
    server = SimpleNamespace(specs=specs, rack_scale=False)
    return rack_fit.per_rack(ctx, server, {"air": rack_of(c)}).get("air", 0)  # type: ignore[arg-type]


def stands(c: dict[str, float], count: int) -> bool:
    """Return whether so many servers stand in one rack, tried unit by unit and breaker by breaker.

    The servers hang on both feeds; when one feed is lost the breaker of the other carries all.
    """
    free = [True] * int(c["usable_u"])
    height = int(c["height_u"])
    for _ in range(count):
        bottom = next((u for u in range(len(free) - height + 1) if all(free[u : u + height])), None)
        if bottom is None:
            return False
        free[bottom : bottom + height] = [False] * height
    load_w = sum(1000.0 * c["kw"] for _ in range(count))
    for left in "ab":
        amps = load_w / (3**0.5 * VOLTS)
        if amps > CONTINUOUS_LOAD_FRAC * c[f"amps_{left}"] * (1 + 1e-9):
            return False
    heat = sum(c["kw"] for _ in range(count))
    mass = sum(c["kg"] for _ in range(count))
    tight = 1 + 1e-9
    return heat <= c["cooling_kw"] * tight and mass <= c["limit_kg"] * tight


def fewest_racks(c: dict[str, float]) -> float:
    """Return the fewest racks that hold the servers of a case, over every way to divide them."""

    def divide(left: int, most: int) -> float:
        if left == 0:
            return 0.0
        sizes = [n for n in range(1, min(left, most) + 1) if stands(c, n)]
        return min((1 + divide(left - n, n) for n in sizes), default=inf)

    return divide(int(c["servers"]), int(c["servers"]))


@pytest.mark.parametrize("seed", range(CASES))
def test_the_menu_equals_brute_force(seed: int) -> None:
    c = case(seed)
    most = next(n for n in range(60) if not stands(c, n + 1))
    assert menu(c) == most
    racks = ceil(c["servers"] / most) if most else inf
    assert racks == fewest_racks(c)


def test_every_limit_decides_some_cases() -> None:
    # Height, feed, cooling and weight each bind somewhere: no law is only along for the ride.
    bound = set()
    for seed in range(CASES):
        c = case(seed)
        n = menu(c) + 1
        feeds = [breaker_kw(VOLTS, c[f"amps_{side}"]) for side in "ab"]
        broken = {
            "height": n * c["height_u"] > c["usable_u"],
            "feed": n * c["kw"] > rack_feed_kw(feeds, "2N"),
            "cooling": n * c["kw"] > c["cooling_kw"],
            "weight": n * c["kg"] > c["limit_kg"],
        }
        if sum(broken.values()) == 1:
            bound.add(next(word for word, is_broken in broken.items() if is_broken))
    assert bound == {"height", "feed", "cooling", "weight"}


def test_the_average_density_shortcut_undercounts_racks() -> None:
    """The shortcut divides all power by the power of a rack, as if a server could be cut in two."""
    short, exact = [], []
    for seed in range(CASES):
        c = case(seed)
        if not menu(c):
            continue
        short.append(ceil(c["servers"] * c["kw"] / rack_of(c).limit_kw - 1e-9))
        exact.append(ceil(c["servers"] / menu(c)))
    assert all(s <= e for s, e in zip(short, exact, strict=True))
    too_few = sum(s < e for s, e in zip(short, exact, strict=True))
    assert too_few > len(exact) / 4, f"{too_few} of {len(exact)}"
    # Eight servers of 10.2 kW in racks of 17 kW: the shortcut says 5, and 3 servers stand nowhere.
    given = case(0) | {"height_u": 8, "kw": 10.2, "kg": 130, "usable_u": 46, "cooling_kw": 17}
    given |= {"amps_a": 60, "amps_b": 60, "limit_kg": 1361, "servers": 8}
    assert ceil(8 * 10.2 / 17) == 5
    assert fewest_racks(given) == ceil(8 / menu(given)) == 8


# ---- what a refusal says


def reason(part: str, **changes: Any) -> str:
    """Return why a server stands in no rack of the insurer's hall, changed as told."""
    from designlib.problem import hardware

    ctx = context("enterprise", **changes)
    assert not rack_fit.placeable(ctx, [CATALOG.servers[part]], hardware.rack_kinds(ctx))
    return next(d.reason for d in reversed(ctx.dropped) if d.part_id == part)


def test_a_server_of_10_2_kw_in_a_rack_of_8_says_what_it_needs() -> None:
    told = reason("nvidia-dgx-h100", sites__hall__rack_air_kw=8, sites__hall__rear_door=None)
    assert told == (
        "10.2 kW, a rack of site hall takes at most 8; it would need sites.hall.rack_air_kw of 10.2"
        " or more, or sites.hall.rear_door with as much"
    )


def test_a_feed_that_is_too_weak_is_named_beside_the_cooling() -> None:
    told = reason("nvidia-dgx-h100", sites__hall__rack_feed_kw=8)
    assert told == (
        "10.2 kW, a rack of site hall takes at most 8; it would need sites.hall.rack_feed_kw"
        " of 10.2 or more"
    )
    told = reason(
        "nvidia-dgx-h100",
        sites__hall__rack_feed_kw=8,
        sites__hall__rack_air_kw=9,
        sites__hall__rear_door=None,
    )
    assert told.endswith("sites.hall.rack_air_kw and sites.hall.rack_feed_kw of 10.2 or more")


def test_a_liquid_only_server_names_the_loop() -> None:
    told = reason("nvidia-gb200-nvl72")
    assert told == (
        "needs a direct-to-chip liquid loop, which site hall does not have; it would need"
        " sites.hall.direct_to_chip.available: true, or sites.hall.liquid_to_air"
    )
