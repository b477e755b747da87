"""Pages: an answer as HTML that a screen reader can read, with every text from outside escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from designlib.design import Design, Infeasible
from designlib.faults import FaultError
from designlib.optimize import Stopped
from designlib.workbench.newest import Answer

SPOKEN: Mapping[str, str] = {
    "waiting": "Waiting for the next change",
    "solving": "Searching",
    "done": "Done",
    "infeasible": "No design meets this brief",
    "cancelled": "Cancelled",
    "fault": "The brief has a fault",
    "error": "The search failed",
}


def status_line(answer: Answer) -> str:
    """Return what is going on, with ``data-state`` and ``data-gen`` for whoever waits for it."""
    detail = answer.message
    if answer.design is not None:
        detail = f"{answer.design.status}, gap {answer.design.certificate['gap']:.2%}"
    return (
        f'<div role="status" aria-live="polite" class="designlib-status" '
        f'data-state="{answer.state}" data-gen="{answer.generation}">'
        f"{escape(SPOKEN[answer.state])}{': ' if detail else ''}{escape(detail)}</div>"
    )


def outcome(answer: Answer) -> str:
    """Return the headline of a design, or why there is none."""
    if answer.design is not None:
        statement = answer.design.certificate.get("statement", "")
        return f"{answer.design._repr_html_()}<p>{escape(statement)}</p>"
    if isinstance(answer.error, Infeasible):
        return refusal(answer.error)
    if isinstance(answer.error, FaultError):
        return bullets("What to correct", answer.error.faults)
    if isinstance(answer.error, Stopped):
        return "<p>The search was stopped before it had found a design.</p>"
    if answer.error is not None:
        return f"<p>{escape(type(answer.error).__name__)}: {escape(str(answer.error))}</p>"
    return ""


def refusal(error: Infeasible) -> str:
    """Return what conflicts, by how much, and what mends it."""
    repairs = [error.repair_sentence(repair) for repair in error.repairs]
    return bullets("What conflicts", error.conflict) + bullets("What mends it", repairs)


def bill(design: Design) -> str:
    """Return the bill of materials, one row a part and layer."""
    frame = design.bill_of_materials
    totals = frame.groupby(["layer", "part_id", "name"], sort=False, as_index=False).agg(
        {"count": "sum", "extended": "sum", "period_month": "min", "order_by_month": "min"}
    )
    rows = [
        (
            r["layer"],
            r["name"],
            f"{r['count']:,.0f}",
            f"{r['extended']:,.0f}",
            r["period_month"],
            f"{r['order_by_month']:.1f}",
        )
        for r in totals.to_dict("records")
    ]
    price = f"Price [{design.currency}]"
    heads = ("Layer", "Part", "Count", price, "In service [mo]", "Order by [mo]")
    return table("Bill of materials", heads, rows)


def operations(design: Design) -> str:
    """Return how each workload runs at the last date."""
    frame = design.operations
    rows = [
        (r["workload"], r["name"], r["pool"], f"{r['gpus']:,.1f}", r["layout"], r["precision"])
        for r in frame[frame["period_month"] == max(design.dates)].to_dict("records")
    ]
    heads = ("Workload", "Name", "Pool", "GPUs", "Layout", "Precision")
    return table(f"How each workload runs in month {max(design.dates)}", heads, rows)


def dropped(design: Design) -> str:
    """Return what cannot run a workload, and why."""
    frame = design.candidates
    reasons = frame[frame["status"] == "dropped"].drop_duplicates(["workload", "part_id", "reason"])
    # What another candidate of the same pool beats is no answer to "why not this part?".
    kept = reasons[~reasons["reason"].str.startswith("dominated")]
    rows = [(r["workload"], r["part_id"], r["reason"]) for r in kept.to_dict("records")]
    return table("Why not", ("Workload", "Part", "Reason"), rows)


def tables(design: Design) -> str:
    """Return every table of a design, each opened on demand."""
    return (
        folded("Bill of materials", bill(design))
        + folded("Operations", operations(design))
        + folded("Why not something else", dropped(design))
    )


def code(text: str) -> str:
    """Return a line of Python to copy."""
    return folded("As code", f"<pre>{escape(text)}</pre>")


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table with a caption and headings of columns and rows."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(str(row[0]))}</th>'
        + "".join(f"<td>{escape(str(cell))}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def bullets(title: str, items: Iterable[object]) -> str:
    """Return a titled list; nothing where there are no items."""
    lines = "".join(f"<li>{escape(str(item))}</li>" for item in items)
    return f"<h3>{escape(title)}</h3><ul>{lines}</ul>" if lines else ""


def folded(title: str, content: str) -> str:
    """Return content that opens on demand; it is HTML already."""
    return f"<details><summary>{escape(title)}</summary>{content}</details>"
