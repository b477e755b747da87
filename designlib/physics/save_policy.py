"""Save policy: what a way of saving asks of storage, and what it leaves for training."""

from __future__ import annotations

from dataclasses import dataclass

from designlib.physics.checkpoint import CheckpointPolicy, write_gb_s
from designlib.physics.reliability import SECONDS_PER_HOUR
from designlib.physics.save_cycle import ettr, save_interval_s, young_interval_s


@dataclass(frozen=True, slots=True)
class SavePlan:
    """A job's saves under one policy.

    Parameters
    ----------
    policy : str
        The policy.
    checkpoint_gb : float
        Size of one full checkpoint. [GB]
    write_gb_s : float
        What storage must write for the job. [GB/s]
    interval_s : float
        Training between two saves. [s]
    blocking_s : float
        Time that training stands still for one save. [s]
    ettr_frac : float
        Share of wall time that advances training, failures and restarts included. [1]
    """

    policy: str
    checkpoint_gb: float
    write_gb_s: float
    interval_s: float
    blocking_s: float
    ettr_frac: float

    @property
    def overhead_frac(self) -> float:
        """Return the share of running time that saves take. [1]."""
        return self.blocking_s / (self.interval_s + self.blocking_s)


def save_plan(
    policy: CheckpointPolicy,
    checkpoint_gb: float,
    *,
    mtti_hours: float,
    restart_s: float,
    snapshot_s: float,
    overhead_max_frac: float,
    step_s: float,
    step_frac: float,
    write_max_s: float | None = None,
) -> SavePlan:
    r"""Return what the saves of a job need and cost under a policy.

    Parameters
    ----------
    policy : str
        "literal" writes within a share of one step; "sync_young_daly" stops training for each
        write; "async_two_tier" stops it for a copy to host memory and drains until the next save.
    checkpoint_gb : float
        Size of one full checkpoint. [GB]
    mtti_hours : float
        Mean time to interruption of the job. [h]
    restart_s : float
        Time from a failure to training again. [s]
    snapshot_s : float
        Time that a copy to host memory stops training. [s]
    overhead_max_frac : float
        Largest share of time that saves may take. [1]
    step_s : float
        Time of one training step. [s]
    step_frac : float
        Share of the step in which the literal policy writes. [1]
    write_max_s : float or None
        Longest time that one checkpoint may take to write, where one is promised. [s]

    Returns
    -------
    SavePlan
        Write rate, interval, blocking time and effective training time.

    Notes
    -----
    Training stands still for :math:`\delta`: the copy (async), or the write itself,
    :math:`S / B` (sync, literal). Saves come at Young's interval, stretched where they would take
    more than the allowed share. A promised write time raises B, and so shortens :math:`\delta`.

    Examples
    --------
    A 400 billion parameter job on 9,216 GPUs: the literal rule asks for 1.1 TB/s, a drain for 13.

    >>> plans = [save_plan(p, 5600, mtti_hours=5.5, restart_s=300, snapshot_s=5,
    ...     overhead_max_frac=0.02, step_s=10, step_frac=0.5)
    ...     for p in ("literal", "async_two_tier")]
    >>> [round(p.write_gb_s, 1) for p in plans], [round(p.ettr_frac, 3) for p in plans]
    ([1120.0, 12.6], [0.963, 0.963])
    """
    rate = write_gb_s(
        policy,
        checkpoint_gb,
        step_s=step_s,
        step_frac=step_frac,
        mtti_hours=mtti_hours,
        overhead_frac=overhead_max_frac,
        blocking_s=snapshot_s,
    )
    if write_max_s is not None:
        rate = max(rate, checkpoint_gb / write_max_s)
    blocking = snapshot_s if policy == "async_two_tier" else checkpoint_gb / rate
    mtti_s = mtti_hours * SECONDS_PER_HOUR
    interval = young_interval_s(blocking, mtti_s)
    if overhead_max_frac:
        interval = save_interval_s(blocking, mtti_hours, overhead_max_frac)
    share = ettr(interval, blocking, mtti_s, restart_s)
    return SavePlan(policy, checkpoint_gb, rate, interval, blocking, share)
