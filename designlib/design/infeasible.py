"""Infeasible: a normal answer; what conflicts, by how much, and what the cheapest repair is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from designlib.brief import Brief
from designlib.design.form import Row, plain

FIELDS = ("conflict", "shortfalls", "repairs", "candidates", "brief", "sets")


_SMALL = 0.1
_GLANCE = 390
"""Letters of the reasons that a sentence of a text may give. [1]"""


class Infeasible(Exception):
    """No design meets the brief; the exception explains why and what would help.

    Parameters
    ----------
    conflict : iterable of str
        Sentences that name the requirements of the brief that cannot be met together.
    shortfalls : iterable of mapping
        ``requirement``, ``path`` in the brief, ``limit``, ``needed`` and ``unit``.
    repairs : iterable of mapping
        ``requirement``, ``from``, ``to``, ``unit``, ``cost`` (present value of the cheapest design
        after the repair), ``verified`` (whether that design was found) and ``changes``: path in the
        brief -> value, which ``apply`` makes. One that moves several requirements names them all.
    candidates : iterable of mapping
        What was dropped before the optimization, and why; columns of the table ``candidates``.
    brief : mapping
        The brief that was refused.
    sets : iterable of mapping
        Requirements that exclude each other, one row a conflict: ``statements`` (``requirement``,
        ``path``, ``value``, ``unit``, ``sentence``) of which none can be left out without the
        others being met, and ``irreducible``, whether that is proven.
    """

    def __init__(
        self,
        conflict: Iterable[str],
        shortfalls: Iterable[Mapping[str, Any]] = (),
        repairs: Iterable[Mapping[str, Any]] = (),
        candidates: Iterable[Mapping[str, Any]] = (),
        brief: Mapping[str, Any] | None = None,
        sets: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self.conflict: list[str] = [str(sentence) for sentence in conflict]
        self.shortfalls: list[Row] = plain(list(shortfalls))
        self.repairs: list[Row] = plain(list(repairs))
        self.candidates: list[Row] = plain(list(candidates))
        self.brief: dict[str, Any] = plain(brief or {})
        self.sets: list[Row] = plain(list(sets))
        super().__init__(self._text())

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to rebuild the exception, so that worker processes can pass it on."""
        return type(self), tuple(getattr(self, name) for name in FIELDS)

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain data."""
        return {name: plain(getattr(self, name)) for name in FIELDS}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Infeasible:
        """Return the exception that ``to_dict`` described."""
        return cls(**{name: content[name] for name in FIELDS if name in content})

    def apply(self, repair: int | Mapping[str, Any] = 0, brief: Brief | None = None) -> Brief:
        """Return the brief after a repair.

        Parameters
        ----------
        repair : int or mapping
            A row of ``repairs`` or its index; the first, which is the cheapest, by default.
        brief : Brief, optional
            The brief to change; the one that was refused by default.

        Raises
        ------
        IndexError
            There is no such repair.
        """
        row = self.repairs[repair] if isinstance(repair, int) else repair
        asked = Brief.from_dict(self.brief) if brief is None else brief
        return asked.with_changes(row["changes"])

    def repair_sentence(self, repair: Mapping[str, Any]) -> str:
        """Return one repair in words, with what the design then costs."""
        unit = f" {repair['unit']}" if repair["unit"] else ""
        step = f"from {number(repair['from'])} to {number(repair['to'])}{unit}"
        change = f"{repair['requirement']}: {step}"
        if repair["cost"] is not None:
            currency = self.brief.get("currency", "")
            change += f"; the design then costs {repair['cost']:,.0f} {currency}".rstrip()
        proof = "verified by a design" if repair["verified"] else "not verified by a design"
        return f"{change} ({proof})."

    def set_sentence(self, found: Mapping[str, Any]) -> str:
        """Return a conflict in words: what cannot be had together."""
        named = "; ".join(s["sentence"] for s in found["statements"])
        rest = "without any one of them the others can be met" if found["irreducible"] else ""
        return f"Not together: {named}{f' ({rest})' if rest else ''}."

    def _text(self) -> str:
        """Return the whole explanation in sentences."""
        name = self.brief.get("name")
        lines = [f"No design meets the brief{f' {name!r}' if name else ''}."]
        lines += [f"Conflict: {shortened(sentence)}" for sentence in self.conflict]
        for found in self.sets:
            if len(found["statements"]) > 1:
                lines.append(self.set_sentence(found))
        lines += [f"Repair: {self.repair_sentence(repair)}" for repair in self.repairs]
        if not self.repairs:
            lines.append("No repair of a single requirement was found.")
        return "\n".join(lines)


def shortened(sentence: str) -> str:
    """Return a sentence with no more of its reasons than can be read at a glance."""
    reasons = sentence.split("; ")
    kept = reasons[:1]
    for reason in reasons[1:]:
        if sum(map(len, kept)) + len(reason) > _GLANCE:
            break
        kept.append(reason)
    left = len(reasons) - len(kept)
    return "; ".join(kept) + (f"; and {left} more reasons" if left else "")


def number(value: object) -> str:
    """Return a limit as a reader expects it."""
    if not isinstance(value, (int, float)):
        return str(value)
    if 0 < abs(value) < _SMALL:
        return f"{value:.3g}"
    return f"{value:,.3f}".rstrip("0").rstrip(".")
