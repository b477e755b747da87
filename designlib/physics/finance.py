"""Finance: money at another time is worth less, prices fall and machines lose value with age.

References
----------
.. [1] R. A. Brealey, S. C. Myers, F. Allen, "Principles of corporate finance", chapter 2:
       present values and annuities.
"""

from collections.abc import Sequence
from math import expm1, log1p

from designlib.physics.unit_cost import (
    break_even_busy_frac,
    break_even_months,
    crf,
    usd_per_gpu_hour,
)

__all__ = [
    "break_even_busy_frac",
    "break_even_months",
    "crf",
    "npv",
    "present_value_factor",
    "price_at",
    "straight_line_residual_frac",
    "stream_present_value",
    "usd_per_gpu_hour",
]

MONTHS_PER_YEAR = 12


def npv(flows: Sequence[float], rate_frac: float) -> float:
    r"""Return the net present value of equally spaced flows, the first one now.

    Parameters
    ----------
    flows : sequence of float
        Money received (above 0) or paid (below 0) at the start of each period. [money]
    rate_frac : float
        Discount rate of one period. [1]

    Returns
    -------
    float
        Net present value [1]_. [money]

    Notes
    -----
    .. math:: \sum_t \frac{CF_t}{(1 + r)^t}

    Examples
    --------
    >>> round(npv([-100, 121], 0.10), 2)
    10.0
    """
    return float(sum(flow / (1 + rate_frac) ** t for t, flow in enumerate(flows)))


def present_value_factor(month: float, wacc_frac: float) -> float:
    r"""Return the value today of one unit of money at a month.

    Parameters
    ----------
    month : float
        Months from today. [mo]
    wacc_frac : float
        Weighted average cost of capital, a year. [1]

    Returns
    -------
    float
        Factor. [1]

    Notes
    -----
    .. math:: (1 + r)^{-m / 12}

    Examples
    --------
    >>> round(present_value_factor(12, 0.25), 3)
    0.8
    """
    return float((1 + wacc_frac) ** (-month / MONTHS_PER_YEAR))


def stream_present_value(
    from_month: int, to_month: int, monthly_amount: float, wacc_frac: float
) -> float:
    r"""Return the value today of equal payments at the ends of months.

    Parameters
    ----------
    from_month : int
        Date from which the stream runs; its first payment falls one month later. [mo]
    to_month : int
        Date of the last payment; nothing is paid where it is not after ``from_month``. [mo]
    monthly_amount : float
        Payment of one month. [money]
    wacc_frac : float
        Weighted average cost of capital, a year. [1]

    Returns
    -------
    float
        Present value. [money]

    Notes
    -----
    With the factor of one month :math:`q = (1 + r)^{-1/12}`:

    .. math:: \sum_{m=a+1}^{b} A q^m = A\, q^{a+1} \frac{1 - q^{b-a}}{1 - q}

    Examples
    --------
    >>> stream_present_value(6, 30, 100.0, 0.0)
    2400.0
    >>> round(stream_present_value(0, 48, 100.0, 0.08), 1)
    4118.3
    """
    months = max(0, to_month - from_month)
    # q = e^-rate; expm1 keeps all digits of 1 - q where the rate is small.
    rate = log1p(wacc_frac) / MONTHS_PER_YEAR
    if rate == 0:
        return monthly_amount * months
    first = present_value_factor(from_month + 1, wacc_frac)
    return monthly_amount * first * expm1(-rate * months) / expm1(-rate)


def price_at(month: float, value: float, decline_frac_per_year: float) -> float:
    r"""Return a price that falls by a constant share a year.

    Parameters
    ----------
    month : float
        Months from today. [mo]
    value : float
        Price today. [money]
    decline_frac_per_year : float
        Share of the price lost in a year. [1]

    Returns
    -------
    float
        Price at the month. [money]

    Notes
    -----
    .. math:: p_0 (1 - \Delta)^{m / 12}

    Examples
    --------
    >>> price_at(24, 100, 0.5)
    25.0
    """
    return float(value * (1 - decline_frac_per_year) ** (month / MONTHS_PER_YEAR))


def decline_frac_per_year(stated_frac: float, doubling_years: float | None) -> float:
    r"""Return how fast the price of the same performance falls.

    Parameters
    ----------
    stated_frac : float
        Fall of prices in a year, where no doubling is known. [1]
    doubling_years : float or None
        Time in which performance for money doubles. [yr]

    Returns
    -------
    float
        Share that a price loses in a year. [1]

    Notes
    -----
    What rises by a factor of two in :math:`y` years costs :math:`2^{-1/y}` after one:

    .. math:: d = 1 - 2^{-1/y}

    References
    ----------
    .. [1] Epoch AI, "Trends in GPU price-performance", 2022 and later: FLOP/s for a dollar double
           in 2.07 to 2.46 years.

    Examples
    --------
    >>> round(decline_frac_per_year(0.0, 2.46), 3), decline_frac_per_year(0.1, None)
    (0.246, 0.1)
    """
    return stated_frac if doubling_years is None else float(1 - 2 ** (-1 / doubling_years))


def straight_line_residual_frac(age_months: float, life_months: float) -> float:
    """Return the share of the price that is left after straight-line depreciation.

    Parameters
    ----------
    age_months : float
        Age of the equipment. [mo]
    life_months : float
        Depreciation life; 0 leaves nothing. [mo]

    Returns
    -------
    float
        Residual share, at least 0. [1]

    Examples
    --------
    >>> straight_line_residual_frac(48, 60)
    0.19999999999999996
    """
    if life_months <= 0:
        return 0.0
    return min(1.0, max(0.0, 1 - age_months / life_months))
