"""Spread: counted against every way in which servers can fail."""

from itertools import product
from math import ceil

import pytest

from designlib.physics.spread import failures_tolerated, replicas_apart, spread_options


def up(servers: int, lost: int, each: float) -> float:
    """Return the probability of at most so many failures, by listing every state."""
    total = 0.0
    for state in product((True, False), repeat=servers):
        if state.count(False) <= lost:
            total += each ** state.count(True) * (1 - each) ** state.count(False)
    return total


@pytest.mark.parametrize("servers", [2, 3, 5, 8])
@pytest.mark.parametrize("target", [0.99, 0.999, 0.9999])
def test_failures_tolerated_is_the_least(servers: int, target: float) -> None:
    lost = failures_tolerated(servers, target, 0.991)
    assert lost is not None
    assert up(servers, lost, 0.991) >= target
    assert lost == 0 or up(servers, lost - 1, 0.991) < target


@pytest.mark.parametrize("serving", [1, 2, 5, 7, 13])
@pytest.mark.parametrize(("servers", "lost"), [(2, 1), (3, 1), (4, 1), (4, 2), (6, 2)])
def test_enough_replicas_stay_whichever_servers_fail(serving: int, servers: int, lost: int) -> None:
    replicas = replicas_apart(serving, servers, lost)
    assert replicas is not None
    boxes = [replicas // servers + (n < replicas % servers) for n in range(servers)]
    assert replicas - sum(sorted(boxes)[-lost:]) >= serving
    fewer = replicas - 1
    assert fewer - lost * ceil(fewer / servers) < serving


def test_no_spread_survives_the_loss_of_every_server() -> None:
    assert replicas_apart(1, 2, 2) is None
    assert failures_tolerated(1, 0.999, 0.991) is None


def test_a_modest_promise_needs_one_server() -> None:
    assert spread_options(3, 0, 8, 1, 0.98, 0.991) == ((1, 3),)


def test_options_take_one_server_more_each_and_never_more_replicas() -> None:
    found = spread_options(20, 2, 8, 3, 0.999, 0.991)
    assert [servers for servers, _ in found] == list(range(found[0][0], found[0][0] + 3))
    for servers, replicas in found:
        assert replicas <= servers * 8
