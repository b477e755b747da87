"""Difference: what changed between two designs, and only that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from designlib.design import Design

SMALLEST = 1e-9
"""Relative change below which two numbers are the same."""
HEADLINE = (
    "capex",
    "tco",
    "it_kw",
    "facility_kw",
    "racks",
    "annual_energy_mwh",
    "usd_per_gpu_hour",
)


def diff(a: Design, b: Design) -> dict[str, pd.DataFrame]:
    """Return what changed from one design to another, one table a subject; same rows are left out.

    Parameters
    ----------
    a, b : Design
        The designs, before and after.

    Returns
    -------
    dict of str to pd.DataFrame
        ``brief``, ``headline``, ``choices``, ``bill_of_materials`` and ``cost``. Each row names its
        subject and has the columns ``before`` and ``after``; numbers also have ``change``. What one
        design does not have is 0 in a count and empty in a text.
    """
    return {
        "brief": _texts(_flat(a.brief), _flat(b.brief), ["path"]),
        "headline": _numbers(_headline(a), _headline(b), ["quantity"]),
        "choices": _texts(_choices(a), _choices(b), ["choice"]),
        "bill_of_materials": _numbers(_bill(a), _bill(b), ["layer", "part_id", "period_month"]),
        "cost": _numbers(_cost(a), _cost(b), ["layer", "kind"]),
    }


def cheaper(a: Design, b: Design) -> str:
    """Return which of two designs is proven to be cheaper, or that neither is."""
    return f"{b.name or 'The second design'} costs {money_between(a, b)}."


def money_between(base: Design, other: Design) -> str:
    """Return what one design costs and how much more than another, with what is proven of it.

    The cheapest design of each brief lies between bound and objective of its certificate, so the
    difference lies between one's bound less the other's objective and the reverse.
    """
    same_currency(base, other)
    one, two = base.certificate, other.certificate
    change = two["objective"] - one["objective"]
    least, most = two["bound"] - one["objective"], two["objective"] - one["bound"]
    said = f"{two['objective']:,.0f} {base.currency} in present value, {_amount(change)}"
    if one["objective"]:
        said += f" ({change / one['objective']:+.1%})"
    if least > 0:
        return f"{said}; at least {least:,.0f} more is proven"
    if most < 0:
        return f"{said}; at least {-most:,.0f} less is proven"
    return f"{said}; within the gaps of both, so neither is proven cheaper"


def same_currency(a: Design, b: Design) -> None:
    """Check that two designs count in one currency; otherwise raise ``ValueError``."""
    if a.currency != b.currency:
        message = f"{a.currency} and {b.currency}: amounts of two currencies do not compare"
        raise ValueError(message)


def _amount(change: float) -> str:
    return f"{abs(change):,.0f} {'more' if change >= 0 else 'less'}"


Key = tuple[Any, ...]


def _differs(x: float, y: float) -> bool:
    return abs(x - y) > SMALLEST * max(1.0, abs(x), abs(y))


def _numbers(a: Mapping[Key, float], b: Mapping[Key, float], names: list[str]) -> pd.DataFrame:
    rows = []
    for key in _keys(a, b):
        before, after = a.get(key, 0.0), b.get(key, 0.0)
        if _differs(before, after):
            rows.append([*key, before, after, after - before])
    return pd.DataFrame(rows, columns=[*names, "before", "after", "change"])


def _texts(a: Mapping[Key, Any], b: Mapping[Key, Any], names: list[str]) -> pd.DataFrame:
    rows = [[*k, a.get(k, ""), b.get(k, "")] for k in _keys(a, b) if a.get(k) != b.get(k)]
    return pd.DataFrame(rows, columns=[*names, "before", "after"], dtype=object)


def _keys(a: Mapping[Key, Any], b: Mapping[Key, Any]) -> list[Key]:
    """Return the keys of both, in the order of the first and then of the second."""
    return list(dict.fromkeys((*a, *b)))


def _flat(value: Any, path: str = "") -> dict[Key, Any]:
    return dict(_leaves(value, path))


def _leaves(value: Any, path: str) -> Iterator[tuple[Key, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for n, item in enumerate(value):
            name = item.get("id", n) if isinstance(item, Mapping) else n
            yield from _leaves(item, f"{path}.{name}")
    else:
        yield (path,), value


def _headline(design: Design) -> dict[Key, float]:
    s, last = design.summary, max(design.dates, default=0)
    found: dict[Key, float] = {(k,): float(s[k]) for k in HEADLINE if s.get(k) is not None}
    for row in s.get("gpus", []):
        if row["period_month"] == last:
            found["GPUs in " + row["part"],] = float(row["count"])
    return found


def _choices(design: Design) -> dict[Key, str]:
    rows = design.tables["candidates"]
    found: dict[Key, str] = {
        (f"workload {r['workload']}",): r["candidate"] for r in rows if r["status"] == "chosen"
    }
    found["orchestration",] = ", ".join(sorted(design.summary.get("orchestration", [])))
    for fabric in design.summary.get("fabrics", []):
        role, _, name = fabric["name"].partition(": ")
        sizes = "/".join(str(fabric[tier]) for tier in ("leaf", "spine", "core"))
        found[f"{role} network",] = f"{name}, {sizes} leaves/spines/cores"
    bottleneck = design.summary.get("bottleneck") or {}
    found["bottleneck",] = " of ".join(
        str(bottleneck[k]) for k in ("resource", "place") if k in bottleneck
    )
    return found


def _bill(design: Design) -> dict[Key, float]:
    found: dict[Key, float] = {}
    for line in design.tables["bill_of_materials"]:
        key = (line["layer"], line["part_id"], line["period_month"])
        found[key] = found.get(key, 0.0) + line["count"]
    return found


def _cost(design: Design) -> dict[Key, float]:
    found: dict[Key, float] = {}
    for row in design.tables["cost"]:
        key = (row["layer"], row["kind"])
        found[key] = found.get(key, 0.0) + row["present_value"]
    return found
