"""Serving energy: watts under load, joules of a token, tokens of a watt and of a rack."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TokenEnergy:
    """What generated tokens cost in energy and room.

    Parameters
    ----------
    server_kw : float
        Power of one server under its load. [kW]
    joule_per_token : float
        Energy of a generated token, of the servers only. [J]
    tokens_s_per_w : float
        Generated tokens a second for each watt. [tokens/s/W]
    tokens_s_per_rack : float
        Generated tokens a second of a full rack. [tokens/s]
    """

    server_kw: float
    joule_per_token: float
    tokens_s_per_w: float
    tokens_s_per_rack: float


def load_kw(busy_kw: float, idle_frac: float, busy_frac: float) -> float:
    """Return the power of a server that works for a share of the time. [kW].

    Parameters
    ----------
    busy_kw : float
        Power while it works without pause; the rated maximum is for feeds and breakers. [kW]
    idle_frac : float
        Idle power over that. [1]
    busy_frac : float
        Share of time that it works. [1]

    Examples
    --------
    >>> round(load_kw(10.0, 0.3, 0.5), 6)
    6.5
    """
    return busy_kw * (idle_frac + (1 - idle_frac) * busy_frac)


def token_energy(
    tokens_s: float,
    *,
    busy_kw: float,
    idle_frac: float,
    busy_frac: float,
    servers_per_rack_count: int,
) -> TokenEnergy:
    """Return energy and density of the tokens that one server generates.

    Parameters
    ----------
    tokens_s : float
        Generated tokens a second of one server at that load. [tokens/s]
    busy_kw : float
        Power while it works without pause. [kW]
    idle_frac, busy_frac : float
        Idle power over that, and share of time that it works. [1]
    servers_per_rack_count : int
        Servers of a rack. [1]

    Raises
    ------
    ValueError
        The server generates nothing.
    """
    if tokens_s <= 0:
        raise ValueError("no token is generated: energy of a token has no value")
    power = load_kw(busy_kw, idle_frac, busy_frac)
    watts = 1e3 * power
    rack = tokens_s * servers_per_rack_count
    return TokenEnergy(power, watts / tokens_s, tokens_s / watts, rack)
