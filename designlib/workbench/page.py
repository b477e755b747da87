"""Page: draws a workbench part by part; what did not change is not sent again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from designlib.workbench.actions import hear
from designlib.workbench.face import Face
from designlib.workbench.knobs import Knob
from designlib.workbench.newest import Answer
from designlib.workbench.render import render
from designlib.workbench.status import explained, status_line
from designlib.workbench.view import View

if TYPE_CHECKING:
    from designlib.workbench.core import Core


class Page:
    """What a browser shows of a workbench.

    Parameters
    ----------
    bench : Core
        What is shown, and told what a user does.
    """

    def __init__(self, bench: Core) -> None:
        self._bench = bench
        self._lock = threading.RLock()
        self.face = Face()
        self.face.listen(lambda asked: hear(bench, asked))

    def draw(self) -> None:
        """Draw every part."""
        self._draw_head()
        self.draw_rail()
        self.draw_stage()
        self.draw_status()

    def answered(self, answer: Answer) -> None:
        """Draw what an answer changes; the status last, for whoever waits for it.

        Parameters
        ----------
        answer : Answer
            The newest one.
        """
        if answer.state not in ("waiting", "solving"):
            self.draw_stage()
            self._draw_head()
            self.draw_rail()
        self.draw_status()

    def draw_rail(self) -> None:
        """Draw the controls as the brief has them."""
        brief = self._bench.brief
        knobs = [_shown(knob, knob.read(brief)) for knob in self._bench.knobs.values()]
        self._put("rail", render("rail", knobs=knobs))

    def draw_stage(self) -> None:
        """Draw the present panel."""
        with self._lock:
            view, name = self._bench.view, self._bench.panel
            panel = self._bench.panels[name]
            self._put(
                "stage",
                render(
                    "stage",
                    key=name,
                    generation=view.answer.generation if view.answer else 0,
                    refused=_refused(view),
                    content=_content(panel, view),
                ),
            )

    def draw_status(self) -> None:
        """Draw the line that says what is going on."""
        answer = self._bench.newest.answer
        if answer is not None:
            self._put("status", status_line(answer, self._bench.brief.currency))

    def bundle(self, words: str, **options: Any) -> Any:
        """Return what a notebook shows, and what reads well where nothing draws widgets.

        Parameters
        ----------
        words : str
            The bench in one line.
        **options
            Of the display protocol.
        """
        given = self.face._repr_mimebundle_(**options)
        data, meta = given if isinstance(given, tuple) else (given or {}, {})
        design = self._bench.view.design
        static = design._repr_html_() if design else f"<p>{Markup.escape(words)}</p>"
        return {**data, "text/plain": words, "text/html": static}, meta

    def _draw_head(self) -> None:
        bench = self._bench
        self._put(
            "head",
            render(
                "head",
                name=bench.brief.name,
                can_undo=bench.history.can_undo,
                can_redo=bench.history.can_redo,
                has_design=bench.view.design is not None,
                saved=bench.autosave.name if bench.autosave else "",
                kept=bench.kept is not None,
                panels={name: panel.TITLE for name, panel in bench.panels.items()},
                current=bench.panel,
            ),
        )

    def _put(self, part: str, html: Markup) -> None:
        with self._lock:
            if getattr(self.face, part) != html:
                setattr(self.face, part, str(html))


def _refused(view: View) -> Markup:
    """Return why the present brief has no design, above whatever panel is open."""
    answer = view.answer
    if (
        answer is None
        or answer.error is None
        or answer.state not in {"infeasible", "fault", "error"}
    ):
        return Markup("")
    return explained(answer.error, answer.brief)


def _content(panel: Any, view: View) -> Markup:
    if view.design is None and panel.NEEDS_DESIGN:
        going = view.answer is None or not view.answer.final
        told = "Looking for the first design …" if going else "There is no design to show."
        return render("waiting", told=told)
    html: Markup = panel.show(view)
    return html


def _shown(knob: Knob, value: Any) -> dict[str, Any]:
    number = isinstance(value, (int, float))
    return {
        "name": knob.name,
        "label": knob.label,
        "kind": knob.kind,
        "step": f"{knob.step:.12g}",
        "most": f"{max(knob.most, value) if number else 0:.12g}",
        "value": value,
        "shown": f"{value:.12g}" if number else "",
        "choices": knob.choices,
    }
