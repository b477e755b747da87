"""Serving knee: the load from which each token of a service takes much longer than at rest."""

from __future__ import annotations

import numpy as np
from fitting import describe
from serving_data import Measured

KNEE = 1.5
"""At the knee a token takes half as long again as at the lowest rate that was measured."""
_KEPT_UP, _ROUNDING = 0.8, 1e-9


def knee(rates: np.ndarray, steps: np.ndarray) -> float:
    """Return the rate at the knee on straight lines between points; nan where none is reached.

    Parameters
    ----------
    rates, steps : array
        Offered rates, ascending, and the time per token at each.
    """
    wanted = KNEE * steps[0] * (1 - _ROUNDING)
    over = np.flatnonzero(steps >= wanted)
    if not over.size:
        return float("nan")
    n = over[0]
    part = (wanted - steps[n - 1]) / (steps[n] - steps[n - 1])
    return float(rates[n - 1] + part * (rates[n] - rates[n - 1]))


def show(sweep: Measured, wrong: np.ndarray) -> None:
    """Print the errors of steps below the knee and of the knee itself.

    Parameters
    ----------
    sweep : Measured
        Steps under stated arrivals.
    wrong : array
        Log ratios of measured over predicted speed, which are those of predicted speed.
    """
    rows = sweep.rows.assign(real=sweep.measured, told=sweep.measured / np.exp(wrong), wrong=wrong)
    calm = rows.out_tok_s_total / rows.output_len / rows.offered_qps > _KEPT_UP
    name = "serving, time per output token below the knee, core or not"
    print(f"{name}: left out {describe(rows.wrong[calm].to_numpy())}")
    ratios = []
    for _, one in rows.groupby(["model", "gpu", "input_len", "output_len"]):
        one = one.sort_values("offered_qps")
        rates = one.offered_qps.to_numpy()
        real, told = (knee(rates, one[c].to_numpy()) for c in ("real", "told"))
        if np.isfinite(real):
            ratios.append(np.log(told / real))
    print(f"serving, knee in requests/s: left out {describe(np.array(ratios))}")
