"""Review: the command that looks for known mistakes in a design or in a bill of materials."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.table import Table
from rich.text import Text

from designlib.catalog import Catalog
from designlib.cli_common import EXIT_NO, AsJson, Overlay, load_catalog, refusing, wide_console
from designlib.design import Design, Infeasible
from designlib.design.form import plain
from designlib.faults import Fault, FaultError, nearest
from designlib.validate.review import Mended, Review, as_design, checks, review, worst

SCHEMA_VERSION: Final = 1
"""Of what ``--json`` prints."""
GAP: Final = 1e-2
STYLES: Final = {"fail": "bold red", "warn": "yellow", "pass": "green", "not applicable": "dim"}


def review_command(
    path: Annotated[
        Path, typer.Argument(metavar="DESIGN|BOM", help="A saved design, or a CSV or XLSX bill.")
    ],
    brief_path: Annotated[
        Path | None,
        typer.Option(
            "--brief", metavar="BRIEF", help="Brief, design or report that a bill is for."
        ),
    ] = None,
    overlay: Overlay = None,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="DR-05=REASON", help="Accept what a check finds."),
    ] = None,
    acceptance: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Also write the acceptance plan and its scripts."),
    ] = None,
    solve: Annotated[
        bool, typer.Option("--mend/--no-mend", help="Ask the optimizer for the cheapest mends.")
    ] = True,
    time_limit: Annotated[
        float, typer.Option(min=1, metavar="S", help="Seconds that each search may take.")
    ] = 2 * 60.0,
    as_json: AsJson = False,
) -> None:
    """Print the known mistakes in a design or a vendor's bill, each with its cheapest mend."""
    from designlib.validate.acceptance import write_acceptance

    with refusing():
        accepted = _accepted(accept or [])
        catalog = load_catalog(overlay)
        try:
            design, quoted, note, against = _subject(path, brief_path, catalog, time_limit)
        except Infeasible as error:
            message = f"no design keeps the brief: {'; '.join(error.conflict)}"
            raise FaultError([Fault(str(path), None, "brief", message)]) from None

        def ask(changes: Mapping[str, Any]) -> Mended:
            return _mended(design, changes, catalog, against, time_limit)

        found = review(
            design,
            catalog,
            mend=ask if solve else None,
            accepted=accepted,
            quoted=quoted,
            reference=against,
            free=_free(design, against, catalog, time_limit) if quoted and solve else None,
        )
        written = [] if acceptance is None else write_acceptance(design, catalog, acceptance)
    if as_json:
        typer.echo(json.dumps(_content(found, quoted, note), allow_nan=False, indent=2))
    else:
        _print(found, quoted, note)
        if written:
            typer.echo(f"{len(written)} files of the acceptance plan: {acceptance}")
    if not found.ok:
        raise typer.Exit(EXIT_NO)


def _accepted(texts: Iterable[str]) -> dict[str, str]:
    """Return check -> reason of each acceptance; raise where a text is none."""
    known, found, faults = checks(), {}, []
    for text in texts:
        name, _, reason = text.partition("=")
        number = name.strip().upper()
        if number not in known:
            message = f"no such check{nearest(number, known)}; expected DR-01=REASON"
            faults.append(Fault("review", None, "--accept", message))
        elif not reason.strip():
            faults.append(Fault("review", None, "--accept", f"{number} needs a reason"))
        found[number] = reason.strip()
    if faults:
        raise FaultError(faults)
    return found


def _subject(
    path: Path, brief_path: Path | None, catalog: Catalog, time_limit_s: float
) -> tuple[Design, bool, str, Design | None]:
    """Return the design to look at, whether it was quoted, a note, and what it is held against."""
    from designlib.cli_files import read_brief
    from designlib.explore.mend import reference
    from designlib.imports.quotation import read_quotation

    if path.suffix.lower() == ".json":
        design = Design.load(path)
        if brief_path is not None and read_brief(brief_path).hash != read_brief(path).hash:
            message = "answers another brief than this one; optimize that brief first"
            raise FaultError([Fault(str(path), None, "brief", message)])
        return design, False, "", None
    lines = read_quotation(path, catalog)
    if brief_path is None:
        message = "a bill of materials is sized up against a brief: add --brief BRIEF"
        raise FaultError([Fault(str(path), None, "--brief", message)])
    brief = read_brief(brief_path)
    sites = {site.id for site in brief.sites}
    faults = [
        Fault(str(path), x.row, "site", f"no such site{nearest(x.site, sites)}")
        for x in lines
        if x.site and x.site not in sites
    ]
    if faults:
        raise FaultError(faults)
    if brief_path.suffix == ".json":
        against, note = Design.load(brief_path), ""
    else:
        parts = [x.part_id for x in lines]
        against, note = reference(brief, parts, catalog, gap=GAP, time_limit_s=time_limit_s)
    lines = [replace(x, month=max(x.month or 0, min(against.dates))) for x in lines]
    return as_design(lines, against, catalog), True, note, against


def _mended(
    design: Design,
    changes: Mapping[str, Any],
    catalog: Catalog,
    known: Design | None,
    time_limit_s: float,
) -> Mended:
    from designlib.explore.mend import against, mend

    remedy = (
        against(design, known)
        if known is not None and not changes
        else mend(design, changes, catalog, gap=GAP, time_limit_s=time_limit_s)
    )
    return Mended(
        status=remedy.status,
        extra_low=remedy.extra_low,
        extra_high=remedy.extra_high,
        capex_change=remedy.capex_change,
        bought=remedy.bought,
        reason=remedy.reason,
    )


def _free(
    design: Design, against: Design | None, catalog: Catalog, time_limit_s: float
) -> Design | None:
    """Return the cheapest design of the brief with any parts, None where none is found in time."""
    from designlib.explore.mend import mend

    if against is None:
        return None
    return mend(against, {}, catalog, gap=GAP, time_limit_s=time_limit_s).design


def _content(found: Review, quoted: bool, note: str) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    gaps = [asdict(g) | {"words": g.words(found.currency, _named(quoted))} for g in found.gaps]
    content = {
        "schema_version": SCHEMA_VERSION,
        "status": worst(found.findings),
        "quoted": quoted,
        "note": note,
        "currency": found.currency,
        "findings": [asdict(f) for f in found.findings],
        "gaps": gaps,
    }
    return dict(plain(content))


def _named(quoted: bool) -> str:
    return "quote" if quoted else "design"


def _print(found: Review, quoted: bool, note: str) -> None:
    console = wide_console()
    if note:
        console.print(Text(note))
    table = Table("check", "looks at", "verdict", "what was found", "cheapest mend")
    for f in found.findings:
        words = f.words + (f" (accepted: {f.accepted})" if f.accepted else "")
        mend = "; ".join(_mends(f, found.currency))
        verdict = Text(f.severity, style=STYLES[f.severity])
        table.add_row(Text(f.check), Text(f.title), verdict, Text(words), Text(mend))
    console.print(table)
    for gap in found.gaps:
        console.print(Text(gap.words(found.currency, _named(quoted))))


def _mends(f: Any, currency: str) -> Iterator[str]:
    """Yield what a finding says about its mend, by counting and by the optimizer."""
    if f.fix:
        yield f.fix
    m = f.mended
    if m is None:
        return
    if m.reason:
        yield f"the optimizer: {m.status}, {m.reason}"
    elif m.extra_high is not None:
        low, high = m.extra_low or 0.0, m.extra_high
        less = high < 0
        ends = (-high, -low) if less else (max(0.0, low), high)
        yield (
            f"the optimizer: {ends[0]:,.0f} to {ends[1]:,.0f} {currency} of present value"
            f" {'less' if less else 'more'}"
        )
    elif m.capex_change is not None:
        bought = ", ".join(m.bought[:4]) + (" ..." if len(m.bought) > 4 else "")
        yield f"the optimizer: {m.capex_change:+,.0f} {currency} of purchases ({bought})"
