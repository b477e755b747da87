"""Lead times: parts of an owned power chain that come too late are said, never an obstacle."""

import pytest

from designlib.problem.lead_times import late_parts
from tests.problem.made import context


def test_110_weeks_miss_month_18_and_65_weeks_meet_it() -> None:
    ctx = context("pretraining")
    notes = {path.rsplit(".", 1)[1]: (value, reason) for path, value, _, reason in late_parts(ctx)}
    weeks, reason = notes["transformer"]
    assert weeks == 110
    assert "month 25.3" in reason
    assert "month 18" in reason
    assert "month 18" not in notes["switchgear"][1].split("cannot meet")[1]


@pytest.mark.parametrize("exists", [True, False])
def test_a_chain_that_is_bought_is_bounded_by_its_orders_instead(exists: bool) -> None:
    ctx = context("pretraining", sites__campus__power_chain__exists=exists)
    assert bool(late_parts(ctx)) == exists
