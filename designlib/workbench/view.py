"""View: all that a panel may look at; a panel is a function of it and holds nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.workbench.newest import Answer


@dataclass(frozen=True)
class Found:
    """What a question beside the search has found so far.

    Attributes
    ----------
    subject : str
        What it was asked about; an answer about something else is not shown.
    parts : tuple
        Findings in the order in which they came.
    running : bool
        Whether more may come.
    message : str
        What it is doing, or why it ended.
    """

    subject: str
    parts: tuple[Any, ...] = ()
    running: bool = True
    message: str = ""


@dataclass(frozen=True)
class View:
    """What the workbench knows at one moment.

    Attributes
    ----------
    opened, brief : Brief
        The brief of the beginning, and the present one.
    catalog : Catalog
        What can be bought.
    answer : Answer or None
        What is known about the present brief.
    design : Design or None
        The design to show: of the present brief, or while that is searched, of the one before.
    before : Design or None
        The design that was shown before it.
    pins : mapping
        Name -> design that was pinned.
    chosen : mapping
        Name of a choice in a panel -> what the user chose.
    found : mapping
        Name of a question beside the search -> what it has found.
    code : str
        The cell that makes the present design again.
    """

    opened: Brief
    brief: Brief
    catalog: Catalog
    answer: Answer | None = None
    design: Design | None = None
    before: Design | None = None
    pins: Mapping[str, Design] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, Found] = field(default_factory=dict)
    code: str = ""

    def choice(self, name: str, offered: Any) -> str:
        """Return what was chosen of what is offered now, or the first of it.

        Parameters
        ----------
        name : str
            Name of the choice.
        offered : iterable of str
            What can be chosen.
        """
        words = [str(word) for word in offered]
        chosen = self.chosen.get(name, "")
        return chosen if chosen in words else next(iter(words), "")


def proof_of(design: Design | None) -> str:
    """Return what tells one design from another; empty where there is none."""
    if design is None:
        return ""
    return f"{design.certificate['brief_hash']} {design.certificate['objective']}"


def other_brief(one: Design, two: Design | None) -> bool:
    """Return whether two designs answer different briefs: a proof alone is no change."""
    return two is None or one.certificate["brief_hash"] != two.certificate["brief_hash"]
