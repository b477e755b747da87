"""Fit the constants of the speed models to published measurements and print them with their errors.

    python benchmarks/fit_calibration.py --training tests/data/training_measured.csv
        --fabric tests/data/fabric_measured.csv --serving FILE [--output catalogs/calibration]

The files have one measurement a row. ``--output`` rewrites training.csv, serving.csv, fabric.csv
of a calibration folder and keeps the rows that no fit produces. Errors are printed twice:
with every row in the fit, and with whole groups of (model, GPU, precision, task) left out of it.
"""

from __future__ import annotations

import argparse
import csv
import datetime
from pathlib import Path

import fit_fabric
import fit_serving
import fit_training
from fitting import Constant

from designlib.catalog import Catalog

COLUMNS = ("subject", "quantity", "value", "low", "high")
COLUMNS += ("unit", "date", "source", "confidence", "note")


def main() -> None:
    """Fit what the given files allow."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("training", "serving", "fabric"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--output", type=Path)
    asked = parser.parse_args()
    catalog = Catalog.load()
    for name, fit in (
        ("fabric", fit_fabric.fit),
        ("training", fit_training.fit),
        ("serving", fit_serving.fit),
    ):
        path = getattr(asked, name)
        if path is None:
            continue
        constants = fit(path, catalog)
        for c in constants:
            print(f"{c.subject:26s} {c.quantity:28s} {c.value:10.4g}  {c.low:.4g} .. {c.high:.4g}")
        if asked.output is not None:
            write(asked.output / f"{name}.csv", constants)


def write(path: Path, constants: list[Constant]) -> None:
    """Replace the fitted rows of a calibration file and keep its other rows."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    if path.exists():
        with path.open(newline="", encoding="utf-8") as file:
            rows = {(r["subject"], r["quantity"]): dict(r) for r in csv.DictReader(file)}
    for c in constants:
        rows[c.subject, c.quantity] = {
            "subject": c.subject,
            "quantity": c.quantity,
            "value": number(c.value),
            "low": number(min(c.low, c.value)),
            "high": number(max(c.high, c.value)),
            "unit": c.unit,
            "date": datetime.date.today().isoformat(),
            "source": c.source,
            "confidence": c.confidence,
            "note": c.note,
        }
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[key] for key in sorted(rows))


def number(value: float) -> str:
    """Return a value to four digits; what a fit pushed to nothing is 0."""
    return f"{0 if abs(value) < 1e-9 else value:.4g}"


if __name__ == "__main__":
    main()
