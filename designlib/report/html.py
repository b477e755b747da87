"""HTML: a report is one file that opens anywhere, asks for nothing, and reopens as a brief."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design, Infeasible, write_atomic
from designlib.design.files import parse_json, read_text, refuse
from designlib.report import comparison, refusal
from designlib.report.figures import drawing, further, script_safe
from designlib.report.page import render
from designlib.report.section import Section
from designlib.report.sections import decision, sections
from designlib.report.table import shortened

OPENING: Final = '<script type="application/json" id="designlib-brief">'
CLOSING: Final = "</script>"
ROWS_MAX: Final = 200
"""Rows of a table on the page where the workbook has all of them. [1]"""


def write_report(design: Design, path: str | Path, catalog: Catalog | None = None) -> Path:
    """Write the report of a design: one HTML file for those who decide, and for those who check.

    Parameters
    ----------
    design : Design
        The design to report.
    path : str or Path
        File to write, completely or not at all; its folder exists.
    catalog : Catalog or None
        The parts that the design was made of, for the sections that need them.

    Returns
    -------
    Path
        The file.
    """
    content = {"lead": decision.lead(design)}
    chapters = sections(design, catalog)
    left = further(design, {f.name for chapter in chapters.values() for f in chapter.figures})
    if left:
        chapters["further"] = Section("Further charts", figures=left)
    page = _page("design.html.j2", design.name, design.brief, chapters, content)
    return write_atomic(path, page)


def write_infeasible_report(infeasible: Infeasible, path: str | Path) -> Path:
    """Write the report of a refusal: what conflicts, by how much, and what would help.

    Parameters
    ----------
    infeasible : Infeasible
        The refusal, as ``optimize`` raised it.
    path : str or Path
        File to write, completely or not at all; its folder exists.

    Returns
    -------
    Path
        The file.
    """
    name = str(infeasible.brief.get("name") or "Brief")
    chapters = refusal.sections(infeasible)
    return write_atomic(path, _page("infeasible.html.j2", name, infeasible.brief, chapters, {}))


def write_comparison(a: Design, b: Design, path: str | Path) -> Path:
    """Write what differs between two designs, and what each difference costs.

    Parameters
    ----------
    a, b : Design
        The designs, before and after; two currencies raise ``ValueError``.
    path : str or Path
        File to write, completely or not at all; its folder exists.

    Returns
    -------
    Path
        The file.
    """
    chapters = comparison.sections(a, b)
    return write_atomic(path, _page("comparison.html.j2", f"{a.name} | {b.name}", {}, chapters, {}))


def read_brief(path: str | Path) -> dict[str, Any]:
    """Read the brief that a report answers; what is no report raises ``FaultError``.

    Parameters
    ----------
    path : str or Path
        A file of ``write_report`` or ``write_infeasible_report``.

    Returns
    -------
    dict
        The brief as plain data, complete with its defaults.
    """
    _, found, rest = read_text(path).partition(OPENING)
    text, closed, _ = rest.partition(CLOSING)
    if not found or not closed:
        refuse(path, None, "expected a report of designlib: it holds no brief")
    brief = parse_json(text, path)
    if not isinstance(brief, dict):
        refuse(path, None, "expected a report of designlib: its brief is no mapping")
    return brief


def _page(
    template: str,
    name: str,
    brief: dict[str, Any],
    chapters: dict[str, Section],
    content: dict[str, Any],
) -> str:
    """Return a page with all that it needs inside."""
    drawn = {f.name: drawing(f) for chapter in chapters.values() for f in chapter.figures}
    shared = {
        "chapters": {
            key: replace(chapter, tables=tuple(shortened(t, ROWS_MAX) for t in chapter.tables))
            for key, chapter in chapters.items()
        },
        "drawings": drawn,
        "brief": _embedded(brief) if brief else "",
    }
    return render(template, name, shared | content, with_charts=bool(drawn))


def _embedded(brief: dict[str, Any]) -> str:
    """Return a brief as an element that ``read_brief`` finds."""
    return OPENING + script_safe(json.dumps(brief, ensure_ascii=False)) + CLOSING
