"""Infeasible: a normal answer; what conflicts, by how much, and what the cheapest repair is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from designlib.design.form import Row, plain

FIELDS = ("conflict", "shortfalls", "repairs", "candidates", "brief")


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
        after the repair) and ``verified`` (whether that design was found).
    candidates : iterable of mapping
        What was dropped before the optimization, and why; columns of the table ``candidates``.
    brief : mapping
        The brief that was refused.
    """

    def __init__(
        self,
        conflict: Iterable[str],
        shortfalls: Iterable[Mapping[str, Any]] = (),
        repairs: Iterable[Mapping[str, Any]] = (),
        candidates: Iterable[Mapping[str, Any]] = (),
        brief: Mapping[str, Any] | None = None,
    ) -> None:
        self.conflict: list[str] = [str(sentence) for sentence in conflict]
        self.shortfalls: list[Row] = plain(list(shortfalls))
        self.repairs: list[Row] = plain(list(repairs))
        self.candidates: list[Row] = plain(list(candidates))
        self.brief: dict[str, Any] = plain(brief or {})
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
        return cls(**{name: content[name] for name in FIELDS})

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

    def _text(self) -> str:
        """Return the whole explanation in sentences."""
        name = self.brief.get("name")
        lines = [f"No design meets the brief{f' {name!r}' if name else ''}."]
        lines += [f"Conflict: {sentence}" for sentence in self.conflict]
        lines += [f"Repair: {self.repair_sentence(repair)}" for repair in self.repairs]
        if not self.repairs:
            lines.append("No repair of a single requirement was found.")
        return "\n".join(lines)


def number(value: object) -> str:
    """Return a limit as a reader expects it."""
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,.3f}".rstrip("0").rstrip(".")
