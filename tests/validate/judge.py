"""Judge: whether one piece less of a bill breaks a promise, by hand figures of its own."""

from __future__ import annotations

from math import ceil, exp
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design

Plain = dict[str, Any]


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
            return self._cooler(line)
        if layer == "power":
            return self._carried(line, self.design_site(line).redundancy.power)
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

    def design_site(self, line: Plain) -> Any:
        return next(s for s in self.brief.sites if s.id == line["site"])

    def _cooler(self, line: Plain) -> bool | None:
        kind = self.catalog.cooling[line["part_id"]].kind
        if kind == "rear-door":
            return self._door(line)
        if kind == "direct-to-chip":
            return self._module(line)
        return self._carried(line, self.design_site(line).redundancy.cooling)

    def _door(self, line: Plain) -> bool:
        """One door less: a rack of its kind stands without."""
        for month in self.design.dates:
            racks = {
                row["rack"]
                for row in self.design.tables["placement"]
                if row["rack_kind"] == line["part_id"] and row["period_month"] <= month
            }
            if self.have(month, part_id=line["part_id"], site=line["site"]) - 1 < len(racks):
                return True
        return False

    def _carried(self, line: Plain, redundancy: str) -> bool | None:
        """One module less: what is left may carry nothing, or more than everything draws."""
        site = self.design_site(line)
        for month in self.design.dates:
            if month < line["period_month"]:
                continue
            kw = sum(
                row["kw"]
                for row in self.design.tables["placement"]
                if row["site"] == line["site"] and row["period_month"] <= month
            )
            left = self.have(month, part_id=line["part_id"], site=line["site"]) - 1
            left -= {"N+1": 1, "2N": ceil(left / 2), "distributed": ceil(left / 4)}.get(
                redundancy, 0
            )
            carried = max(0.0, left) * self.spec(line["part_id"], "unit_kw")
            if not carried and kw:
                return True
            if carried < kw * site.pue.air * 1.5:
                return None
        return False

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
