"""Commands of the catalog: list, show, diff, import, generate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from designlib.cli_common import AsJson, Overlay, load_catalog, refusing, wide_console
from designlib.faults import Fault, FaultError

if TYPE_CHECKING:
    from designlib.imports import Imported

catalog_app = typer.Typer(help="What can be bought, with sources and prices.", no_args_is_help=True)


def _print_json(content: dict[str, Any]) -> None:
    typer.echo(json.dumps(content, allow_nan=False, indent=2, ensure_ascii=False))


@catalog_app.command("list")
def list_parts(
    family: Annotated[str | None, typer.Argument(help="One family only, such as gpus.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="CONDITION", help="Such as 'hbm_gb>=141' or 'vendor=AMD'; repeat it."),
    ] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="Fields to show, such as hbm_gb,price.")
    ] = None,
    overlay: Overlay = None,
    as_json: AsJson = False,
) -> None:
    """Print every part with its key figures, price and confidence."""
    from designlib import catalog_query, cli_catalog

    asked = [name.strip() for name in (columns or "").split(",") if name.strip()]
    with refusing():
        catalog = load_catalog(overlay)
        rules = catalog_query.conditions(where or [])
        parts = catalog_query.select(catalog, family, rules, asked)
    if as_json:
        _print_json(cli_catalog.list_json(catalog, parts))
        return
    for table in cli_catalog.family_tables(catalog, parts, asked):
        wide_console().print(table)


@catalog_app.command("show")
def show_part(
    part_id: Annotated[str, typer.Argument(metavar="ID", help="Name of the part's file.")],
    overlay: Overlay = None,
    as_json: AsJson = False,
) -> None:
    """Print every number of a part with its unit, source, date and confidence."""
    from designlib import cli_catalog

    with refusing():
        catalog = load_catalog(overlay)
        content = cli_catalog.part_json(catalog, part_id)
    if as_json:
        _print_json(content)
        return
    for block in cli_catalog.part_tables(catalog, part_id):
        wide_console().print(block)


@catalog_app.command("diff")
def diff_parts(
    a: Annotated[str, typer.Argument(metavar="A", help="Id of a part.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Id of the part to set beside it.")],
    overlay: Overlay = None,
    as_json: AsJson = False,
) -> None:
    """Print in which fields two parts differ, and by how much."""
    from designlib import catalog_query, cli_catalog

    with refusing():
        found = catalog_query.differences(load_catalog(overlay), a, b)
    if as_json:
        _print_json(cli_catalog.difference_json(found, a, b))
    else:
        wide_console().print(cli_catalog.difference_table(found, a, b))


@catalog_app.command("import")
def import_file(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A NetBox device type (.yaml), a config.json, or a price list (.csv, .xlsx).",
        ),
    ],
    overlay: Annotated[
        Path, typer.Option("--overlay", "--catalog", metavar="DIR", help="Folder to write into.")
    ],
    part_id: Annotated[str | None, typer.Option("--id", help="Id of the new part.")] = None,
    family: Annotated[str | None, typer.Option(help="Of a device: servers or switches.")] = None,
    vendor: Annotated[str | None, typer.Option(help="Of a language model.")] = None,
    params_count: Annotated[float | None, typer.Option(min=1, help="Weights of a model.")] = None,
    active_params_count: Annotated[
        float | None, typer.Option(min=1, help="Weights that a token passes through.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="What the prices rest on.")] = None,
    replace: Annotated[bool, typer.Option(help="Write over a part of that id.")] = False,
) -> None:
    """Write what a file says as parts or prices into a folder of your own."""
    from designlib import imports

    def read() -> Imported:
        kind = path.suffix.lower()
        if kind in {".yaml", ".yml"}:
            return imports.read_device(path, family=family, part_id=part_id)
        if kind == ".json":
            return imports.read_config(
                path,
                part_id=part_id,
                vendor=vendor,
                params_count=params_count,
                active_params_count=active_params_count,
            )
        if kind in {".csv", ".xlsx", ".xlsm"}:
            catalog = load_catalog(overlay if overlay.is_dir() and any(overlay.iterdir()) else None)
            return imports.read_price_list(path, catalog, overlay, source=source)
        expected = "expected a .yaml device type, a .json configuration, or a .csv or .xlsx list"
        raise FaultError([Fault(str(path), None, "file", expected)])

    with refusing():
        imported = read()
        # A price list is joined with the prices that are there, so nothing is lost by writing.
        written = imports.place(imported, overlay, replace=replace or imported.name == "prices.csv")
    typer.echo(f"wrote {written}")
    for note in imported.notes:
        typer.echo(note)


@catalog_app.command("generate")
def generate(
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Catalog folder; the shipped one.")
    ] = None,
) -> None:
    """Write the JSON Schemas for editors and the table of all values of the shipped catalog."""
    from designlib import cli_derived

    with refusing():
        for path in cli_derived.write(to):
            typer.echo(f"wrote {path}")
