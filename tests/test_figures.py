"""Figures: no part and no figure of a part in code; what can be bought lives in catalogs/."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.source import CATALOGS, FILES, PACKAGE, ROOT, name_of, room_of, tree

HARDWARE_FAMILIES = ["gpus", "servers", "switches"]
# Numbers that say nothing about hardware: calendar, powers of ten and two, counts up to 64 and
# two-digit shares. The problem and the model may use no others at all.
CALENDAR = {7, 12, 24, 30, 60, 365, 365.25, 730, 3600, 8760, 86400}


def part_files() -> list[Path]:
    return sorted(
        p for p in CATALOGS.glob("*/*.yaml") if p.parent.name not in {"briefs", "blueprints"}
    )


def part_ids() -> set[str]:
    return {path.stem for path in part_files()}


def ids_refused(path: Path) -> set[str]:
    """Return the ids that a file may not name: a file format is named after its program."""
    formats = path.is_relative_to(PACKAGE / "report" / "exports")
    return {p.stem for p in part_files() if not (formats and p.parent.name == "software")}


@cache
def figures() -> dict[float, str]:
    """Return the hardware figures of the catalog that a number in code would give away."""
    found = {}
    for path in part_files():
        if path.parent.name not in HARDWARE_FAMILIES:
            continue
        for field, entry in YAML(typ="safe", pure=True).load(path)["specs"].items():
            value = entry["value"] if isinstance(entry, dict) else entry
            if isinstance(value, int | float) and not innocent(value):
                found.setdefault(float(value), f"{field} of {path.stem}")
    return found


def innocent(value: float) -> bool:
    """Return whether a number is common enough to mean nothing in particular."""
    size = abs(value)
    whole = float(size).is_integer()
    power_of_two = whole and int(size) & (int(size) - 1) == 0
    power_of_ten = size != 0 and bool(
        re.fullmatch(r"1e[+-]\d+", f"{size:e}".replace(".000000", ""))
    )
    share = size <= 2 and round(size, 2) == size
    return size in CALENDAR or power_of_two or power_of_ten or share or (whole and size <= 64)


def numbers_of(path: Path) -> list[tuple[int, float]]:
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and type(node.value) in {int, float}
    ]


def test_catalog_is_read_by_these_tests():
    assert len(part_ids()) > 30
    assert len(figures()) > 30


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_catalog_id_in_code(path):
    words = "|".join(sorted(ids_refused(path), key=len, reverse=True))
    ids = re.compile(rf"(?<![\w-])({words})(?![\w-])")
    texts = [
        n for n in ast.walk(tree(path)) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    named = [f"{name_of(path)}:{n.lineno}: {m[1]}" for n in texts for m in ids.finditer(n.value)]
    assert not named, f"parts are chosen by the optimizer, never named in code: {named}"


def ids_of(values: object) -> set[str]:
    """Return every id and name that a brief gives to its customer, sites, workloads and tiers."""
    if isinstance(values, list):
        return set().union(*map(ids_of, values))
    if not isinstance(values, dict):
        return set()
    own = {str(values[key]) for key in ("id", "name", "team") if isinstance(values.get(key), str)}
    return own.union(*map(ids_of, values.values()))


@cache
def names() -> set[str]:
    """Return the names that no code may ask for: of customers, their work, and parts."""
    briefs = [*CATALOGS.glob("briefs/*.yaml"), *(ROOT / "tests" / "briefs").glob("*.yaml")]
    found = part_ids() | {path.stem for path in briefs}
    return found.union(*(ids_of(YAML(typ="safe", pure=True).load(path)) for path in briefs))


def compared(path: Path) -> list[tuple[int, str]]:
    """Return the texts that code compares with, looks for, matches, or uses as a key."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            sides = [node.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            sides = node.args if node.func.attr in ("startswith", "endswith") else []
        else:
            continue
        found += [
            (inner.lineno, inner.value)
            for side in sides
            for inner in ast.walk(side)
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
        ]
    return found


def test_names_of_customers_are_read_by_these_tests():
    assert {
        "enterprise",
        "studio",
        "A3",
        "hall",
        "Quillbyte - inference-only SaaS, 10x in 24 months",
    } <= names()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_choice_by_customer_workload_or_part(path):
    # Words of the schema that a brief happens to use as a name too, such as a kind of work.
    told = [f"{name_of(path)}:{line}: {text}" for line, text in compared(path) if text in names()]
    assert not told, f"what holds for one holds for all that are like it: {told}"


# Rooms that draw: their numbers are pixels, characters and margins.
DRAWING = {"charts", "report", "workbench"}


@pytest.mark.parametrize("path", [p for p in FILES if room_of(p) not in DRAWING], ids=name_of)
def test_no_hardware_figure_in_code(path):
    told = [
        f"{name_of(path)}:{line}: {x} is {figures()[x]}"
        for line, x in numbers_of(path)
        if x in figures()
    ]
    assert not told, f"figures belong in catalogs/: {told}"


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if room_of(p) in {"problem", "milp", "assemble", "optimize"}],
    ids=name_of,
)
def test_no_number_between_brief_catalog_and_solver(path):
    odd = [
        f"{name_of(path)}:{line}: {value}"
        for line, value in numbers_of(path)
        if not innocent(value)
    ]
    assert not odd, f"give it a home in a brief, a catalog or a law of physics/: {odd}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(989, False), (700, False), (10.2, False), (80, False), (64, True), (1e9, True), (0.85, True)],
)
def test_innocent_numbers(value, expected):
    assert innocent(value) is expected
