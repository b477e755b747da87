from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designlib.physics.batching import Engine, lengths, poisson_arrivals, replay
from designlib.physics.engine import engine_of
from designlib.physics.latency import latency, mean_batch
from tests.physics.samples import DENSE_8B, DENSE_70B, MIXTURE, SMALL_CARD, SWITCHED

LARGE = replace(
    SWITCHED,
    hbm_gb=180,
    hbm_bandwidth_gb_s=8000,
    peak_tflops={"bf16": 2250.0, "fp8": 4500.0, "fp4": 9000.0},
    scale_up_gb_s=900,
)
# LLM, machine, GPUs, prompt, answer, width of weights: chat, code, summaries, agents, retrieval.
SHAPES = [
    (DENSE_8B, SWITCHED, 1, 1000, 200, 8),
    (DENSE_8B, SWITCHED, 1, 200, 200, 8),
    (DENSE_8B, SWITCHED, 1, 4000, 300, 8),
    (DENSE_8B, SMALL_CARD, 1, 800, 150, 8),
    (DENSE_70B, SWITCHED, 2, 1000, 300, 8),
    (DENSE_70B, SWITCHED, 8, 500, 500, 8),
    (DENSE_70B, SMALL_CARD, 4, 500, 200, 8),
    (MIXTURE, LARGE, 8, 2000, 500, 8),
    (DENSE_70B, LARGE, 1, 2000, 250, 4.5),
    (DENSE_8B, LARGE, 1, 2000, 1000, 8),
    (DENSE_70B, SWITCHED, 2, 128, 128, 8),
    (DENSE_70B, SWITCHED, 4, 2000, 100, 8),
    (DENSE_70B, SWITCHED, 4, 1000, 1000, 16),
]
COUNT = 6000


def engine(case):
    shape, machine, gpus, prompt, answer, bits = case
    return engine_of(
        shape,
        machine,
        tensor_parallel=gpus,
        weight_bits=bits,
        kv_bits=8,
        prompt_tokens=prompt,
        output_tokens=answer,
    )


def most(one, prompt, answer):
    """Return the rate at which every slot is taken."""
    decode = (answer - 1) * one.step_s(one.slots)
    return one.slots / (decode + one.slots * prompt * one.prompt_token_s)


def replayed(one, rate, prompt, answer, *, count=COUNT, seed=3, pool=1):
    return replay(
        one,
        poisson_arrivals(rate, count, seed),
        np.full(count, float(prompt)),
        np.full(count, float(answer)),
        replicas_count=pool,
    )


@pytest.mark.parametrize("case", SHAPES)
@pytest.mark.parametrize("load", [0.3, 0.55, 0.78])
def test_percentiles_are_those_of_the_replay(case, load):
    one, (prompt, answer) = engine(case), case[3:5]
    rate = load * most(one, prompt, answer)
    seen = replayed(one, rate, prompt, answer)
    told = latency(one, rate, prompt_tokens=prompt, output_tokens=answer)
    for name in ("ttft_s", "tpot_s", "latency_s"):
        assert getattr(told, name) == pytest.approx(seen.percentile(name), rel=0.1), name


def test_one_request_alone_by_hand():
    one = Engine(lambda batch: 0.010 + 0.001 * batch, 0.050, 0.0001, 8)
    seen = replay(one, np.array([2.0]), np.array([1000.0]), np.array([11.0]))
    assert seen.ttft_s[0] == pytest.approx(0.050 + 0.1)
    assert seen.tpot_s[0] == pytest.approx(0.011)
    assert seen.latency_s[0] == pytest.approx(0.150 + 10 * 0.011)


def test_a_prompt_waits_for_the_pass_that_runs_and_stretches_the_next_by_hand():
    one = Engine(lambda batch: 0.010, 0.050, 0.0001, 8)
    seen = replay(one, np.array([0.0, 0.155]), np.array([1000.0, 500.0]), np.array([100.0, 2.0]))
    # the first token of the first comes at 0.150; passes end at 0.160; prompt and step end at 0.220
    assert seen.ttft_s[1] == pytest.approx(0.160 + 0.010 + 0.050 - 0.155)
    assert seen.latency_s[1] == pytest.approx(seen.ttft_s[1] + 0.010)


def test_a_prompt_longer_than_the_budget_takes_several_passes():
    one = Engine(lambda batch: 0.010, 0.050, 0.0001, 8, chunk_tokens=400)
    seen = replay(one, np.array([0.0]), np.array([1000.0]), np.array([1.0]))
    assert seen.ttft_s[0] == pytest.approx(3 * 0.050 + 0.1)
    assert np.isnan(seen.tpot_s[0])


def test_slots_are_never_exceeded():
    one = Engine(lambda batch: {1: 0.01, 2: 0.01}[batch], 0.01, 0.0, 2)
    seen = replay(one, np.zeros(5), np.ones(5), np.full(5, 11.0))
    assert np.sort(seen.latency_s)[-1] > 2 * np.sort(seen.latency_s)[0]


def test_throughput_of_a_backlog_is_that_of_full_slots():
    one, prompt, answer = engine(SHAPES[0]), 1000, 200
    count = 10 * one.slots
    seen = replay(one, np.zeros(count), np.full(count, 1000.0), np.full(count, 200.0))
    assert count / seen.latency_s.max() == pytest.approx(most(one, prompt, answer), rel=0.12)


def test_a_larger_pool_at_the_same_load_waits_less():
    one, (prompt, answer) = engine(SHAPES[5]), SHAPES[5][3:5]
    rate = 0.7 * most(one, prompt, answer)
    waits = [replayed(one, n * rate, prompt, answer, pool=n).percentile("ttft_s") for n in (1, 4)]
    assert waits[1] <= waits[0] * 1.02


def test_long_tails_of_lengths_are_seen():
    one = engine(SHAPES[4])
    rate = 0.6 * most(one, 1000, 300)
    arrivals = poisson_arrivals(rate, COUNT, 5)
    even = replay(one, arrivals, np.full(COUNT, 1000.0), np.full(COUNT, 300.0))
    wild = replay(one, arrivals, lengths(1000, 1.0, COUNT), lengths(300, 1.0, COUNT, 2))
    assert wild.percentile("ttft_s") > even.percentile("ttft_s")
    assert wild.percentile("latency_s") > 1.5 * even.percentile("latency_s")


def test_drawn_lengths_have_the_asked_mean_and_spread():
    drawn = lengths(500, 0.8, 200_000)
    assert drawn.mean() == pytest.approx(500, rel=0.02)
    assert drawn.std() / drawn.mean() == pytest.approx(0.8, rel=0.05)
    assert set(lengths(500, 0.0, 3)) == {500.0}


def test_an_overload_has_no_percentile():
    one = engine(SHAPES[0])
    told = latency(one, 2 * most(one, 1000, 200), prompt_tokens=1000, output_tokens=200)
    assert told.ttft_s == told.tpot_s == told.latency_s == float("inf")
    assert mean_batch(one, 1e6, 1.0, 200) == float("inf")


@settings(deadline=None, max_examples=25)
@given(case=st.sampled_from(SHAPES), load=st.floats(0.05, 0.5), more=st.floats(1.05, 1.5))
def test_a_higher_load_is_never_faster(case, load, more):
    one, (prompt, answer) = engine(case), case[3:5]
    lengths_of = {"prompt_tokens": prompt, "output_tokens": answer}
    rate = load * most(one, prompt, answer)
    low, high = (latency(one, rate * x, **lengths_of) for x in (1, more))
    assert high.batch >= low.batch
    assert high.tpot_s >= low.tpot_s
    assert high.ttft_s >= low.ttft_s * (1 - 1e-6)


def test_the_balancer_spares_replicas_that_compute_a_prompt_by_hand():
    """Two answers run on the first replica, a long prompt on the second: the next goes first."""
    one = Engine(lambda batch: 0.010, 0.0, 0.001, 8, chunk_tokens=1000)
    arrivals = np.array([0.0, 0.001, 0.1, 0.3, 0.4])  # the second answer ends at 0.2
    prompts = np.array([1.0, 1.0, 1.0, 3000.0, 1.0])
    answers = np.array([500.0, 20.0, 500.0, 1.0, 1.0])
    seen = replay(one, arrivals, prompts, answers, replicas_count=2)
    assert seen.ttft_s[3] == pytest.approx(3.0)
    assert seen.ttft_s[4] <= 2 * 0.010 + 0.001


def test_the_balancer_passes_by_replicas_whose_slots_are_taken():
    one = Engine(lambda batch: 0.010, 0.0, 0.001, 1, chunk_tokens=1000)
    arrivals, prompts = np.array([0.0, 0.1, 0.2]), np.array([1.0, 50.0, 1.0])
    seen = replay(one, arrivals, prompts, np.array([900.0, 1.0, 1.0]), replicas_count=2)
    assert seen.ttft_s[2] == pytest.approx(0.001)
