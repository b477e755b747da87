"""Command line, report: the documents of a saved design, and of the difference of two."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from designlib.cli_common import AsJson, Overlay, bad_use, load_catalog, refusing

Output = Annotated[Path, typer.Option("--output", metavar="DIR", help="Folder of the documents.")]
DOCUMENTS: Final = ("report.html", "bill_of_materials.xlsx", "rfq.zip")
PDF: Final = "report.pdf"
COMPARISON: Final = "comparison.html"


def report(
    design_path: Annotated[Path, typer.Argument(metavar="DESIGN", help="A saved design.")],
    output: Output = Path(),
    overlay: Overlay = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Also print report.pdf, with a browser.")
    ] = False,
) -> None:
    """Write the documents of a saved design: report, workbook and the pack for vendors."""
    from designlib import cli_answer
    from designlib.design import Design
    from designlib.report import write_pdf, write_report, write_rfq, write_workbook

    with refusing():
        design, catalog = Design.load(design_path), load_catalog(overlay)
        output.mkdir(parents=True, exist_ok=True)
        with cli_answer.staged(output, None, keep=design_path, results=(*DOCUMENTS, PDF)) as stage:
            write_report(design, stage.file("report.html"), catalog)
            write_workbook(design, stage.file("bill_of_materials.xlsx"), catalog)
            write_rfq(design, stage.file("rfq.zip"), catalog)
            if pdf:
                write_pdf(stage.file("report.html"), stage.file(PDF))
    typer.echo(f"written: {', '.join((*DOCUMENTS, PDF) if pdf else DOCUMENTS)}")


def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="A saved design.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also write comparison.html there.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print what differs between two designs and what each difference costs."""
    from designlib import cli_answer
    from designlib.design import Design
    from designlib.report import comparison, write_comparison

    with refusing():
        a, b = Design.load(first), Design.load(second)
        try:
            content = comparison.content(a, b)
        except ValueError as error:
            bad_use(f"{second}: {error}")
        if output:
            output.mkdir(parents=True, exist_ok=True)
            with cli_answer.staged(output, None, keep=first, results=(COMPARISON,)) as stage:
                write_comparison(a, b, stage.file(COMPARISON))
    typer.echo(
        json.dumps(content, allow_nan=False, indent=2) if as_json else comparison.text(content)
    )
