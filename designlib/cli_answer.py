"""Answer of optimize: run it, write the results whole or not at all, and state them in short."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible, write_atomic
from designlib.explore import choices, sensitivity, with_choices, with_sensitivity
from designlib.optimize import Stopped, optimize
from designlib.report import write_infeasible_report, write_report, write_workbook
from designlib.report.words import place

SCHEMA_VERSION: Final = 1
RESULTS: Final = ("design.json", "report.html", "bill_of_materials.xlsx")
STAGE: Final = ".designlib-"
SECONDS: Final = ("build", "handover", "solve", "total")
MODEL: Final = ("columns", "rows", "nonzeros", "integers", "nodes")
REPAIR: Final = ("requirement", "from", "to", "unit", "cost", "verified")
FABRIC: Final = ("name", "leaf", "spine", "core")


@dataclass(frozen=True)
class Stage:
    """A folder beside the results: files are finished here before they take their place."""

    folder: Path
    model: Path | None

    def file(self, name: str) -> Path:
        """Return where to write a result."""
        return self.folder / name


@contextmanager
def staged(
    output: Path, model: Path | None, *, keep: Path, results: Sequence[str] = RESULTS
) -> Iterator[Stage]:
    """Yield a stage; on success its files replace all results in ``output``, on an error none.

    A result of an earlier run that this run does not write is removed, so that the folder holds one
    answer; only ``keep``, the file that was read, stays. Should the run be killed, each file is the
    old one or the new one, whole; the stage that it leaves behind is removed by the next run.
    """
    _clear(output, results)
    with tempfile.TemporaryDirectory(dir=output, prefix=f"{STAGE}{os.getpid()}-") as name:
        folder = Path(name)
        yield Stage(folder, folder / "model.mps" if model else None)
        if model and (folder / "model.mps").exists():
            write_atomic(model, (folder / "model.mps").read_bytes())
        for result in results:
            target = output / result
            if (folder / result).exists():
                (folder / result).replace(target)  # in the same folder, so it is one step
            elif target.exists() and target.resolve() != keep.resolve():
                target.unlink()


def _clear(output: Path, results: Sequence[str]) -> None:
    """Remove what killed runs left: stages whose process is gone, and files half written."""
    for left in output.glob(f"{STAGE}*"):
        if not _at_work(left):
            shutil.rmtree(left, ignore_errors=True)
    if not any(output.glob(f"{STAGE}*")):
        for result in results:
            for left in output.glob(f".{result}.*.tmp"):
                left.unlink(missing_ok=True)


def _at_work(stage: Path) -> bool:
    """Return whether the run that made a stage, which its name tells, may still be at work."""
    try:
        os.kill(int(stage.name.removeprefix(STAGE).partition("-")[0]), 0)
    except (ProcessLookupError, ValueError):
        return False
    except OSError:
        return True
    return True


@dataclass(frozen=True)
class Answer:
    """What the search found: once for programs, once for readers."""

    content: dict[str, Any]
    text: str


def answer(
    brief: Brief,
    catalog: Catalog,
    stage: Stage,
    *,
    gap: float,
    time_limit_s: float | None,
    cancel: Event,
    pricing: bool = False,
    moving: bool = False,
) -> Answer:
    """Return the answer to a brief, with its files written to the stage.

    With ``pricing`` the report also says what each option of the great decisions costs, with
    ``moving`` what each input does to the cost.
    """
    start = time.perf_counter()
    try:
        with progress() as tell:
            design = optimize(
                brief,
                catalog,
                gap=gap,
                time_limit_s=time_limit_s,
                progress=tell,
                cancel=cancel,
                write_model=stage.model,
            )
            if pricing and not cancel.is_set():
                rows = choices(design, catalog, progress=tell, time_limit_s=time_limit_s or 60.0)
                design = with_choices(design, rows)
            if moving and not cancel.is_set():
                rows = sensitivity(
                    design, catalog, progress=tell, time_limit_s=time_limit_s or 60.0
                )
                design = with_sensitivity(design, rows)
    except Infeasible as refusal:
        write_infeasible_report(refusal, stage.file("report.html"))
        repairs = [{key: row[key] for key in REPAIR} for row in refusal.repairs]
        told = {"conflict": refusal.conflict, "repairs": repairs, "sets": refusal.sets}
        content = _without_design("infeasible", start) | {"infeasible": told}
        return Answer(content, f"infeasible: {refusal}\nexplained in report.html")
    except Stopped as stop:
        content = _without_design(stop.status, start) | {"bound": finite(stop.bound)}
        return Answer(content, str(stop))
    design.save(stage.file("design.json"))
    write_report(design, stage.file("report.html"), catalog)
    write_workbook(design, stage.file("bill_of_materials.xlsx"), catalog)
    return Answer(of_design(design), headline(design))


def of_design(design: Design) -> dict[str, Any]:
    """Return the answer that a design gives; ``--json`` prints exactly this."""
    summary, proof = design.summary, design.certificate
    return {
        "schema_version": SCHEMA_VERSION,
        "status": design.status,
        "objective": proof["objective"],
        "bound": finite(proof["bound"]),
        "gap": finite(proof["gap"]),
        "seconds": {name: proof["seconds"].get(name) for name in SECONDS},
        "model": {name: proof["model"].get(name) for name in MODEL},
        "capex": summary["capex"],
        "it_kw": summary["it_kw"],
        "facility_kw": summary["facility_kw"],
        "racks": summary["racks"],
        "carbon_t": summary.get("carbon_t"),
        "water_m3": summary.get("water_m3"),
        "gpus": summary["gpus"],
        "fabrics": [{name: fabric[name] for name in FABRIC} for fabric in summary["fabrics"]],
        "bottleneck": summary["bottleneck"],
        "infeasible": None,
    }


def _without_design(status: str, start: float) -> dict[str, Any]:
    empty = dict.fromkeys(("objective", "bound", "gap"))
    return {
        "schema_version": SCHEMA_VERSION,
        "status": status,
        **empty,
        "seconds": dict.fromkeys(SECONDS) | {"total": time.perf_counter() - start},
        "model": dict.fromkeys(MODEL),
        **dict.fromkeys(("capex", "it_kw", "facility_kw", "racks", "carbon_t", "water_m3")),
        "gpus": [],
        "fabrics": [],
        "bottleneck": None,
        "infeasible": None,
    }


def finite(value: float | None) -> float | None:
    """Return the number, or None where there is none: JSON has no infinity."""
    return value if value is not None and math.isfinite(value) else None


def headline(design: Design) -> str:
    """Return a design in a few lines for a reader."""
    summary, proof, currency = design.summary, design.certificate, design.currency
    by_month: dict[int, int] = defaultdict(int)
    for row in summary["gpus"]:
        by_month[row["period_month"]] += row["count"]
    cost = f"{proof['objective']:,.0f} {currency} in present value"
    most = max(by_month.values(), default=0)
    lines = [
        f"{design.status}: {cost}, at most {proof['gap']:.2%} above the cheapest",
        f"capex {summary['capex']:,.0f} {currency}, {most:,} GPUs, {summary['racks']:,} racks",
        f"{summary['it_kw']:,.0f} kW IT, {summary['facility_kw']:,.0f} kW facility",
    ]
    if len(summary["sites"]) > 1:
        lines += [
            f"at {s['site']}: {s['gpus']:,} GPUs, {s['racks']:,} racks, {s['it_kw']:,.0f} kW IT"
            for s in summary["sites"]
        ]
    tight = summary["bottleneck"]
    if tight:
        room = f"full when all workloads grow {tight['growth_factor']:.2f} times"
        lines.append(f"bottleneck: {tight['resource']} at {place(tight['place'])}, {room}")
    return "\n".join([*lines, f"written: {', '.join(RESULTS)}"])


@contextmanager
def progress() -> Iterator[Callable[[dict[str, Any]], None]]:
    """Yield a listener that shows the stages and each better design on stderr."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    with console.status(Text("starting")) if console.is_terminal else _Lines(console) as shown:

        def tell(event: dict[str, Any]) -> None:
            shown.update(Text(_event_text(event)))

        yield tell


class _Lines:
    """Progress as plain lines, for a log."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, text: Text) -> None:
        self._console.print(text)


def _event_text(event: Mapping[str, Any]) -> str:
    if event["stage"] != "solve":
        done = f" ({event['done']} of {event['total']})" if "total" in event else ""
        return f"{event['stage']}: {event.get('message', '')}{done}"
    gap = f"{event['gap']:.2%}" if math.isfinite(event["gap"]) else "unknown"
    return f"solve: a better design after {event['seconds']:.1f} s, gap {gap}"
