"""Test: one promised figure, the tool that measures it, and when the measurement passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Rule = Literal[">=", "<="]
TOLERANCE: Final = 1e-9


@dataclass(frozen=True)
class AcceptanceTest:
    """One row of the acceptance plan.

    Attributes
    ----------
    id : str
        Short id; scripts and results are named after it.
    stage : str
        ``first``: on a pilot, before the rest is accepted; ``whole``: on everything.
    promise : str
        What was promised, in words.
    subject : str
        Workload, pool, site or server kind that it holds for.
    tool, metric : str
        What measures it, and which figure of the tool's output counts.
    command : str
        Shell command; variables in capitals are set by the operator, with defaults in the scripts.
    threshold : float
        Limit that comes from the design.
    unit : str
        Its unit.
    rule : str
        ``>=`` or ``<=``: how the measurement stands to the limit when it passes.
    samples : str
        How often or how long it is measured.
    hours : float
        Time to plan for it. [h]
    basis : str
        Where the limit comes from.
    job : str
        Text of a job file that the command reads; empty where it needs none.
    """

    id: str
    stage: str
    promise: str
    subject: str
    tool: str
    metric: str
    command: str
    threshold: float
    unit: str
    rule: Rule
    samples: str
    hours: float
    basis: str
    job: str = ""

    def passes(self, value: float) -> bool:
        """Return whether a measured value keeps the promise."""
        room = TOLERANCE * max(1.0, abs(self.threshold))
        if self.rule == ">=":
            return value >= self.threshold - room
        return value <= self.threshold + room
