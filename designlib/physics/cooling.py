r"""Cooling: heat needs flow, flow needs modules, and what they draw is the PUE.

References
----------
.. [1] ASHRAE, "Handbook: fundamentals", properties of water and of standard air.
.. [2] Open Compute Project, "Guidelines for using propylene glycol-based heat transfer fluids
       and liquid cooling flow rates", 1.25 to 2.0 L/min per kW.
.. [3] ISO/IEC 30134-2, power usage effectiveness.
"""

from designlib.physics.power_chain import Redundancy, modules_count

__all__ = [
    "Redundancy",
    "air_flow_cfm",
    "air_flow_m3_h",
    "composite_pue",
    "liquid_flow_l_min",
    "modules_count",
    "overhead_at_load",
    "pue_at_load",
]

WATER_KJ_PER_KG_K = 4.186
AIR_KG_PER_M3 = 1.2
AIR_KJ_PER_KG_K = 1.005
BTU_H_PER_KW = 3412.0
AIR_BTU_H_PER_CFM_F = 1.08


def liquid_flow_l_min(
    heat_kw: float,
    rise_k: float = 10.0,
    *,
    heat_capacity_kj_per_kg_k: float = WATER_KJ_PER_KG_K,
    density_kg_per_l: float = 1.0,
) -> float:
    r"""Return the liquid flow that carries heat away.

    Parameters
    ----------
    heat_kw : float
        Heat to the liquid. [kW]
    rise_k : float
        Temperature rise of the liquid. [K]
    heat_capacity_kj_per_kg_k : float
        Heat capacity, that of water by default [1]_. [kJ/(kg K)]
    density_kg_per_l : float
        Density. [kg/L]

    Returns
    -------
    float
        Flow. [L/min]

    Notes
    -----
    .. math:: \dot V = \frac{60\, Q}{\rho\, c\, \Delta T}

    Examples
    --------
    Within the 1.25 to 2.0 L/min per kW that racks are planned with [2]_:

    >>> round(liquid_flow_l_min(1), 2)
    1.43
    """
    return 60 * heat_kw / (density_kg_per_l * heat_capacity_kj_per_kg_k * rise_k)


def air_flow_m3_h(heat_kw: float, rise_k: float) -> float:
    r"""Return the air flow that carries heat away, at sea level.

    Parameters
    ----------
    heat_kw : float
        Heat to the air. [kW]
    rise_k : float
        Temperature rise of the air. [K]

    Returns
    -------
    float
        Flow of standard air [1]_. [m3/h]

    Notes
    -----
    .. math:: \dot V = \frac{3600\, Q}{\rho\, c\, \Delta T}

    Examples
    --------
    >>> round(air_flow_m3_h(30, 15))
    5970
    """
    return 3600 * heat_kw / (AIR_KG_PER_M3 * AIR_KJ_PER_KG_K * rise_k)


def air_flow_cfm(heat_kw: float, rise_f: float) -> float:
    r"""Return the air flow that carries heat away, in the units of data sheets.

    Parameters
    ----------
    heat_kw : float
        Heat to the air. [kW]
    rise_f : float
        Temperature rise of the air. [degF]

    Returns
    -------
    float
        Flow. [ft3/min]

    Notes
    -----
    .. math:: \dot V = \frac{3412\, Q}{1.08\, \Delta T_F}

    Examples
    --------
    >>> round(air_flow_cfm(120, 20))
    18956
    """
    return BTU_H_PER_KW * heat_kw / (AIR_BTU_H_PER_CFM_F * rise_f)


def composite_pue(
    liquid_frac: float, liquid_overhead: float, air_overhead: float, losses: float
) -> float:
    r"""Return the PUE of a hall in which part of the heat goes to liquid.

    Parameters
    ----------
    liquid_frac : float
        Share of IT heat that goes to liquid. [1]
    liquid_overhead : float
        Power to remove heat from the liquid, per heat removed. [1]
    air_overhead : float
        Power to remove heat from the air, per heat removed. [1]
    losses : float
        Electrical losses and lighting, per IT power. [1]

    Returns
    -------
    float
        Facility power over IT power [3]_. [1]

    Notes
    -----
    .. math:: 1 + f\, c_{liquid} + (1 - f)\, c_{air} + losses

    Examples
    --------
    >>> round(composite_pue(0.8, 0.08, 0.40, 0.07), 2)
    1.21
    """
    return 1 + liquid_frac * liquid_overhead + (1 - liquid_frac) * air_overhead + losses


def overhead_at_load(
    load_kw: float, unit_kw: float, parasitic_kw: float, redundancy: Redundancy = "N"
) -> float:
    r"""Return what the units that run at a load draw, per heat removed.

    Parameters
    ----------
    load_kw : float
        Heat at this step of the load. [kW]
    unit_kw : float
        Heat that one unit takes away. [kW]
    parasitic_kw : float
        Fans and pumps of one unit that runs. [kW]
    redundancy : str
        Spare units that run beside the needed ones, as in :func:`modules_count`.

    Returns
    -------
    float
        Power per heat; 0 without a load. It falls as the load fills the units that run, and steps
        up with each unit that starts. [1]

    Notes
    -----
    .. math:: c(Q) = \frac{N(Q)\, p}{Q}

    Examples
    --------
    >>> [round(overhead_at_load(kw, 60, 2.5), 3) for kw in (15, 60, 61)]
    [0.167, 0.042, 0.082]
    """
    if load_kw <= 0:
        return 0.0
    return modules_count(load_kw, unit_kw, redundancy) * parasitic_kw / load_kw


def pue_at_load(load_frac: float, fixed_overhead: float, load_overhead: float) -> float:
    r"""Return the PUE at a step of the load, where part of the overhead never sleeps.

    Parameters
    ----------
    load_frac : float
        IT power over its maximum, above 0. [1]
    fixed_overhead : float
        Power that is drawn at any load, over the IT power at full load. [1]
    load_overhead : float
        Power that follows the load, per IT power. [1]

    Returns
    -------
    float
        Facility power over IT power at that load [3]_. [1]

    Notes
    -----
    .. math:: 1 + \frac{a}{l} + b

    Examples
    --------
    >>> [round(pue_at_load(x, 0.1, 0.2), 2) for x in (0.25, 0.5, 1.0)]
    [1.6, 1.4, 1.3]
    """
    if not 0 < load_frac <= 1:
        raise ValueError(f"load_frac {load_frac} must lie above 0 and be at most 1")
    return 1 + fixed_overhead / load_frac + load_overhead
