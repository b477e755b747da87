"""Project files: requirements are stated once in effect, and the two set-up commands are real."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import designlib

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# What the environment must hold whether or not the library itself imports it.
ALWAYS = {"jupyterlab", "ipywidgets", "plotly", "pandas", "pyomo", "highspy", "nbval", "scipy"}
MODULES = {
    "axe-playwright-python": "axe_playwright_python",
    "ruamel.yaml": "ruamel",
    "ruamel.yaml.clib": "ruamel",
}
OURS = {"benchmarks", "designlib", "tests"}
# Packages that a requirement is made of.
PART_OF = {"pydantic_core": "pydantic", "traitlets": "ipywidgets", "markupsafe": "jinja2"}


def command(name: str) -> str:
    """Return the one-line command of README.md behind a marker."""
    block = re.search(rf"<!-- command: {name} -->\n```bash\n(.+)\n```\n", README)
    assert block, f"README.md has no one-line command {name!r}"
    return block[1]


def requirement_name(requirement: str) -> str:
    return re.split(r"[><=!\[]", requirement)[0]


def imported_packages(*folders: str) -> set[str]:
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}
    names |= {n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module}
    tops = {n.partition(".")[0] for n in names} - set(sys.stdlib_module_names) - OURS
    tops -= {path.stem for path in files}  # scripts of one folder import each other
    return {PART_OF.get(name, name) for name in tops}


def test_conda_environment_equals_the_project():
    held = YAML(typ="safe").load(ROOT / "environment.yml")["dependencies"]
    nested = next(entry["pip"] for entry in held if isinstance(entry, dict))
    assert [e for e in held if isinstance(e, str)] == [
        f"python{PROJECT['requires-python']}",
        "pip",
        *PROJECT["dependencies"],
    ]
    assert nested == PROJECT["optional-dependencies"]["test"]


def names_of(requirements: list[str]) -> set[str]:
    return {requirement_name(requirement) for requirement in requirements}


def modules(names: set[str]) -> set[str]:
    return {MODULES.get(name, name) for name in names}


def test_every_import_is_declared_and_every_requirement_used():
    declared = names_of(PROJECT["dependencies"])
    imported = imported_packages("designlib")
    assert imported <= modules(declared)
    assert modules(declared - ALWAYS) <= imported, "drop what is not used, here and for conda"
    assert declared >= ALWAYS


def test_every_import_of_the_tests_is_declared():
    extras = PROJECT["optional-dependencies"]
    declared = names_of([*PROJECT["dependencies"], *extras["test"], *extras["benchmark"]])
    assert imported_packages("tests", "benchmarks") <= modules(declared)


def test_every_requirement_states_its_lowest_version():
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    assert not [r for group in groups for r in group if ">=" not in r]


@pytest.mark.parametrize("name", ["optimize", "test"])
def test_set_up_command_makes_its_own_environment(name):
    line = command(name)
    assert line.startswith("python3 -m venv .venv")
    assert "sudo" not in line
    assert "|| true" not in line


def test_optimize_command_names_a_shipped_brief():
    brief = re.search(r"designlib optimize (\S+)", command("optimize"))
    assert brief is not None
    assert (ROOT / brief[1]).is_file()


def test_continuous_integration_runs_the_command_of_the_readme():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    found = re.search(r"^command=\$\((.+)\)$", script, re.MULTILINE)
    assert found is not None
    picked = subprocess.run(
        ["bash", "-c", found[1]], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert picked == command("test") + "\n"


def test_wheel_carries_the_catalogs_and_the_types(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    catalogs = ROOT / "catalogs"
    files = [p for p in catalogs.rglob("*") if p.suffix in {".yaml", ".csv"}]
    assert {f"designlib/_catalogs/{p.relative_to(catalogs).as_posix()}" for p in files} <= packed
    package = [p for p in (ROOT / "designlib").rglob("*.*") if p.suffix != ".pyc" and p.is_file()]
    assert {p.relative_to(ROOT).as_posix() for p in package} <= packed
    assert not [name for name in packed if name.startswith("tests/")]


def test_changelog_begins_with_this_version():
    first = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert first is not None
    assert first[1] == designlib.__version__


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)", README))
def test_link_of_the_readme_leads_somewhere(target):
    assert (ROOT / target).exists()
