"""Mutations: single changes of a design, each judged by hand figures of its own.

A change is harmful, harmless, or left out where a hand figure cannot tell. None of the judgments
asks the validator. Run over saved designs with

    python -m tests.validate.mutations DESIGN.json...
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate import DOUBTS, checks, validate
from designlib.validate.recount import recounts
from tests.validate.books import Plain, copy_of, rebooked
from tests.validate.judge import Judge

WEEKS_PER_MONTH = 365.25 / 12 / 7
MOVES = 40
SLOW = frozenset({"month"})
"""Recounts that play events; a sample of the changes is put to them as well."""


@dataclass(frozen=True)
class Mutation:
    """One change.

    Attributes
    ----------
    name : str
        In words.
    made : callable
        Makes the changed design; only those that are tried are made.
    harmful : bool
        Whether it breaks a promise.
    words : tuple of str
        One of these is in the findings of a harmful one.
    parts : Catalog, optional
        What could be bought, where the change is of that.
    """

    name: str
    made: Callable[[], Design]
    harmful: bool
    words: tuple[str, ...] = ()
    parts: Catalog | None = None


def mutations(design: Design, catalog: Catalog) -> Iterator[Mutation]:
    """Yield single changes of a design whose harm can be judged."""
    judge = Judge(design, catalog)
    yield from _fewer(design, catalog, judge)
    yield from _orders(design, catalog, judge)
    yield from _swaps(design, catalog, judge)
    yield from _moves(design, catalog, judge)
    yield from _runs(design, catalog)
    yield from _paper(design, catalog)
    yield from _supplied(design, catalog)


def supplied(design: Design, catalog: Catalog) -> Iterator[Mutation]:
    """Yield changes of what is bought: a piece more or less, a longer lead, a replica less."""
    yield from _fewer(design, catalog, Judge(design, catalog))
    yield from _supplied(design, catalog)


def _supplied(design: Design, catalog: Catalog) -> Iterator[Mutation]:
    judge = Judge(design, catalog)
    yield from _more(design, catalog)
    yield from _leads(design, catalog, judge)
    yield from _replicas(design, catalog, judge)


def _made(
    design: Design, catalog: Catalog, change: Callable[[Plain], None], *, stands: bool = False
) -> Design:
    content = copy_of(design)
    change(content)
    return rebooked(content, design, catalog, stands=stands)


def _line(content: Plain, line_id: str) -> Plain:
    return next(x for x in content["tables"]["bill_of_materials"] if x["line_id"] == line_id)


def _fewer(design: Design, catalog: Catalog, judge: Judge) -> Iterator[Mutation]:
    """Yield one piece less of every line, taken out of its rack as well."""
    for line in design.tables["bill_of_materials"]:
        harm = None if line["part_id"] == "moved-links" else judge.one_less(line)
        if harm is None:
            continue

        def change(content: Plain, line_id: str = line["line_id"]) -> None:
            mine = _line(content, line_id)
            mine["count"] -= 1
            if not mine["count"]:
                content["tables"]["bill_of_materials"].remove(mine)
            rows = content["tables"]["placement"]
            last = [n for n, row in enumerate(rows) if row["line_id"] == line_id]
            if last:
                del rows[last[-1]]

        name = f"one {line['part_id']} less ({line['line_id']})"
        yield Mutation(
            name, partial(_made, design, catalog, change, stands=True), harm, _named(line)
        )

        if any(row["line_id"] == line["line_id"] for row in design.tables["placement"]):

            def forget(content: Plain, line_id: str = line["line_id"]) -> None:
                rows = content["tables"]["placement"]
                rows.remove(next(row for row in rows if row["line_id"] == line_id))

            name = f"one {line['part_id']} of {line['line_id']} stands nowhere"
            yield Mutation(name, partial(_made, design, catalog, forget), True, (line["line_id"],))


MORE = ("cooling", "power", "racks")
"""Layers of which one piece more draws nothing else."""


def _more(design: Design, catalog: Catalog) -> Iterator[Mutation]:
    """Yield one piece more of what nothing else depends on; racks may run out of positions."""
    for line in design.tables["bill_of_materials"]:
        part = catalog.power.get(line["part_id"]) or catalog.cooling.get(line["part_id"])
        if line["layer"] not in MORE or part is None or part.kind == "rack-cabinet":
            continue

        def change(content: Plain, line_id: str = line["line_id"]) -> None:
            _line(content, line_id)["count"] += 1

        name = f"one {line['part_id']} more ({line['line_id']})"
        yield Mutation(name, partial(_made, design, catalog, change, stands=True), False)


def _leads(design: Design, catalog: Catalog, judge: Judge) -> Iterator[Mutation]:
    """Yield a longer lead of each part: harm where an order has less time to spare."""
    buying = judge.brief.procurement
    lines = [x for x in design.tables["bill_of_materials"] if x["part_id"] != "moved-links"]
    if buying.lead_times_weeks or buying.lead_weeks is not None:
        return  # the brief's own times hold, whatever the catalog says
    for part_id in sorted({x["part_id"] for x in lines}):
        part = catalog.part(part_id)
        if getattr(part.specs, "lead_weeks", None) is None or part_id in catalog.cooling:
            continue
        mine = [x for x in lines if x["part_id"] == part_id]
        weeks = judge.spec(part_id, "lead_weeks") + judge.spec(part_id, "install_weeks")
        spare = min(
            (x["period_month"] - x["order_by_month"]) * WEEKS_PER_MONTH - weeks for x in mine
        )
        for by in (0.5 * spare, spare + 1.0):
            harm = by > spare + 1e-6
            if by <= 0:
                continue
            yield Mutation(
                f"{part_id} takes {by:.1f} weeks longer", lambda: design, harm, (part_id,),
                _slower(catalog, part_id, by),
            )  # fmt: skip


def _slower(catalog: Catalog, part_id: str, weeks: float) -> Catalog:
    """Return a catalog in which a part comes later."""
    for family in ("servers", "switches", "optics", "storage", "power", "software"):
        parts = getattr(catalog, family)
        if part_id in parts:
            part = parts[part_id]
            lead = part.specs.lead_weeks
            lead = lead.model_copy(update={"value": lead.value + weeks})
            specs = part.specs.model_copy(update={"lead_weeks": lead})
            late = part.model_copy(update={"specs": specs})
            return replace(catalog, **{family: {**parts, part_id: late}})
    raise KeyError(part_id)


def _replicas(design: Design, catalog: Catalog, judge: Judge) -> Iterator[Mutation]:
    """Yield one replica less where the batches of the others cannot hold the peak (Little)."""
    services = {w.id: w for w in judge.brief.services()}
    ends = dict(zip(design.dates, (*design.dates[1:], judge.brief.horizon_months), strict=True))
    for n, row in enumerate(design.tables["operations"]):
        w = services.get(row["workload"])
        tpot = row["figures"].get("tpot_p95", {}).get("value")
        if w is None or not row["replicas"] or not tpot or len(judge.brief.sites) > 1:
            continue
        if row["figures"].get("rented_frac", {}).get("value") or row["figures"].get("share"):
            continue
        growth = w.growth_factor_24_months ** (ends[row["period_month"]] / 24)
        flying = w.peak_requests_s * growth * w.output_tokens * tpot
        for left in {row["replicas"] - 1, int(flying / row["batch"]) if row["batch"] else 0}:
            if left * row["batch"] >= flying or left >= row["replicas"]:
                continue

            def change(content: Plain, n: int = n, left: float = left) -> None:
                mine = content["tables"]["operations"][n]
                mine["gpus"] *= left / mine["replicas"]
                mine["replicas"] = left

            name = f"{w.id} at month {row['period_month']}: {left:g} replicas"
            yield Mutation(name, partial(_made, design, catalog, change), True, (w.id,))


def _orders(design: Design, catalog: Catalog, judge: Judge) -> Iterator[Mutation]:
    """Yield later orders, earlier ones, and a longer lead time of each class of part."""
    for line in design.tables["bill_of_materials"]:
        if line["part_id"] == "moved-links":
            continue
        weeks = judge.spec(line["part_id"], "lead_weeks") + judge.spec(
            line["part_id"], "install_weeks"
        )
        buying = judge.brief.procurement
        if line["part_id"] in catalog.servers and buying.lead_weeks is not None:
            continue  # counted by hand only where the catalog's times hold
        if buying.lead_times_weeks:
            continue
        slack = line["period_month"] - line["order_by_month"] - weeks / WEEKS_PER_MONTH
        flat = not buying.price_decline_frac_per_year
        for by in (0.5, 2.0):

            def later(content: Plain, line_id: str = line["line_id"], by: float = by) -> None:
                _line(content, line_id)["order_by_month"] += by

            harm = by > slack + 1e-6
            if harm or flat:
                name = f"{line['line_id']} ordered {by:g} months later"
                yield Mutation(
                    name, partial(_made, design, catalog, later), harm, (line["line_id"],)
                )
        if flat and line["order_by_month"] >= 0.3:

            def earlier(content: Plain, line_id: str = line["line_id"]) -> None:
                _line(content, line_id)["order_by_month"] -= 0.3

            yield Mutation(
                f"{line['line_id']} ordered a week earlier",
                partial(_made, design, catalog, earlier),
                False,
            )


def _swaps(design: Design, catalog: Catalog, judge: Judge) -> Iterator[Mutation]:
    """Yield an optic of half the speed in place of each one."""
    for line in design.tables["bill_of_materials"]:
        part = catalog.optics.get(line["part_id"])
        if part is None:
            continue
        speed = judge.spec(part.id, "gbit_s")
        slower = [
            o for o in catalog.optics.values()
            if o.kind == part.kind and judge.spec(o.id, "gbit_s") < speed
        ]  # fmt: skip
        if not slower:
            continue
        other = min(slower, key=lambda o: o.id)

        def swap(content: Plain, line_id: str = line["line_id"], other: Any = other) -> None:
            mine = _line(content, line_id)
            mine["part_id"] = other.id

        name = f"{other.id} in place of {part.id} ({line['line_id']})"
        yield Mutation(name, partial(_made, design, catalog, swap), True)


def _moves(design: Design, catalog: Catalog, judge: Judge) -> Iterator[Mutation]:
    """Yield units moved on top of other racks, judged by the sums of height, power and weight."""
    rows = design.tables["placement"]
    random = Random(7)
    pairs = [(n, m) for n in range(len(rows)) for m in range(len(rows)) if
             rows[n]["rack"] != rows[m]["rack"] and rows[n]["site"] == rows[m]["site"]
             and rows[n]["rack_kind"] == rows[m]["rack_kind"]
             and rows[n]["period_month"] >= rows[m]["period_month"]]  # fmt: skip
    cabinet = next(p for p in catalog.power.values() if p.kind == "rack-cabinet"
                   and any(x["part_id"] == p.id for x in judge.lines))  # fmt: skip
    tall, heavy = (
        judge.spec(cabinet.id, "height_usable_u"),
        judge.spec(cabinet.id, "weight_limit_kg"),
    )
    for n, m in random.sample(pairs, min(MOVES, len(pairs))):
        unit, site = rows[n], next(s for s in judge.brief.sites if s.id == rows[n]["site"])
        there = [r for r in rows if (r["site"], r["rack"]) == (unit["site"], rows[m]["rack"])]
        top = max(r["u_bottom"] + r["u_height"] for r in there)
        alone = any(getattr(catalog.servers.get(r["part_id"]), "rack_scale", False)
                    for r in (unit, *there))  # fmt: skip
        limit = site.rack_air_kw if unit["rack_kind"] == "air" else None
        if limit is None and not alone:
            continue
        if site.rack_feed_kw is not None and limit is not None:
            limit = min(limit, site.rack_feed_kw)
        harm = alone or (
            top + unit["u_height"] - 1 > tall
            or sum(r["kw"] for r in (unit, *there)) > (limit or 0.0) + 1e-6
            or sum(r["kg"] for r in (unit, *there)) > heavy
        )
        if not harm and site.floor_limit_kg_per_m2 is not None:
            continue

        def move(content: Plain, n: int = n, rack: str = rows[m]["rack"], top: int = top) -> None:
            content["tables"]["placement"][n] |= {"rack": rack, "u_bottom": top}

        name = f"{unit['part_id']} of {unit['rack']} moved onto {rows[m]['rack']}"
        yield Mutation(name, partial(_made, design, catalog, move), harm, (rows[m]["rack"],))


def _runs(design: Design, catalog: Catalog) -> Iterator[Mutation]:
    """Yield less in the operations: hours, GPUs, replicas; and figures beyond their promise."""
    for n, row in enumerate(design.tables["operations"]):
        changes: list[tuple[str, dict[str, Any]]] = []
        if row["hours"] and row["figures"].get("mfu"):
            changes.append(("a tenth fewer hours", {"hours": 0.9 * row["hours"]}))
        if row["figures"].get("shared_read"):
            changes.append(("one GPU fewer than it holds", {"gpus": row["gpus"] - 1}))
        if row["replicas"] and row["figures"].get("tpot_p95"):
            changes.append(("no replica", {"replicas": 0.0}))
        changes.append(("runs in no month", {"period_month": row["period_month"] + 1}))
        for words, values in changes:

            def change(content: Plain, n: int = n, values: dict[str, Any] = values) -> None:
                content["tables"]["operations"][n] |= values

            name = f"{row['workload']} at month {row['period_month']}: {words}"
            yield Mutation(name, partial(_made, design, catalog, change), True, (row["workload"],))
        for figure in ("tpot_p95", "hours_per_run"):
            told = row["figures"].get(figure)
            if told is None:
                continue

            def slower(content: Plain, n: int = n, figure: str = figure) -> None:
                content["tables"]["operations"][n]["figures"][figure]["value"] *= 50

            name = f"{row['workload']} at month {row['period_month']}: {figure} is 50 times as long"
            yield Mutation(name, partial(_made, design, catalog, slower), True, (row["workload"],))


def _paper(design: Design, catalog: Catalog) -> Iterator[Mutation]:
    """Yield changes of what is written: a price, a license or another stream, a tier."""
    for line in design.tables["bill_of_materials"]:
        if line["part_id"] == "moved-links":
            continue

        def price(content: Plain, line_id: str = line["line_id"]) -> None:
            _line(content, line_id)["unit_price"] *= 0.9

        yield Mutation(
            f"{line['line_id']} a tenth cheaper", partial(_made, design, catalog, price), True,
            (line["line_id"],),
        )  # fmt: skip
    for n, row in enumerate(design.tables["cost"]):
        if row["kind"] in ("capex", "residual") or not row["amount"]:
            continue

        def less(content: Plain, n: int = n) -> None:
            content["tables"]["cost"][n]["amount"] *= 0.8

        yield Mutation(
            f"a fifth less {row['kind']} of {row['layer']} at month {row['period_month']}",
            partial(_written, design, less), True,
        )  # fmt: skip
    for n, fabric in enumerate(design.summary["fabrics"]):

        def leaf(content: Plain, n: int = n) -> None:
            content["summary"]["fabrics"][n]["leaf"] += 1

        yield Mutation(
            f"a leaf of {fabric['name']} that is not bought", partial(_written, design, leaf), True
        )  # fmt: skip


def _written(design: Design, change: Callable[[Plain], None]) -> Design:
    """Return a design with a change of what is written, its money as it was."""
    content = copy_of(design)
    change(content)
    return Design.from_dict(content)


NAMED = {
    "storage": ("tier", "units of"), "racks": ("cabinets", "strips", "racks that"),
    "orchestration": ("control servers",), "cooling": ("loop", "room air", "racks need"),
    "power": ("carries", "with its spare gone"),
}  # fmt: skip


def _named(line: Plain) -> tuple[str, ...]:
    """Return words of which one names what lacks when a piece of a line does."""
    own = (
        line["pool"] or line["part_id"],
        line["part_id"],
        "the servers of its pool",
        "units that",
    )
    return NAMED.get(line["layer"], own)


def wrong(one: Mutation, catalog: Catalog, only: set[str]) -> str | None:
    """Return what is wrong with the validator's answer to a change, None where it is right."""
    findings = validate(one.made(), one.parts or catalog, only=only).findings
    found = [s for name, all_ in findings.items() if name not in DOUBTS for s in all_]
    if one.harmful and not found:
        return f"not noticed: {one.name}"
    if one.harmful and one.words and not any(w in s for w in one.words for s in found):
        return f"not named: {one.name}: {found}"
    if not one.harmful and found:
        return f"flagged though harmless: {one.name}: {found}"
    return None


def quick() -> set[str]:
    """Return the checks and recounts that play no events, but for those of the optimizer's own."""
    return {*checks(), *recounts()} - SLOW - {"binding"}


def main(files: list[str]) -> int:
    """Print what is wrong over all changes of some saved designs."""
    catalog, bad, told, only = Catalog.load(), 0, Counter[str](), quick()
    for file in files:
        for one in mutations(Design.load(file), catalog):
            said = wrong(one, catalog, only)
            told["harmful" if one.harmful else "harmless"] += 1
            bad += said is not None
            if said:
                print(f"{file}: {said}")
    print(f"{dict(told)}, {bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
