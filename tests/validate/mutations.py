"""Mutations: single changes of a design, each judged by hand figures of its own.

A change is harmful, harmless, or left out where a hand figure cannot tell. None of the judgments
asks the validator. Run over saved designs with

    python -m tests.validate.mutations DESIGN.json...
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, exp
from random import Random
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate import DOUBTS, checks, validate
from designlib.validate.recount import recounts
from tests.validate.books import Plain, copy_of, rebooked

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
    design : Design
        What it makes of the design.
    harmful : bool
        Whether it breaks a promise.
    words : tuple of str
        One of these is in the findings of a harmful one.
    """

    name: str
    design: Design
    harmful: bool
    words: tuple[str, ...] = ()


class Judge:
    """What a design needs, by hand figures."""

    def __init__(self, design: Design, catalog: Catalog) -> None:
        self.design, self.catalog = design, catalog
        self.brief = Brief.from_dict(design.brief)
        self.lines = design.tables["bill_of_materials"]

    def spec(self, part_id: str, name: str) -> float:
        found = getattr(self.catalog.part(part_id).specs, name, None)
        return 0.0 if found is None else float(found.value)

    def have(self, month: int, **like: str) -> float:
        return sum(
            x["count"]
            for x in self.lines
            if x["period_month"] <= month and all(x[k] == v for k, v in like.items())
        )

    def one_less(self, line: Plain) -> bool | None:
        """Return whether one piece less of a line breaks a promise; None where it is not told."""
        part = line["part_id"]
        layer = line["layer"]
        if layer == "compute":
            return self._server(line)
        if layer == "spares":
            return self._spare(line)
        if part in self.catalog.switches or part in self.catalog.software:
            return True  # the design states the switches of each tier, the maker the appliances
        if part in self.catalog.optics:
            return self._optic(line)
        if layer == "storage":
            return self._store(line)
        if layer == "orchestration":
            return True  # control servers are exactly as many as the components ask
        if layer == "cooling":
            return self._module(line)
        if layer == "racks":
            return self._rack(line)
        return None

    def _server(self, line: Plain) -> bool | None:
        pool, part = line["pool"], line["part_id"]
        lot = sum(
            x["count"]
            for x in self.lines
            if (x["part_id"], x["period_month"]) == (part, line["period_month"])
        )
        if lot - 1 < self.brief.procurement.min_order_servers_count:
            return True
        gpus = self.spec(part, "gpus_count")
        for month in self.design.dates:
            if month < line["period_month"]:
                continue
            rows = [
                r
                for r in self.design.tables["operations"]
                if (r["pool"], r["period_month"]) == (pool, month)
            ]
            held = sum(max(r["servers"], r["gpus"] / gpus if gpus else 0.0) for r in rows
                       if r["workload_class"] != "inference" or r["replicas"])  # fmt: skip
            apart = max((_over(r["layout"]) for r in rows), default=1)
            left = self.have(month, pool=pool, layer="compute") - 1
            if left < held - 1e-6 or left < apart:
                return True
            if any(r["hours"] for r in rows):
                return None
        # Servers beyond both needs are there for a reason of another date or kind.
        return None

    def _spare(self, line: Plain) -> bool:
        rel = self.brief.reliability
        hours = (
            rel.gpu_hours_per_interruption
            or self.catalog.constant("gpu", "gpu_hours_per_interruption").value
        )
        share = rel.repair_share_frac
        if share is None:
            share = self.catalog.constant("server", "repair_share_frac").value
        part = line["part_id"]
        for month in self.design.dates:
            if month < line["period_month"]:
                continue
            running = self.have(month, part_id=part, layer="compute", site=line["site"])
            spares = self.have(month, part_id=part, layer="spares", site=line["site"])
            mean = running * self.spec(part, "gpus_count") / hours * share * rel.repair_days * 24
            total = term = exp(-mean)
            for k in range(1, round(spares)):
                term *= mean / k
                total += term
            # One spare less: at most spares - 1 are away.
            if (total if spares >= 1 else 0.0) < rel.enough_servers_probability - 1e-9:
                return True
        lot = sum(
            x["count"]
            for x in self.lines
            if (x["part_id"], x["period_month"]) == (part, line["period_month"])
        )
        return lot - 1 < self.brief.procurement.min_order_servers_count

    def _optic(self, line: Plain) -> bool | None:
        part = self.catalog.optics[line["part_id"]]
        if part.kind == "transceiver":
            return True  # a fiber with a bare end
        fabric = line["pool"]
        mine = [x for x in self.lines if x["pool"] == fabric]
        if any(self.catalog.optics[x["part_id"]].kind == "transceiver"
               for x in mine if x["part_id"] in self.catalog.optics):  # fmt: skip
            return None  # which fiber joins what is not told by the bill
        role = next((r for r in ("storage", "in-band", "out-of-band") if fabric.startswith(r)), "")
        for month in self.design.dates:
            if month < line["period_month"]:
                continue
            ports = self._ports(role, fabric, month)
            links = sum(
                x["count"] * self.spec(x["part_id"], "links_per_unit_count")
                for x in mine
                if x["part_id"] in self.catalog.optics and x["period_month"] <= month
            )
            switches = sum(x["count"] for x in mine if x["part_id"] in self.catalog.switches
                           and x["period_month"] <= month)  # fmt: skip
            up = 0.0
            if switches > 1:
                # One link a switch keeps a network of devices together.
                up = ceil(ports / self.brief.network.oversubscription) if not role else switches
            if links - 1 < ports:
                return True
            if links - 1 < ports + up:
                return True if not role else None
        return False

    def _ports(self, role: str, fabric: str, month: int) -> float:
        total = 0.0
        site = next(x["site"] for x in self.lines if x["pool"] == fabric)
        for x in self.lines:
            if x["period_month"] > month or x["layer"] == "spares" or x["site"] != site:
                continue
            n, part = x["count"], x["part_id"]
            if part in self.catalog.servers:
                front = self.spec(part, "front_ports_count")
                storage = max(1.0, front // 2) if self.catalog.servers[part].gpu else 1.0
                each = {"storage": storage, "in-band": max(1.0, front - storage),
                        "out-of-band": self.spec(part, "oob_ports_count"),
                        "": self.spec(part, "compute_ports_count")}[role]  # fmt: skip
                if role or fabric.split("-8p")[0].split("@")[0] in x["pool"]:
                    total += n * each
            elif part in self.catalog.storage:
                ports = self.spec(part, "network_ports_count")
                total += n * {"storage": ports, "out-of-band": 1.0}.get(role, 0.0)
            elif role == "out-of-band" and part in self.catalog.switches:
                total += n * (not x["pool"].startswith("out-of-band"))
            elif role == "out-of-band" and part in self.catalog.software:
                total += n
        return total

    def _store(self, line: Plain) -> bool | None:
        """One unit less: the balance of the design itself tells the data that has to fit."""
        part = self.catalog.storage[line["part_id"]]
        resource = "hot_tb" if part.tier == "parallel" else "object_tb"
        fill = self.catalog.constant(part.tier, "usable_fill_frac").value
        for month in self.design.dates:
            if month < line["period_month"]:
                continue
            units = self.have(month, part_id=part.id, site=line["site"]) - 1
            if units < self.spec(part.id, "units_min_count"):
                return True
            space = (units - self.spec(part.id, "redundant_units_count")) * fill
            space *= self.spec(part.id, "usable_tb")
            need = max(
                (b["draw"] for b in self.design.tables["balance"] if b["resource"] == resource
                 and b["place"] == line["site"] and b["period_month"] == month), default=0.0,
            )  # fmt: skip
            if space < need - 1e-6:
                return True
        reads = [b for b in self.design.tables["balance"] if b["resource"] == "read_gb_s"]
        return None if any(b["utilisation"] > 0.9 for b in reads) else False

    def _module(self, line: Plain) -> bool | None:
        for month in self.design.dates:
            need = [b for b in self.design.tables["balance"] if b["resource"] == "liquid_kw"
                    and b["period_month"] == month]  # fmt: skip
            if month < line["period_month"] or not need:
                continue
            left = (self.have(month, part_id=line["part_id"]) - 2) * self.spec(
                line["part_id"], "unit_kw"
            )
            if left < need[0]["draw"]:
                return True
        return False

    def _rack(self, line: Plain) -> bool | None:
        kind = self.catalog.power[line["part_id"]].kind
        for month in self.design.dates:
            if month < line["period_month"]:
                continue
            racks: dict[str, float] = {}
            for row in self.design.tables["placement"]:
                if row["site"] == line["site"] and row["period_month"] <= month:
                    racks[row["rack"]] = racks.get(row["rack"], 0.0) + row["kw"]
            left = self.have(month, part_id=line["part_id"], site=line["site"]) - 1
            if kind == "rack-cabinet" and left < len(racks):
                return True
            strip = self.spec(line["part_id"], "unit_kw") if kind == "rack-pdu" else 1.0
            if kind == "rack-pdu" and left < sum(2 * max(1, ceil(kw / strip - 1e-9))
                                                 for kw in racks.values()):  # fmt: skip
                return True
        return False


def _over(layout: str) -> int:
    """Return the servers that a layout says to stand over: "TP1 over 3 servers, ..."."""
    words = layout.replace(",", " ").split()
    return int(words[words.index("over") + 1]) if "over" in words else 1


def mutations(design: Design, catalog: Catalog) -> Iterator[Mutation]:
    """Yield single changes of a design whose harm can be judged."""
    judge = Judge(design, catalog)
    yield from _fewer(design, catalog, judge)
    yield from _orders(design, catalog, judge)
    yield from _swaps(design, catalog, judge)
    yield from _moves(design, catalog, judge)
    yield from _runs(design, catalog)
    yield from _paper(design, catalog)


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
        yield Mutation(name, _made(design, catalog, change, stands=True), harm, _named(line))

        if any(row["line_id"] == line["line_id"] for row in design.tables["placement"]):

            def forget(content: Plain, line_id: str = line["line_id"]) -> None:
                rows = content["tables"]["placement"]
                rows.remove(next(row for row in rows if row["line_id"] == line_id))

            name = f"one {line['part_id']} of {line['line_id']} stands nowhere"
            yield Mutation(name, _made(design, catalog, forget), True, (line["line_id"],))


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
                yield Mutation(name, _made(design, catalog, later), harm, (line["line_id"],))
        if flat and line["order_by_month"] >= 0.3:

            def earlier(content: Plain, line_id: str = line["line_id"]) -> None:
                _line(content, line_id)["order_by_month"] -= 0.3

            yield Mutation(
                f"{line['line_id']} ordered a week earlier", _made(design, catalog, earlier), False
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
        yield Mutation(name, _made(design, catalog, swap), True)


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
        yield Mutation(name, _made(design, catalog, move), harm, (rows[m]["rack"],))


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
            yield Mutation(name, _made(design, catalog, change), True, (row["workload"],))
        for figure in ("tpot_p95", "hours_per_run"):
            told = row["figures"].get(figure)
            if told is None:
                continue

            def slower(content: Plain, n: int = n, figure: str = figure) -> None:
                content["tables"]["operations"][n]["figures"][figure]["value"] *= 50

            name = f"{row['workload']} at month {row['period_month']}: {figure} is 50 times as long"
            yield Mutation(name, _made(design, catalog, slower), True, (row["workload"],))


def _paper(design: Design, catalog: Catalog) -> Iterator[Mutation]:
    """Yield changes of what is written: a price, a license or another stream, a tier."""
    for line in design.tables["bill_of_materials"]:
        if line["part_id"] == "moved-links":
            continue

        def price(content: Plain, line_id: str = line["line_id"]) -> None:
            _line(content, line_id)["unit_price"] *= 0.9

        yield Mutation(
            f"{line['line_id']} a tenth cheaper", _made(design, catalog, price), True,
            (line["line_id"],),
        )  # fmt: skip
    for n, row in enumerate(design.tables["cost"]):
        if row["kind"] in ("capex", "residual") or not row["amount"]:
            continue
        content = copy_of(design)
        content["tables"]["cost"][n]["amount"] *= 0.8
        yield Mutation(
            f"a fifth less {row['kind']} of {row['layer']} at month {row['period_month']}",
            Design.from_dict(content), True,
        )  # fmt: skip
    for n, fabric in enumerate(design.summary["fabrics"]):
        content = copy_of(design)
        content["summary"]["fabrics"][n]["leaf"] += 1
        yield Mutation(f"a leaf of {fabric['name']} that is not bought",
                       Design.from_dict(content), True)  # fmt: skip


NAMED = {
    "storage": ("tier", "units of"), "racks": ("cabinets", "strips", "racks that"),
    "orchestration": ("control servers",), "cooling": ("loop",),
}  # fmt: skip


def _named(line: Plain) -> tuple[str, ...]:
    """Return words of which one names what lacks when a piece of a line does."""
    own = (line["pool"] or line["part_id"], line["part_id"], "the servers of its pool")
    return NAMED.get(line["layer"], own)


def wrong(one: Mutation, catalog: Catalog, only: set[str]) -> str | None:
    """Return what is wrong with the validator's answer to a change, None where it is right."""
    findings = validate(one.design, catalog, only=only).findings
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
