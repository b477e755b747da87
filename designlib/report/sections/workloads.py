"""Workloads: what each workload asks for, which layers that sizes, and what they give it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import words
from designlib.report.section import Section
from designlib.report.sections.operations import last_runs, title
from designlib.report.table import Table, grouped, table
from designlib.report.words import number, plural
from designlib.units import stem_of

ORDER: Final = 650
LAYERS: Final = ("compute", "network", "storage", "orchestration")
SIZES: Final = "sizes it"
NOT: Final = "n/a"

REQUIREMENTS: Final = {
    "llm": ("Model", "compute network storage"),
    "params_count": ("Parameters of the model", "compute network storage"),
    "tokens_count": ("Tokens to train on", "compute network storage"),
    "tokens_per_run_count": ("Tokens of a run", "compute network"),
    "sequence_tokens": ("Tokens of a sequence", "compute"),
    "global_batch_tokens": ("Tokens of a step", "compute network"),
    "deadline_days": ("Days until it is done", "compute network"),
    "max_hours": ("Longest run, h", "compute network orchestration"),
    "runs_per_year": ("Runs a year", "compute orchestration"),
    "runs_per_month_count": ("Runs a month", "compute orchestration"),
    "concurrency_count": ("Runs at the same time", "compute orchestration"),
    "jobs_per_day": ("Jobs a day", "compute orchestration"),
    "gpus_per_job": ("GPUs of a job: share of jobs", "compute network orchestration"),
    "mean_hours": ("Mean job, h", "compute orchestration"),
    "queue_wait_p90_hours": ("Wait in the queue, 90th percentile, h", "compute orchestration"),
    "gpus_min_count": ("Fewest GPUs of a run", "compute network"),
    "max_gpus_count": ("Most GPUs of a run", "compute network"),
    "elastic": ("Takes what others leave", "compute orchestration"),
    "gpus_count": ("GPUs held all the time", "compute network orchestration"),
    "fleet_share_frac": ("Share of the fleet", "compute orchestration"),
    "peak_requests_s": ("Requests at the peak, 1/s", "compute network orchestration"),
    "diurnal": ("Shape of the day", "compute orchestration"),
    "prompt_tokens": ("Tokens of a prompt", "compute"),
    "output_tokens": ("Tokens of an answer", "compute"),
    "ttft_p95_s": ("Time to first token, 95th percentile, s", "compute"),
    "tpot_p95_s": ("Time per output token, 95th percentile, s", "compute"),
    "draft": ("Draft model that guesses ahead", "compute"),
    "disaggregation_allowed": ("Prompts and answers on servers of their own", "compute network"),
    "tiers": ("Tiers of service", "compute orchestration"),
    "wait_p99_s": ("Wait, 99th percentile, s", "compute orchestration"),
    "latency_p99_s": ("Latency, 99th percentile, s", "compute network"),
    "prefix_hit_frac": ("Prompt tokens found in the cache, share", "compute"),
    "precision": ("Precision", "compute"),
    "weight_bits": ("Bits of a weight", "compute storage"),
    "kv_bits": ("Bits of a key or value", "compute"),
    "quality_floor": ("Least quality, share", "compute"),
    "ab_reserve_frac": ("Kept for comparing versions, share", "compute orchestration"),
    "availability_frac": ("Availability", "compute network orchestration"),
    "items_per_month_count": ("Items a month", "compute orchestration"),
    "window": ("Hours in which it may run", "compute orchestration"),
    "studies_per_day": ("Studies a day", "compute network"),
    "busy_hours": ("Hours of a working day", "compute"),
    "peak_factor": ("Peak over mean", "compute"),
    "mb_per_study": ("Size of a study, MB", "network storage"),
    "gpu_seconds_per_study": ("GPU time of a study, s", "compute"),
    "core_seconds_per_request": ("CPU time of a request, s", "compute"),
    "dataset_tb": ("Data set, TB", "storage"),
    "read_gb_s_per_gpu": ("Read by each GPU, GB/s", "network storage"),
    "growth_factor_24_months": ("Growth in 24 months", "compute network storage orchestration"),
    "forecast_sd_frac": ("Doubt of the forecast, share", "compute"),
    "data_class": ("Class of the data", "compute network storage orchestration"),
    "team": ("Team", "orchestration"),
    "priority": ("Priority", "orchestration"),
    "phase": ("Phase", "compute"),
}
"""Fields of a workload that size a layer: words, and the layers. The rest describe the model."""

STAGES: Final = {
    "shared_read": "Storage to servers: training data",
    "cached_per_server": "Drives of a server: data set",
    "checkpoint": "Servers to storage: one checkpoint",
    "checkpoint_write": "Servers to storage: checkpoints on average",
    "weights_kept": "Storage to servers: versions of the model",
}
"""Predicted figures that say what flows between two stages."""


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return the profile of each workload with the layers that each requirement sizes."""
    stated = [w for w in design.brief.get("workloads", []) if w.get("id")]
    if not stated:
        return None
    flows = _flows(design)
    return Section(
        "What each workload asks for",
        lead=(
            f"The design answers {plural(len(stated), 'workload')}. Each requirement names the "
            "layers that it sizes; power, cooling and racks follow from the servers of all.",
        ),
        tables=(_matrix(stated), _provided(design), *((flows,) if flows.rows_count else ())),
    )


def _matrix(stated: list[dict[str, Any]]) -> Table:
    """Return every requirement with the layers that it sizes."""
    return grouped(
        "Requirements and the layers that they size",
        "Requirement | Stated # | Compute | Network | Storage | Orchestration",
        [(_title(w), list(_requirements(w)), None) for w in stated],
        sheet="Requirements",
    )


def _title(workload: Mapping[str, Any]) -> str:
    name = workload.get("name")
    told = f"{workload['id']} {name}" if name and name != workload["id"] else str(workload["id"])
    return f"{told}: {str(workload.get('kind', '')).replace('-', ' ')}"


def _requirements(workload: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for field, (label, layers) in REQUIREMENTS.items():
        value = workload.get(field)
        if value is not None and value != {} and value != []:
            marks = [SIZES if layer in layers.split() else NOT for layer in LAYERS]
            yield (label, _stated(value, field), *marks)


def _stated(value: Any, field: str) -> str:
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return ", ".join(str(item.get("id") or item.get("name") or "") for item in value)
    if field.endswith("_frac") and isinstance(value, (int, float)):
        return f"{value:.5g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{spoken(str(k))}: {number(v)}" for k, v in value.items())
    return number(value)


def spoken(field: str) -> str:
    """Return a field inside of another in words, without the unit at its end."""
    return stem_of(field).replace("_", " ")


def _provided(design: Design) -> Table:
    """Return what each layer gives to each workload at the last date."""
    parts = {c["candidate"]: c["part_id"] for c in design.tables["candidates"]}
    stores = _parts(design, "storage")
    tools = ", ".join(design.summary.get("orchestration") or []) or NOT
    rows = []
    for run in last_runs(design):
        part = parts.get(run["candidate"]) or words.place(run["pool"])
        gpus = f"{number(run['gpus'])} GPUs of {part}" if run["gpus"] else part
        rows.append(
            (
                title(run),
                gpus,
                _networks(design, run["site"]),
                stores,
                tools,
            )
        )
    return table(
        f"What the layers provide at month {max(design.dates, default=0)}",
        "Workload | Compute | Network | Storage | Orchestration",
        list(dict.fromkeys(rows)),
    )


def _networks(design: Design, site: str) -> str:
    here = [f for f in design.summary.get("fabrics") or [] if f.get("site", site) == site]
    told = dict.fromkeys(f"{f['name'].partition(': ')[0]} ({f['technology']})" for f in here)
    return ", ".join(told) or NOT


def _parts(design: Design, layer: str) -> str:
    bill = design.tables["bill_of_materials"]
    return ", ".join(dict.fromkeys(b["part_id"] for b in bill if b["layer"] == layer)) or NOT


def _flows(design: Design) -> Table:
    """Return what flows between the stages of each workload, as far as it is predicted."""
    rows = []
    for run in last_runs(design):
        for name, figure in run["figures"].items():
            if name in STAGES:
                rows.append(
                    (run["workload"], STAGES[name], figure["value"], figure["unit"],
                     figure["source"])
                )  # fmt: skip
    return table(
        f"Data flow, stage by stage, at month {max(design.dates, default=0)}",
        "Workload | Stage | Amount # | Unit | Law",
        list(dict.fromkeys(rows)),
    )
