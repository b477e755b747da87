"""Records: the space that audit trails, images and versions of weights take."""

from __future__ import annotations

SECONDS_PER_DAY = 86_400.0
DAYS_PER_YEAR = 365.25
_BYTES_PER_TB = 1e12
_MB_PER_TB = 1e6
_BITS_PER_BYTE = 8


def audit_tb(
    requests_s: float, mean_frac: float, bytes_per_request: float, retention_years: float
) -> float:
    """Return the space of an audit trail that holds its whole retention.

    Parameters
    ----------
    requests_s : float
        Peak rate of requests. [requests/s]
    mean_frac : float
        Mean rate over peak rate. [1]
    bytes_per_request : float
        Bytes of the record of one request. [B]
    retention_years : float
        Time that a record is kept. [years]

    Returns
    -------
    float
        Space. [TB]

    Examples
    --------
    >>> round(audit_tb(24, 0.3, 4000, 7), 2)
    6.36
    """
    seconds = retention_years * DAYS_PER_YEAR * SECONDS_PER_DAY
    return requests_s * mean_frac * bytes_per_request * seconds / _BYTES_PER_TB


def images_tb(studies_per_day: float, mb_per_study: float, kept_days: float) -> float:
    """Return the space of the images that arrive while one is kept.

    Parameters
    ----------
    studies_per_day : float
        Studies. [1/d]
    mb_per_study : float
        Size of a study. [MB]
    kept_days : float
        Time that a study is kept. [d]

    Examples
    --------
    >>> round(images_tb(3300, 150, 90), 1), round(images_tb(3300, 150, 3652.5) / 1000, 2)
    (44.5, 1.81)
    """
    return studies_per_day * mb_per_study * kept_days / _MB_PER_TB


def versions_gb(params_count: float, weight_bits: float, kept_count: int) -> float:
    """Return the space of the weights of some versions of an LLM.

    Parameters
    ----------
    params_count : float
        Parameters in total. [1]
    weight_bits : float
        Width of a weight. [bit]
    kept_count : int
        Versions kept. [1]

    Examples
    --------
    >>> versions_gb(70e9, 8, 3)
    210.0
    """
    return params_count * weight_bits / _BITS_PER_BYTE * kept_count / 1e9
