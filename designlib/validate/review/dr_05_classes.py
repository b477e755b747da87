"""Classes: a cluster is designed for more than one class of work, or says that it is not."""

from __future__ import annotations

from typing import Final

from designlib.validate.review._case import Case, Number, Verdict

CHECK: Final = "DR-05"
TITLE: Final = "More than one class of work"
RULE: Final = (
    "Training, fine-tuning and inference load hardware in different ways: a portfolio of one class"
    " buys a system that the next class does not fit, unless that is accepted"
)
REFERENCE: Final = (
    '"Designing Infrastructure for AI Workloads": one class of work; "AI Architecture Design": a'
    " single workload type"
)


def check(case: Case) -> Verdict:
    """Return whether the brief has workloads of more than one class."""
    classes = sorted({str(w.workload_class) for w in case.brief.work()})
    numbers = (
        Number("classes of work", len(classes), "1"),
        Number("workloads", len(case.brief.work()), "1"),
    )
    if len(classes) > 1:
        return Verdict("pass", f"{' and '.join(classes)} are in the brief", numbers)
    words = f"every workload is {classes[0]}: nothing else was weighed"
    fix = f"add the other classes to the brief, or accept it: --accept {CHECK}=REASON"
    return Verdict("warn", words, numbers, fix)
