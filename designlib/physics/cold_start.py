"""Cold start: what a replica needs before its first answer, and what scaling by load saves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

GBIT_PER_GB = 8.0


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Parts of the time until a new replica answers.

    Parameters
    ----------
    image_s, weights_s, warm_up_s : float
        Fetch the image, load the weights, compile and capture. [s]
    """

    image_s: float
    weights_s: float
    warm_up_s: float

    @property
    def whole_s(self) -> float:
        """Return the time from the order to the first answer. [s]."""
        return self.image_s + self.weights_s + self.warm_up_s


def cold_start(
    *,
    image_gb: float,
    image_gbit_s: float,
    weights_gb: float,
    read_gb_s: float,
    starting_count: int = 1,
    storage_gb_s: float = float("inf"),
    warm_up_s: float,
) -> ColdStart:
    """Return the time until new replicas answer.

    Parameters
    ----------
    image_gb : float
        Container image; 0 where the server keeps it. [GB]
    image_gbit_s : float
        Rate of the port that fetches it. [Gbit/s]
    weights_gb : float
        Weights of a replica. [GB]
    read_gb_s : float
        Rate at which its server loads them, from its own disks or its storage port. [GB/s]
    starting_count : int
        Replicas that start at once and share the storage. [1]
    storage_gb_s : float
        Read rate of the shared storage; infinite where servers load from their own disks. [GB/s]
    warm_up_s : float
        Compilation, graph capture, first requests. [s]

    Examples
    --------
    >>> start = cold_start(
    ...     image_gb=10, image_gbit_s=100, weights_gb=70, read_gb_s=7, warm_up_s=60
    ... )
    >>> round(start.image_s, 1), round(start.weights_s, 1), round(start.whole_s, 1)
    (0.8, 10.0, 70.8)
    """
    rate = min(read_gb_s, storage_gb_s / starting_count)
    image = image_gb * GBIT_PER_GB / image_gbit_s
    return ColdStart(image, weights_gb / rate, warm_up_s)


def scaled_replicas(
    load_requests_s: Sequence[float],
    step_s: float,
    start_s: float,
    replicas_for: Sequence[tuple[float, int]],
    *,
    least_count: int = 1,
) -> list[int]:
    """Return the replicas that must be up over a day when each is ordered a cold start ahead.

    Parameters
    ----------
    load_requests_s : sequence of float
        Arrivals of each step of a day that repeats. [requests/s]
    step_s : float
        Length of a step. [s]
    start_s : float
        Time from order to first answer. [s]
    replicas_for : sequence of (float, int)
        Menu: rate sustained [requests/s] and replicas, ascending.
    least_count : int
        Replicas that always run. [1]

    Raises
    ------
    ValueError
        The menu ends below the peak.

    Examples
    --------
    >>> scaled_replicas([1, 5, 1, 1], 3600, 600, [(2, 1), (4, 2), (6, 3)])
    [3, 3, 1, 1]
    """
    ahead = ceil(start_s / step_s - 1e-9)
    needed = []
    for load in load_requests_s:
        fitting = [count for rate, count in replicas_for if rate >= load]
        if not fitting:
            raise ValueError(f"no replicas sustain {load:g} requests/s")
        needed.append(max(least_count, min(fitting)))
    steps = len(needed)
    return [max(needed[(k + j) % steps] for j in range(ahead + 1)) for k in range(steps)]
