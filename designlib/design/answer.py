"""Answer: the design itself, with its tables as data frames."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from designlib.design.files import parse_json, read_text, write_atomic
from designlib.design.form import (
    COLUMNS,
    FIELDS,
    NUMBERS,
    WHOLE,
    Row,
    form_faults,
    plain,
)
from designlib.design.invariants import invariant_faults
from designlib.faults import FaultError


@dataclass(frozen=True, repr=False)
class Design:
    """The cheapest balanced design that was found, its proof, and the brief it answers.

    Attributes
    ----------
    schema_version : int
        Version of the saved form.
    status : str
        ``optimal``, ``within_gap``, ``time_limit`` or ``cancelled``.
    name, currency : str
        Name and currency of the brief.
    brief : dict
        The brief that was answered, complete with its defaults.
    dates : tuple of int
        Decision dates, counted from the day of the decision. [mo]
    tables : dict of list of dict
        The rows of every table; the properties give them as data frames.
    certificate : dict
        Objective, bound and gap, and over what they were proven.
    summary : dict
        The headline figures.
    """

    schema_version: int
    status: str
    name: str
    currency: str
    brief: dict[str, Any]
    dates: tuple[int, ...]
    tables: dict[str, list[Row]]
    certificate: dict[str, Any]
    summary: dict[str, Any]

    def __post_init__(self) -> None:
        for name in FIELDS:
            # A copy: nobody changes a design through what it was built from.
            object.__setattr__(self, name, plain(getattr(self, name)))
        content = {name: getattr(self, name) for name in FIELDS}
        found = form_faults({"schema_version": self.schema_version, **content}, "<design>")
        if found:
            raise FaultError(found)
        object.__setattr__(self, "dates", tuple(self.dates))

    def _frame(self, name: str) -> pd.DataFrame:
        rows = self.tables.get(name, [])
        return pd.DataFrame(
            {c: _series(c, [row[c] for row in rows]) for c in COLUMNS[name]},
            index=pd.RangeIndex(len(rows)),
        )

    @property
    def bill_of_materials(self) -> pd.DataFrame:
        """What to buy: a row is a part of a pool that enters service at a date."""
        return self._frame("bill_of_materials")

    @property
    def operations(self) -> pd.DataFrame:
        """How each workload runs at each date, with its predicted figures."""
        return self._frame("operations")

    @property
    def placement(self) -> pd.DataFrame:
        """Where each unit stands: a row is a unit in a rack."""
        return self._frame("placement")

    @property
    def balance(self) -> pd.DataFrame:
        """Supply and draw of every resource by place, date, day slice and failure case."""
        return self._frame("balance")

    @property
    def cost(self) -> pd.DataFrame:
        """What each layer costs, by kind and date; present values add up to the objective."""
        return self._frame("cost")

    @property
    def footprint(self) -> pd.DataFrame:
        """Energy, carbon and water of each site, from each date to the next."""
        return self._frame("footprint")

    @property
    def candidates(self) -> pd.DataFrame:
        """Every way to run a workload: chosen, considered, or dropped with the reason."""
        return self._frame("candidates")

    @property
    def existing(self) -> pd.DataFrame:
        """What becomes of the servers that were there already, at each date until they retire."""
        return self._frame("existing")

    @property
    def compliance(self) -> pd.DataFrame:
        """Each rule on the data: who asks, how it is kept, what it removed and added."""
        return self._frame("compliance")

    @property
    def assumptions(self) -> pd.DataFrame:
        """Every default, price and constant that was used, with source, date and confidence."""
        return self._frame("assumptions")

    def faults(self) -> list[str]:
        """Return one sentence for each thing that does not add up; a sound design has none."""
        return invariant_faults(self.tables, self.summary, self.certificate, self.dates)

    def to_dict(self) -> dict[str, Any]:
        """Return the design as plain data, as it is saved."""
        content = {name: plain(getattr(self, name)) for name in FIELDS}
        return {"schema_version": self.schema_version, **content}

    @classmethod
    def from_dict(cls, content: object, file: str = "<design>") -> Design:
        """Return the design that ``to_dict`` described; anything else raises ``FaultError``."""
        found = form_faults(content, file)
        if found:
            raise FaultError(found)
        assert isinstance(content, dict)
        return cls(**content)

    def save(self, path: str | Path) -> Path:
        """Write the design to a JSON file, completely or not at all, and return the file."""
        return write_atomic(path, json.dumps(self.to_dict(), indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def load(cls, path: str | Path) -> Design:
        """Read a saved design; a broken file or one of another version raises ``FaultError``."""
        return cls.from_dict(parse_json(read_text(path), path), str(path))

    def _headline(self) -> dict[str, str]:
        """Return the figures that a reader looks for first, in words."""
        s, gap = self.summary, self.certificate.get("gap")
        bottleneck = s.get("bottleneck") or {}
        last = [g for g in s.get("gpus", []) if g["period_month"] == max(self.dates, default=0)]
        return {
            "status": f"{self.status}, gap {gap:.2%}" if gap is not None else self.status,
            "GPUs": ", ".join(f"{g['count']:,} {g['part']}" for g in last) or "none",
            "capex": f"{s.get('capex') or 0:,.0f} {self.currency}",
            "present value": f"{s.get('tco') or 0:,.0f} {self.currency}",
            "IT power": f"{s.get('it_kw') or 0:,.0f} kW in {s.get('racks') or 0} racks",
            "bottleneck": f"{bottleneck['layer']}: {bottleneck['resource']}"
            if bottleneck
            else "none",
        }

    def __repr__(self) -> str:
        return f"<Design {self.name}: {'; '.join(f'{k} {v}' for k, v in self._headline().items())}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{escape(key)}</th>'
            f'<td style="text-align:left">{escape(text)}</td></tr>'
            for key, text in self._headline().items()
        )
        return f"<table><caption>{escape(self.name)}</caption><tbody>{rows}</tbody></table>"


def _series(column: str, values: list[Any]) -> pd.Series[Any]:
    """Return a column with a type that does not depend on what happens to be in it."""
    if column in WHOLE:
        return pd.Series(values, dtype="int64")
    if column in NUMBERS:
        return pd.Series(values, dtype="float64")
    return pd.Series(values, dtype="object")
