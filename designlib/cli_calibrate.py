"""Calibrate: the command that turns the output of the user's own tools into constants."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.table import Table
from rich.text import Text

from designlib.cli_common import EXIT_NO, AsJson, Overlay, load_catalog, refusing, wide_console
from designlib.design.form import plain

SCHEMA_VERSION: Final = 1
"""Of what ``--json`` prints."""


def calibrate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Output of tools that measured.")
    ],
    target: Annotated[
        Path | None,
        typer.Option("--overlay", metavar="DIR", help="Your folder, where constants are written."),
    ] = None,
    overlay: Overlay = None,
    gpu: Annotated[str, typer.Option(metavar="ID", help="GPU that was measured.")] = "",
    server: Annotated[str, typer.Option(metavar="ID", help="Server that was measured.")] = "",
    llm: Annotated[str, typer.Option(metavar="ID", help="Language model that ran.")] = "",
    gpus: Annotated[int, typer.Option(min=1, help="GPUs of one replica or run.")] = 1,
    precision: Annotated[str, typer.Option(help="Precision of weights or products.")] = "fp8",
    subject: Annotated[
        str, typer.Option(metavar="ID", help="What fio ran on: local-nvme or a storage part.")
    ] = "local-nvme",
    design_path: Annotated[
        Path | None,
        typer.Option("--design", metavar="DESIGN", help="Judge its acceptance plan too."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write measured constants into an overlay, show what moves, and judge an acceptance plan."""
    from designlib.calibrate import Context, constants, judge, moves, overlay_text, read
    from designlib.calibrate.overlay import FILE
    from designlib.catalog import Catalog
    from designlib.design import Design, write_atomic
    from designlib.faults import Fault, FaultError, nearest
    from designlib.validate.acceptance import acceptance

    with refusing():
        catalog = load_catalog(overlay or (target if target and target.is_dir() else None))
        known: tuple[tuple[str, str, Any], ...] = (
            ("--gpu", gpu, catalog.gpus), ("--server", server, catalog.servers),
            ("--llm", llm, catalog.llms),
            ("--subject", subject, {"local-nvme", *catalog.storage, *catalog.servers}),
        )  # fmt: skip
        faults = [
            Fault("calibrate", None, option, f"no such id {name!r}{nearest(name, ids)}")
            for option, name, ids in known
            if name and name not in ids
        ]
        if faults:
            raise FaultError(faults)
        context = Context(gpu, server, llm, gpus, precision, subject)
        design = None if design_path is None else Design.load(design_path)
        measured = [read(path) for path in files]
        judged = [] if design is None else judge(acceptance(design, catalog), measured)
        told = _rows(measured, catalog, context, constants, needed=target is not None)
        rows = [row for _, mine in told for row in mine]
        moved = moves([one for one, mine in told if mine], rows, catalog, context)
        text = "" if target is None else overlay_text(rows, target)
        if target is not None and rows:
            _checked(text, target, Catalog)
            (target / FILE).parent.mkdir(parents=True, exist_ok=True)
            write_atomic(target / FILE, text)
    content = {
        "schema_version": SCHEMA_VERSION,
        "measured": [asdict(m) for m in measured],
        "constants": [c.model_dump(mode="json") for c in rows],
        "moves": [asdict(m) | {"change_frac": m.change_frac} for m in moved],
        "judged": [asdict(j) for j in judged],
        "written": str(target / FILE) if target is not None and rows else None,
    }
    if as_json:
        typer.echo(json.dumps(plain(content), allow_nan=False, indent=2))
    else:
        _print(content)
    if any(j.verdict == "fail" for j in judged):
        raise typer.Exit(EXIT_NO)


def _rows(measured: Any, catalog: Any, context: Any, law: Any, *, needed: bool) -> list[Any]:
    """Return each file with its constants; without an overlay one that tells none is no fault."""
    from designlib.faults import FaultError

    found = []
    for one in measured:
        try:
            found.append((one, law(one, catalog, context)))
        except FaultError:
            if needed:
                raise
    return found


def _checked(text: str, target: Path, catalog: Any) -> None:
    """Raise where an overlay with this table would not load; nothing is written then."""
    import shutil
    import tempfile

    from designlib.calibrate.overlay import FILE

    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "overlay"
        if target.is_dir():
            shutil.copytree(target, trial)
        (trial / FILE).parent.mkdir(parents=True, exist_ok=True)
        (trial / FILE).write_text(text, encoding="utf-8")
        catalog.load(overlay=trial)


def _print(content: dict[str, Any]) -> None:
    console = wide_console()
    for one in content["measured"]:
        told = ", ".join(f"{k} {f['value']:,.4g} {f['unit']}" for k, f in one["figures"].items())
        console.print(Text(f"{one['file']}: {one['tool']}: {told}"))
    rows = Table("subject", "constant", "value", "low", "high", "unit", "source")
    for c in content["constants"]:
        cells = (f"{c[k]:.4g}" for k in ("value", "low", "high"))
        rows.add_row(*map(Text, (c["subject"], c["quantity"], *cells, c["unit"], c["source"])))
    if content["constants"]:
        console.print(rows)
    table = Table("prediction", "before", "after", "moves", "measured")
    for m in content["moves"]:
        told = "" if m["measured"] is None else f"{m['measured']:,.4g}"
        numbers = (f"{m['before']:,.4g} {m['unit']}", f"{m['after']:,.4g}")
        table.add_row(*map(Text, (m["what"], *numbers, f"{m['change_frac']:+.1%}", told)))
    if content["moves"]:
        console.print(table)
    verdicts = Table("test", "promise", "limit", "measured", "verdict")
    for j in content["judged"]:
        t = j["test"]
        limit = f"{t['rule']} {t['threshold']:,.4g} {t['unit']}"
        value = "" if j["value"] is None else f"{j['value']:,.4g}"
        verdicts.add_row(*map(Text, (t["id"], t["promise"], limit, value, j["verdict"])))
    if content["judged"]:
        console.print(verdicts)
    if content["written"]:
        console.print(Text(f"written: {content['written']}"))
