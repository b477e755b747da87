"""Numbers: laws of layouts take a number or an array with one value for each layout."""

from typing import Any

import numpy as np

Numbers = Any
"""A number, or an array of numbers; arrays of one law have one length."""

Words = Any
"""A word, or an array of words."""


def choose(condition: Numbers, yes: Numbers, no: Numbers) -> Numbers:
    """Return one of two values element by element; numbers give a number.

    Parameters
    ----------
    condition : bool or array of bool
        What decides.
    yes, no : float or array
        Values where the condition holds, and where it does not.
    """
    return np.asarray(np.where(condition, yes, no))[()]
