"""Workloads: each kind says what it needs, and a shape that contradicts itself is refused."""

import pytest
from pydantic import ValidationError

from designlib.schema.workloads import FineTuning, Inference, Training

TRAINING = {
    "id": "T",
    "kind": "training",
    "params_count": 7e9,
    "tokens_count": 1e12,
    "deadline_days": 30,
}
SERVICE = {
    "id": "S",
    "kind": "inference",
    "params_count": 7e9,
    "peak_requests_s": 5,
    "prompt_tokens": 1000,
    "output_tokens": 100,
    "ttft_p95_s": 1,
    "tpot_p95_s": 0.05,
}


def test_classes():
    classes = (Training, FineTuning, Inference)
    assert [kind.workload_class for kind in classes] == ["training", "fine-tuning", "inference"]


def test_service_without_a_day_is_flat():
    service = Inference.model_validate(SERVICE)
    assert (service.diurnal.peak_to_mean, service.diurnal.night_share_of_peak_frac) == (1, 1)
    assert (service.weight_bits, service.kv_bits, service.availability_frac) == (16, 16, 0.999)


def test_catalog_gives_the_shape():
    data = {key: value for key, value in SERVICE.items() if key != "params_count"}
    assert Inference.model_validate({**data, "llm": "some-llm"}).params_count is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"params_count": None}, "give params_count or llm"),
        ({"active_params_count": 8e9}, "expected at most params_count"),
        ({"experts_count": 8}, "come together"),
        ({"experts_count": 8, "top_k_count": 9}, "expected at most experts_count"),
        ({"heads_count": 64, "kv_heads_count": 7}, "expected a divisor of heads_count"),
        ({"mfu_frac": 1.2}, "less than or equal to 1"),
        ({"mfu_frac": 0}, "greater than 0"),
        ({"precision": "int8"}, "'bf16' or 'fp8'"),
        ({"tokens_count": 0}, "greater than 0"),
        ({"growth_shape": "stepwise"}, "'geometric' or 'linear'"),
    ],
)
def test_wrong_training(change, says):
    with pytest.raises(ValidationError, match=says):
        Training.model_validate({**TRAINING, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"weight_bits": 7},
        {"availability_frac": 1},
        {"diurnal": {"peak_to_mean": 0.5}},
        {"quality": 0.7, "quality_floor": 0.8},
        {"tpot_p95_s": 0},
    ],
)
def test_wrong_service(change):
    with pytest.raises(ValidationError):
        Inference.model_validate({**SERVICE, **change})
