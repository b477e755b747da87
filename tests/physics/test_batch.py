"""Batch: the published fit, at the published training runs."""

import pytest

from designlib.physics.batch import pretraining_batch_tokens


# DeepSeek LLM, arXiv 2401.02954, table 2: batches of 2304 and 4608 sequences of 4096 tokens.
@pytest.mark.parametrize(("params", "sequences"), [(7e9, 2304), (67e9, 4608)])
def test_batch_of_the_runs_that_the_paper_made(params: float, sequences: int) -> None:
    flops = 6 * params * 2e12
    assert pretraining_batch_tokens(flops) == pytest.approx(sequences * 4096, rel=0.05)


def test_batch_grows_with_compute_but_slower() -> None:
    assert 2 < pretraining_batch_tokens(1e25) / pretraining_batch_tokens(1e24) < 2.2
