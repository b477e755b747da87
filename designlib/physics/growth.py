r"""Growth: demand multiplies by the same factor each month, so orders must leave before it is full.

References
----------
.. [1] J. Allspaw, "The art of capacity planning", O'Reilly, 2008, chapter 4: order when the
       forecast meets the ceiling at the end of the lead time.
"""

GROWTH_MONTHS = 24
WEEKS_PER_MONTH = 365 / 7 / 12


def demand_factor(
    month: float, factor_24_months: float, horizon_months: float = GROWTH_MONTHS
) -> float:
    r"""Return demand at a month as a multiple of demand at month 0.

    Parameters
    ----------
    month : float
        Months from today. [mo]
    factor_24_months : float
        Demand at ``horizon_months`` as a multiple of demand at month 0. [1]
    horizon_months : float
        Months that the factor spans. [mo]

    Returns
    -------
    float
        Multiple of demand at month 0. [1]

    Notes
    -----
    .. math:: F^{m / 24}

    Examples
    --------
    >>> demand_factor(12, 9)
    3.0
    """
    return float(factor_24_months ** (month / horizon_months))


def growth_per_month(factor_24_months: float, horizon_months: float = GROWTH_MONTHS) -> float:
    """Return the share by which demand grows each month.

    Parameters
    ----------
    factor_24_months : float
        Demand at ``horizon_months`` as a multiple of demand at month 0. [1]
    horizon_months : float
        Months that the factor spans. [mo]

    Returns
    -------
    float
        Growth of one month. [1]

    Examples
    --------
    >>> round(growth_per_month(10), 4)
    0.1007
    """
    return demand_factor(1, factor_24_months, horizon_months) - 1


def upgrade_trigger_frac(
    busy_max_frac: float,
    growth_per_month_frac: float,
    lead_weeks: float,
    install_weeks: float = 0.0,
) -> float:
    r"""Return the load at which the next order must leave, so that it serves before it is needed.

    Parameters
    ----------
    busy_max_frac : float
        Load at which the service promise just holds. [1]
    growth_per_month_frac : float
        Growth of the load in one month. [1]
    lead_weeks : float
        Order to delivery. [wk]
    install_weeks : float
        Delivery to service. [wk]

    Returns
    -------
    float
        Load at which to order [1]_. [1]

    Notes
    -----
    .. math:: u^* = \frac{\rho_{max}}{(1 + g)^{lead + install}}

    Examples
    --------
    >>> round(upgrade_trigger_frac(0.70, growth_per_month(10), 20, 4), 3)
    0.412
    """
    months = (lead_weeks + install_weeks) / WEEKS_PER_MONTH
    return float(busy_max_frac / (1 + growth_per_month_frac) ** months)
