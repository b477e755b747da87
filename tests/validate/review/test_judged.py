"""Judged: measurements of a delivered cluster hold its acceptance plan, row by row."""

import json

from typer.testing import CliRunner

from designlib.cli import app
from designlib.validate.acceptance import acceptance
from tests.calibrate import samples


def test_plan_of_a_design_is_judged_by_the_same_files(design, shipped, tmp_path):
    plan = {t.id: t for t in acceptance(design, shipped)}
    rate = next(t for t in plan.values() if t.id.endswith("whole-rate"))
    ttft, tpot = (plan[rate.id.replace("rate", name)] for name in ("ttft", "tpot"))
    run = samples.vllm(
        request_throughput=rate.threshold * 1.01,
        p95_ttft_ms=ttft.threshold * 1e3 * 1.5,
        p95_tpot_ms=tpot.threshold * 1e3 * 0.9,
    )
    path = tmp_path / f"{rate.id}.json"
    path.write_text(run)
    saved = design.save(tmp_path / "design.json")
    told = CliRunner().invoke(app, ["calibrate", str(path), "--design", str(saved), "--json"])
    assert told.exit_code == 1, told.output
    judged = {j["test"]["id"]: j for j in json.loads(told.output)["judged"]}
    assert set(judged) == set(plan)
    assert judged[rate.id]["verdict"] == judged[tpot.id]["verdict"] == "pass"
    assert judged[ttft.id]["verdict"] == "fail"
    assert judged[ttft.id]["value"] == ttft.threshold * 1.5
    others = {j["verdict"] for i, j in judged.items() if i not in (rate.id, ttft.id, tpot.id)}
    assert others == {"not measured"}
