"""Actions: what a user does on the page, each one call of the bench."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from designlib.brief import Brief
from designlib.design import Infeasible
from designlib.faults import FaultError
from designlib.workbench import edits
from designlib.workbench.fields import with_field
from designlib.workbench.session_file import ENDING, stem_of
from designlib.workbench.status import mended

if TYPE_CHECKING:
    from designlib.workbench.core import Core

Asked = dict[str, Any]


def hear(bench: Core, asked: Asked) -> None:
    """Record what a user did; what the page cannot have sent is left alone.

    Parameters
    ----------
    bench : Core
        What is told.
    asked : dict
        ``do``, and what belongs to it, as texts.
    """
    act = ACTIONS.get(asked["do"])
    if act is not None:
        act(bench, {key: str(value) for key, value in asked.items()})


def _turn(bench: Core, asked: Asked) -> None:
    name = asked["name"]
    knob = bench.knobs[name]
    if knob.kind == "words":
        bench.ask(lambda: bench.turned(name, tuple(json.loads(asked["value"]))))
        return
    value = float(asked["value"] or "nan")
    if math.isfinite(value):
        bench.ask(lambda: bench.turned(name, round(value) if knob.kind == "count" else value))


def _field(bench: Core, asked: Asked) -> None:
    bench.ask(lambda: with_field(bench.brief, asked["path"], asked["kind"], asked["value"]))


def _choose(bench: Core, asked: Asked) -> None:
    bench.choose(asked["name"], asked["value"])


def _edited(bench: Core, make: Callable[[Brief], tuple[Brief, str]]) -> None:
    def change() -> Brief:
        brief, ident = make(bench.brief)
        bench.choose("workload", ident, quietly=True)
        return brief

    bench.ask(change)


def _add(bench: Core, asked: Asked) -> None:
    _edited(bench, lambda brief: edits.with_example(brief, asked["like"]))


def _duplicate(bench: Core, asked: Asked) -> None:
    _edited(bench, lambda brief: edits.with_copy(brief, asked["workload"]))


def _remove(bench: Core, asked: Asked) -> None:
    bench.ask(lambda: edits.without(bench.brief, asked["workload"]))


def _llm(bench: Core, asked: Asked) -> None:
    bench.ask(
        lambda: edits.with_llm(bench.brief, asked["workload"], asked["llm"], bench.view.catalog)
    )


def _config(bench: Core, asked: Asked) -> None:
    bench.ask(
        lambda: edits.with_config(bench.brief, asked["workload"], asked["name"], asked["text"])
    )


def _repair(bench: Core, asked: Asked) -> None:
    answer = bench.view.answer
    if answer is not None and isinstance(answer.error, Infeasible):
        brief = mended(answer.error, int(asked["number"]), answer.brief)
        if brief is not None:
            bench.ask(lambda: brief)


def _front(bench: Core, asked: Asked) -> None:
    view = bench.view
    bench.asides.forget("trade_offs")  # asked again, it is worked out again
    bench.choose("front", f"{view.chosen.get('axis', '')} of {view.brief.hash}")


def _point(bench: Core, asked: Asked) -> None:
    found = bench.view.found.get("trade_offs")
    if found is None or not asked["point"].isdecimal():
        return
    points = found.parts[1:]
    point = points[int(asked["point"])]
    if point.design is not None:
        bench.open_design(Brief.from_dict(point.base).with_changes(point.changes), point.design)


def _stop(bench: Core, asked: Asked) -> None:
    bench.asides.stop(bench.panel)


def _pin(bench: Core, asked: Asked) -> None:
    if bench.view.design is not None:
        bench.pin()


def _open_pin(bench: Core, asked: Asked) -> None:
    design = bench.pins[asked["name"]]
    bench.open_design(Brief.from_dict(design.brief), design)


def _files(bench: Core, asked: Asked, act: Callable[[Path], str]) -> None:
    path = Path(asked["path"].strip() or f"{stem_of(bench.view.opened)}{ENDING}").expanduser()
    try:
        told = act(path)
    except (FaultError, OSError) as error:
        told = str(error)
    bench.choose("path", str(path), quietly=True)
    bench.choose("told", told)


def _save(bench: Core, asked: Asked) -> None:
    _files(bench, asked, lambda path: f"Saved to {bench.save(path)}")


def _open(bench: Core, asked: Asked) -> None:
    def act(path: Path) -> str:
        bench.open(path)
        return f"Opened {path}"

    _files(bench, asked, act)


ACTIONS: Final[dict[str, Callable[[Core, Asked], None]]] = {
    "turn": _turn,
    "field": _field,
    "choose": _choose,
    "ask": _choose,
    "add": _add,
    "duplicate": _duplicate,
    "remove": _remove,
    "llm": _llm,
    "config": _config,
    "repair": _repair,
    "front": _front,
    "point": _point,
    "stop-aside": _stop,
    "open-pin": _open_pin,
    "save": _save,
    "open": _open,
    "unpin": lambda bench, asked: bench.unpin(asked["name"]),
    "pin": _pin,
    "undo": lambda bench, asked: bench.step(back=True),
    "redo": lambda bench, asked: bench.step(back=False),
    "reset": lambda bench, asked: bench.ask(lambda: bench.view.opened),
    "continue": lambda bench, asked: bench.go_on(),
    "cancel": lambda bench, asked: bench.cancel(),
    "panel": lambda bench, asked: bench.show(asked["name"]),
}
"""What the page can ask for, and what that does."""
