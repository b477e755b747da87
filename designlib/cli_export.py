"""Export command: a design as the files that other tools read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from designlib.cli_common import AsJson, Overlay, load_catalog, refusing
from designlib.faults import Fault, FaultError


def export(
    design_path: Annotated[
        Path, typer.Argument(metavar="DESIGN", help="A saved design: design.json.")
    ],
    output: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the files.")],
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="This export; repeat it.")
    ] = None,
    start_date: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Day of the decision; that of the prices if none."),
    ] = None,
    overlay: Overlay = None,
    as_json: AsJson = False,
) -> None:
    """Write a design for NetBox, Slurm, Kueue, Prometheus, calendars and cabling crews."""
    from designlib.design import Design
    from designlib.report import exports

    with refusing():
        start = _day(start_date)
        design = Design.load(design_path)
        found = exports.exports(design, load_catalog(overlay), only or (), start)
        output.mkdir(parents=True, exist_ok=True)
        exports.write(found, output)
    if as_json:
        files = {name: sorted(texts) for name, texts in found.files.items()}
        typer.echo(json.dumps({"files": files, "left_out": found.left_out}, indent=2))
        return
    for name, texts in found.files.items():
        typer.echo(f"{name}: {', '.join(sorted(texts))}")
    for name, reason in found.left_out.items():
        typer.echo(f"{name}: left out, {reason}", err=True)


def _day(text: str | None) -> date | None:
    """Return a day, or raise a fault that says how one is written."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"expected a date YYYY-MM-DD, found {text!r}"
        raise FaultError([Fault("export", None, "--start-date", message)]) from None
