"""Units: the suffix of a name says the unit, and this is the only table of suffixes.

Prefixes are decimal: ``_gb`` is 10^9 bytes, ``_gib`` is 2^30 bytes; links are in Gbit/s as vendors
print them, storage and memory speeds in GB/s, compute in dense FLOP/s.
"""

from __future__ import annotations

SUFFIXES: dict[str, str] = {
    # amounts
    "_count": "1",
    "_frac": "1",
    "_tokens": "tokens",
    "_ports": "ports",
    "_bits": "bit",
    "_bytes": "B",
    "_parallel": "1",
    "_flops": "FLOP",
    # memory and storage
    "_mb": "MB",
    "_gb": "GB",
    "_gib": "GiB",
    "_tb": "TB",
    "_pb": "PB",
    # speeds
    "_gb_s": "GB/s",
    "_tb_s": "TB/s",
    "_gbit_s": "Gbit/s",
    "_tbit_s": "Tbit/s",
    "_tflops": "TFLOP/s",
    "_tops": "TOP/s",
    "_iops": "1/s",
    "_requests_s": "1/s",
    "_tokens_s": "tokens/s",
    "_gb_s_per_gpu": "GB/s",
    # time; _month is a date counted from the decision, _months a duration
    "_ns": "ns",
    "_us": "us",
    "_ms": "ms",
    "_s": "s",
    "_minutes": "min",
    "_hours": "h",
    "_days": "d",
    "_weeks": "wk",
    "_month": "mo",
    "_months": "mo",
    "_year": "yr",
    "_years": "yr",
    # power, heat, water
    "_w": "W",
    "_kw": "kW",
    "_mw": "MW",
    "_kwh": "kWh",
    "_mwh": "MWh",
    "_kva": "kVA",
    "_volts": "V",
    "_amperes": "A",
    "_c": "degC",
    "_kelvin": "K",
    "_l_min": "L/min",
    "_l_min_per_kw": "L/min/kW",
    "_l_per_kwh": "L/kWh",
    "_kg_co2_per_kwh": "kg/kWh",
    "_m3": "m3",
    "_m3_per_year": "m3/yr",
    "_m3_per_kw_year": "m3/kW/yr",
    "_carbon_t": "t",
    "_t_per_year": "t/yr",
    "_t_per_kw_year": "t/kW/yr",
    # bodies and floors
    "_u": "U",
    "_m": "m",
    "_m2": "m2",
    "_kg": "kg",
    "_kg_per_m2": "kg/m2",
    "_kg_per_rack": "kg",
    # money; "money" is the currency of the brief, _usd is always US dollars
    "_usd": "USD",
    "_usd_per_unit": "USD",
    "_usd_per_kwh": "USD/kWh",
    "_usd_per_kw_month": "USD/kW/mo",
    "_usd_per_link": "USD",
    "_total": "money",
    "_book_value": "money",
    "_electricity_per_kwh": "money/kWh",
    "_space_per_kw_month": "money/kW/mo",
    "_capex": "money",
    "_price_per_gpu_hour": "money/h",
    "_price_per_t": "money/t",
    "_price_per_m3": "money/m3",
    # rates
    "_per_day": "1/d",
    "_per_month_count": "1/mo",
    "_per_year": "1/yr",
    "_frac_per_year": "1",
    "_gpu_hours_per_interruption": "h",
    # ratios and other pure numbers
    "_factor": "1",
    "_factor_24_months": "1",
    "_peak_to_mean": "1",
    "_oversubscription": "1",
    "_probability": "1",
    "_pue": "1",
    "_quality": "1",
    "_quality_floor": "1",
    "_per_gpu": "1",
    "_per_fte": "1",
    "_dim": "1",
    "_latent": "1",
    "_rope": "1",
    "_bytes_per_request": "B",
    "_mb_per_study": "MB",
    "_gpu_seconds_per_study": "s",
    "_core_seconds_per_request": "s",
}
"""Every unit suffix and its unit; the longest suffix that fits a name holds."""


def unit_of(name: str) -> str | None:
    """Return the unit that a name states by its suffix, or None where it states none.

    Parameters
    ----------
    name : str
        Field, parameter or column name; a whole name may be a suffix, such as ``kw``.

    Returns
    -------
    str or None
        Unit of the longest suffix that fits.

    Examples
    --------
    >>> unit_of("hbm_bandwidth_gb_s"), unit_of("kw"), unit_of("vendor")
    ('GB/s', 'kW', None)
    """
    suffix = suffix_of(name)
    return None if suffix is None else SUFFIXES[suffix]


def suffix_of(name: str) -> str | None:
    """Return the longest unit suffix of a name, or None.

    Examples
    --------
    >>> suffix_of("power_max_kw"), suffix_of("growth_factor_24_months")
    ('_kw', '_factor_24_months')
    """
    fits = [suffix for suffix in SUFFIXES if f"_{name}".endswith(suffix)]
    return max(fits, key=len, default=None)


def stem_of(name: str) -> str:
    """Return the name without its unit suffix: what is measured, not in what.

    Examples
    --------
    >>> stem_of("tdp_w"), stem_of("tdp_kw")
    ('tdp', 'tdp')
    """
    suffix = suffix_of(name)
    return name if suffix is None else f"_{name}"[: -len(suffix)].strip("_")
