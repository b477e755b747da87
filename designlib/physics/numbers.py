"""Numbers: laws of layouts take a number or an array with one value for each layout."""

from typing import Any

Numbers = Any
"""A number, or an array of numbers; arrays of one law have one length."""

Words = Any
"""A word, or an array of words."""
