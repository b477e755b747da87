from dataclasses import replace

import pytest

from designlib.physics.misfit import Misfit
from designlib.physics.slots import SEQUENCES_MAX, request_slots
from tests.physics.samples import DENSE_8B, DENSE_70B, IDEAL, MIXTURE


def test_what_fits_beside_the_weights_by_hand():
    # 2 x 80 GB - 140 GB of 16-bit weights leave 20 GB; 4,000 tokens x 327,680 B are 1.31 GB
    slots, request_gb, fixed_gb = request_slots(DENSE_70B, IDEAL, 2, 16, 16, 4000)
    assert slots == 15
    assert request_gb == pytest.approx(1.31072)
    assert fixed_gb == pytest.approx(70)


def test_weights_that_do_not_fit_are_refused_with_both_numbers():
    found = request_slots(DENSE_70B, IDEAL, 1, 16, 16, 4000)
    assert isinstance(found, Misfit)
    assert found.quantity == "memory"
    assert found.needed == pytest.approx(141.3, abs=0.1)
    assert found.available == 80


def test_a_cache_in_eight_bits_holds_twice_the_requests():
    wide, narrow = (request_slots(DENSE_70B, IDEAL, 8, 16, bits, 8000) for bits in (16, 8))
    assert narrow[0] in (2 * wide[0], 2 * wide[0] + 1)


def test_engines_schedule_a_limited_number_of_sequences():
    assert request_slots(DENSE_8B, IDEAL, 1, 8, 8, 10)[0] == SEQUENCES_MAX
    huge = replace(IDEAL, hbm_gb=1000)
    assert request_slots(MIXTURE, huge, 8, 8, 8, 10)[0] == 8 * SEQUENCES_MAX


def test_beyond_the_heads_the_cache_is_copied():
    eight, sixteen = (
        request_slots(DENSE_8B, replace(IDEAL, hbm_gb=20), ranks, 16, 16, 20000)[0]
        for ranks in (8, 16)
    )
    assert sixteen < 1.2 * eight


def test_stages_hold_a_share_of_the_weights_each():
    one = request_slots(DENSE_70B, replace(IDEAL, hbm_gb=80), 1, 16, 16, 4000)
    assert isinstance(one, Misfit)
    slots, _, fixed = request_slots(DENSE_70B, IDEAL, 1, 16, 16, 4000, 2)
    assert (slots, fixed) == (15, pytest.approx(70))


def test_a_window_forgets_what_lies_behind_it():
    half = replace(DENSE_8B, window_tokens=1000, window_layers_count=16)
    full, short = (request_slots(s, IDEAL, 1, 8, 8, 9000)[1] for s in (DENSE_8B, half))
    assert short == pytest.approx(full * (9000 + 1000) / 2 / 9000)


def test_engines_leave_a_share_of_the_free_memory():
    kept = replace(IDEAL, serving=replace(IDEAL.serving, cache_frac=0.5))
    whole, part = (request_slots(DENSE_70B, m, 2, 16, 16, 4000)[0] for m in (IDEAL, kept))
    assert part == whole // 2
