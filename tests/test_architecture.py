"""Architecture: imports point along the flow, layers show equations, figures live in catalogs/."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

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
    {"problem", "design"},
    {"milp"},
    {"assemble"},
    {"optimize"},
    {"explore", "validate", "charts"},
    {"report"},
    {"workbench", "cli"},
]
RANK = {room: rank for rank, rooms in enumerate(ROOMS) for room in rooms}

# Narrower doors than the order alone would give: who may import a room, or a package.
ONLY_FROM = {
    "designlib.problem": {"problem", "milp", "assemble", "optimize"},
    "designlib.milp": {"milp", "assemble", "optimize"},
    "designlib.assemble": {"optimize"},
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
HARDWARE_FAMILIES = ["gpus", "servers", "switches"]
# Numbers that say nothing about hardware: calendar, powers of ten and two, counts up to 64 and
# two-digit shares. The problem and the model may use no others at all.
CALENDAR = {7, 12, 24, 30, 60, 365, 365.25, 730, 3600, 8760, 86400}


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


# ---- no part and no figure of a part in code


def part_files() -> list[Path]:
    return sorted(
        p for p in CATALOGS.glob("*/*.yaml") if p.parent.name not in {"briefs", "blueprints"}
    )


def part_ids() -> set[str]:
    return {path.stem for path in part_files()}


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
    ids = re.compile(rf"(?<![\w-])({'|'.join(sorted(part_ids(), key=len, reverse=True))})(?![\w-])")
    texts = [
        n for n in ast.walk(tree(path)) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    named = [f"{name_of(path)}:{n.lineno}: {m[1]}" for n in texts for m in ids.finditer(n.value)]
    assert not named, f"parts are chosen by the optimizer, never named in code: {named}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
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
