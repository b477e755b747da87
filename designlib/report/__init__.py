"""Report: one design as a page for decision makers and as a workbook for procurement."""

from __future__ import annotations

from designlib.report import exports
from designlib.report.html import (
    read_brief,
    write_comparison,
    write_infeasible_report,
    write_report,
)
from designlib.report.notebook import write_notebook
from designlib.report.pdf import write_pdf
from designlib.report.rfq import write_rfq
from designlib.report.workbook import write_workbook

__all__ = [
    "exports",
    "read_brief",
    "write_comparison",
    "write_infeasible_report",
    "write_notebook",
    "write_pdf",
    "write_report",
    "write_rfq",
    "write_workbook",
]
