import numpy as np
import pytest

from designlib.physics.splits import row, splits
from tests.physics.samples import DENSE_70B, MIXTURE, SWITCHED


@pytest.mark.parametrize("gpus", [8, 24, 40, 72, 128, 1024])
def test_every_split_uses_all_gpus_and_keeps_tensors_inside_a_server(gpus):
    found = splits(DENSE_70B, SWITCHED, gpus, sequence_tokens=4096, sequences=4096)
    assert np.all(found.gpus_count == gpus)
    assert np.all(found.tensor_parallel <= SWITCHED.scale_up_gpus_count)
    assert np.all(found.context_parallel == 1)  # short sequences are not worth cutting
    assert np.all(found.expert_parallel == 1)


def test_experts_divide_evenly_and_long_sequences_may_be_cut():
    found = splits(MIXTURE, SWITCHED, 256, sequence_tokens=32768, sequences=1024)
    assert set(found.context_parallel) >= {1, 2, 4, 8}
    assert np.all(MIXTURE.experts_count % found.expert_parallel == 0)


def test_no_replica_goes_without_a_sequence():
    found = splits(DENSE_70B, SWITCHED, 64, sequence_tokens=4096, sequences=128)
    assert np.all(found.micro_batch * found.data_parallel <= 128)
    # 96 replicas at the least: 4,096 GPUs over at most tensor 8, pipeline 1 and 3 layers
    assert splits(DENSE_70B, SWITCHED, 4096, sequence_tokens=4096, sequences=4) is None


def test_weights_are_sharded_over_data_only_where_there_is_data_and_no_pipeline():
    found = splits(DENSE_70B, SWITCHED, 64, sequence_tokens=4096, sequences=128)
    assert np.all(found.pipeline_parallel[found.sharding_stage == 3] == 1)
    alone = found.data_parallel * found.context_parallel == 1
    assert np.all((found.sharding_stage == 0) == alone)


def test_a_row_is_one_split():
    found = splits(DENSE_70B, SWITCHED, 64, sequence_tokens=4096, sequences=128)
    one = row(found, 3)
    assert one.gpus_count == 64
    assert one.recompute in {"none", "full"}
