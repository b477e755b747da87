"""Acceptance: every promised figure has a test, begun on a pilot, before the cluster is used."""

from __future__ import annotations

from typing import Final

from designlib.validate._evidence import gpu_servers, spec
from designlib.validate.acceptance import acceptance, untested
from designlib.validate.review._case import Case, Number, Verdict, verdict_of

CHECK: Final = "DR-15"
TITLE: Final = "Validated before deployment"
RULE: Final = (
    "Training, latency and storage are measured before full deployment: every promised figure has a"
    " test with a threshold, a pilot passes first, and the time of installation is long enough"
)
REFERENCE: Final = '"AI Architecture Design": benchmark before committing to full-scale deployment'
HOURS_PER_WEEK: Final = 7 * 24.0


def check(case: Case) -> Verdict:
    """Return the promises without a test, and whether installation leaves time for the tests."""
    plan = acceptance(case.design, case.catalog)
    if not plan:
        return Verdict("not applicable", "nothing is promised that could be measured")
    found = untested(case.design, case.catalog)
    stages = {t.stage for t in plan}
    if "first" not in stages:
        found.append("no test is run on a pilot before the rest is accepted")
    hours = sum(t.hours for t in plan if t.stage == "first")
    lines = gpu_servers(case.lines, case.catalog)
    install = min(
        (spec(case.catalog.servers[x["part_id"]], "install_weeks") for x in lines), default=0.0
    )
    stated = case.brief.procurement.install_weeks
    weeks = install if stated is None else stated
    numbers = (
        Number("tests", len(plan), "1"),
        Number("promises without a test", len(found), "1", 0.0),
        Number("hours of the pilot's tests", hours, "h", weeks * HOURS_PER_WEEK),
    )
    if lines and hours > weeks * HOURS_PER_WEEK:
        found.append(
            f"the tests of a pilot take {hours:,.0f} h, installation is planned for {weeks:g} weeks"
        )
    kept = f"{len(plan)} tests cover every promised figure, a pilot first"
    need = -(-hours // HOURS_PER_WEEK)
    changes = {"procurement.install_weeks": need} if weeks < need and lines else {}
    fix = "optimize the brief: it predicts every promised figure"
    if changes:
        fix = f"plan {need:g} weeks of installation"
    return verdict_of(found, kept, numbers, fix=fix, changes=changes)
