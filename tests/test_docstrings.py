"""Docstrings: what a function gives comes first, and every quantity states its unit."""

import ast
import re
from pathlib import Path

import pytest

from designlib.units import suffix_of, unit_of
from tests.source import FILES, name_of, tree

FIRST_WORDS = {
    "Add",
    "Check",
    "Draw",
    "Print",
    "Raise",
    "Read",
    "Record",
    "Return",
    "Run",
    "Write",
    "Yield",
}
# Words that the physics writes for a unit of units.SUFFIXES.
SPOKEN = {"1/s": "requests/s", "wk": "weeks", "d": "days", "mo": "months", "yr": "years"}


def public_functions(path: Path) -> list[ast.FunctionDef]:
    """Return the module-level functions and methods that a user may call."""
    body = tree(path).body
    classes = [n for n in body if isinstance(n, ast.ClassDef) and not n.name.startswith("_")]
    scopes = [body, *(c.body for c in classes)]
    found = [n for body in scopes for n in body if isinstance(n, ast.FunctionDef)]
    return [n for n in found if not n.name.startswith("_") and not is_property(n)]


def is_property(function: ast.FunctionDef) -> bool:
    """Return whether a function reads as a noun."""
    return any("property" in ast.unparse(d) for d in function.decorator_list)


def sections(docstring: str) -> dict[str, str]:
    """Return the text of each parameter of a numpy docstring."""
    block = re.search(r"Parameters\n-+\n(.*?)(?=\n\n\w[^\n]*\n---|\Z)", docstring, re.DOTALL)
    texts: dict[str, str] = {}
    for entry in re.split(r"\n(?=\S)", block[1] if block else ""):
        names, _, text = entry.partition(" : ")
        texts |= {name.strip(): text for name in names.split(",")}
    return texts


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_module_says_its_law_in_one_sentence(path):
    text = ast.get_docstring(tree(path)) or ""
    first = " ".join(text.split("\n\n")[0].split())
    assert re.match(r"[A-Za-z][^:]*: .+\.$", first), (
        f"write 'Title: the law in one sentence.', not {first!r}"
    )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_first_line_says_what_comes_back(path):
    for function in public_functions(path):
        first = (ast.get_docstring(function) or "").partition("\n")[0]
        where = f"{name_of(path)}:{function.lineno} {function.name}"
        assert first.partition(" ")[0] in FIRST_WORDS, f"{where} begins {first!r}"
        assert len(first) <= 100, where


def states_unit(name: str, text: str) -> bool:
    """Return whether the text has the unit of a name in brackets; a count may say of what."""
    unit = unit_of(name)
    suffix = suffix_of(name) or ""
    if unit is None or f"_{name}" == suffix:
        return True
    if unit == "1" or "_per_" in name:
        return re.search(r"\[[^\]]+\]", text) is not None
    return f"[{unit}]" in text or f"[{SPOKEN.get(unit)}]" in text


PHYSICS = [path for path in FILES if path.parent.name == "physics"]


@pytest.mark.parametrize("path", PHYSICS, ids=name_of)
def test_quantity_of_a_law_states_its_unit(path):
    for function in public_functions(path):
        told = sections(ast.get_docstring(function) or "")
        silent = [
            f"{name} [{unit_of(name)}]"
            for name in (a.arg for a in [*function.args.args, *function.args.kwonlyargs])
            if not states_unit(name, told.get(name, ""))
        ]
        assert not silent, f"{name_of(path)}:{function.lineno} {function.name}: {silent}"
