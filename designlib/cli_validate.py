"""Validate command: every promise of a saved design counted again, as lines, JSON or files."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from designlib.cli_common import (
    EXIT_NO,
    AsJson,
    Overlay,
    interruptible,
    load_catalog,
    refusing,
    wide_console,
)

if TYPE_CHECKING:
    from designlib.design import Design
    from designlib.validate import Promise, Validation

TIGHTEST = ("check", "kept", "tightest promise", "of", "month", "promised", "counted again",
            "unit", "margin")  # fmt: skip
STRAINED = ("case", "breaks first", "month", "promised", "then", "unit", "broken", "price")
SCHEMA_VERSION = 1
TABLE, RESULT, STRESS = "promises.csv", "validation.json", "stress.csv"


def validate(
    design_path: Annotated[
        Path, typer.Argument(metavar="DESIGN", help="A saved design: design.json.")
    ],
    overlay: Overlay = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for the table of promises and the result."),
    ] = None,
    stress: Annotated[
        bool, typer.Option("--stress", help="Also say what breaks first under stress.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print whether a design keeps every promise, each counted again from bill and brief."""
    from designlib.design import Design
    from designlib.validate import stress as stressing
    from designlib.validate import validate as run

    cancel = threading.Event()
    with refusing():
        design = Design.load(design_path)
        catalog = load_catalog(overlay)
        with interruptible(cancel, "stopping after this check; press Ctrl-C again to quit"):
            found = run(design, catalog, tell=_tell, cancel=cancel)
            strained = None
            if stress and not found.cancelled and not cancel.is_set():
                strained = stressing.table(design, catalog, tell=_tell, cancel=cancel)
        content = _content(design, found)
        if strained is not None:
            # As JSON a table has no figure where there is none.
            content["stress"] = json.loads(strained.to_json(orient="records"))
        if output is not None:
            _write(output, found, content, strained)
    if as_json:
        typer.echo(json.dumps(content, allow_nan=False, indent=2))
    else:
        _print(found, strained)
    if not found.kept:
        raise typer.Exit(EXIT_NO)


def _tell(name: str, number: int, count: int) -> None:
    typer.echo(f"[{number}/{count}] {name}", err=True)


def _content(design: Design, found: Validation) -> dict[str, Any]:
    """Return the answer as plain data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "design": design.name,
        "status": "cancelled" if found.cancelled else "kept" if found.kept else "not kept",
        "checked": len(found.findings),
        "findings": {name: list(said) for name, said in found.findings.items() if said},
        "promises": [p.row() for p in found.promises],
    }


def _print(found: Validation, strained: Any) -> None:
    """Print what is not kept, the tightest promise of each check, and what stress breaks."""
    console = wide_console()
    for name, sentences in found.findings.items():
        for sentence in sentences:
            typer.echo(f"{name}: {sentence}")
    tight = Table(*TIGHTEST)
    for p, kept, count in _tightest(found):
        when = "" if p.month is None else str(p.month)
        margin = "" if p.sense == "equal" else f"{p.margin:.1%}"
        words = (p.check, f"{kept} of {count}", p.what, p.where, when, f"{p.promised:,.5g}",
                 f"{p.recomputed:,.5g}", p.unit, margin)  # fmt: skip
        tight.add_row(*(Text(word, overflow="fold") for word in words))
    console.print(tight)
    if strained is not None:
        console.print(_strained(strained))
    if found.cancelled:
        typer.echo("cancelled: the checks after the last one told are open")
    limits = [p for p in found.promises if p.sense != "told"]
    typer.echo(f"{sum(p.kept for p in limits)} of {len(limits)} promises kept")


def _tightest(found: Validation) -> list[tuple[Promise, int, int]]:
    """Return the tightest promise of each check that counts, how many are kept, and of how many."""
    groups: dict[str, list[Promise]] = {}
    for p in found.promises:
        if p.sense != "told" and p.unit != "breaches":
            groups.setdefault(p.check, []).append(p)
    return [
        (
            min(mine, key=lambda p: (p.kept, p.sense == "equal", not p.promised, p.margin)),
            sum(p.kept for p in mine),
            len(mine),
        )
        for mine in groups.values()
    ]


def _strained(told: Any) -> Table:
    """Return the cases of the stress as a table for the screen."""
    shown = Table(*STRAINED)
    for row in told.to_dict("records"):
        first, hit = row["breaks_first"], row["broken"] > 0
        amounts = [row["promised"], row["recomputed"]] if hit else ["", ""]
        words = [
            f"{x:,.5g}" if isinstance(x, float) and x == x else "" if x == "" else "without end"
            for x in (float(a) if isinstance(a, int) else a for a in amounts)
        ]
        price = "" if row["price"] != row["price"] or row["price"] is None else row["price"]
        month = f"{row['month']:g}" if hit and row["month"] == row["month"] else ""
        cells = (row["case"], first, month, *words, row["unit"], str(row["broken"]),
                 f"{price:,.0f}" if price != "" else "")  # fmt: skip
        shown.add_row(*(Text(cell, overflow="fold") for cell in cells))
    return shown


def _write(output: Path, found: Validation, content: dict[str, Any], strained: Any) -> None:
    from designlib.design import write_atomic

    output.mkdir(parents=True, exist_ok=True)
    write_atomic(output / TABLE, found.table().to_csv(index=False))
    write_atomic(output / RESULT, json.dumps(content, allow_nan=False, indent=1) + "\n")
    if strained is not None:
        write_atomic(output / STRESS, strained.to_csv(index=False))
