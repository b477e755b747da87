"""Kept: checkpoints on storage, counted by hand."""

import pytest

from designlib.problem.kept import kept_checkpoints
from tests.problem.made import context


def test_the_last_ones_follow_the_runs_and_those_for_good_stay() -> None:
    ctx = context("pretraining")
    last, good = (dict(zip(ctx.dates, x, strict=True)) for x in kept_checkpoints(ctx))
    first, second = 671e9 * 14 / 1e12, 400e9 * 14 / 1e12
    assert last[7] == good[7] == 0
    assert last[9] == pytest.approx(20 * first)
    assert last[21] == pytest.approx(20 * second)
    assert good[9] == pytest.approx(40 * first)  # 20 trillion tokens, one each half trillion
    assert good[24] == pytest.approx(40 * first + 30 * second)


def test_nothing_is_kept_unless_the_brief_says_so() -> None:
    last, good = kept_checkpoints(context("research"))
    assert not any(last)
    assert not any(good)
