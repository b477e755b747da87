"""Source of the library as the tests of its form read it."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "designlib"
CATALOGS = ROOT / "catalogs"
FILES = sorted(PACKAGE.rglob("*.py"))

# Rooms from left to right. An import points left, or stays inside its own room.
ROOMS = [
    {"units"},
    {"faults"},
    {"yamlfile"},
    {"schema"},
    {"catalog", "brief"},
    {"physics"},
    {"cabling", "predict"},
    {"problem", "design"},
    {"milp"},
    {"assemble"},
    {"optimize"},
    {"session", "follow"},
    {"explore", "validate", "imports"},
    {"charts"},
    {"report", "calibrate"},
    {"workbench", "cli"},
]
RANK = {room: rank for rank, rooms in enumerate(ROOMS) for room in rooms}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def room_of(path: Path) -> str:
    return room(path.relative_to(PACKAGE).parts[0].removesuffix(".py"))


def room(top: str) -> str:
    """Return the room of a top-level module; `catalog_files` is a part of `catalog`."""
    return top if top in RANK else top.partition("_")[0]
