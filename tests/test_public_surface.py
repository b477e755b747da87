"""Public surface: at most ten names, an instant import, and no name hidden by a submodule."""

import subprocess
import sys

import pytest

import designlib as dl

NAMES = {
    "Brief",
    "Catalog",
    "Design",
    "FaultError",
    "Infeasible",
    "__version__",
    "optimize",
    "workbench",
    "write_report",
    "write_workbook",
}
ROOMS = {"calibrate", "charts", "explore", "imports", "report", "validate"}
HEAVY = {"pandas", "numpy", "pyomo", "highspy", "plotly", "ipywidgets", "pydantic", "openpyxl"}
IMPORT_MAX_S = 0.1


def run_python(code: str) -> str:
    """Return what a fresh interpreter prints."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_surface_is_small_and_stated():
    assert set(dl.__all__) == NAMES
    assert len(NAMES) <= 10
    assert set(dir(dl)) == NAMES | ROOMS


def test_every_name_resolves():
    assert all(getattr(dl, name) is not None for name in dl.__all__)
    assert callable(dl.optimize)
    assert issubclass(dl.Infeasible, Exception)


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_room_is_at_hand_with_what_it_says(room):
    names = run_python(f"import designlib as dl; print(*dl.{room}.__all__)").split()
    found = getattr(dl, room)
    assert names
    assert all(getattr(found, name) is not None for name in names)


def test_unknown_name_is_an_attribute_error():
    assert not hasattr(dl, "nonesuch")


def test_import_is_instant_and_light():
    timing = (
        "import time; s = time.perf_counter(); import designlib; print(time.perf_counter() - s)"
    )
    # The fastest of a few runs: a busy machine slows single runs down.
    assert min(float(run_python(timing)) for _ in range(5)) < IMPORT_MAX_S
    loaded = run_python("import sys, designlib; print(*(n.partition('.')[0] for n in sys.modules))")
    assert not HEAVY & set(loaded.split())


def test_submodule_does_not_hide_the_function_of_its_name():
    for name in ("optimize", "workbench"):
        code = f"from designlib.{name} import {name} as f; import designlib as dl"
        assert run_python(f"{code}; print(dl.{name} is f)") == "True"


def test_name_can_be_used_before_its_module_was_imported():
    assert run_python(
        "import designlib as dl; print(callable(dl.optimize), dl.Brief.__name__)"
    ) == ("True Brief")
