"""Prometheus: promtool accepts the rules, and they fire when they should."""

import shutil
import subprocess
from datetime import date

import pytest
from ruamel.yaml import YAML

from designlib.report.exports import prometheus
from designlib.report.exports._order_points import order_points
from designlib.yamlfile_text import yaml_text

FILE = "prometheus/designlib.rules.yaml"
EXPORTED = {
    "DCGM_FI_PROF_GR_ENGINE_ACTIVE", "DCGM_FI_DEV_GPU_TEMP", "DCGM_FI_DEV_XID_ERRORS",
    "DCGM_FI_DEV_ROW_REMAP_FAILURE", "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS",
}  # fmt: skip
"""Exported unasked: NVIDIA/dcgm-exporter, commit d5e5f510, etc/dcp-metrics-included.csv."""


def rules_of(design, catalog) -> str:
    return prometheus.export(design, catalog, date(2026, 1, 1))[FILE]


def promtool(*words, cwd) -> str:
    assert shutil.which("promtool"), "promtool is not installed: apt-get install prometheus"
    run = subprocess.run(["promtool", *words], cwd=cwd, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_promtool_accepts_the_rules(design, catalog, tmp_path):
    (tmp_path / "rules.yaml").write_text(rules_of(design, catalog))
    assert "SUCCESS" in promtool("check", "rules", "--lint-fatal", "rules.yaml", cwd=tmp_path)


def test_every_capacity_has_its_supply_and_order_point(design, catalog):
    groups = YAML(typ="safe").load(rules_of(design, catalog))["groups"]
    recorded = {
        (rule["record"], rule["labels"]["resource"], rule["labels"]["place"]): rule["expr"]
        for group in groups if group["name"] == "designlib-supply" for rule in group["rules"]
    }  # fmt: skip
    for point in order_points(design):
        key = point.resource, point.place
        assert float(recorded["designlib:supply", *key][7:-1]) == pytest.approx(point.supply)
        assert 0 < point.order_at_frac <= 1
        grown = point.order_at_frac * (1 + point.growth_per_month_frac) ** point.lead_months
        assert grown == pytest.approx(1)


def test_nvidia_metrics_are_those_of_the_exporter():
    import re

    words = " ".join([
        prometheus.BUSY["NVIDIA"], prometheus.SEEN["NVIDIA"],
        *(expression for expression, _ in prometheus.FAULTS["NVIDIA"].values()),
    ])  # fmt: skip
    assert set(re.findall(r"DCGM_\w+", words)) == EXPORTED


def test_alerts_fire_when_they_should(one, catalog, tmp_path):
    """A GPU is missing, another tells an error, and all of one pool work all the time."""
    text = rules_of(one, catalog)
    (tmp_path / "rules.yaml").write_text(text)
    server = next(u for u in one.tables["placement"] if u["part_id"] in catalog.servers)
    host = f"{server['site']}-server-0001"
    series = [
        {"series": f'DCGM_FI_DEV_GPU_TEMP{{Hostname="{host}",gpu="0"}}', "values": "60x750"},
        {"series": f'DCGM_FI_DEV_XID_ERRORS{{instance="{host}",gpu="0"}}', "values": "79x750"},
        {"series": f'DCGM_FI_PROF_GR_ENGINE_ACTIVE{{Hostname="{host}"}}', "values": "1x750"},
    ]
    names = {"GpusMissing": 1, "GpuXidError": 1, "OrderServerHours": 1, "GpuRowRemapFailed": 0}
    checks = [
        {"expr": f'count(ALERTS{{alertname="{name}",alertstate="firing"}}) > 0', "eval_time": "48h",
         "exp_samples": [{"labels": "{}", "value": 1}] if fires else []}
        for name, fires in names.items()
    ]  # fmt: skip
    content = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": "4m",
        "tests": [{"interval": "4m", "input_series": series, "promql_expr_test": checks}],
    }
    (tmp_path / "test.yaml").write_text(yaml_text([content]))
    promtool("test", "rules", "test.yaml", cwd=tmp_path)
