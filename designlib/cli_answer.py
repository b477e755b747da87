"""Answer of optimize: run it, write the results whole or not at all, and state them in short."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible
from designlib.optimize import Stopped, optimize
from designlib.report import write_infeasible_report, write_report, write_workbook

SCHEMA_VERSION: Final = 1
RESULTS: Final = ("design.json", "report.html", "bill_of_materials.xlsx")
SECONDS: Final = ("build", "handover", "solve", "total")
MODEL: Final = ("columns", "rows", "nonzeros", "integers", "nodes")
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
def staged(output: Path, model: Path | None, *, keep: Path) -> Iterator[Stage]:
    """Yield a stage; on success its files replace all results in ``output``, on an error none.

    A result of an earlier run that this run does not write is removed, so that the folder holds one
    answer; only ``keep``, the file that was read, stays.
    """
    with tempfile.TemporaryDirectory(dir=output, prefix=".designlib-") as name:
        folder = Path(name)
        yield Stage(folder, folder / "model.mps" if model else None)
        if model and (folder / "model.mps").exists():
            _place(folder / "model.mps", model)
        for result in RESULTS:
            target = output / result
            if (folder / result).exists():
                _place(folder / result, target)
            elif target.exists() and target.resolve() != keep.resolve():
                target.unlink()


def _place(source: Path, target: Path) -> None:
    """Move a finished file to its place, in one step even between file systems."""
    beside = target.with_name(f".{target.name}.part")
    try:
        beside.write_bytes(source.read_bytes())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def answer(
    brief: Brief,
    catalog: Catalog,
    stage: Stage,
    *,
    gap: float,
    time_limit_s: float | None,
    cancel: Event,
) -> dict[str, Any]:
    """Return the answer as JSON can hold it, with its files written to the stage."""
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
    except Infeasible as refusal:
        write_infeasible_report(refusal, stage.file("report.html"))
        return _without_design("infeasible", start) | {
            "infeasible": {"conflict": refusal.conflict, "repairs": refusal.repairs}
        }
    except Stopped as stop:
        return _without_design(stop.status, start) | {"bound": finite(stop.bound)}
    design.save(stage.file("design.json"))
    write_report(design, stage.file("report.html"))
    write_workbook(design, stage.file("bill_of_materials.xlsx"))
    return of_design(design)


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
        **dict.fromkeys(("capex", "it_kw", "facility_kw", "racks")),
        "gpus": [],
        "fabrics": [],
        "bottleneck": None,
        "infeasible": None,
    }


def finite(value: float | None) -> float | None:
    """Return the number, or None where there is none: JSON has no infinity."""
    return value if value is not None and math.isfinite(value) else None


def sentences(result: Mapping[str, Any], currency: str, output: Path) -> Text:
    """Return the answer in a few lines for a reader."""
    if result["infeasible"] is not None:
        lines = ["infeasible: no design meets this brief", *result["infeasible"]["conflict"]]
        lines += [_repair(repair, currency) for repair in result["infeasible"]["repairs"]]
        lines.append(f"explained in {output / 'report.html'}")
    elif result["objective"] is None:
        lines = [f"stopped without a design: {result['status']}"]
    else:
        lines = [*_headline(result, currency), f"written to {output}: {', '.join(RESULTS)}"]
    return Text("\n  ".join(lines))


def _headline(result: Mapping[str, Any], currency: str) -> Iterator[str]:
    gpus = max((_total(result["gpus"], g["period_month"]) for g in result["gpus"]), default=0)
    cost = f"{result['objective']:,.0f} {currency} in present value"
    yield f"{result['status']}: {cost}, at most {result['gap']:.2%} above the cheapest"
    yield f"capex {result['capex']:,.0f} {currency}, {gpus:,} GPUs, {result['racks']:,} racks"
    yield f"{result['it_kw']:,.0f} kW IT, {result['facility_kw']:,.0f} kW facility"
    tight = result["bottleneck"]
    if tight:
        room = f"full at {tight['growth_factor']:.2f} times all workloads"
        yield f"bottleneck: {tight['resource']} of {tight['place']}, {room}"


def _total(gpus: list[dict[str, Any]], month: int) -> int:
    return sum(g["count"] for g in gpus if g["period_month"] == month)


def _repair(repair: Mapping[str, Any], currency: str) -> str:
    cost = "" if repair["cost"] is None else f", then {repair['cost']:,.0f} {currency}"
    checked = "verified" if repair["verified"] else "not verified"
    change = f"from {repair['from']:,g} to {repair['to']:,g} {repair['unit']}"
    return f"mended by: {repair['requirement']} {change}{cost} ({checked})"


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
        return f"{event['stage']}: {event.get('message', '')}"
    gap = f"{event['gap']:.2%}" if math.isfinite(event["gap"]) else "unknown"
    return f"solve: a better design after {event['seconds']:.1f} s, gap {gap}"
