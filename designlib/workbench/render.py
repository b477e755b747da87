"""Render: a panel is HTML made of its view; every text from outside is escaped."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from designlib.report.figures import drawing
from designlib.report.section import Section
from designlib.report.table import shortened

ROWS_MAX: Final = 120
"""Rows of a table on the page where the workbook has all of them. [1]"""


def render(template: str, **content: Any) -> Markup:
    """Return a template of the page, filled in.

    Parameters
    ----------
    template : str
        File in the folder of the page, without its ending.
    **content
        What the template asks for.
    """
    return Markup(_environment().get_template(f"{template}.html.j2").render(content))


def chapter(key: str, section: Section | None, *, title: str | None = None) -> Markup:
    """Return a section of the report as the report shows it; nothing where there is none.

    Parameters
    ----------
    key : str
        Name of the chapter, unique in its panel.
    section : Section or None
        What to show.
    title : str, optional
        Heading, where that of the report does not fit.
    """
    if section is None:
        return Markup("")
    shown = replace(
        section,
        title=section.title if title is None else title,
        tables=tuple(shortened(table, ROWS_MAX) for table in section.tables),
    )
    drawn = {figure.name: drawing(figure) for figure in shown.figures}
    return render("chapter", key=key, section=shown, drawings=drawn)


@cache
def _environment() -> Environment:
    places = [PackageLoader("designlib.workbench", "assets"), PackageLoader("designlib.report")]
    return Environment(
        loader=ChoiceLoader(places),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
