"""Stalls: the law agrees with a replay of every pass, where the mean alone falls short."""

import numpy as np
import pytest

from designlib.physics.batching import lengths, poisson_arrivals, replay
from designlib.physics.engine import engine_of
from designlib.physics.fleet import fleet_state, serving_replicas_count
from designlib.physics.serving import replica
from designlib.physics.stalls import stalled_tpot_s, steady_replicas_count
from tests.physics.samples import DENSE_8B, DENSE_70B, SWITCHED

# LLM, GPUs, prompt, share cached, answer: completion, summaries, chat, agents.
WORK = [
    (DENSE_70B, 4, 1500, 0.7, 60),
    (DENSE_70B, 4, 6000, 0.1, 500),
    (DENSE_70B, 2, 1000, 0.0, 300),
    (DENSE_8B, 1, 4000, 0.0, 100),
]


def made(case):
    shape, gpus, prompt, cached, answer = case
    how = {"tensor_parallel": gpus, "weight_bits": 8, "kv_bits": 8, "prompt_tokens": prompt,
           "output_tokens": answer, "prefix_hit_frac": cached}  # fmt: skip
    return replica(shape, SWITCHED, **how, ttft_p95_s=5.0, tpot_p95_s=0.05), engine_of(
        shape, SWITCHED, **how
    )


def replayed(engine, case, rate, count):
    _, _, prompt, _, answer = case
    seen = []
    for seed in range(3):
        n = 2500
        found = replay(
            engine, poisson_arrivals(rate, n, seed), lengths(prompt, 0, n), lengths(answer, 0, n),
            replicas_count=count,
        )  # fmt: skip
        seen.append(found.percentile("tpot_s", warm_up_frac=0.2))
    return float(np.mean(seen))


@pytest.mark.parametrize("case", WORK)
@pytest.mark.parametrize("count", [2, 5])
def test_law_is_near_the_replay(case, count):
    one, engine = made(case)
    rate = 0.8 * count * one.rate_requests_s
    seen = replayed(engine, case, rate, count)
    assert stalled_tpot_s(one, count, rate) == pytest.approx(seen, rel=0.15)


@pytest.mark.parametrize(
    "case", [*WORK, (DENSE_8B, 1, 30_000, 0.0, 50), (DENSE_70B, 4, 3000, 0.0, 30)]
)
@pytest.mark.parametrize("count", [1, 2])
def test_prompts_left_behind_hold_up_short_answers(case, count):
    one, engine = made(case)
    rate = 0.6 * count * one.rate_requests_s
    seen = replayed(engine, case, rate, count)
    assert stalled_tpot_s(one, count, rate) == pytest.approx(seen, rel=0.2)


def test_a_lone_replica_meets_every_prompt_that_comes_meanwhile():
    """One answer in eight is held up, and a promise a hair above the step is broken."""
    case = (DENSE_8B, 1, 2000, 0.0, 100)
    one, engine = made(case)
    rate = 0.12 / (100 * one.steps[0][1])
    seen = replayed(engine, case, rate, 1)
    assert seen > one.steps[0][1] + 0.9 * one.prefill_work_s / 100
    assert stalled_tpot_s(one, 1, rate) == pytest.approx(seen, rel=0.03)


def test_promise_that_the_mean_keeps_can_be_broken_by_stalls():
    """A short answer among long prompts: the mean says so many replicas, the replay says more."""
    case = WORK[0]
    one, engine = made(case)
    rate = 4.0 * one.rate_requests_s
    few = serving_replicas_count(one, rate)
    enough = steady_replicas_count(one, rate, few)
    assert enough > few
    assert replayed(engine, case, rate, enough) <= 1.05 * one.tpot_p95_s


def test_stalls_only_add_and_more_replicas_never_harm():
    one, _ = made(WORK[1])
    rate = 3.0 * one.rate_requests_s
    seen = [stalled_tpot_s(one, n, rate) for n in range(4, 12)]
    assert seen == sorted(seen, reverse=True)
    assert all(x >= fleet_state(one, n, rate)[1] for n, x in enumerate(seen, start=4))


def test_overload_never_ends_and_nothing_asked_needs_nothing():
    one, _ = made(WORK[2])
    assert stalled_tpot_s(one, 1, 1e6) == float("inf")
    assert steady_replicas_count(one, 0.0, 0) == 0
