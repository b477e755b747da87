"""Terms: how long a design is paid for, at what cost of capital, and what an interval weighs."""

from __future__ import annotations

from designlib.design.answer import Design
from designlib.physics.finance import stream_present_value
from designlib.schema.brief import BriefFields


def tco_months(design: Design) -> int:
    """Return the month at which the discounted sum of a design ends. [mo]."""
    return int(design.brief.get("tco_months", BriefFields.model_fields["tco_months"].default))


def horizon_months(design: Design) -> int:
    """Return the last month up to which demand grows. [mo]."""
    default = BriefFields.model_fields["horizon_months"].default
    return int(design.brief.get("horizon_months", default))


def wacc_frac(design: Design) -> float:
    """Return the cost of capital of a year. [1]."""
    return float(design.brief.get("wacc_frac", BriefFields.model_fields["wacc_frac"].default))


def intervals(design: Design) -> dict[int, int]:
    """Return each decision date with the month at which its interval ends. [mo]."""
    return dict(zip(design.dates, (*design.dates, tco_months(design))[1:], strict=True))


def annuities(design: Design) -> dict[int, float]:
    """Return for each decision date the present value of 1 a month until the next one. [mo]."""
    wacc = wacc_frac(design)
    return {a: stream_present_value(a, b, 1.0, wacc) for a, b in intervals(design).items()}
