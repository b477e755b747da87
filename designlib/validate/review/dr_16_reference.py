"""Reference: where a design leaves the nearest published architecture, it says why and its price.

The nearest one has the same server, else the same GPU, else it is of the same generation of none;
among its printed sizes the one with the fewest servers that holds all of the pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from designlib.schema.blueprints import Blueprint, BlueprintFabric, FabricSize
from designlib.validate._evidence import count, gpu_servers
from designlib.validate.review._case import Case, Number, Verdict
from designlib.validate.review._gaps import price_of

CHECK: Final = "DR-16"
TITLE: Final = "Deviations from a reference are justified"
RULE: Final = (
    "Begin from a validated reference architecture and leave it only where the work demands it:"
    " each deviation has a reason and a price"
)
REFERENCE: Final = '"Designing Infrastructure for AI Workloads": start from a validated reference'


@dataclass(frozen=True)
class Deviation:
    """One point in which a design differs from a reference architecture.

    Attributes
    ----------
    what : str
        The point.
    reference, design : str
        What the reference has and what the design has.
    price : float or None
        What the design pays beyond the reference for it; None where a part has no price.
    reason : str
        Why; empty where nothing says so.
    """

    what: str
    reference: str
    design: str
    price: float | None
    reason: str


def check(case: Case) -> Verdict:
    """Return the deviations from the nearest reference architecture that nothing justifies."""
    near = nearest(case)
    if near is None:
        return Verdict("not applicable", "no reference architecture of the catalog has these GPUs")
    found = deviations(case, near)
    unpriced = [d for d in found if d.price is None or not d.reason]
    total = sum(d.price or 0.0 for d in found)
    numbers = (
        Number("deviations", len(found), "1"),
        Number("without a reason or a price", len(unpriced), "1", 0.0),
        Number("their price together", total, case.design.currency),
    )
    told = "; ".join(
        f"{d.what}: {d.design} for {d.reference}"
        + ("" if d.price is None else f" ({d.price:+,.0f} {case.design.currency})")
        for d in found
    )
    if unpriced:
        lacking = "price" if unpriced[0].price is None else "reason"
        words = f"{unpriced[0].what} leaves {near.name} without a {lacking}; {told}"
        fix = f"take {unpriced[0].reference}, or say why: --accept {CHECK}=REASON"
        # A vendor can still be asked why; nobody can ask a saved design.
        return Verdict("warn" if case.quoted or _proven(case) else "fail", words, numbers, fix)
    words = f"as {near.name}" if not found else f"against {near.name}: {told}"
    return Verdict("pass", words, numbers)


def nearest(case: Case) -> Blueprint | None:
    """Return the reference architecture of the most bought server, else of its GPU, or None."""
    lines = gpu_servers(case.lines, case.catalog)
    if not lines:
        return None
    parts = {x["part_id"] for x in lines}
    usual = max(sorted(parts), key=lambda i: count(x for x in lines if x["part_id"] == i))
    server = case.catalog.servers[usual]
    known = list(case.catalog.blueprints.values())
    same = [b for b in known if b.server == usual]
    alike = [b for b in known if _gpu(b, case) == server.gpu]
    return next(iter([*same, *alike]), None)


def _gpu(blueprint: Blueprint, case: Case) -> str | None:
    if blueprint.server is None:
        return blueprint.gpu
    return case.catalog.servers[blueprint.server].gpu


def deviations(case: Case, near: Blueprint) -> list[Deviation]:
    """Return every point in which a design differs from a reference, with reason and price.

    Parameters
    ----------
    case : Case
        The design under review.
    near : Blueprint
        The reference architecture.
    """
    lines = gpu_servers(case.lines, case.catalog)
    found = []
    bought = sorted({x["part_id"] for x in lines})
    if near.server is not None and bought != [near.server]:
        price = _sum([_extra(case, i, near.server, count(_of(lines, i))) for i in bought])
        found.append(Deviation("server", near.server, ", ".join(bought), price, _why_server(case)))
    ours: dict[str, Any] = {}
    for f in case.design.summary.get("fabrics", []):
        ours.setdefault(f["name"].partition(":")[0], f)
    for fabric in near.fabrics:
        mine = ours.get(fabric.role)
        if mine is not None:
            found += _fabric(case, fabric, mine, count(lines))
        elif fabric.role == "compute":
            size = _size(fabric, count(lines))
            price = _price(case, fabric.switch, 0 if size is None else -_switches(size))
            found.append(
                Deviation("compute fabric", fabric.switch, "none", price, _why_alone(case))
            )
    return found


def _fabric(
    case: Case, fabric: BlueprintFabric, mine: dict[str, Any], servers: float
) -> list[Deviation]:
    found, role = [], f"{fabric.role} fabric"
    n = mine["leaf"] + mine["spine"] + mine["core"]
    size = _size(fabric, servers)
    usual = n if size is None else _switches(size)
    if mine["switch"] != fabric.switch:
        price = _extra(case, mine["switch"], fabric.switch, n)
        found.append(
            Deviation(f"switch of the {role}", fabric.switch, mine["switch"], price, _why(case))
        )
    if n != usual:
        price = _price(case, fabric.switch, n - usual)
        # A smaller pool explains fewer switches than the printed size has, never more.
        fewer = size is not None and n < usual
        why = f"{servers:g} servers, fewer than the printed size" if fewer else ""
        told = f"{n} switches", f"{usual} switches"
        found.append(Deviation(f"size of the {role}", told[1], told[0], price, why or _why(case)))
    return found


def _size(fabric: BlueprintFabric, servers: float) -> FabricSize | None:
    fits = [s for s in fabric.sizes if s.servers_count >= servers]
    return min(fits, key=lambda s: s.servers_count, default=None)


def _switches(size: FabricSize) -> int:
    return int(size.leaves + size.spines + size.cores)


def _of(lines: list[Any], part: str) -> list[Any]:
    return [x for x in lines if x["part_id"] == part]


def _extra(case: Case, ours: str, theirs: str, n: float) -> float | None:
    mine, usual = (price_of(p, case.brief, case.catalog, case.lines) for p in (ours, theirs))
    return None if mine is None or usual is None else n * (mine - usual)


def _price(case: Case, part: str, n: float) -> float | None:
    each = price_of(part, case.brief, case.catalog, case.lines)
    return None if each is None else n * each


def _sum(prices: list[float | None]) -> float | None:
    known = [p for p in prices if p is not None]
    return sum(known) if len(known) == len(prices) else None


def _proven(case: Case) -> bool:
    return case.design.certificate.get("bound") is not None


def _why(case: Case) -> str:
    """Return why a part differs: a proof that the whole costs least with it, or nothing."""
    if case.quoted or not _proven(case):
        return ""
    return f"the proven cheapest design, gap {case.design.certificate.get('gap') or 0.0:.2%}"


def _why_server(case: Case) -> str:
    named = case.brief.fleet.server_kinds_allowed
    return f"the brief allows only {', '.join(named)}" if named else _why(case)


def _why_alone(case: Case) -> str:
    return "no job leaves its scale-up domain" if not case.quoted else _why(case)
