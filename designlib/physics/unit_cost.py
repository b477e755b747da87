"""Unit cost: a machine costs what the hours in use must earn, and renting sets the price to beat.

References
----------
.. [1] R. A. Brealey, S. C. Myers, F. Allen, "Principles of corporate finance", chapter 6:
       equivalent annual cost.
"""

from math import expm1, inf, log1p

HOURS_PER_YEAR = 8760.0


def crf(rate_frac: float, years: float) -> float:
    r"""Return the capital recovery factor: the yearly payment that repays one unit of money.

    Parameters
    ----------
    rate_frac : float
        Discount rate of one year. [1]
    years : float
        Years of equal payments at year ends. [yr]

    Returns
    -------
    float
        Payment per unit of capital and year [1]_. [1/yr]

    Notes
    -----
    .. math:: \frac{r (1 + r)^n}{(1 + r)^n - 1}, \quad \frac{1}{n}\ \text{for}\ r = 0

    Examples
    --------
    >>> round(crf(0.10, 5), 4)
    0.2638
    """
    if rate_frac == 0:
        return 1 / years
    return rate_frac / -expm1(-years * log1p(rate_frac))


def usd_per_gpu_hour(
    capex_usd: float, opex_yearly_usd: float, rate_frac: float, years: float, busy_frac: float
) -> float:
    r"""Return what an hour in use of one GPU costs.

    Parameters
    ----------
    capex_usd : float
        Investment for one GPU with its share of everything. [USD]
    opex_yearly_usd : float
        Running cost of one GPU in a year. [USD]
    rate_frac : float
        Discount rate of one year. [1]
    years : float
        Economic life. [yr]
    busy_frac : float
        Share of hours in use. [1]

    Returns
    -------
    float
        Cost of an hour in use. [USD/h]

    Notes
    -----
    .. math:: \frac{CRF \cdot capex + opex}{8760\, u}

    Examples
    --------
    >>> round(usd_per_gpu_hour(45000, 3730.4, 0.10, 5, 0.6), 2)
    2.97
    """
    if busy_frac <= 0:
        return inf
    return (crf(rate_frac, years) * capex_usd + opex_yearly_usd) / (HOURS_PER_YEAR * busy_frac)


def break_even_busy_frac(yearly_cost_usd: float, rented_usd_per_hour: float) -> float:
    """Return the share of hours in use above which owning beats renting.

    Parameters
    ----------
    yearly_cost_usd : float
        Capital recovery and running cost of one owned GPU in a year. [USD]
    rented_usd_per_hour : float
        Price of a rented GPU, paid for hours in use only. [USD/h]

    Returns
    -------
    float
        Break-even share; above 1 renting always wins. [1]
    """
    return yearly_cost_usd / (rented_usd_per_hour * HOURS_PER_YEAR)


def break_even_months(capex: float, running_monthly: float, rented_monthly: float) -> float:
    """Return the months after which the investment is saved by not renting.

    Parameters
    ----------
    capex : float
        Investment today. [money]
    running_monthly : float
        Running cost of what is owned, a month. [money]
    rented_monthly : float
        Rent of the same capacity, a month. [money]

    Returns
    -------
    float
        Months to break even, undiscounted; infinite where owning saves nothing. [mo]
    """
    saved = rented_monthly - running_monthly
    return capex / saved if saved > 0 else inf
