"""Misfit: why a workload cannot run on a machine, in numbers that a repair can price."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Misfit:
    """A refusal with the quantity that is short.

    Parameters
    ----------
    reason : str
        A sentence for a person: "full fine-tuning needs 1,120 GB of states, 16 GPUs have 768 GB".
    quantity : str
        What is short or broken: "memory", "tpot", "ttft", "fabric", "batch".
    needed, available : float
        The two numbers, in ``unit``; a latency is needed (predicted) against available (limit).
    unit : str
        Unit of both numbers.
    """

    reason: str
    quantity: str
    needed: float
    available: float
    unit: str

    def __str__(self) -> str:
        """Return the reason."""
        return self.reason
