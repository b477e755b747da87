"""GPU: no cheaper server does the same work within the same promises."""

from __future__ import annotations

from typing import Any, Final

from designlib.design import Design
from designlib.validate.review._case import Case, Number, Verdict

CHECK: Final = "DR-13"
TITLE: Final = "The GPU is not over-specified"
RULE: Final = (
    "A GPU is chosen by the profile of the work, not as the highest of its line: no design with"
    " other servers keeps every promise for clearly less"
)
REFERENCE: Final = (
    '"AI Architecture Design: Infrastructure Decisions for Enterprise AI Workloads": the'
    " highest-specification option by default"
)
CLEARLY_FRAC: Final = 0.1
"""Saving from which a choice is over-specified; a limit of this review. [1]"""


def check(case: Case) -> Verdict:
    """Return what other servers would save at most, by proof or by the cheapest design."""
    if case.quoted:
        return _quotation(case)
    proof = case.design.certificate
    objective, bound = proof.get("objective"), proof.get("bound")
    if not objective or bound is None:
        return Verdict("warn", "nothing proves that no cheaper server does the work")
    saving = (objective - bound) / objective
    numbers = (
        Number("present value", objective, case.design.currency),
        Number("proven bound", bound, case.design.currency),
        Number("most that other servers could save", saving, "1", CLEARLY_FRAC),
        Number(
            "ways to run the work that were weighed", proof.get("candidates_considered", 0), "1"
        ),
    )
    named = ", ".join(case.brief.fleet.server_kinds_allowed or ())
    free: dict[str, Any] = {"fleet.server_kinds_allowed": None}
    if saving > CLEARLY_FRAC:
        words = f"up to {saving:.0%} may be saved: the search was cut short at that gap"
        return Verdict("fail", words, numbers, "search to a smaller gap", None, free)
    if named:
        words = f"the brief allows only {named}: what that choice costs is not in the proof"
        return Verdict("warn", words, numbers, "let the optimizer choose", None, free)
    words = f"no server of the catalog saves more than {saving:.2%}"
    return Verdict("pass", words, numbers)


def _quotation(case: Case) -> Verdict:
    if case.free is None or case.reference is None:
        return Verdict("not applicable", "the quotation was not compared with other servers")
    mine = float(case.reference.certificate["objective"])
    best = float(case.free.certificate["objective"])
    saving = (mine - best) / mine
    currency = case.design.currency
    numbers = (
        Number("present value with the quoted servers", mine, currency),
        Number("present value with any", best, currency),
        Number("what other servers save", saving, "1", CLEARLY_FRAC),
    )
    if saving > CLEARLY_FRAC:
        kinds = ", ".join(sorted(_gpu_servers(case.free, case)))
        words = f"{kinds} would do the same work for {mine - best:,.0f} {currency} less"
        return Verdict("fail", words, numbers, f"ask for {kinds}", -(mine - best))
    words = f"other servers save no more than {max(0.0, saving):.1%}"
    return Verdict("pass", words, numbers)


def _gpu_servers(design: Design, case: Case) -> set[str]:
    servers = case.catalog.servers
    bought = {x["part_id"] for x in design.tables["bill_of_materials"]}
    return {i for i in bought if i in servers and servers[i].gpu is not None}
