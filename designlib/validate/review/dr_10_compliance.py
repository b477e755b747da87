"""Compliance: regulated data has its rules, its segments and its records in the first design."""

from __future__ import annotations

from typing import Final

from designlib.validate import compliance
from designlib.validate.review._case import Case, Number, Verdict, verdict_of

CHECK: Final = "DR-10"
TITLE: Final = "Compliance is designed in"
RULE: Final = (
    "Data of a class has a profile of rules from the start: segments between zones, encryption and"
    " a place for the records of its use; later it costs a rebuild"
)
REFERENCE: Final = (
    '"Enterprise AI Architecture for Production Workloads": compliance added to what is built'
)
PUBLIC: Final = frozenset({"", "none"})
SEGMENTS, AUDIT = "segmentation", "audit-log"
PROFILE: Final = "HIPAA"
"""The profile with every control; the customer names the one that holds."""


def check(case: Case) -> Verdict:
    """Return what regulated data lacks, or that no workload has any."""
    classes = {w.data_class for w in case.brief.work() if (w.data_class or "") not in PUBLIC}
    rules = case.brief.compliance
    numbers = (
        Number("classes of regulated data", len(classes), "1"),
        Number("profiles of rules", len(rules.profiles) if rules else 0, "1"),
    )
    if not classes and rules is None:
        return Verdict("not applicable", "the brief names no regulated data", numbers)
    if rules is None:
        words = f"data of class {', '.join(sorted(map(str, classes)))} is under no rules"
        fix = "name its profile in the brief"
        changes = {"compliance": {"profiles": [PROFILE]}}
        return Verdict("fail", words, numbers, fix, None, changes)
    found = compliance.check(case.design, case.catalog)
    software = case.catalog.software
    runs = case.design.summary.get("orchestration") or []
    provided = {word for i in runs if i in software for word in software[i].provides}
    offered = {word for part in software.values() for word in part.provides}
    for word, what in ((SEGMENTS, "segments between zones"), (AUDIT, "records of use")):
        if word in offered and word not in provided:
            found.append(f"{' and '.join(rules.profiles)} ask for {what}, nothing provides them")
    if rules.audit is not None and not any(a.supply for a in case.of("object_tb")):
        found.append("records must be kept, no object storage is there to keep them")
    kept = f"{' and '.join(rules.profiles)}: segments, records and encryption are in the design"
    fix = "optimize the brief with its rules: it adds what keeps them"
    return verdict_of(found, kept, numbers, fix=fix)
