"""Save policy: three ways of saving one checkpoint, against the formulas worked by hand."""

import pytest

from designlib.physics.save_cycle import ettr
from designlib.physics.save_policy import SavePlan, save_plan

MTTI_H = 50677 / 4096
SIZE_GB = 9394.0


def plan(policy: str, **changes: float) -> SavePlan:
    """Return the plan of the 671 billion parameter job on 4,096 GPUs."""
    rules: dict[str, float] = {
        "mtti_hours": MTTI_H,
        "restart_s": 300,
        "snapshot_s": 5,
        "overhead_max_frac": 0.02,
        "step_s": 12,
        "step_frac": 0.5,
    }
    return save_plan(policy, SIZE_GB, **{**rules, **changes})  # type: ignore[arg-type]


def test_literal_writes_within_half_a_step() -> None:
    literal = plan("literal")
    assert literal.write_gb_s == pytest.approx(1566, abs=1)
    assert literal.blocking_s == pytest.approx(6)


def test_a_background_drain_needs_a_fiftieth_of_that() -> None:
    drained = plan("async_two_tier")
    # Young: sqrt(2 x 5 s x 44,540 s) = 667 s between saves.
    assert drained.interval_s == pytest.approx((2 * 5 * MTTI_H * 3600) ** 0.5)
    assert drained.write_gb_s == pytest.approx(SIZE_GB / drained.interval_s)
    assert drained.write_gb_s < plan("literal").write_gb_s / 50
    assert drained.blocking_s == 5


def test_a_stopped_write_takes_its_share_of_time_and_no_more() -> None:
    stopped = plan("sync_young_daly")
    # S / (2 f^2 M) GB/s take 2 f^2 M seconds, at intervals of 2 f M: the share is f.
    mtti_s = MTTI_H * 3600
    assert stopped.blocking_s == pytest.approx(2 * 0.02**2 * mtti_s)
    assert stopped.blocking_s / stopped.interval_s == pytest.approx(0.02)
    assert stopped.overhead_frac == pytest.approx(0.02 / 1.02)
    assert stopped.ettr_frac < plan("async_two_tier").ettr_frac


def test_a_promised_write_time_raises_the_rate_and_shortens_the_stop() -> None:
    promised = plan("sync_young_daly", write_max_s=10)
    assert promised.write_gb_s == pytest.approx(SIZE_GB / 10)
    assert promised.blocking_s == pytest.approx(10)
    assert plan("async_two_tier", write_max_s=30).write_gb_s == pytest.approx(SIZE_GB / 30)
    assert plan("async_two_tier", write_max_s=1e6) == plan("async_two_tier")


def test_the_interval_is_stretched_where_saves_would_take_too_long() -> None:
    slow = plan("async_two_tier", snapshot_s=300)
    assert slow.interval_s == pytest.approx(300 / 0.02)
    assert slow.ettr_frac == pytest.approx(ettr(slow.interval_s, 300, MTTI_H * 3600, 300))
