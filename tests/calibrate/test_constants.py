"""Constants: from logs that a law wrote with known constants, those constants come back."""

import csv
import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from designlib.calibrate import Context, constants, moves, overlay_text, read
from designlib.calibrate.fit_gpu import with_constant
from designlib.calibrate.fit_serving import configuration
from designlib.calibrate.movement import laid_over
from designlib.catalog import Catalog
from designlib.cli import app
from designlib.faults import FaultError
from designlib.predict import inference, training
from tests.calibrate import samples
from tests.calibrate.test_reading import written

WITHIN = 0.02


@pytest.fixture(scope="module")
def catalog():
    return Catalog.load()


def command(*args):
    return CliRunner().invoke(app, ["calibrate", *map(str, args)])


def told(rows):
    return {c.quantity: c for c in rows}


def wobbling(law):
    """Return a law whose times are up to 1 % off, up and down in turn."""

    def time_s(size):
        return law(size) * (1 + 0.01 * (-1) ** size.bit_length())

    return time_s


def test_rate_and_latency_of_links_come_back(tmp_path, catalog):
    # A ring over 8 GPUs whose links give 300 GB/s one way, at 75 %, 4 us a step.
    def law(size):
        return 2 * 7 * 4e-6 + 2 * 7 / 8 * size / (0.75 * 300e9)

    path = written(tmp_path, samples.nccl(8, 1, wobbling(law), device="NVIDIA A100-SXM4-80GB"))
    found = told(constants(read(path), catalog, Context(gpu="nvidia-a100-sxm-80gb")))
    share, alpha = found["scale_up_efficiency_frac"], found["scale_up_alpha_s"]
    assert share.value == pytest.approx(0.75, rel=WITHIN)
    assert share.subject == alpha.subject == "switched"
    assert share.low < share.value < share.high
    exact = written(tmp_path, samples.nccl(8, 1, law, device="NVIDIA A100-SXM4-80GB"), "exact.txt")
    found = told(constants(read(exact), catalog, Context(gpu="nvidia-a100-sxm-80gb")))
    assert found["scale_up_alpha_s"].value == pytest.approx(4e-6, rel=0.05)


def test_sums_inside_the_switch_come_back(tmp_path, catalog):
    # Each port passes nine eighths of the message once, at 60 % of 450 GB/s.
    def law(size):
        return 2 * 7 * 2e-6 + 9 / 8 * size / (0.60 * 450e9)

    path = written(tmp_path, samples.nccl(8, 1, wobbling(law)))
    found = told(constants(read(path), catalog, Context()))
    share = found["multicast_efficiency_frac"]
    assert share.value == pytest.approx(0.60, rel=WITHIN)
    assert share.subject == "nvidia-h100-sxm-80gb"


def test_network_between_servers_comes_back(tmp_path, catalog):
    # 32 GPUs in four servers of eight 400 Gbit/s ports: 400 GB/s a server, at 88 %.
    near = catalog.constant("switched", "scale_up_alpha_s").value

    def law(size):
        start = 2 * (32 - 4) * near + 2 * 3 * 20e-6
        return start + 2 * 31 / 32 * size / 8 / (0.88 * 50e9)

    path = written(tmp_path, samples.nccl(32, 4, law))
    rows = constants(read(path), catalog, Context(server="nvidia-dgx-h100"))
    found = told(rows)
    assert found["network_efficiency_frac"].value == pytest.approx(0.88, rel=WITHIN)
    assert found["network_alpha_s"].value == pytest.approx(20e-6, rel=WITHIN)
    assert {c.subject for c in rows} == {"infiniband"}
    assert {c.confidence for c in rows} == {"verified"}


@pytest.mark.parametrize("known", [0.45, 0.7, 0.9])
@pytest.mark.parametrize("concurrency", [1, 4])
def test_memory_efficiency_of_a_service_comes_back(tmp_path, catalog, known, concurrency):
    context = Context(gpu="nvidia-h100-sxm-80gb", gpus_count=4, llm="llama-3-3-70b")
    blank = read(written(tmp_path, samples.vllm(max_concurrency=concurrency), "blank.json"))
    truth = with_constant(catalog, context.gpu, "serve_hbm_frac", known)
    cells = configuration(blank, catalog, context)
    tpot = inference.predict([cells], truth)[0]["tpot_ms"]
    path = written(tmp_path, samples.vllm(max_concurrency=concurrency, mean_tpot_ms=tpot))
    (found,) = constants(read(path), catalog, context)
    assert (found.subject, found.quantity) == (context.gpu, "serve_hbm_frac")
    assert found.value == pytest.approx(known, rel=WITHIN)


def test_two_tools_that_say_the_same_tell_the_same(tmp_path, catalog):
    context = Context(gpu="nvidia-h100-sxm-80gb", gpus_count=4, llm="llama-3-3-70b")
    both = [
        constants(read(written(tmp_path, text, name)), catalog, context)[0].value
        for name, text in (("v.json", samples.vllm()), ("g.json", samples.genai_perf()))
    ]
    assert both[0] == pytest.approx(both[1], rel=1e-6)


@pytest.mark.parametrize("known", [0.4, 0.6, 0.8])
def test_kernel_efficiency_of_training_comes_back(tmp_path, catalog, known):
    gpu, llm = "nvidia-h100-sxm-80gb", "llama-3-1-8b"
    context = Context(gpu=gpu, gpus_count=64, llm=llm, precision="bf16")
    from designlib.calibrate.fit_training import configuration as configured

    blank = read(written(tmp_path, samples.mllog(40.0), "blank.txt"))
    truth = with_constant(catalog, gpu, "train_kernel_frac", known)
    speed = training.predict([configured(blank, catalog, context)], truth)[0]
    samples_per_s = speed["tokens_per_s_per_gpu"] * 64 / 8192
    path = written(tmp_path, samples.mllog(samples_per_s, per_block=400_000))
    (found,) = constants(read(path), catalog, context)
    assert found.value == pytest.approx(known, rel=WITHIN)


def test_metrics_and_disks_are_written_as_they_were_measured(tmp_path, catalog):
    path = written(tmp_path, samples.dcgm(650, 97))
    found = told(constants(read(path), catalog, Context(gpu="nvidia-h100-sxm-80gb")))
    assert found["gpu_power_w"].value == pytest.approx(650, rel=WITHIN)
    assert found["gpu_busy_frac"].value == pytest.approx(0.97, rel=WITHIN)


def test_overlay_holds_value_spread_date_and_source(tmp_path):
    path = written(tmp_path, samples.nccl(8, 1, lambda s: 28e-6 + 9 / 8 * s / 300e9))
    run = command(path, "--overlay", tmp_path / "ours")
    assert run.exit_code == 0, run.output
    with (tmp_path / "ours" / "calibration" / "measured.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [r["quantity"] for r in rows] == ["multicast_efficiency_frac", "scale_up_alpha_s"]
    for row in rows:
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
        assert row["date"]
        assert row["source"].startswith("measured: nccl-tests, ")
    loaded = Catalog.load(overlay=tmp_path / "ours")
    share = loaded.constant("nvidia-h100-sxm-80gb", "multicast_efficiency_frac").value
    assert share == pytest.approx(300 / 450, rel=WITHIN)
    assert "all-reduce bus bandwidth of 1 x nvidia-dgx-h100" in run.output


def test_second_file_keeps_what_the_first_said(tmp_path):
    ours = tmp_path / "ours"
    first = written(tmp_path, samples.nccl(8, 1, lambda s: 28e-6 + 9 / 8 * s / 300e9))
    second = written(tmp_path, samples.dcgm(650, 97), "dcgm.csv")
    assert command(first, "--overlay", ours).exit_code == 0
    run = command(second, "--overlay", ours, "--gpu", "nvidia-h100-sxm-80gb")
    assert run.exit_code == 0, run.output
    text = (ours / "calibration" / "measured.csv").read_text()
    assert "multicast_efficiency_frac" in text
    assert "gpu_power_w" in text


def test_moves_tell_before_after_and_measured(tmp_path, catalog):
    context = Context(gpu="nvidia-h100-sxm-80gb", gpus_count=4, llm="llama-3-3-70b")
    measured = read(written(tmp_path, samples.vllm(mean_tpot_ms=25.0)))
    rows = constants(measured, catalog, context)
    found = next(m for m in moves([measured], rows, catalog, context) if m.unit == "ms")
    assert found.measured == pytest.approx(25.0)
    assert found.after == pytest.approx(25.0, rel=1e-6)
    assert abs(found.before - 25.0) > 0.1
    assert found.change_frac == pytest.approx(found.after / found.before - 1)
    assert moves([measured], [], catalog, context) == []
    assert laid_over(catalog, rows).constants != catalog.constants


@pytest.mark.parametrize(
    ("text", "args", "words"),
    [
        (samples.vllm()[:-40], (), "cut short"),
        ("something else\n", (), "no tool that is known"),
        (samples.nccl(8, 1, lambda s: s / 3e11, device="Voodoo 2"), (), "say --gpu ID"),
        (samples.vllm(), (), "names no GPU"),
        (samples.vllm(), ("--gpu", "nvidia-h100"), "no such id 'nvidia-h100'; did you mean"),
        (samples.vllm(model_id="acme/secret"), ("--gpu", "nvidia-h100-sxm-80gb"), "say --llm ID"),
        (samples.vllm(mean_tpot_ms=0.001), ("--gpu", "nvidia-h100-sxm-80gb", "--gpus", "4"),
         "explains"),
        (samples.nccl(8, 1, lambda s: s / 3e11, sizes=[2**20, 2**21]), (), "to draw a line"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_and_nothing_is_written(tmp_path, text, args, words):
    path = written(tmp_path, text)
    run = command(path, "--overlay", tmp_path / "ours", *args)
    assert run.exit_code == 2, run.output
    assert words in run.output
    assert len(run.output.strip().splitlines()) == 1
    assert not (tmp_path / "ours").exists()


def test_one_bad_file_of_two_writes_nothing(tmp_path):
    good = written(tmp_path, samples.nccl(8, 1, lambda s: 28e-6 + 9 / 8 * s / 300e9), "a.txt")
    bad = written(tmp_path, samples.vllm()[:-40], "b.json")
    assert command(good, bad, "--overlay", tmp_path / "ours").exit_code == 2
    assert not (tmp_path / "ours").exists()


def test_overlay_may_not_be_the_shipped_catalog_or_a_file(tmp_path, catalog):
    from designlib.catalog import shipped_folder

    with pytest.raises(FaultError, match="the shipped catalog"):
        overlay_text([], shipped_folder())
    with pytest.raises(FaultError, match="expected a folder"):
        overlay_text([], written(tmp_path, ""))


def test_answer_for_programs_has_every_part(tmp_path):
    path = written(tmp_path, samples.nccl(8, 1, lambda s: 28e-6 + 9 / 8 * s / 300e9))
    run = command(path, "--json")
    assert run.exit_code == 0, run.output
    content = json.loads(run.output)
    assert set(content) == {
        "schema_version", "measured", "constants", "moves", "judged", "written"
    }  # fmt: skip
    assert content["written"] is None
    assert content["constants"]
    assert replace(Context(), gpu="x").gpu == "x"
