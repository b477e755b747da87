"""Brief: what the architect asks for, read once, checked, frozen, changed by making a new one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, PrivateAttr, ValidationError

from designlib import units
from designlib.brief_paths import change
from designlib.faults import Fault, FaultError
from designlib.schema.base import Found
from designlib.schema.brief import BriefFields
from designlib.schema.brief_checks import catalog_faults
from designlib.schema.drivers import FACTOR
from designlib.schema.errors import faults_of, named
from designlib.schema.shipped import brief_file
from designlib.schema.walk import Keys
from designlib.schema.words import Known
from designlib.yamlfile import line_of, read_yaml

IN_MEMORY = "<brief>"


@dataclass(frozen=True)
class Assumption:
    """One default that was used because the brief does not say.

    Attributes
    ----------
    path : str
        Dotted path of the field.
    value : Any
        The default.
    unit : str
        Unit of the field, empty where it has none.
    reason : str
        Why this default.
    source : str
        Where it comes from.
    """

    path: str
    value: Any
    unit: str
    reason: str
    source: str


class Brief(BriefFields):
    """A brief: workloads, sites, growth, policies, compliance, teams and budget."""

    _file: str = PrivateAttr(default=IN_MEMORY)
    _lines: dict[Keys, int] = PrivateAttr(default_factory=dict)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a brief from a YAML file.

        Parameters
        ----------
        path : str or Path
            The file; a bare name such as ``enterprise`` that is no file is a shipped brief.

        Returns
        -------
        Brief
            The checked brief.

        Raises
        ------
        FaultError
            One fault for each thing that is wrong, with file and line.
        """
        document = read_yaml(brief_file(path))
        return cls.from_dict(document.data, file=document.file, lines=document.lines)

    @classmethod
    def from_dict(
        cls,
        data: Mapping[str, Any],
        *,
        file: str = IN_MEMORY,
        lines: Mapping[Keys, int] | None = None,
    ) -> Self:
        """Return the brief that plain values describe, such as those of ``to_dict``.

        Parameters
        ----------
        data : mapping
            Plain values.
        file : str
            Name for faults.
        lines : mapping, optional
            Path of keys -> line, for faults.
        """
        try:
            brief = cls.model_validate(dict(data))
        except ValidationError as error:
            raise FaultError(faults_of(error, cls, data, file, lines or {})) from None
        brief._file, brief._lines = file, dict(lines or {})
        return brief

    def to_dict(self, *, defaults: bool = False) -> dict[str, Any]:
        """Return plain values that JSON can hold and ``from_dict`` reads back.

        Parameters
        ----------
        defaults : bool
            Write out every default too; without it only what the brief states, so that the
            assumptions of a brief that is read back are still assumptions.
        """
        return self.model_dump(mode="json", exclude_unset=not defaults)

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the content; stating a default outright does not change it."""
        text = json.dumps(self.to_dict(defaults=True), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def assumptions(self) -> tuple[Assumption, ...]:
        """Return every default that was used, with its reason and source."""
        return tuple(_assumptions(self, (), self.to_dict(defaults=True)))

    def with_changes(self, changes: Mapping[str, Any]) -> Self:
        """Return a new brief with some fields changed, checked as a whole.

        Parameters
        ----------
        changes : mapping
            Dotted path -> value. Items of a list go by their index or their id, such as
            ``workloads.A5.items_per_month_count``.

        Raises
        ------
        FaultError
            A path leads nowhere, or the changed brief is faulty.
        """
        data = self.to_dict()
        faults = []
        for path, value in changes.items():
            message = change(data, type(self), path, value)
            if message:
                faults.append(Fault(self._file, None, path, message))
        if faults:
            raise FaultError(faults)
        return type(self).from_dict(data, file=self._file, lines=self._lines)

    def check(self, catalog: Known) -> list[Fault]:
        """Return a fault for each thing that the brief names and the catalog does not have."""
        data = self.to_dict()
        found: list[Found] = catalog_faults(self, catalog)
        return [
            Fault(self._file, line_of(self._lines, path), named(path, data), message)
            for path, message in found
        ]


def check_file(path: str | Path, catalog: Known | None = None) -> list[Fault]:
    """Return every fault of a brief file, also against a catalog where one is given."""
    try:
        brief = Brief.load(path)
    except FaultError as error:
        return list(error.faults)
    return [] if catalog is None else brief.check(catalog)


def _assumptions(model: BaseModel, path: Keys, data: object) -> Iterator[Assumption]:
    for name, field in type(model).model_fields.items():
        value, here = getattr(model, name), (*path, name)
        if isinstance(value, BaseModel):
            yield from _assumptions(value, here, data)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from _assumptions(item, (*here, index), data)
        extra = field.json_schema_extra
        if isinstance(extra, dict) and "reason" in extra and name not in model.model_fields_set:
            unit = units.unit_of(name) or ""
            why = (str(extra["reason"]), str(extra["source"]))
            if name == FACTOR and value != field.default:
                why = ("follows a driver of growth", "the brief")
            yield Assumption(named(here, data), value, unit, *why)
