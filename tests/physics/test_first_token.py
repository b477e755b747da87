"""First token: the law of passes agrees with a replay of every pass, where waits are short."""

from dataclasses import replace

import numpy as np
import pytest

from designlib.physics.batching import lengths, poisson_arrivals, replay
from designlib.physics.engine import engine_of
from designlib.physics.first_token import first_token_s, overlap
from designlib.physics.fleet import fleet_state, serving_replicas_count
from designlib.physics.serving import replica
from designlib.physics.stalls import stalled_tpot_s, steady_replicas_count
from tests.physics.samples import DENSE_8B, DENSE_70B, SWITCHED

# LLM, GPUs, prompt, answer, requests a second of each of so many replicas.
WORK = [
    (DENSE_70B, 4, 100, 1, 20.0, 2),
    (DENSE_8B, 1, 100, 1, 40.0, 1),
    (DENSE_70B, 4, 1500, 60, 2.0, 2),
]


def made(case, **limits):
    shape, gpus, prompt, answer, *_ = case
    how = {"tensor_parallel": gpus, "weight_bits": 8, "kv_bits": 8, "prompt_tokens": prompt,
           "output_tokens": answer}  # fmt: skip
    wide = {"ttft_p95_s": 5.0, "tpot_p95_s": 0.5} | limits
    return replica(shape, SWITCHED, **how, **wide), engine_of(shape, SWITCHED, **how)


def replayed(engine, case, name, rate, count, n=2500):
    _, _, prompt, answer, *_ = case
    seen = [
        replay(
            engine, poisson_arrivals(rate, n, seed), lengths(prompt, 0, n), lengths(answer, 0, n),
            replicas_count=count,
        ).percentile(name)
        for seed in range(3)
    ]  # fmt: skip
    return float(np.mean(seen))


@pytest.mark.parametrize("case", WORK)
def test_law_is_near_the_replay(case):
    one, engine = made(case)
    each, count = case[4:]
    seen = replayed(engine, case, "ttft_s", each * count, count)
    assert first_token_s(one, count, each * count) == pytest.approx(seen, rel=0.15)


def test_a_prompt_alone_waits_for_nothing_and_an_overload_never_ends():
    one, _ = made(WORK[0])
    assert first_token_s(one, 3, 0.0) == one.prefill_s
    assert first_token_s(one, 3, 1e-6) == one.prefill_s
    assert first_token_s(one, 1, 1e6) == float("inf")


def test_a_limit_little_above_a_prompt_alone_takes_replicas_that_keep_it():
    case = WORK[0]
    one, engine = made(case)
    limit = 2.6 * one.prefill_s
    tight, _ = made(case, ttft_p95_s=limit)
    rate = 4 * tight.rate_requests_s
    few = serving_replicas_count(tight, rate)
    assert replayed(engine, case, "ttft_s", rate, few, 800) > 1.2 * limit
    count = steady_replicas_count(tight, rate, few)
    assert few < count <= few + 3
    assert replayed(engine, case, "ttft_s", rate, count, 800) <= limit


# LLM, GPUs, prompt, answer, replicas, load: prompts of many passes, among answers and alone.
QUEUED = [(DENSE_8B, 1, 30_000, 500, 2, 0.3), (DENSE_70B, 4, 30_000, 1, 12, 0.65)]


@pytest.mark.parametrize("case", QUEUED)
def test_prompts_of_several_passes_queue(case):
    one, engine = made(case)
    count, load = case[4:]
    rate = load * count / one.prefill_work_s
    seen = replayed(engine, case, "ttft_s", rate, count, 1500)
    assert seen > one.prefill_s
    assert max(first_token_s(one, count, rate), _queued_s(one, count, rate)) >= 0.97 * seen


def _queued_s(one, count, rate):
    """Return the least limit of the first token that prompts in a queue keep."""
    limits = np.linspace(1.0, 6.0, 500) * one.prefill_s
    late = (fleet_state(replace(one, ttft_p95_s=x), count, rate)[2] for x in limits)
    return next(x for x, share in zip(limits, late, strict=True) if share <= one.late_frac)


def test_rare_answers_meet_others_and_slow_each_other():
    case = (DENSE_8B, 1, 1, 500)
    one, engine = made(case)
    rate = 0.1 / (500 * one.steps[0][1])  # a tenth of the time busy
    seen = replayed(engine, case, "tpot_s", rate, 1)
    assert seen > 1.02 * one.steps[0][1] or one.steps[1][1] < 1.05 * one.steps[0][1]
    assert stalled_tpot_s(one, 1, rate) == pytest.approx(seen, rel=0.05)


@pytest.mark.parametrize("mean", [0.01, 0.03, 0.1, 0.5, 3.0, 30.0])
def test_overlap_is_the_percentile_of_even_parts_of_a_poisson_number(mean):
    random = np.random.default_rng(1)
    counts = random.poisson(2 * mean, 40_000)
    drawn = np.array([random.random(n).sum() for n in counts])
    assert overlap(mean, 0.05) == pytest.approx(np.quantile(drawn, 0.95), abs=0.12 + 0.03 * mean)
