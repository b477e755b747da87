"""Every layer's constraints, coefficient by coefficient, as stored LP text of a toy problem.

``pytest tests/milp --update-golden`` writes the texts anew, after a change that is meant.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pyomo.environ as pyo
import pytest
from pyomo.repn.tests.lp_diff import lp_diff

from designlib.milp import build as building
from designlib.milp import choose
from designlib.milp.build import FAMILIES, IMPLIED, RULES, build
from tests.milp.toys import TOYS

GOLDEN = Path(__file__).with_name("golden")
NAMES = [family.__name__.rpartition(".")[2] for family in (*FAMILIES, *RULES, *IMPLIED)]
LIFTING = NAMES[len(FAMILIES) + len(RULES) :]


@pytest.fixture(autouse=True)
def sums_of_their_own(monkeypatch):
    """Let the few services of a toy be many enough for rows that only large models have."""
    monkeypatch.setattr(choose, "FEW", 0)


def lp_text(layer: str, folder: Path) -> str:
    m, _ = build(TOYS[layer](), implied=layer in LIFTING)
    path = folder / f"{layer}.lp"
    m.write(str(path), io_options={"symbolic_solver_labels": True})
    return path.read_text(encoding="utf-8")


def constraints_of(layer: str) -> list[str]:
    """Return the names of the constraints that the file of a layer declares."""
    source = Path(building.__file__).with_name(f"{layer}.py").read_text(encoding="utf-8")
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(d).startswith("m.Constraint(") for d in node.decorator_list)
    ]


def rows_of(text: str) -> set[str]:
    """Return the constraint components that have a row in an LP text."""
    return set(re.findall(r"^c_[eul]_(\w+?)(?:\(.*\))?_:$", text, flags=re.MULTILINE))


@pytest.mark.parametrize("layer", NAMES)
def test_the_model_of_a_layer_is_as_stored(layer, tmp_path, request):
    text, path = lp_text(layer, tmp_path), GOLDEN / f"{layer}.lp"
    if request.config.getoption("--update-golden", default=False):
        path.write_text(text, encoding="utf-8")
    stored, found = lp_diff(path.read_text(encoding="utf-8"), text)
    assert stored == found


def test_every_layer_has_a_golden_and_every_golden_a_layer():
    assert sorted(TOYS) == sorted(NAMES)
    assert sorted(path.stem for path in GOLDEN.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("layer", NAMES)
def test_every_constraint_of_a_layer_has_a_row_in_its_golden(layer):
    stored = rows_of((GOLDEN / f"{layer}.lp").read_text(encoding="utf-8"))
    assert set(constraints_of(layer)) <= stored
    assert "balance" in stored


def test_no_constraint_is_without_a_golden():
    stored = set.union(*(rows_of(p.read_text(encoding="utf-8")) for p in GOLDEN.iterdir()))
    for toy in TOYS.values():
        m, _ = build(toy())
        assert {c.local_name for c in m.component_objects(pyo.Constraint) if len(c)} <= stored


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("+50.0 units(large_0)", "+51.0 units(large_0)"),
        (">= 60.0", ">= 61.0"),
        ("+0.011 units(large_1)", "+0.012 units(large_1)"),
        ("0 <= servers(alpha_0) <= 12", "0 <= servers(alpha_0) <= 13"),
        ("  kept(large_0)\n", ""),
    ],
)
def test_a_changed_number_is_seen(line, other):
    text = (GOLDEN / "storage.lp").read_text(encoding="utf-8")
    assert line in text
    stored, found = lp_diff(text, text.replace(line, other))
    assert stored != found
