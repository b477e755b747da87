"""Design: one answer, frozen; what to buy, how it runs, what it costs, and the proof."""

from designlib.design.answer import Design
from designlib.design.files import write_atomic
from designlib.design.form import COLUMNS, SCHEMA_VERSION
from designlib.design.infeasible import Infeasible

__all__ = ["COLUMNS", "SCHEMA_VERSION", "Design", "Infeasible", "write_atomic"]
