"""Surviving: what each of several sites must be able to carry, so that a loss is borne."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations


def carried_fracs(
    split: Mapping[str, float], lost_count: int, surviving_frac: float
) -> dict[str, float]:
    r"""Return the share of all traffic that each site must be able to carry.

    Parameters
    ----------
    split : mapping
        Site -> its share of the traffic while every site is up. [1]
    lost_count : int
        Sites that may be lost at once. [1]
    surviving_frac : float
        Share of all traffic that the remaining sites must still carry together. [1]

    Returns
    -------
    dict
        Site -> share. [1]

    Raises
    ------
    ValueError
        No site would remain.

    Notes
    -----
    When the sites of a set :math:`L` are lost, each remaining site takes the surviving traffic in
    proportion to its own split (equal parts where the remaining sites had none):

    .. math:: n_s = \max\Bigl(x_s, \max_{L \not\ni s} f \frac{x_s}{\sum_{r \notin L} x_r}\Bigr)

    Examples
    --------
    >>> carried_fracs({"a": 0.5, "b": 0.5}, 1, 0.6)
    {'a': 0.6, 'b': 0.6}
    >>> carried_fracs({"a": 0.5, "b": 0.25, "c": 0.25}, 1, 1.0)
    {'a': 0.6666666666666666, 'b': 0.5, 'c': 0.5}
    >>> carried_fracs({"a": 1.0, "b": 0.0}, 1, 1.0)
    {'a': 1.0, 'b': 1.0}
    """
    if lost_count >= len(split):
        raise ValueError(f"{lost_count} of {len(split)} sites may be lost: none would remain")
    need = dict(split)
    for lost in combinations(split, lost_count) if lost_count else ():
        left = [s for s in split if s not in lost]
        total = sum(split[s] for s in left)
        for s in left:
            share = split[s] / total if total else 1.0 / len(left)
            need[s] = max(need[s], surviving_frac * share)
    return need
