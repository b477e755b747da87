"""Status: one line that says what the search is doing, and what no reader may miss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from designlib.brief import Brief
from designlib.design import Infeasible
from designlib.faults import FaultError
from designlib.report import refusal
from designlib.report.words import money_short
from designlib.workbench.newest import Answer
from designlib.workbench.render import chapter, render

SPOKEN: Final[Mapping[str, str]] = {
    "waiting": "Waiting for the next change",
    "solving": "Proving",
    "resized": "Re-sized at once, proof follows",
    "done": "Proven",
    "infeasible": "No design meets this brief",
    "cancelled": "Cancelled",
    "fault": "The brief has a fault",
    "error": "The search failed",
}
CERTAIN: Final = 1e-6
"""Gap that reads as none. [1]"""


def status_line(answer: Answer, currency: str, aside: str = "") -> Markup:
    """Return what is going on, with ``data-state`` and ``data-gen`` for whoever waits for it.

    Parameters
    ----------
    answer : Answer
        What is known.
    currency : str
        What costs are in.
    aside : str
        What else is being worked out.
    """
    gap = answer.gap if not answer.final else None
    return render(
        "status",
        state=answer.state,
        generation=answer.generation,
        spoken=SPOKEN[answer.state],
        detail=_detail(answer, currency),
        gap=gap,
        done=0 if gap is None else round(100 * (1 - min(1.0, gap))),
        running=not answer.final,
        aside=aside,
    )


def _detail(answer: Answer, currency: str) -> str:
    if answer.final and answer.design is not None:
        found, gap = answer.design.certificate, answer.design.certificate.get("gap")
        cost = f"{found['objective']:,.0f} {currency} in present value"
        if gap is None:
            return f"the best so far costs {cost}"
        least = "no design costs less" if gap < CERTAIN else f"none costs over {gap:.2%} less"
        words = "the best so far" if answer.state == "cancelled" else "this design"
        return f"{words} costs {cost}; {least}"
    if answer.state == "fault" and isinstance(answer.error, FaultError):
        return "; ".join(str(fault) for fault in answer.error.faults)
    if answer.error is not None and not isinstance(answer.error, Infeasible):
        return f"{type(answer.error).__name__}: {answer.error}"
    told = [answer.message] if answer.message else []
    if answer.incumbent is not None:
        told.append(f"best so far {money_short(answer.incumbent, currency)}")
    if answer.gap is not None:
        told.append(f"at most {answer.gap:.1%} above the least cost")
    elif answer.state == "resized":
        told.append("how far it is from the least cost follows")
    return ", ".join(told)


def explained(error: Exception, brief: Brief) -> Markup:
    """Return what conflicts and what mends it, with a button for each repair.

    Parameters
    ----------
    error : Exception
        Why there is no design.
    brief : Brief
        The brief that was refused.
    """
    if isinstance(error, FaultError):
        return render("faults", faults=[str(fault) for fault in error.faults])
    if not isinstance(error, Infeasible):
        return render("faults", faults=[f"{type(error).__name__}: {error}"])
    found = refusal.sections(error)
    repairs = [
        {"number": n, "told": error.repair_sentence(repair), "verified": repair["verified"]}
        for n, repair in enumerate(error.repairs)
        if mended(error, n, brief) is not None
    ]
    return Markup("").join(
        (
            chapter("conflict", found.pop("conflict")),
            render("repairs", repairs=repairs),
            *(chapter(key, section) for key, section in found.items()),
        )
    )


def mended(error: Infeasible, number: int, brief: Brief) -> Brief | None:
    """Return the brief after a repair; None where the repair names no field that can be set.

    Parameters
    ----------
    error : Infeasible
        The refusal.
    number : int
        Which of its repairs.
    brief : Brief
        The brief that was refused.
    """
    if not error.repairs[number].get("changes"):
        return None
    try:
        return error.apply(number, brief)
    except FaultError:
        return None
