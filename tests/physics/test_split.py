from designlib.physics.split import Split, micro_batches_count, stage_layers_count


def test_degrees_multiply_to_the_gpus():
    assert Split(8, 4, 3, context_parallel=2).gpus_count == 192


def test_a_step_has_whole_passes():
    split = Split(data_parallel=6, micro_batch=2)
    assert micro_batches_count(split, 24) == 2
    assert micro_batches_count(split, 25) == 3
    assert micro_batches_count(split, 1) == 1


def test_the_fullest_stage_holds_whole_stacks_of_layers():
    assert stage_layers_count(Split(pipeline_parallel=8), 80) == 10
    assert stage_layers_count(Split(pipeline_parallel=16), 126) == 8
    assert stage_layers_count(Split(pipeline_parallel=8, interleave=8), 126) == 16
