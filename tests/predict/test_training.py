"""Predicted training speeds: blind to answers, true to published steps, or refused."""

import csv
from pathlib import Path

import pytest

from designlib.catalog import Catalog
from designlib.physics.layouts import USABLE_FRAC, best_layout
from designlib.physics.misfit import Misfit
from designlib.predict import table
from designlib.predict.machines import machine_of, usual_server
from designlib.predict.runs import INPUTS, Run, memory_gb, run_of
from designlib.predict.training import COLUMNS, explain, predict

MEASURED = Path(__file__).parents[1] / "data" / "training_measured.csv"
ANSWERS = ("step_time_s", "tokens_per_s_per_gpu", "model_tflops_per_gpu", "mfu_stated_pct")
UNREAD = (*ANSWERS, "time_to_train_min", "source_group", "source", "trust", "caveat", "confidence")


@pytest.fixture(scope="module")
def catalog():
    return Catalog.load()


@pytest.fixture(scope="module")
def rows():
    return table.read(MEASURED, INPUTS)


@pytest.fixture(scope="module")
def predicted(rows, catalog):
    return {row["id"]: row for row in predict(rows, catalog)}


@pytest.fixture(scope="module")
def measured():
    with MEASURED.open(newline="", encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def rewritten(tmp_path, measured, change):
    path = tmp_path / "changed.csv"
    rows = [change(dict(row)) for row in measured.values()]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return table.read(path, INPUTS)


def without_id(found):
    return [{k: v for k, v in row.items() if k != "id"} for row in found]


def test_answers_and_sources_are_never_read(tmp_path, measured, predicted, catalog):
    poisoned = rewritten(tmp_path, measured, lambda row: row | dict.fromkeys(UNREAD, "poison"))
    assert predict(poisoned, catalog) == list(predicted.values())


def test_permuted_ids_change_nothing_but_ids(tmp_path, measured, predicted, catalog):
    other = dict(zip(measured, reversed(measured), strict=True))
    moved = rewritten(tmp_path, measured, lambda row: row | {"id": other[row["id"]]})
    assert without_id(predict(moved, catalog)) == without_id(predicted.values())


def test_a_row_is_predicted_alone_as_among_others(rows, predicted, catalog):
    for row in rows[::40]:
        assert predict([row], catalog) == [predicted[row["id"]]]


def test_every_row_with_an_architecture_and_a_precision_has_a_figure_and_its_band(rows, predicted):
    for row in rows:
        found = predicted[row["id"]]
        assert set(found) <= set(COLUMNS)
        if row["layers"] and "|" not in row["precision"]:
            for name in ("tokens_per_s_per_gpu", "step_time_s"):
                assert 0 < found[f"low_{name}"] < found[name] < found[f"high_{name}"]
        else:
            assert found["reason"]


# Strong and weak scaling as published (group of rows, then GPUs, then tokens/s of one GPU).
SERIES = {
    "405B FP8, one batch": ("llama3.1-405b", "H100", "FP8", 1152, 512, 2048, 324.0 / 334.26),
    "405B FP8 to 8,192": ("llama3.1-405b", "H100", "FP8", None, 512, 8192, 296.49 / 334.26),
    "405B NVFP4": ("llama3.1-405b", "GB200", "NVFP4", None, 2560, 5120, 919.27 / 962.83),
    "340B to 256": ("nemotron4-340b", "GB200", "BF16", 512, 128, 256, 494.1 / 501.7),
    "340B to 512": ("nemotron4-340b", "GB200", "BF16", 512, 128, 512, 483.7 / 501.7),
    "175B, weak scaling": ("gpt3-175b", "H100", "BF16", None, 128, 2048, 482.4 / 493.0),
}


@pytest.mark.parametrize("name", SERIES)
def test_speed_over_scale_is_within_five_percent(name, measured, predicted):
    llm, gpu, precision, batch, few, many, published = SERIES[name]

    def speed(gpus):
        alike = [
            predicted[key]["tokens_per_s_per_gpu"]
            for key, row in measured.items()
            if (row["model"], row["gpu"], row["precision"]) == (llm, gpu, precision)
            and float(row["n_gpus"]) == gpus
            and (batch is None or float(row["global_batch"] or 0) == batch)
            and (name != "405B FP8 to 8,192" or row["source_group"].startswith("mlperf"))
        ]
        return alike[0]

    assert speed(many) / speed(few) == pytest.approx(published, rel=0.05)


def test_adapters_slow_down_as_sequences_per_gpu_run_out(measured, predicted):
    # Llama-2-70B LoRA on GB200, MLPerf v5.0: 5,511 tokens/s a GPU on 8, 3,974 on 512
    by_gpus = {
        float(row["n_gpus"]): predicted[key]["tokens_per_s_per_gpu"]
        for key, row in measured.items()
        if (row["gpu"], row["task"], row["source_group"])
        == ("GB200", "lora", "mlperf-training-v5.0")
    }
    assert by_gpus[512] / by_gpus[8] == pytest.approx(3974 / 5511, rel=0.10)


def test_what_ran_fits_and_fills_memory(rows, catalog):
    share = []
    for row in rows:
        run = run_of(row, catalog)
        if isinstance(run, Run) and run.split is not None:
            share.append(memory_gb(run, run.split) / run.machine.hbm_gb)
    assert len(share) > 250
    assert sum(s <= USABLE_FRAC for s in share) / len(share) >= 0.97
    assert sorted(share)[len(share) // 2] >= 0.45


CANNOT_RUN = [
    ("llama-3-3-70b", "H100", 8, "pretrain"),
    ("llama-3-3-70b", "H100", 4, "full"),
    ("llama-3-3-70b", "H200", 4, "full"),
    ("llama-3-3-70b", "L40S", 16, "full"),
    ("llama-3-3-70b", "A100-40GB", 16, "full"),
    ("llama-3-1-8b", "L40S", 2, "full"),
    ("llama-3-1-8b", "A100-40GB", 2, "full"),
    ("llama-3-1-405b", "H100", 64, "pretrain"),
    ("llama-3-1-405b", "H200", 32, "pretrain"),
    ("llama-3-1-405b", "B200", 32, "pretrain"),
    ("llama-3-1-405b", "H100", 8, "lora"),
    ("deepseek-v3", "H100", 128, "pretrain"),
    ("deepseek-v3", "MI300X", 32, "pretrain"),
    ("mixtral-8x7b", "H100", 8, "pretrain"),
    ("qwen2-5-32b", "H100", 4, "full"),
]


@pytest.mark.parametrize(("llm", "gpu", "gpus", "mode"), CANNOT_RUN)
def test_what_cannot_run_is_refused_with_the_gigabytes(llm, gpu, gpus, mode, catalog):
    from designlib.physics.shape import Shape
    from designlib.predict.aliases import gpu_id

    specs = catalog.llms[llm].quantities()
    names = [f for f in Shape.__dataclass_fields__ if f in specs]
    figures = {name: specs[name].value for name in names}
    figures.setdefault("active_params_count", figures["params_count"])
    part = gpu_id(catalog, gpu)
    machine = machine_of(catalog, usual_server(catalog, part), "infiniband", gpu_id=part)
    found = best_layout(Shape(**figures), machine, gpus, mode=mode)
    assert isinstance(found, Misfit)
    assert (found.quantity, found.unit) == ("memory", "GB")
    assert found.needed > found.available > 0


def test_a_budget_names_where_the_step_goes(rows, catalog):
    text = explain(next(row for row in rows if row["id"] == "T-7b0aaf0"), catalog)
    for part in ("kernels", "pipeline bubble", "data-parallel traffic", "layout", "memory"):
        assert part in text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"gpu": "H1000"}, "no GPU 'H1000' in the catalog; did you mean 'H100'?"),
        ({"precision": "FP8|NVFP4"}, "is open or unknown"),
        ({"task": "rl"}, "task 'rl'"),
        ({"layers": ""}, "layers, hidden or heads is not stated"),
        ({"n_gpus": ""}, "n_gpus or seq_len is not stated"),
    ],
)
def test_what_cannot_be_predicted_says_why(change, told, rows, catalog):
    found = predict([rows[1] | change], catalog)[0]
    assert told in found["reason"]
    assert "tokens_per_s_per_gpu" not in found


def test_an_unknown_network_means_that_of_the_server(rows, catalog):
    found = predict([rows[1] | {"fabric": "tin cans and string"}], catalog)[0]
    assert "network not stated: as in" in found["reason"]
