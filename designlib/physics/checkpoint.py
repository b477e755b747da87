"""Checkpoint: its size follows from the parameters, its write rate from the policy of saving.

References
----------
.. [1] MLCommons, "MLPerf Storage v2.0 rules", checkpoint sizes of the 8B, 70B and 405B models,
       https://github.com/mlcommons/storage.
"""

from typing import Literal

from designlib.physics.reliability import SECONDS_PER_HOUR
from designlib.physics.save_cycle import (
    best_cycle_s,
    ettr,
    ettr_linear,
    save_interval_s,
    young_interval_s,
)

__all__ = [
    "CheckpointPolicy",
    "async_blocking_s",
    "best_cycle_s",
    "checkpoint_gb",
    "ettr",
    "ettr_linear",
    "save_interval_s",
    "write_gb_s",
    "young_interval_s",
]

CheckpointPolicy = Literal["literal", "sync_young_daly", "async_two_tier"]


def checkpoint_gb(params_count: float, bytes_per_param: float = 14.0) -> float:
    """Return the size of one full checkpoint.

    Parameters
    ----------
    params_count : float
        Parameters, all experts included. [1]
    bytes_per_param : float
        Bytes kept per parameter: 2 of weights and 12 of fp32 master and Adam moments [1]_. [B]

    Returns
    -------
    float
        Size of the checkpoint. [GB]

    Examples
    --------
    >>> checkpoint_gb(70e9)
    980.0
    """
    return params_count * bytes_per_param / 1e9


def async_blocking_s(checkpoint_gb: float, gpus_count: int, copy_gb_s: float) -> float:
    """Return how long training stands still while each GPU copies its share to host memory.

    Parameters
    ----------
    checkpoint_gb : float
        Size of one full checkpoint. [GB]
    gpus_count : int
        GPUs that each hold an equal share. [1]
    copy_gb_s : float
        Copy rate of one GPU to its host. [GB/s]

    Returns
    -------
    float
        Blocking time of one save; the drain to storage goes on in the background. [s]

    Examples
    --------
    >>> round(async_blocking_s(9394, 4096, 55), 3)
    0.042
    """
    return checkpoint_gb / gpus_count / copy_gb_s


def write_gb_s(
    policy: CheckpointPolicy,
    checkpoint_gb: float,
    *,
    step_s: float | None = None,
    step_frac: float = 0.5,
    mtti_hours: float | None = None,
    overhead_frac: float | None = None,
    blocking_s: float | None = None,
    interval_s: float | None = None,
) -> float:
    r"""Return the write rate that storage must give a job under a policy of saving.

    Parameters
    ----------
    policy : str
        "literal" writes within a share of one training step; "sync_young_daly" stops training
        for each write, at most for a share of time; "async_two_tier" copies to host memory and
        drains until the next save.
    checkpoint_gb : float
        Size of one full checkpoint. [GB]
    step_s : float or None
        Time of one training step, for "literal". [s]
    step_frac : float
        Share of the step in which the write ends, for "literal". [1]
    mtti_hours : float or None
        Mean time to interruption of the job, where no interval is stated. [h]
    overhead_frac : float or None
        Largest share of time that saves may take; needed for "sync_young_daly". [1]
    blocking_s : float or None
        Time that the copy to host memory takes from training, for "async_two_tier". [s]
    interval_s : float or None
        A stated interval between saves; None means Young's. [s]

    Returns
    -------
    float
        Write rate. [GB/s]

    Notes
    -----
    .. math::
        B_{literal} = \frac{S}{\varphi\, t_{step}}, \quad
        B_{sync} = \frac{S}{f\,\tau} = \frac{S}{2 f^2 M}, \quad
        B_{async} = \frac{S}{\tau}

    At Young's interval a synchronous save takes the share :math:`\sqrt{\delta / 2M}` of time,
    hence the second form.

    Examples
    --------
    >>> write_gb_s("literal", 980, step_s=10)
    196.0
    >>> round(write_gb_s("async_two_tier", 9394, blocking_s=5, mtti_hours=3.093), 1)
    28.2
    """
    if policy == "literal":
        return checkpoint_gb / (step_frac * _known(step_s, "step_s", policy))
    if policy == "sync_young_daly":
        share = _known(overhead_frac, "overhead_frac", policy)
        if interval_s is not None:
            return checkpoint_gb / (share * interval_s)
        mtti_s = _known(mtti_hours, "mtti_hours", policy) * SECONDS_PER_HOUR
        return checkpoint_gb / (2 * share**2 * mtti_s)
    if interval_s is not None:
        return checkpoint_gb / interval_s
    share = 1.0 if overhead_frac is None else overhead_frac
    blocking, hours = (
        _known(blocking_s, "blocking_s", policy),
        _known(mtti_hours, "mtti_hours", policy),
    )
    return checkpoint_gb / save_interval_s(blocking, hours, share)


def _known(value: float | None, name: str, policy: str) -> float:
    if value is None:
        raise ValueError(f"policy {policy} needs {name}")
    return value
