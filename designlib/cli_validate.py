"""Validate command: every promise of a saved design counted again, as lines, JSON or files."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from designlib.cli_common import EXIT_NO, AsJson, Overlay, interruptible, load_catalog, refusing

if TYPE_CHECKING:
    from designlib.design import Design
    from designlib.validate import Validation

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
            content["stress"] = strained.to_dict("records")
        if output is not None:
            _write(output, found, content, strained)
    if as_json:
        typer.echo(json.dumps(content, allow_nan=False, indent=2))
    else:
        typer.echo(_text(found))
        if strained is not None:
            typer.echo(strained.to_string(index=False))
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


def _text(found: Validation) -> str:
    limits = [p for p in found.promises if p.sense != "told"]
    broken = sum(not p.kept for p in limits)
    said = [f"{name}: {sentence}" for name, found_ in found.findings.items() for sentence in found_]
    if found.cancelled:
        said.append("cancelled: the checks after the last one told are open")
    said.append(f"{len(limits) - broken} of {len(limits)} promises kept")
    return "\n".join(said)


def _write(output: Path, found: Validation, content: dict[str, Any], strained: Any) -> None:
    from designlib.design import write_atomic

    output.mkdir(parents=True, exist_ok=True)
    write_atomic(output / TABLE, found.table().to_csv(index=False))
    write_atomic(output / RESULT, json.dumps(content, allow_nan=False, indent=1) + "\n")
    if strained is not None:
        write_atomic(output / STRESS, strained.to_csv(index=False))
