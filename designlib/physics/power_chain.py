r"""Power chain: what a breaker may feed, what modules a load needs, and what the chain loses.

References
----------
.. [1] NFPA 70, "National electrical code", articles 210.20(A) and 215.3: continuous loads take
       at most 80 % of the rating of a breaker.
.. [2] Uptime Institute, "Tier standard: topology": N, N+1, 2N; distributed redundancy as four
       systems that carry the load of three.
.. [3] ISO/IEC 30134-2 (PUE), 30134-8 (carbon usage effectiveness), 30134-9 (water usage).
"""

from collections.abc import Sequence
from math import ceil, prod, sqrt
from typing import Literal

Redundancy = Literal["N", "N+1", "2N", "distributed"]

CONTINUOUS_LOAD_FRAC = 0.8
HOURS_PER_YEAR = 8760.0
_ROUNDING = 1e-9
"""Slack that keeps 30.000000000000004 / 10 from asking for a fourth module."""


def modules_count(load_kw: float, unit_kw: float, redundancy: Redundancy) -> int:
    r"""Return the modules that carry a load under a redundancy.

    Parameters
    ----------
    load_kw : float
        Load. [kW]
    unit_kw : float
        Rating of one module. [kW]
    redundancy : str
        "N", "N+1", "2N", or "distributed", which adds one module to each three [2]_.

    Returns
    -------
    int
        Modules; none for no load. [1]

    Notes
    -----
    .. math:: N = \lceil P / m \rceil, \quad N + 1, \quad 2N, \quad \lceil 4N / 3 \rceil

    Examples
    --------
    >>> [modules_count(900, 300, r) for r in ("N", "N+1", "2N", "distributed")]
    [3, 4, 6, 4]
    """
    needed = max(0, ceil(load_kw / unit_kw - _ROUNDING))
    if needed == 0:
        return 0
    counts = {"N": needed, "N+1": needed + 1, "2N": 2 * needed, "distributed": -(-4 * needed // 3)}
    if redundancy not in counts:
        raise ValueError(f"redundancy {redundancy!r} must be one of {', '.join(counts)}")
    return counts[redundancy]


def modules_left(modules: int, redundancy: Redundancy) -> int:
    r"""Return the modules whose rating a load may use, with the redundancy gone.

    Parameters
    ----------
    modules : int
        Modules installed. [1]
    redundancy : str
        As in :func:`modules_count`, of which this is the inverse: the largest number of needed
        modules that so many installed ones carry [2]_.

    Returns
    -------
    int
        Modules. [1]

    Notes
    -----
    .. math:: n, \quad n - 1, \quad \lfloor n / 2 \rfloor, \quad \lfloor 3n / 4 \rfloor

    Examples
    --------
    >>> [modules_left(4, r) for r in ("N", "N+1", "2N", "distributed")]
    [4, 3, 2, 3]
    """
    left = {"N": modules, "N+1": modules - 1, "2N": modules // 2, "distributed": 3 * modules // 4}
    if redundancy not in left:
        raise ValueError(f"redundancy {redundancy!r} must be one of {', '.join(left)}")
    return max(0, left[redundancy])


def breaker_kw(
    volts: float,
    amps: float,
    *,
    phases_count: int = 3,
    power_factor: float = 1.0,
    derating_frac: float = CONTINUOUS_LOAD_FRAC,
) -> float:
    r"""Return the continuous load that a breaker may carry.

    Parameters
    ----------
    volts : float
        Voltage, between lines for three phases. [V]
    amps : float
        Rating of the breaker. [A]
    phases_count : int
        1 or 3. [1]
    power_factor : float
        Real over apparent power of the load. [1]
    derating_frac : float
        Share of the rating allowed for continuous load [1]_. [1]

    Returns
    -------
    float
        Continuous load. [kW]

    Notes
    -----
    .. math:: P = \sqrt{3}\, V I \cos\varphi \cdot 0.8

    Examples
    --------
    >>> round(breaker_kw(415, 60), 1)
    34.5
    """
    if phases_count not in (1, 3):
        raise ValueError(f"phases_count {phases_count} must be 1 or 3")
    return sqrt(phases_count) * volts * amps * power_factor * derating_frac / 1e3


def rack_feed_kw(feeds_kw: Sequence[float], redundancy: Redundancy) -> float:
    """Return the load that a rack may draw, after the loss of a feed where that is promised.

    Parameters
    ----------
    feeds_kw : sequence of float
        Continuous load of each feed of the rack. [kW]
    redundancy : str
        "N" adds the feeds; "N+1" and "distributed" survive the loss of the largest; "2N" survives
        the loss of half of them, the larger half.

    Returns
    -------
    float
        Load of the rack. [kW]

    Examples
    --------
    >>> rack_feed_kw([17.3, 17.3], "2N"), rack_feed_kw([17.3, 17.3], "N")
    (17.3, 34.6)
    """
    weakest_first = sorted(feeds_kw)
    lost = {"N": 0, "N+1": 1, "distributed": 1, "2N": -(-len(weakest_first) // 2)}
    if redundancy not in lost:
        raise ValueError(f"redundancy {redundancy!r} must be one of {', '.join(lost)}")
    return float(sum(weakest_first[: max(0, len(weakest_first) - lost[redundancy])]))


def chain_efficiency_frac(efficiencies_frac: Sequence[float]) -> float:
    """Return the share of utility power that reaches the load through stages in series.

    Parameters
    ----------
    efficiencies_frac : sequence of float
        Efficiency of each stage: transformer, UPS, distribution. [1]

    Returns
    -------
    float
        Efficiency of the chain; 1 for no stage. [1]

    Examples
    --------
    >>> round(chain_efficiency_frac([0.985, 0.96, 0.99]), 4)
    0.9361
    """
    return prod(efficiencies_frac)


def chain_loss_kw(load_kw: float, efficiencies_frac: Sequence[float]) -> float:
    """Return the heat that the chain gives off while it carries a load.

    Parameters
    ----------
    load_kw : float
        Load at the end of the chain. [kW]
    efficiencies_frac : sequence of float
        Efficiency of each stage. [1]

    Returns
    -------
    float
        Loss. [kW]
    """
    return load_kw / chain_efficiency_frac(efficiencies_frac) - load_kw


def energy_kwh_per_year(mean_kw: float, pue: float = 1.0) -> float:
    """Return the energy of a year.

    Parameters
    ----------
    mean_kw : float
        Mean IT power. [kW]
    pue : float
        Facility energy over IT energy [3]_. [1]

    Returns
    -------
    float
        Energy. [kWh/yr]
    """
    return mean_kw * HOURS_PER_YEAR * pue


def co2_t_per_year(energy_kwh: float, grid_kg_co2_per_kwh: float) -> float:
    """Return the carbon dioxide of a year of energy.

    Parameters
    ----------
    energy_kwh : float
        Facility energy of the year. [kWh]
    grid_kg_co2_per_kwh : float
        Emission factor of the grid. [kg/kWh]

    Returns
    -------
    float
        Emissions. [t/yr]
    """
    return energy_kwh * grid_kg_co2_per_kwh / 1e3


def water_m3_per_year(it_energy_kwh: float, wue_l_per_kwh: float) -> float:
    """Return the water of a year of IT energy.

    Parameters
    ----------
    it_energy_kwh : float
        IT energy of the year, without the facility. [kWh]
    wue_l_per_kwh : float
        Site water over IT energy. [L/kWh]

    Returns
    -------
    float
        Water. [m3/yr]
    """
    return it_energy_kwh * wue_l_per_kwh / 1e3
