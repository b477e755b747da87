"""Compare predicted training speeds with a constant share of peak, on the same published rows.

    python benchmarks/constant_mfu.py [tests/data/training_measured.csv]

Both are predicted with the whole group of (model, GPU, precision class, task) left out. The first
table is over all rows; the second takes two rows of one group at a time and asks for their ratio:
that is what a constant cannot tell when scale, context or sequences per GPU change.
"""

from __future__ import annotations

import sys
from itertools import combinations
from pathlib import Path

import fit_training
import numpy as np
import pandas as pd
from fitting import describe

from designlib.catalog import Catalog

_MOVED = 0.05  # pairs whose measured speeds differ by more than this


def main() -> None:
    """Print both tables."""
    default = Path(__file__).parents[1] / "tests" / "data" / "training_measured.csv"
    for line in compare(Path(sys.argv[1]) if len(sys.argv) > 1 else default):
        print(line)


def compare(path: Path) -> list[str]:
    """Return the lines of both tables."""
    rows, ours, constant = left_out(path)
    lines = []
    for name, mask in fit_training.classes(rows).items():
        lines.append(f"{name}: this project {describe(ours[mask])}")
        lines.append(f"{name}: constant MFU {describe(constant[mask])}")
    for name, first, second in pairs(rows):
        for who, wrong in (("this project", ours), ("constant MFU", constant)):
            error = wrong[first] - wrong[second]
            lines.append(f"ratio, {name} changes: {who} {describe(error)}")
    return lines


def left_out(path: Path) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return the core rows and the left-out log ratios of this project and of the constant."""
    catalog = Catalog.load()
    data = fit_training.measured(path, catalog)
    names, values = fit_training.solve(data)
    ours = fit_training.left_out(data, names, values)
    core = data.rows.core.eq(1).to_numpy()
    rows = data.rows[core].assign(log_speed=data.log_speed[core])
    bound = _bound(data)[core]
    return rows, ours[core], _constant(rows, bound)


def _bound(data: fit_training.Measured) -> np.ndarray:
    """Return the tokens a second of one GPU at peak."""
    shape, flops = data.shape, np.where(data.mode == "lora", 4.0, 6.0)
    attention = shape.layers_count * shape.hidden_count * data.sequence_tokens
    names = list(data.machine.peak_tflops)
    peaks = np.select(
        [data.precision == name for name in names],
        [data.machine.peak_tflops[name] for name in names],
    )
    return peaks * 1e12 / (flops * (shape.active_params_count + attention))


def _constant(rows: pd.DataFrame, bound: np.ndarray) -> np.ndarray:
    """Return log ratios of the median share of peak of the other groups: own GPU, else any."""
    share = pd.Series(np.exp(rows.log_speed.to_numpy()) / bound, index=rows.index)
    groups = pd.Series(fit_training.group_of(rows), index=rows.index)
    fine = groups.str.split("|").str[2]
    found = pd.Series(np.nan, index=rows.index)
    for group in groups.unique():
        rest = rows.index[groups != group]
        for row in rows.index[groups == group]:
            alike = rest[(fine[rest] == fine[row]) & (rows.is_moe[rest] == rows.is_moe[row])]
            own = alike[rows.gpu[alike] == rows.gpu[row]]
            pool = own if len(own) else alike if len(alike) else rest
            found[row] = np.log(share[pool].median() / share[row])
    return found.to_numpy()


def pairs(rows: pd.DataFrame) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Return pairs of rows of one group whose speeds differ, by what differs between them."""
    groups = fit_training.group_of(rows)
    kinds: dict[str, list[tuple[int, int]]] = {"scale": [], "context": [], "sequences per GPU": []}
    speed = rows.log_speed.to_numpy()
    each = (rows.global_batch / rows.n_gpus).to_numpy()
    for group in np.unique(groups):
        for one, other in combinations(np.flatnonzero(groups == group), 2):
            if abs(speed[one] - speed[other]) <= np.log1p(_MOVED):
                continue
            if rows.seq_len.iloc[one] != rows.seq_len.iloc[other]:
                kinds["context"].append((one, other))
            elif abs(np.log(each[one] / each[other])) > np.log(1.3):
                kinds["sequences per GPU"].append((one, other))
            elif rows.n_gpus.iloc[one] != rows.n_gpus.iloc[other]:
                kinds["scale"].append((one, other))
    return [(name, *np.array(some).T) for name, some in kinds.items() if some]


if __name__ == "__main__":
    main()
