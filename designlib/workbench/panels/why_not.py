"""Why not: any part, pool, candidate or family of GPUs, and what it would cost to insist on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from markupsafe import Markup

from designlib.explore import why_not as explained
from designlib.explore.reasons import FAMILIES
from designlib.report.sections import why_not
from designlib.workbench.render import chapter, render
from designlib.workbench.view import View, proof_of

ORDER: Final = 120
TITLE: Final = "Why not"
NEEDS_DESIGN: Final = True
GAP: Final = 5e-3
TIME_LIMIT_S: Final = 60.0


def show(view: View) -> Markup:
    """Return the question, its answer, and every option that was dropped or weighed."""
    assert view.design is not None
    found, asked = view.found.get("why_not"), view.chosen.get("why_not", "")
    current = found if found is not None and found.subject == subject(view) else None
    return render(
        "why_not",
        asked=asked,
        names=_names(view),
        sentences=current.parts if current else (),
        message=current.message if current else "",
        running=bool(asked) and (current is None or current.running),
    ) + chapter("options", why_not.section(view.design, view.catalog))


def _names(view: View) -> list[str]:
    """Return what can be asked for: families of GPUs, then parts."""
    families = {gpu.family for gpu in view.catalog.gpus.values()}
    parts = {name for family in FAMILIES for name in getattr(view.catalog, family)}
    return [*sorted(families), *sorted(parts)]


def subject(view: View) -> str:
    """Return what is asked; nothing until a user asks."""
    asked = view.chosen.get("why_not", "")
    return f"{asked} in {proof_of(view.design)}" if asked and view.design else ""


def ask(view: View, tell: Callable[[Any], None], stopped: Callable[[], bool]) -> str:
    """Return nothing to add, after telling the sentences that say why."""
    assert view.design is not None
    name = view.chosen["why_not"]
    options: dict[str, Any] = {"gap": GAP, "time_limit_s": TIME_LIMIT_S}
    for sentence in explained(view.design, name, view.catalog, **options):
        tell(sentence)
    return ""
