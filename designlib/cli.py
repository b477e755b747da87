"""Command line: every command is one call of the library; only answers go to stdout."""

from __future__ import annotations

import json
import math
import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

import designlib as dl
from designlib.cli_calibrate import calibrate
from designlib.cli_catalog_app import catalog_app
from designlib.cli_common import EXIT_NO, Overlay, interruptible
from designlib.cli_common import bad_use as _bad_use
from designlib.cli_common import load_catalog as _load_catalog
from designlib.cli_common import refusing as _refusing
from designlib.cli_explore import explore
from designlib.cli_export import export
from designlib.cli_fabric import fabric
from designlib.cli_lab import lab
from designlib.cli_report import compare, report
from designlib.cli_review import review_command
from designlib.cli_validate import validate
from designlib.faults import Fault, FaultError

app = typer.Typer(
    help="Joint design of GPU clusters: the cheapest balanced design, proven and explained.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(catalog_app, name="catalog")
app.command()(explore)
app.command()(fabric)
app.command()(report)
app.command()(compare)
app.command()(export)
app.command(name="review")(review_command)
app.command()(calibrate)
app.command()(validate)
app.command()(lab)


def _finite(value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter("must be a finite number")
    return value


def _check_model_path(path: Path | None) -> None:
    if path is None:
        return
    if path.suffix.lower() != ".mps":
        raise FaultError([Fault(str(path), None, "--write-model", "expected FILE.mps")])
    if not path.parent.is_dir():
        raise FaultError([Fault(str(path), None, "--write-model", "no such folder")])


@app.command()
def optimize(
    brief_path: Annotated[
        Path, typer.Argument(metavar="BRIEF", help="A brief, a saved design or a report.html.")
    ],
    overlay: Overlay = None,
    output: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the results.")] = Path(),
    gap: Annotated[
        float, typer.Option(min=0, callback=_finite, help="Stop at this relative gap.")
    ] = 1e-3,
    time_limit: Annotated[
        float | None, typer.Option(min=0, callback=_finite, metavar="S", help="Seconds to search.")
    ] = None,
    write_model: Annotated[
        Path | None, typer.Option(metavar="FILE.mps", help="Also write the model as MPS.")
    ] = None,
    choices: Annotated[
        bool, typer.Option("--choices", help="Also price each great decision, for the report.")
    ] = False,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="Also move each input, for the report.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Write the cheapest balanced design of a brief: design.json, report.html, a workbook."""
    from designlib import cli_answer, cli_files

    cancel = threading.Event()
    with _refusing():
        _check_model_path(write_model)
        brief = cli_files.read_brief(brief_path)
        catalog = _load_catalog(overlay)
        output.mkdir(parents=True, exist_ok=True)
        with (
            interruptible(cancel, "stopping; press Ctrl-C again to quit at once"),
            cli_answer.staged(output, write_model, keep=brief_path) as stage,
        ):
            answer = cli_answer.answer(
                brief,
                catalog,
                stage,
                gap=gap,
                time_limit_s=time_limit,
                cancel=cancel,
                pricing=choices,
                moving=sensitivity,
            )
    if as_json:
        typer.echo(json.dumps(answer.content, allow_nan=False, indent=2))
    else:
        typer.echo(answer.text)
    if answer.content["objective"] is None:
        raise typer.Exit(EXIT_NO)


@app.command()
def check(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Catalogs, briefs or designs.")
    ],
) -> None:
    """Print the faults of catalogs, briefs and designs, one a line: file:line: field: message."""
    from designlib import cli_files

    missing = [
        Fault(str(path), None, "file", "no such file or folder")
        for path in paths
        if not path.exists()
    ]
    if missing:
        _bad_use(FaultError(missing))
    faults = [fault for path in paths for fault in cli_files.faults_of(path)]
    for fault in faults:
        typer.echo(str(fault))
    for path in [] if faults else filter(cli_files.is_catalog, paths):
        for line in cli_files.summary_lines(path):
            typer.echo(line, err=True)
    typer.echo(f"{len(faults) or 'no'} fault{'' if len(faults) == 1 else 's'}", err=True)
    if faults:
        raise typer.Exit(EXIT_NO)


@app.command()
def predict(
    kind: Annotated[str, typer.Argument(metavar="training|inference", help="What is predicted.")],
    path: Annotated[Path, typer.Argument(metavar="INPUT.csv", help="Configurations to predict.")],
    output: Annotated[
        Path | None, typer.Option(metavar="OUT.csv", help="File of the predictions.")
    ] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="ID", help="Print the time budget of one row.")
    ] = None,
    overlay: Overlay = None,
) -> None:
    """Write the predicted speed of training or serving, every figure with a low and a high."""
    from designlib import cli_predict

    with _refusing():
        said = cli_predict.predict(kind, path, output, explain, _load_catalog(overlay))
    typer.echo(said)


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        Console().print(Text(f"designlib {dl.__version__}"))
        raise typer.Exit


if __name__ == "__main__":
    app()
