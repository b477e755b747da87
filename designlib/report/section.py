"""Section: a report is a list of chapters of one form, each of which answers one question."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from designlib.report.table import Table


@dataclass(frozen=True)
class Figure:
    """A chart of a section.

    Attributes
    ----------
    name : str
        Name of the chart, unique in the report.
    drawing : plotly.graph_objects.Figure
        The chart itself, as ``charts`` finishes it.
    title : str
        What it answers; empty where the chart has a title of its own.
    alt : str
        What it shows, in words with numbers; empty where ``layout.meta["alt"]`` says so.
    """

    name: str
    drawing: go.Figure
    title: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Card:
    """One headline figure."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Point:
    """A short text under a title of its own."""

    title: str
    text: str


@dataclass(frozen=True)
class Section:
    """One chapter of a report; shown in the order of its fields.

    Attributes
    ----------
    title : str
        What the chapter answers.
    lead : tuple of str
        Paragraphs at its start.
    cards : tuple of Card
        Headline figures.
    callouts : tuple of Point
        What no reader may miss.
    figures : tuple of Figure
        Charts.
    tables : tuple of Table
        Tables; those that name a sheet stand in the workbook too.
    points_title : str
        Heading above the points.
    points : tuple of Point
        Short texts side by side.
    items_title : str
        Heading above the items.
    items : tuple of str
        A list.
    notes : tuple of str
        Paragraphs at its end.
    """

    title: str
    lead: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    callouts: tuple[Point, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    points_title: str = ""
    points: tuple[Point, ...] = ()
    items_title: str = ""
    items: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
