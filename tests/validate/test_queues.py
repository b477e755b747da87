"""Queues: the simulation of waits agrees with what queueing theory proves of them."""

import numpy as np
import pytest

from designlib.validate.replay.confidence import estimate
from designlib.validate.replay.queues import poisson_s, settled, waits_s

ARRIVALS, RUNS = 40_000, 16


def replications(servers, rate, services_of, figure):
    """Return an estimate of a figure of the waits over independent runs."""
    found = []
    for n in range(RUNS):
        random = np.random.default_rng([11, servers, n])
        waits = waits_s(poisson_s(rate, ARRIVALS, random), services_of(random), servers)
        found.append(figure(settled(waits)))
    return estimate(found)


def erlang_c(servers, load):
    """Return the chance of a wait by the sum over states, as textbooks print it."""
    total, term = 0.0, 1.0
    for k in range(servers):
        total += term
        term *= load / (k + 1)
    top = term * servers / (servers - load)
    return top / (total + top)


def within(seen, expected, share=0.02):
    """Return whether a law lies in twice the interval that is stated, and not by a wide one."""
    return abs(seen.mean - expected) <= 2 * seen.spread and seen.spread <= max(
        share * abs(expected) * 3, 0.01
    )


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (2, 1.4), (8, 6.4), (29, 20.0)])
def test_chance_of_a_wait_is_erlang_c(servers, load):
    seen = replications(
        servers, load, lambda r: r.exponential(1.0, ARRIVALS), lambda w: float((w > 1e-12).mean())
    )
    assert within(seen, erlang_c(servers, load)), seen


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (4, 3.0), (8, 6.4)])
def test_mean_wait_of_many_servers_is_that_of_the_markov_queue(servers, load):
    """M/M/c: C(c, a) / (c mu - lambda); Gross et al., Fundamentals of queueing theory, 2.3."""
    seen = replications(
        servers, load, lambda r: r.exponential(1.0, ARRIVALS), lambda w: float(w.mean())
    )
    assert within(seen, erlang_c(servers, load) / (servers - load)), seen


@pytest.mark.parametrize("variation", [0.0, 0.5, 2.0])
def test_mean_wait_of_one_server_is_pollaczek_khinchine(variation):
    """M/G/1: rho (1 + c^2) / 2 / (1 - rho) service times; Gross et al., section 5.1."""
    load = 0.6

    def services(random):
        if not variation:
            return np.ones(ARRIVALS)
        shape = 1 / variation**2
        return random.gamma(shape, 1 / shape, ARRIVALS)

    seen = replications(1, load, services, lambda w: float(w.mean()))
    assert within(seen, load * (1 + variation**2) / 2 / (1 - load)), seen


def test_seven_units_keep_one_in_a_hundred_below_ten_seconds():
    """Load 3.3, service 12 s: the fewest units with P(wait > 10 s) < 1 % are 7 (Erlang C)."""

    def late(servers):
        found = replications(
            servers, 0.275, lambda r: r.exponential(12.0, ARRIVALS),
            lambda w: float((w > 10).mean()),
        )  # fmt: skip
        return found.mean

    assert late(7) < 0.01 < late(6)


@pytest.mark.parametrize(("load", "servers", "share"), [(102, 128, 0.01), (20, 29, 0.05)])
def test_square_root_staffing_of_the_published_examples(load, servers, share):
    """R = 102 needs 128 slots for P(wait) < 1 %, R = 20 needs 29 for 5 % (Erlang C)."""
    assert erlang_c(servers, load) < share < erlang_c(servers - 1, load)
    seen = replications(
        servers, float(load), lambda r: r.exponential(1.0, ARRIVALS),
        lambda w: float((w > 1e-12).mean()),
    )  # fmt: skip
    assert abs(seen.mean - erlang_c(servers, load)) <= 2 * seen.spread + 1e-3


def test_no_server_serves_nobody():
    assert np.isinf(waits_s(np.array([0.0]), np.array([1.0]), 0)).all()


def test_one_replication_has_no_confidence():
    with pytest.raises(ValueError, match="spread"):
        estimate([1.0])


def test_interval_holds_the_truth_as_often_as_it_says():
    random = np.random.default_rng(3)
    hits = [abs((e := estimate(random.normal(5, 2, 8))).mean - 5) <= e.spread for _ in range(2000)]
    assert np.mean(hits) == pytest.approx(0.95, abs=0.02)
