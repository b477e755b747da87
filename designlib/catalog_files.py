"""Catalog files: read the folders of a catalog and collect every part, row and fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from designlib import catalog_overlay
from designlib.catalog_overlay import Change
from designlib.faults import Fault, FaultError, nearest, quoted
from designlib.schema.base import PART_ID
from designlib.schema.checks import link_faults, part_faults
from designlib.schema.errors import faults_of
from designlib.schema.part_prices import price_rows
from designlib.schema.parts import Part
from designlib.schema.plant_parts import FAMILIES
from designlib.schema.row_checks import price_faults, subject_fault
from designlib.schema.tables import Reader, read_aliases, read_constants, read_prices
from designlib.yamlfile import Document, line_of, read_text, read_yaml

IGNORED = {"briefs", "schemas"}
"""Folders of a catalog that hold no parts."""

Rows = dict[tuple[str, str], tuple[str, int, Any]]


@dataclass
class Shelf:
    """What was read so far: later folders replace what earlier ones hold.

    Attributes
    ----------
    parts : dict
        Family -> id -> part, None where the file of the part is faulty.
    prices, constants, aliases : dict
        Key of a row -> (file, line, row).
    files : dict
        File of a part -> what it says.
    homes : dict
        (family, id) -> file of the part.
    changes : list of Change
        What an overlay says otherwise than the shipped catalog.
    faults : list of Fault
        Every fault of every file.
    """

    parts: dict[str, dict[str, Part | None]] = field(
        default_factory=lambda: {family: {} for family in FAMILIES}
    )
    prices: Rows = field(default_factory=dict)
    constants: Rows = field(default_factory=dict)
    aliases: Rows = field(default_factory=dict)
    files: dict[str, Document | None] = field(default_factory=dict)
    homes: dict[tuple[str, str], str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def good(self, family: str) -> dict[str, Part]:
        """Return the parts of a family that could be read."""
        return {name: part for name, part in self.parts[family].items() if part is not None}

    def add(self, file: str | Path, line: int | None, where: str, message: str) -> None:
        """Add one fault."""
        self.faults.append(Fault(str(file), line, where, message))


def read_shelf(folders: Sequence[Path], overlay: str | Path | None = None) -> Shelf:
    """Read catalog folders, the overlay last, and check every part beside the others."""
    shelf = Shelf()
    for folder in folders:
        _read_folder(shelf, folder)
    if overlay is not None:
        _read_folder(shelf, Path(overlay), overlay=True)
    _check_links(shelf)
    shelf.faults.sort(key=lambda fault: (fault.file, fault.line or 0))
    return shelf


def _read_folder(shelf: Shelf, folder: Path, *, overlay: bool = False) -> None:
    if not folder.is_dir():
        what = "is a file; expected a catalog folder" if folder.exists() else "no such folder"
        shelf.add(folder, None, "file", what)
        return
    entries = [entry for entry in _visible(folder) if entry.name not in IGNORED]
    known = {*FAMILIES, "calibration", "prices.csv", "aliases.csv"}
    if not any(entry.name in known for entry in entries):
        shelf.add(
            folder, None, "file", f"no catalog here; expected one of {', '.join(sorted(known))}"
        )
        return
    prices: Rows = {}
    for entry in entries:
        if entry.name in FAMILIES and entry.is_dir():
            _read_family(shelf, entry, prices, overlay=overlay)
        elif entry.name == "calibration" and entry.is_dir():
            seen: Rows = {}
            for table in _files(shelf, entry, ".csv"):
                _read_table(shelf, table, read_constants, seen)
            _lay(shelf, shelf.constants, seen, overlay=overlay)
        elif entry.name == "prices.csv" and entry.is_file():
            _read_table(shelf, entry, read_prices, prices)
        elif entry.name == "aliases.csv" and entry.is_file():
            seen = {}
            _read_table(shelf, entry, read_aliases, seen)
            shelf.aliases.update(seen)
        else:
            shelf.add(entry, None, "file", f"unknown file or folder{nearest(entry.name, known)}")
    _lay(shelf, shelf.prices, prices, overlay=overlay)


def _visible(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if not entry.name.startswith((".", "_")) and entry.suffix.lower() != ".md":
            yield entry


def _files(shelf: Shelf, folder: Path, suffix: str) -> Iterator[Path]:
    for entry in _visible(folder):
        if entry.is_file() and entry.suffix == suffix:
            yield entry
        else:
            shelf.add(entry, None, "file", f"expected a file that ends in {suffix}")


def _lay(shelf: Shelf, rows: Rows, seen: Rows, *, overlay: bool) -> None:
    if overlay:
        for key, (file, _, row) in seen.items():
            before = rows[key][2] if key in rows else None
            shelf.changes += catalog_overlay.row_change(before, row, file)
    rows.update(seen)


def _read_family(shelf: Shelf, folder: Path, prices: Rows, *, overlay: bool) -> None:
    family = folder.name
    for path in _files(shelf, folder, ".yaml"):
        part_id = path.stem
        before, base = shelf.parts[family].get(part_id), shelf.homes.get((family, part_id))
        shelf.parts[family][part_id] = None
        shelf.files[str(path)] = None
        shelf.homes[family, part_id] = str(path)
        if not PART_ID.fullmatch(part_id):
            expected = "expected a file name of small letters, digits and hyphens"
            shelf.add(path, 1, "id", f"{expected}, found {quoted(path.name)}")
            continue
        try:
            own = read_yaml(path)
        except FaultError as error:
            shelf.faults += error.faults
            continue
        document = _whole(shelf, family, part_id, own, base) if overlay else own
        if document is None:
            continue
        shelf.files[str(path)] = document
        part = shelf.parts[family][part_id] = _part(shelf, FAMILIES[family], part_id, document)
        if part is None:
            continue
        # A change that states no prices leaves the shipped ones where they are.
        if document is own or "prices" in own.data:
            _add_own_prices(shelf, part, document, prices)
        if overlay and (base is None or before is not None):
            shelf.changes += catalog_overlay.part_changes(before, part, own)


def _whole(
    shelf: Shelf, family: str, part_id: str, own: Document, base: str | None
) -> Document | None:
    """Return the whole part that a file of an overlay stands for, or None and a fault."""
    if not catalog_overlay.is_change(own):
        return own
    if base is None:
        others = {name: shelf.parts[name] for name in (family, *FAMILIES)}
        known = {
            name: [i for i in ids if (name, i) != (family, part_id)] for name, ids in others.items()
        }
        shelf.faults.append(catalog_overlay.unknown_part(own, part_id, known))
        del shelf.homes[family, part_id], shelf.parts[family][part_id]
        return None
    shipped = shelf.files[base]
    if shipped is None:
        return None  # the shipped file is faulty, and told so
    document, faults = catalog_overlay.changed(shipped, own)
    shelf.faults += faults
    return None if faults else document


def _part(shelf: Shelf, model: type[Part], part_id: str, document: Document) -> Part | None:
    data = {"id": part_id, **document.data}
    if "id" in document.data:
        line = document.line(("id",))
        shelf.add(document.file, line, "id", "unknown field; the name of the file is the id")
        data["id"] = part_id
    try:
        part = model.model_validate(data)
    except ValidationError as error:
        shelf.faults += faults_of(error, model, data, document.file, document.lines)
        return None
    return None if "id" in document.data else part


def _add_own_prices(shelf: Shelf, part: Part, document: Document, prices: Rows) -> None:
    for index, row in enumerate(price_rows(part.id, part.prices, part.sources)):
        line = line_of(document.lines, ("prices", index)) or 1
        _add_row(shelf, str(document.file), line, row, prices)


def _read_table(shelf: Shelf, path: Path, reader: Reader, rows: Rows) -> None:
    file = str(path)
    shelf.files[file] = None
    try:
        found, faults = reader(read_text(path), file)
    except FaultError as error:
        shelf.faults += error.faults
        return
    shelf.faults += faults
    for line, row in found:
        _add_row(shelf, file, line, row, rows)


def _add_row(shelf: Shelf, file: str, line: int, row: Any, rows: Rows) -> None:
    if row.key in rows and rows[row.key][0] != file:
        message = f"{' '.join(row.key)} is given twice; also in {Path(rows[row.key][0]).name}"
        shelf.add(file, line, "subject", message)
    rows[row.key] = (file, line, row)


def _check_links(shelf: Shelf) -> None:
    families: dict[str, str] = {}
    for (family, part_id), file in shelf.homes.items():
        if part_id in families:
            message = f"the id is also used in {families[part_id]}; an id belongs to one part"
            shelf.add(file, 1, "id", message)
        families[part_id] = family
        part, document = shelf.parts[family][part_id], shelf.files[file]
        if part is None or document is None:
            continue
        for path, message in [*part_faults(part), *link_faults(part, shelf.parts)]:
            line = line_of(document.lines, path)
            shelf.add(file, line, ".".join(map(str, path)), message)
    _check_rows(shelf, families)


def _check_rows(shelf: Shelf, families: dict[str, str]) -> None:
    for (item, _), (file, line, row) in shelf.prices.items():
        if item not in families:
            shelf.add(file, line, "item", f"unknown part id '{item}'{nearest(item, families)}")
            continue
        part = shelf.parts[families[item]][item]
        for column, message in [] if part is None else price_faults(row, part):
            shelf.add(file, line, column, message)
    for file, line, row in shelf.constants.values():
        message = subject_fault(row, families)
        if message:
            shelf.add(file, line, "subject", message)
    for (kind, _), (file, line, row) in shelf.aliases.items():
        if kind == "gpu" and families.get(row.means) != "gpus":
            message = f"unknown GPU id '{row.means}'{nearest(row.means, shelf.parts['gpus'])}"
            shelf.add(file, line, "means", message)
