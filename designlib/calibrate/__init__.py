"""Calibrate: what the user's own tools printed becomes constants of an overlay, and judges a plan.

Each file of this folder whose name begins with ``read_`` reads the output of one tool.
"""

from __future__ import annotations

from designlib.calibrate.fitted import Context, constants
from designlib.calibrate.measured import Figure, Measured
from designlib.calibrate.movement import Move, moves
from designlib.calibrate.overlay import overlay_text
from designlib.calibrate.reading import read, tools
from designlib.calibrate.verdicts import Judged, judge

__all__ = [
    "Context",
    "Figure",
    "Judged",
    "Measured",
    "Move",
    "constants",
    "judge",
    "moves",
    "overlay_text",
    "read",
    "tools",
]
