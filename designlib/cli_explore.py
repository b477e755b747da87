"""Explore command: questions around a saved design, each answered by optimizing again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from designlib.cli_common import AsJson, Overlay, load_catalog, refusing, wide_console
from designlib.faults import Fault, FaultError

if TYPE_CHECKING:
    from designlib.catalog import Catalog
    from designlib.design import Design

Progress = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class _Search:
    """How each search may run."""

    gap: float
    time_limit_s: float
    progress: Progress

    def words(self) -> dict[str, Any]:
        return {
            "gap": self.gap,
            "time_limit_s": self.time_limit_s,
            "progress": self.progress,
        }


def explore(
    design_path: Annotated[Path, typer.Argument(metavar="DESIGN", help="A saved design.")],
    why_not: Annotated[
        list[str] | None,
        typer.Option("--why-not", metavar="NAME", help="Why a part is not in it; repeat it."),
    ] = None,
    price: Annotated[
        bool, typer.Option("--winning-price", help="With --why-not: the price at which it wins.")
    ] = False,
    alternatives: Annotated[
        int, typer.Option(min=0, metavar="N", help="Other designs near the best.")
    ] = 0,
    within: Annotated[
        float, typer.Option(min=0, help="Share of the cost that they may cost more.")
    ] = 0.1,
    front: Annotated[
        str | None,
        typer.Option(metavar="AXIS", help="Cost against power or a promise; 'list' names them."),
    ] = None,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="What each input does to the cost.")
    ] = False,
    overlay: Overlay = None,
    gap: Annotated[float, typer.Option(min=0, help="Stop each search at this gap.")] = 5e-3,
    time_limit: Annotated[
        float, typer.Option(min=0, metavar="S", help="Seconds of each search.")
    ] = 60.0,
    as_json: AsJson = False,
) -> None:
    """Print why not, what else, how much less and what matters: questions around a design."""
    from designlib.design import Design

    told = Console(stderr=True, highlight=False)

    def progress(event: dict[str, Any]) -> None:
        if "done" in event:
            step = f"{event['stage']} {event['done']}/{event['total']}: {event['message']}"
            told.print(step, markup=False)

    search = _Search(gap, time_limit, progress)
    with refusing():
        if not (why_not or alternatives or front or sensitivity):
            message = "ask for --why-not, --alternatives, --front or --sensitivity"
            raise FaultError([Fault("explore", None, "options", message)])
        catalog = load_catalog(overlay)
        design = Design.load(design_path)
        answers: dict[str, Any] = {}
        if why_not:
            answers["why_not"] = _why_not(design, catalog, why_not, price, search)
        if alternatives:
            answers["alternatives"] = _alternatives(design, catalog, alternatives, within, search)
        if front:
            answers["front"] = _front(design, catalog, front, search)
        if sensitivity:
            answers["sensitivity"] = _sensitivity(design, catalog, search)
    if as_json:
        typer.echo(json.dumps({"schema_version": 1, **answers}, allow_nan=False, indent=2))
        return
    console = wide_console()
    for lines in (_text(name, answer) for name, answer in answers.items()):
        for line in lines:
            console.print(line, markup=not isinstance(line, str), soft_wrap=True)


def _why_not(
    design: Design, catalog: Catalog, names: list[str], price: bool, search: _Search
) -> dict[str, list[str]]:
    from designlib.explore import why_not, winning_price

    found = {}
    for name in names:
        found[name] = why_not(design, name, catalog, **search.words())
        bought = any(line["part_id"] == name for line in design.tables["bill_of_materials"])
        if price and not bought and catalog.has_price(name):
            wins = winning_price(design, name, catalog, **search.words())
            found[name].append(str(wins) if wins else f"No price makes {name} a part of a design.")
    return found


def _alternatives(
    design: Design, catalog: Catalog, count: int, within: float, search: _Search
) -> dict[str, Any]:
    from designlib.explore import alternatives
    from designlib.explore.sweeps import figures_of

    found = alternatives(design, catalog, count=count, within_frac=within, **search.words())
    rows = [
        {
            "gives_up": list(a.without),
            "extra_low": a.extra_low,
            "extra_high": a.extra_high,
            "parts": sorted({g["part"] for g in a.design.summary["gpus"]}),
            **figures_of(a.design),
        }
        for a in found.designs
    ]
    return {"designs": rows, "ended": found.ended}


def _front(design: Design, catalog: Catalog, axis: str, search: _Search) -> dict[str, Any]:
    from designlib.explore import axes, pareto

    known = axes(design)
    if axis == "list":
        return {"axes": {name: f"{a.words} [{a.unit}]" for name, a in known.items()}}
    frame = pareto(design, axis, catalog, **search.words())
    columns = ["value", "objective", "bound", "it_kw", "racks", "gpus"]
    rows = json.loads(frame[columns].to_json(orient="records"))
    return {"axis": axis, "words": known[axis].words, "unit": known[axis].unit, "designs": rows}


def _sensitivity(design: Design, catalog: Catalog, search: _Search) -> list[dict[str, Any]]:
    from designlib.explore import sensitivity

    return sensitivity(design, catalog, **search.words())


def _text(name: str, answer: Any) -> Iterator[Any]:
    if name == "why_not":
        for sentences in answer.values():
            yield from sentences
    elif name == "alternatives":
        yield _table(
            "Other designs",
            ("with", "objective", "extra_low", "extra_high", "it_kw", "gpus"),
            [{**row, "with": ", ".join(row["parts"])} for row in answer["designs"]],
        )
        yield answer["ended"]
    elif name == "front" and "axes" in answer:
        yield from (f"{axis}: {words}" for axis, words in answer["axes"].items())
    elif name == "front":
        title = f"{answer['words']} [{answer['unit']}] against cost"
        yield _table(title, ("value", "objective", "bound", "it_kw", "gpus"), answer["designs"])
    else:
        columns = ("driver", "change", "change_low", "change_high", "status")
        yield _table("What each input does to the cost", columns, answer)


def _table(title: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> Table:
    table = Table(title=escape(title), title_justify="left")
    for column in columns:
        words = column.replace("_", " ").replace("kw", "kW")
        numeric = rows and isinstance(rows[0][column], (int, float))
        table.add_column(words, justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(escape(_shown(row[column])) for column in columns))
    return table


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return (
        f"{value:,.4g}"
        if isinstance(value, float) and abs(value) < 1e4
        else (f"{value:,.0f}" if isinstance(value, (int, float)) else str(value))
    )
