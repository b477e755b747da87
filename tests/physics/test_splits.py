import pytest

from designlib.physics.splits import splits, variants
from tests.physics.samples import DENSE_70B, MIXTURE, SWITCHED


@pytest.mark.parametrize("gpus", [8, 24, 40, 72, 128, 1024])
def test_every_split_uses_all_gpus_and_keeps_tensors_inside_a_server(gpus):
    found = list(splits(DENSE_70B, SWITCHED, gpus, sequence_tokens=4096))
    assert found
    for split in found:
        assert split.gpus_count == gpus
        assert split.tensor_parallel <= SWITCHED.scale_up_gpus_count
        assert split.context_parallel == 1  # short sequences are not worth cutting
        assert split.expert_parallel == 1


def test_experts_divide_evenly_and_long_sequences_may_be_cut():
    found = list(splits(MIXTURE, SWITCHED, 256, sequence_tokens=32768))
    assert {s.context_parallel for s in found} >= {1, 2, 4, 8}
    assert all(MIXTURE.experts_count % s.expert_parallel == 0 for s in found)


def test_variants_never_leave_a_replica_without_a_sequence():
    base = next(s for s in splits(DENSE_70B, SWITCHED, 64, sequence_tokens=4096))
    for split in variants(base, base.data_parallel * 2):
        assert split.micro_batch * split.data_parallel <= base.data_parallel * 2
