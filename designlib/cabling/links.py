"""Links: a fabric is a list of links, each between a port of one device and a port of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["server", "manager", "leaf", "spine", "core", "router"]
Whole = NDArray[np.int64]

SWITCHES: Final = frozenset({"leaf", "spine", "core", "router"})


@dataclass(frozen=True, slots=True)
class Links:
    """Links of one kind in one plane.

    Parameters
    ----------
    tier : str
        Which links they are, such as "leaf-spine".
    plane : int
        Plane, counted from 0.
    a_kind, z_kind : str
        Kind of device at each end.
    a, z : ndarray of int, shape (links,)
        Device at each end, counted from 0 over all planes, within its kind.
    a_port, z_port : ndarray of int, shape (links,)
        Port of that device, counted from 1.
    """

    tier: str
    plane: int
    a_kind: Kind
    z_kind: Kind
    a: Whole
    a_port: Whole
    z: Whole
    z_port: Whole

    def __len__(self) -> int:
        """Return the number of links."""
        return len(self.a)


def rank_within(groups: Whole) -> Whole:
    """Return how many earlier elements belong to the same group, for each element.

    Examples
    --------
    >>> rank_within(np.array([4, 4, 7, 4])).tolist()
    [0, 1, 0, 2]
    """
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(groups) else order
    lengths = np.diff(np.r_[first, len(groups)])
    rank = np.empty(len(groups), dtype=np.int64)
    rank[order] = np.arange(len(groups)) - np.repeat(first, lengths)
    return rank
