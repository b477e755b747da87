"""Catalog: everything that can be bought, with prices and constants, read, checked and frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from designlib.catalog_files import Shelf, read_shelf
from designlib.catalog_overlay import Change
from designlib.faults import Fault, FaultError, nearest
from designlib.schema.blueprints import Blueprint
from designlib.schema.parts import Gpu, Optic, Part, Server, Storage, Switch
from designlib.schema.plant_parts import FAMILIES, Cloud, Cooling, Llm, Power, Software
from designlib.schema.quantity import Quantity
from designlib.schema.shipped import shipped_folder as shipped_folder
from designlib.schema.tables import Alias, Constant, Price

STALE_MONTHS = 12


@dataclass(frozen=True)
class Stale:
    """A source or price that nobody has looked at for a long time."""

    where: str
    date: str
    title: str


@dataclass(frozen=True)
class Catalog:
    """Parts by family and id, prices, and calibration constants.

    Attributes
    ----------
    gpus, servers, switches, optics, storage, cooling, power, software, cloud : mapping
        Id -> part.
    llms, blueprints : mapping
        Id -> part.
    prices : mapping
        (item, quantity) -> price in US dollars.
    constants : mapping
        (subject, quantity) -> calibration constant.
    aliases : mapping
        (kind, plain word) -> what a word of the field means in this catalog.
    hash : str
        SHA-256 of the content, the same for the same numbers whatever the files look like.
    changes : tuple of Change
        What the overlay says otherwise than the shipped catalog.
    """

    gpus: Mapping[str, Gpu]
    servers: Mapping[str, Server]
    switches: Mapping[str, Switch]
    optics: Mapping[str, Optic]
    storage: Mapping[str, Storage]
    cooling: Mapping[str, Cooling]
    power: Mapping[str, Power]
    software: Mapping[str, Software]
    cloud: Mapping[str, Cloud]
    llms: Mapping[str, Llm]
    blueprints: Mapping[str, Blueprint]
    prices: Mapping[tuple[str, str], Price]
    constants: Mapping[tuple[str, str], Constant]
    aliases: Mapping[tuple[str, str], Alias]
    hash: str
    changes: tuple[Change, ...] = ()

    @classmethod
    def load(cls, overlay: str | Path | None = None, *, shipped: str | Path | None = None) -> Self:
        """Read the shipped catalog and lay a user's own folder over it.

        Parameters
        ----------
        overlay : str or Path, optional
            Folder of the same layout; its parts, price rows and calibration rows replace or add,
            and a file without name, vendor or status changes what it states of a shipped part.
        shipped : str or Path, optional
            Folder to read in place of the shipped catalog.

        Returns
        -------
        Catalog
            The checked catalog.

        Raises
        ------
        FaultError
            Any file is faulty; every fault of every file is in it.
        """
        shelf = read_shelf([Path(shipped) if shipped else shipped_folder()], overlay)
        if shelf.faults:
            raise FaultError(shelf.faults)
        return cls._of(shelf)

    @classmethod
    def _of(cls, shelf: Shelf) -> Self:
        families = {
            family: MappingProxyType(dict(sorted(shelf.good(family).items())))
            for family in FAMILIES
        }
        tables: dict[str, Any] = {
            name: MappingProxyType({k: row for k, (_, _, row) in sorted(rows.items())})
            for name, rows in (
                ("prices", shelf.prices),
                ("constants", shelf.constants),
                ("aliases", shelf.aliases),
            )
        }
        everything: dict[str, Any] = {**families, **tables}
        return cls(**everything, hash=_hash(everything), changes=tuple(shelf.changes))

    def part(self, part_id: str) -> Part:
        """Return the part with this id, of any family; raise a FaultError where there is none."""
        for family in FAMILIES:
            parts: Mapping[str, Part] = getattr(self, family)
            if part_id in parts:
                return parts[part_id]
        known = [name for family in FAMILIES for name in getattr(self, family)]
        raise FaultError(
            [Fault("<catalog>", None, part_id, f"unknown part id{nearest(part_id, known)}")]
        )

    def offered(self) -> tuple[Self, tuple[Part, ...]]:
        """Return a catalog without what cannot be ordered, and what was left out.

        GPUs, servers and language models stay: the first two can be owned, and whether they can be
        bought is said of each candidate.
        """
        kept: dict[str, Any] = {}
        out: list[Part] = []
        for family in FAMILIES:
            if family not in {"gpus", "servers", "llms", "blueprints"}:
                parts: Mapping[str, Part] = getattr(self, family)
                good = {i: part for i, part in parts.items() if part.status == "shipping"}
                out += [part for i, part in parts.items() if i not in good]
                kept[family] = MappingProxyType(good)
        return replace(self, **kept), tuple(out)

    def has_price(self, item: str, quantity: str = "purchase") -> bool:
        """Return whether the catalog holds this price."""
        return (item, quantity) in self.prices

    def price(self, item: str, quantity: str = "purchase") -> Price:
        """Return a price; raise a FaultError that says which row is missing."""
        if (item, quantity) not in self.prices:
            held = sorted(of for name, of in self.prices if name == item)
            known = (
                f"; it has {', '.join(held)}"
                if held
                else nearest(item, [i for i, _ in self.prices])
            )
            message = f"no price '{quantity}' in the catalog{known}; add a row to prices.csv"
            raise FaultError([Fault("<catalog>", None, item, message)])
        return self.prices[item, quantity]

    def find_constant(self, subject: str, quantity: str) -> Quantity | None:
        """Return a calibration constant, or None; a GPU that has none of its own has its kin's."""
        found = self.constants.get((subject, quantity))
        gpu = self.gpus.get(subject)
        if found is None and gpu is not None and gpu.calibrated_as is not None:
            return self.constants.get((gpu.calibrated_as, quantity))
        return found

    def is_measured(self, gpu: str) -> bool:
        """Return whether a published run stands behind the constants of a GPU itself."""
        rows = [row for (subject, _), row in self.constants.items() if subject == gpu]
        return any(row.confidence != "assumption" for row in rows)

    def constant(self, subject: str, quantity: str) -> Quantity:
        """Return a calibration constant; raise a FaultError that says which row is missing."""
        found = self.find_constant(subject, quantity)
        if found is None:
            known = [name for name, of in self.constants if of == quantity]
            message = f"no calibration row '{quantity}' for it{nearest(subject, known)}"
            raise FaultError([Fault("<catalog>", None, subject, message)])
        return found

    def stale(self, today: date | None = None, *, months: int = STALE_MONTHS) -> tuple[Stale, ...]:
        """Return the sources, prices and constants that were last looked at long ago.

        Parameters
        ----------
        today : date, optional
            Day to count from.
        months : int
            Age from which a date is reported. [mo]
        """
        now = today or date.today()
        limit = now.year * 12 + now.month - months
        found = [
            Stale(f"{part.id}: sources.{key}", source.accessed, source.title)
            for family in FAMILIES
            for part in getattr(self, family).values()
            for key, source in part.sources.items()
            if _month(source.accessed) < limit
        ]
        rows: list[Price | Constant] = [*self.prices.values(), *self.constants.values()]
        return tuple(found) + tuple(
            Stale(" ".join(row.key), row.date, row.source)
            for row in rows
            if _month(row.date) < limit
        )

    def stale_prices(self, today: date | None = None) -> tuple[Stale, ...]:
        """Return the prices older than a year, the oldest first.

        Parameters
        ----------
        today : date, optional
            Day to count from.
        """
        keys = {" ".join(row.key) for row in self.prices.values()}
        found = [item for item in self.stale(today) if item.where in keys]
        return tuple(sorted(found, key=lambda item: (item.date, item.where)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to rebuild the catalog, since read-only views cannot be sent to a worker."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        plain = {k: dict(v) if isinstance(v, MappingProxyType) else v for k, v in values.items()}
        return _rebuild, (plain,)


def check_path(path: str | Path) -> list[Fault]:
    """Return every fault of a catalog folder, or of one of its files.

    A folder or file outside the shipped catalog is checked as an overlay of it, so that its ids may
    point there.

    Parameters
    ----------
    path : str or Path
        A catalog folder, a family folder, a part, ``prices.csv`` or a calibration table.

    Returns
    -------
    list of Fault
        The faults of that path; empty where all is well.
    """
    given, target = Path(path), Path(path).resolve()
    if not target.exists():
        return [Fault(str(path), None, "file", "no such file or folder")]
    folder = target.parent if target.is_file() else target
    root = folder.parent if folder.name in {*FAMILIES, "calibration"} else folder
    shelf = read_shelf([shipped_folder()], None if root == shipped_folder() else root)
    # An overlay may also make a shipped part wrong, such as a server that cannot feed its GPUs now.
    outside = target == root != shipped_folder()
    found = [f for f in shelf.faults if outside or Path(f.file).is_relative_to(target)]
    if target.is_file() and not found and str(target) not in shelf.files:
        expected = "<family>/<id>.yaml, prices.csv, aliases.csv or calibration/<name>.csv"
        return [Fault(str(path), 1, "file", f"is no catalog file; expected {expected}")]
    return [
        replace(f, file=str(given / Path(f.file).relative_to(target)))
        if Path(f.file).is_relative_to(target)
        else f
        for f in found
    ]


def _rebuild(plain: dict[str, Any]) -> Catalog:
    values: dict[str, Any] = {
        name: MappingProxyType(value) if isinstance(value, dict) else value
        for name, value in plain.items()
    }
    return Catalog(**values)


def _hash(everything: Mapping[str, Mapping[Any, Any]]) -> str:
    content = [
        (name, [row.model_dump(mode="json") for row in rows.values()])
        for name, rows in sorted(everything.items())
    ]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _month(text: str) -> int:
    year, _, rest = text.partition("-")
    return int(year) * 12 + int(rest[:2] or 12)
