"""Architecture: imports point along the flow, and every layer shows its equations."""

import ast
import re
from pathlib import Path

import pytest

from tests.source import FILES, PACKAGE, RANK, ROOMS, name_of, room, room_of, tree

# Narrower doors than the order alone would give: who may import a room, or a package.
ONLY_FROM = {
    "designlib.problem": {"problem", "milp", "assemble", "optimize", "session"},
    "designlib.milp": {"milp", "assemble", "optimize", "session"},
    "designlib.assemble": {"assemble", "optimize", "session"},
    "pyomo": {"milp"},
    "highspy": {"milp"},
    "plotly": {"charts", "report", "workbench"},
    "ipywidgets": {"workbench"},
    "anywidget": {"workbench"},
    "ruamel": {"yamlfile"},
    "yaml": set(),
    "typer": {"cli"},
    "rich": {"cli"},
}
# Physics takes numbers and gives numbers.
PHYSICS_MAY_IMPORT = {"physics", "units"}
NEVER = {
    "pickle",
    "shelve",
    "marshal",
    "socket",
    "ssl",
    "http",
    "urllib",
    "ftplib",
    "requests",
    "httpx",
}
NEVER_CALLED = {"eval", "exec", "compile", "__import__"}

LINES_MAX = 300


def imports_of(path: Path) -> set[str]:
    """Return every imported dotted name; `from a import b` gives `a.b`."""
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: relative import; write the whole name"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def refused_imports(path: Path) -> list[str]:
    """Return a sentence for each import that the architecture forbids."""
    here, found = room_of(path), []
    for name in sorted(imports_of(path)):
        top, _, rest = name.partition(".")
        doors = [door for door in ONLY_FROM if f"{name}.".startswith(f"{door}.")]
        found += [f"allowed only in {ONLY_FROM[d]}" for d in doors if here not in ONLY_FROM[d]]
        if top in NEVER:
            found.append(f"{name} is never allowed: no network, no code from data")
        target = room(rest.partition(".")[0])
        if top != "designlib" or target == here:
            continue
        if here == "physics" and target not in PHYSICS_MAY_IMPORT:
            found.append(f"{name}: physics imports only {PHYSICS_MAY_IMPORT}")
        elif name == "designlib" and RANK[here] == len(ROOMS) - 1:
            continue  # the rooms of the user stand behind the public surface
        elif RANK.get(target, len(ROOMS)) >= RANK[here]:
            found.append(f"{name}: imports point along the flow, {target} is not left of {here}")
    return [f"{name_of(path)} imports what it may not: {sentence}" for sentence in found]


# The package itself imports lazily, by name: tests/test_public_surface.py looks at it.
@pytest.mark.parametrize(
    "path", [p for p in FILES if p.parent != PACKAGE or p.stem != "__init__"], ids=name_of
)
def test_imports_point_along_the_flow(path):
    assert room_of(path) in RANK, f"{name_of(path)}: give the new room a place in ROOMS"
    assert refused_imports(path) == []


def test_nothing_is_evaluated():
    calls = [
        f"{name_of(path)}:{node.lineno}: {node.func.id}()"
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in NEVER_CALLED
    ]
    assert calls == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_keep_to_one_subject(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LINES_MAX, (
        f"{name_of(path)} has {lines} lines: is there a second subject in it?"
    )


# ---- layers of the model


def layers() -> list[str]:
    """Return the names in FAMILIES, the ordered tuple of layers."""
    for node in tree(PACKAGE / "milp" / "build.py").body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == "FAMILIES":
            return [element.id for element in node.value.elts]
    raise AssertionError("milp/build.py has no FAMILIES")


def constraints_of(path: Path) -> set[str]:
    """Return the Pyomo names of the constraints that a file adds, decorated or assigned."""
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef):
            names |= {
                node.name
                for call in node.decorator_list
                if ast.unparse(call).startswith("m.Constraint")
            }
        elif isinstance(node, ast.Assign) and re.match(
            r"(pyo\.)?Constraint(List)?\(", ast.unparse(node.value)
        ):
            names |= {ast.unparse(target).rpartition(".")[2] for target in node.targets}
    return names


@pytest.mark.parametrize(
    "path", [p for p in FILES if room_of(p) == "milp" and constraints_of(p)], ids=name_of
)
def test_constraint_stands_as_a_labelled_equation_in_the_docstring(path):
    text = ast.get_docstring(tree(path)) or ""
    labels = set(re.findall(r"\b([a-z][a-z0-9_]*):", text.replace(r"\_", "_")))
    assert ".. math::" in text
    assert constraints_of(path) <= labels, f"not labelled: {constraints_of(path) - labels}"


def test_layer_names_a_resource_and_never_another_layer():
    assert len(layers()) == len(set(layers())) > 0
    for layer in layers():
        others = {f"designlib.milp.{other}" for other in layers() if other != layer}
        wanted = imports_of(PACKAGE / "milp" / f"{layer}.py")
        crossing = {name for name in wanted if any(f"{name}.".startswith(f"{o}.") for o in others)}
        assert not crossing, f"{layer}.py imports {crossing}: name a resource in the ledger instead"


def test_layer_has_the_one_contract():
    for layer in layers():
        functions = {
            n.name: n
            for n in tree(PACKAGE / "milp" / f"{layer}.py").body
            if isinstance(n, ast.FunctionDef)
        }
        assert [a.arg for a in functions["add"].args.args] == ["m", "problem", "ledger"], layer


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.stem == "__init__" and p.parent != PACKAGE], ids=name_of
)
def test_no_name_of_a_package_hides_its_module(path):
    bound = {n.name for n in tree(path).body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    bound |= {
        alias.asname or alias.name
        for node in tree(path).body
        if isinstance(node, ast.ImportFrom) and node.module != f"designlib.{path.parent.name}"
        for alias in node.names
    }
    hidden = bound & {p.stem for p in path.parent.iterdir() if p.stem != "__init__"}
    assert not hidden, f"{name_of(path)}: importing the module replaces the name: {hidden}"
