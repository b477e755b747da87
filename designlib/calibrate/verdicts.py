"""Judge: the acceptance plan of a design, held against what was measured.

A file belongs to the test whose id its name begins with; a file of another name belongs to the one
test of its tool and metric, where there is only one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from designlib.calibrate.measured import Measured
from designlib.validate.acceptance import AcceptanceTest

KIN: Final = {
    "nccl-tests": {"nccl-tests", "rccl-tests", "hccl_demo"},
    "GenAI-Perf": {"vllm bench serve"},
    "vllm bench serve": {"vllm bench serve"},
    "fio": {"fio"},
    "MLPerf": {"vllm bench serve", "training log"},
}
"""Tool that measured -> tools of the plan whose tests it answers."""


@dataclass(frozen=True)
class Judged:
    """One test of a plan with its verdict.

    Attributes
    ----------
    test : AcceptanceTest
        The test.
    file : str
        File that answers it; empty where none does.
    value : float or None
        What was measured, in the unit of the test.
    verdict : str
        ``pass``, ``fail`` or ``not measured``.
    """

    test: AcceptanceTest
    file: str = ""
    value: float | None = None
    verdict: str = "not measured"


def judge(tests: Iterable[AcceptanceTest], measured: Iterable[Measured]) -> list[Judged]:
    """Return every test of a plan with what was measured for it.

    Parameters
    ----------
    tests : iterable of AcceptanceTest
        The plan.
    measured : iterable of Measured
        What the tools said; of two files for one test the worse counts.
    """
    plan, files = list(tests), list(measured)
    found: dict[str, Judged] = {t.id: Judged(t) for t in plan}
    for one in files:
        for test in _answered(one, plan):
            value = one.figures[test.metric].value
            verdict = "pass" if test.passes(value) else "fail"
            before = found[test.id]
            if before.verdict != "fail":
                found[test.id] = Judged(test, one.file, value, verdict)
    return list(found.values())


def _answered(one: Measured, plan: list[AcceptanceTest]) -> list[AcceptanceTest]:
    kin = KIN.get(one.tool, set())
    fits = [t for t in plan if t.tool in kin and t.metric in one.figures]
    stem = Path(one.file).stem
    named = [t for t in fits if _begins(stem, t.id)]
    if named:
        # One run of a service answers its rate and both of its latencies.
        run = named[0].id.rpartition("-")[0]
        same = [t for t in fits if t.id.rpartition("-")[0] == run and t.command == named[0].command]
        return same if one.tool != "nccl-tests" and len(same) > 1 else named
    metrics = {t.metric for t in fits}
    alone = [t for m in metrics for t in fits if t.metric == m and _only(m, fits)]
    return alone


def _begins(stem: str, test_id: str) -> bool:
    return stem == test_id or stem.startswith((f"{test_id}.", f"{test_id}_", f"{test_id}-run"))


def _only(metric: str, fits: list[AcceptanceTest]) -> bool:
    return sum(t.metric == metric for t in fits) == 1
