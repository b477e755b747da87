"""Acceptance: every figure that a design promises becomes a test with a tool and a threshold.

Limits come from the design and the brief alone. Each file of this folder whose name begins with
``of_`` adds the tests of one subject.

References
----------
.. [1] NVIDIA/nccl-tests, README.md: ``-b -e -f -g -n -w``, the column ``busbw``.
.. [2] fio 3.33, manual page: ``--output-format=json``, ``--client``, ``--end_fsync``.
.. [3] docs.vllm.ai, ``vllm bench serve``: ``--request-rate``, ``--percentile-metrics``.
.. [4] mlcommons/storage: ``mlpstorage training run``; an accelerator is busy for 90 % of the time.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate.acceptance._scripts import COLUMNS, plan_rows, write_scripts
from designlib.validate.acceptance._test import AcceptanceTest

STAGES = ("first", "whole")


def acceptance(design: Design, catalog: Catalog | None = None) -> tuple[AcceptanceTest, ...]:
    """Return the acceptance plan of a design: the pilot's tests first, each with its limit.

    Parameters
    ----------
    design : Design
        Its figures are the limits.
    catalog : Catalog, optional
        What its parts state; the shipped catalog by default.

    Returns
    -------
    tuple of AcceptanceTest
        One row a promised figure; ids are unique.
    """
    parts = catalog or Catalog.load()
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name.startswith("of_"))
    found: list[AcceptanceTest] = []
    for name in names:
        found += importlib.import_module(f"{__name__}.{name}").tests(design, parts)
    return tuple(sorted(found, key=lambda t: STAGES.index(t.stage)))


def untested(design: Design, catalog: Catalog | None = None) -> list[str]:
    """Return a sentence for each promised figure without a test in the plan.

    Parameters
    ----------
    design : Design
        The design.
    catalog : Catalog, optional
        What its parts state; the shipped catalog by default.
    """
    parts = catalog or Catalog.load()
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name.startswith("of_"))
    found: list[str] = []
    for name in names:
        found += importlib.import_module(f"{__name__}.{name}").missing(design, parts)
    return found


def write_acceptance(design: Design, catalog: Catalog | None, folder: str | Path) -> list[Path]:
    """Write the acceptance plan of a design as a table and as scripts, and return the files.

    Parameters
    ----------
    design : Design
        The design.
    catalog : Catalog or None
        What its parts state; the shipped catalog where None.
    folder : str or Path
        Where to write; it is made where there is none.
    """
    return write_scripts(acceptance(design, catalog), folder)


__all__ = [
    "COLUMNS",
    "STAGES",
    "AcceptanceTest",
    "acceptance",
    "plan_rows",
    "untested",
    "write_acceptance",
]
