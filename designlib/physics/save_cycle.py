"""Save cycle: saving often loses time to saves, saving seldom loses it to failures.

References
----------
.. [1] J. W. Young, "A first order approximation to the optimum checkpoint interval",
       Communications of the ACM 17(9), 1974, https://doi.org/10.1145/361147.361115.
.. [2] J. T. Daly, "A higher order estimate of the optimum checkpoint interval for restart dumps",
       Future Generation Computer Systems 22(3), 2006, equation 20.
.. [3] "Boosting large-scale parallel training efficiency with availability-optimal checkpoint
       cycles", arXiv 2410.18124.
"""

from math import exp, expm1, sqrt

from designlib.physics.reliability import SECONDS_PER_HOUR

LARGEST_EXPONENT = 512.0
"""Above e^709 a float overflows; the ratio is zero to any figure long before."""


def young_interval_s(save_s: float, mtti_s: float) -> float:
    r"""Return the interval between saves that loses the least time to saves and failures.

    Parameters
    ----------
    save_s : float
        Time that one save takes from training. [s]
    mtti_s : float
        Mean time to interruption of the job. [s]

    Returns
    -------
    float
        Interval between the ends of saves [1]_. [s]

    Notes
    -----
    .. math:: \tau = \sqrt{2\,\delta\,M}

    Examples
    --------
    >>> young_interval_s(10, 8000)
    400.0
    """
    return sqrt(2 * save_s * mtti_s)


def best_cycle_s(save_s: float, mtti_s: float, repair_s: float) -> float:
    r"""Return the availability-optimal cycle: the time from one save to the next, save included.

    Parameters
    ----------
    save_s : float
        Time that one save takes. [s]
    mtti_s : float
        Mean time to interruption of the job. [s]
    repair_s : float
        Time from a failure to running again. [s]

    Returns
    -------
    float
        Cycle [3]_. [s]

    Notes
    -----
    .. math:: T_c = T_s + \sqrt{2 (T_f + T_r) T_s + T_s^2}

    Examples
    --------
    A save of 10 s, a failure each 6000 s and a repair of 600 s: 24 steps of 15 s between saves.

    >>> round((best_cycle_s(10, 6000, 600) - 10) / 15)
    24
    """
    return save_s + sqrt(2 * (mtti_s + repair_s) * save_s + save_s**2)


def ettr(interval_s: float, save_s: float, mtti_s: float, restart_s: float) -> float:
    r"""Return the effective training time ratio under exponential failures.

    Parameters
    ----------
    interval_s : float
        Training between two saves. [s]
    save_s : float
        Time that one save takes from training. [s]
    mtti_s : float
        Mean time to interruption of the job. [s]
    restart_s : float
        Time from a failure to training again. [s]

    Returns
    -------
    float
        Share of wall time that advances training [2]_. [1]

    Notes
    -----
    .. math:: \mathrm{ETTR} = \frac{\tau}{M e^{R/M} \left(e^{(\tau+\delta)/M} - 1\right)}

    Examples
    --------
    >>> round(ettr(young_interval_s(60, 44568), 60, 44568, 600), 3)
    0.936
    """
    if interval_s <= 0:
        return 0.0
    cycle = (interval_s + save_s) / mtti_s
    if cycle + restart_s / mtti_s > LARGEST_EXPONENT:
        return 0.0
    return interval_s / (mtti_s * exp(restart_s / mtti_s) * expm1(cycle))


def ettr_linear(interval_s: float, save_s: float, mtti_s: float, restart_s: float) -> float:
    r"""Return the effective training time ratio to first order, for failures that are rare.

    Parameters
    ----------
    interval_s : float
        Training between two saves. [s]
    save_s : float
        Time that one save takes from training. [s]
    mtti_s : float
        Mean time to interruption of the job. [s]
    restart_s : float
        Time from a failure to training again. [s]

    Returns
    -------
    float
        Share of wall time that advances training. [1]

    Notes
    -----
    .. math:: 1 - \frac{\delta}{\tau} - \frac{\tau/2 + R}{M}
    """
    return 1 - save_s / interval_s - (interval_s / 2 + restart_s) / mtti_s


def save_interval_s(save_s: float, mtti_hours: float, overhead_max_frac: float = 1.0) -> float:
    r"""Return Young's interval, stretched where saves would take more than the allowed share.

    Parameters
    ----------
    save_s : float
        Time that one save takes from training. [s]
    mtti_hours : float
        Mean time to interruption of the job. [h]
    overhead_max_frac : float
        Largest share of time that saves may take. [1]

    Returns
    -------
    float
        Interval between saves. [s]

    Notes
    -----
    .. math:: \tau = \max\left(\sqrt{2\,\delta\,M},\ \delta / f\right)
    """
    young = young_interval_s(save_s, mtti_hours * SECONDS_PER_HOUR)
    return max(young, save_s / overhead_max_frac)
