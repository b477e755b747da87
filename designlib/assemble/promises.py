"""Promises: which fields of a brief keep a workload from running at all, and what each must be.

Physics alone decides here, so a question takes no optimization: the workload is sized once more on
every pool with some of the fields loosened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

from designlib.assemble.changes import value_at
from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.faults import FaultError
from designlib.problem.make import make_problem
from designlib.problem.relief import rounded_down, rounded_up
from designlib.problem.structure import Structure, structure_of

UP, DOWN, GONE = 1e4, 1e-3, None
OF_WORK: Mapping[str, tuple[str, str, float | None]] = {
    "ttft_p95_s": ("TTFT p95", "s", UP),
    "tpot_p95_s": ("TPOT p95", "s", UP),
    "max_hours": ("time limit of a run", "h", UP),
    "deadline_days": ("time limit of a run", "d", UP),
    "max_gpus_count": ("most GPUs of the job", "GPUs", UP),
    "wait_p99_s": ("wait p99", "s", UP),
    "latency_p99_s": ("latency p99", "s", UP),
    "queue_wait_p90_hours": ("wait p90", "h", UP),
    "quality_floor": ("quality floor", "1", DOWN),
}
"""Field of a workload -> its words, its unit, and by what it is loosened."""
OF_ALL: Mapping[str, tuple[str, str, float | None]] = {
    "fleet.server_kinds_allowed": ("servers allowed", "", GONE),
    "reliability.ettr_min_frac": ("least share of effective training time", "1", DOWN),
    "versions.rollback_minutes": ("time of a rollback", "min", UP),
}
"""Field that bears on all work -> the same."""
OF_SITE: Mapping[str, tuple[str, str, float | None]] = {
    "rack_air_kw": ("air cooling of a rack", "kW", UP),
}
FLEET = "fleet.max_gpus"
ANY = "any"
TRIES = 14
"""Values tried of a field before the least change is settled. [1]"""
NEAR = 1.02
"""Ratio of two values of a field that count as close. [1]"""

Row = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A field of the brief that may be loosened, and what it then is."""

    path: str
    words: str
    unit: str
    stated: Any
    loose: Any

    def change(self, value: Any) -> dict[str, Any]:
        """Return the change of a brief that gives the field a value."""
        if self.path == FLEET:
            return {self.path: [{"month": 0, "count": round(value)}]}
        return {self.path: None if value == ANY else value}

    def row(self, value: Any) -> Row:
        """Return what the brief gives and what is needed, as a row of shortfalls."""
        limit = ", ".join(self.stated) if isinstance(self.stated, (tuple, list)) else self.stated
        needed = {"limit": limit, "needed": value, "unit": self.unit, "month": 0}
        return {"requirement": self.words, "path": self.path, **needed}

    def statement(self) -> Row:
        """Return the field as a statement of the brief."""
        limit = self.row(ANY)["limit"]
        value = f"{limit:,.6g}" if isinstance(limit, (int, float)) else str(limit)
        return {
            "requirement": self.words,
            "path": self.path,
            "value": limit,
            "unit": self.unit,
            "sentence": f"{self.words}: {value} {self.unit}".rstrip(),
        }


class Sizing:
    """One workload of a brief, sized again and again."""

    def __init__(self, brief: Brief, catalog: Catalog, workload: str) -> None:
        self._catalog, self._workload = catalog, workload
        self._brief = _alone(brief, workload)
        self.fields = tuple(_fields(self._brief, workload))

    def runs(self, changes: Mapping[str, Any]) -> bool:
        """Return whether the workload can run anywhere under some changes of the brief."""
        return self._runs_in(changes) is not None

    def _runs_in(
        self, changes: Mapping[str, Any], within: Structure | None = None
    ) -> Structure | None:
        """Return the pools in which the workload can run under some changes, None where nowhere.

        Only those ``within`` are tried, where they are given.
        """
        try:
            p, _ = make_problem(self._brief.with_changes(changes), self._catalog, within)
        except FaultError:
            return None
        if not all(p.candidates_of(w, a) for w, a in p.tasks if w == self._workload):
            return None
        mine = [o for o, c in p.candidates.items() if c.workload == self._workload]
        pools = {part.pool for o in mine for part in p.candidates[o].parts if part.pool}
        wired = {f for k in pools if (f := p.pools[k].fabric)}
        return structure_of(p, mine, pools, wired)

    def culprits(self) -> tuple[Field, ...]:
        """Return fields that keep it from running, none too many; empty where none does.

        Each in turn is loosened for good where it does not run even so.
        """
        loosened: dict[str, Any] = {}
        for field in self.fields:
            loosened.update(field.change(field.loose))
        if not self.runs(loosened):
            return ()
        loosened, kept = {}, []
        for field in self.fields:
            if self.runs({**loosened, **field.change(field.loose)}):
                kept.append(field)
            else:
                loosened.update(field.change(field.loose))
        return tuple(kept)

    def least(self, field: Field) -> Any:
        """Return the value of a field nearest to what is stated that lets the workload run.

        None where the field alone is not enough.
        """
        within = self._runs_in(field.change(field.loose))
        if within is None:
            return None
        if field.loose == ANY:
            return ANY
        short, enough = float(field.stated), float(field.loose)
        stride: float | None = 2.0 if enough > short else 0.5
        for _ in range(TRIES):
            ratio = max(enough / short, short / enough)
            if ratio <= NEAR:
                break
            # Mostly a little is enough: what is stated is moved in strides, until it is.
            near = sqrt(short * enough)
            if stride is not None and max(near / short, short / near) > max(stride, 1 / stride):
                near, stride = short * stride, stride**2
            # What runs nowhere with more of it runs nowhere with less: only the rest is sized.
            found = self._runs_in(field.change(_whole(field, near)), within)
            if found is not None:
                enough, within, stride = near, found, None
            else:
                short = near
        rounded = rounded_up(enough) if enough > field.stated else rounded_down(enough)
        return _whole(field, rounded)


def _whole(field: Field, value: float) -> float | int:
    return ceil(value) if field.path.endswith(("_count", FLEET)) else value


def _alone(brief: Brief, workload: str) -> Brief:
    """Return the brief with no work but one, where nothing else in it names the other."""
    mine = [row for w in brief.to_dict()["workloads"] for row in _only(w, workload)]
    try:
        return brief.with_changes({"workloads": mine}) if mine else brief
    except FaultError:
        return brief


def _only(row: Row, workload: str) -> Iterator[Row]:
    """Yield a workload, or the service with no tier but one, which keeps its share of the load."""
    if row.get("id") == workload:
        yield row
    for tier in row.get("tiers") or ():
        if tier.get("id") == workload:
            peak = row["peak_requests_s"] * tier["share_frac"]
            yield {**row, "peak_requests_s": peak, "tiers": [{**tier, "share_frac": 1.0}]}


def _fields(brief: Brief, workload: str) -> Iterator[Field]:
    """Yield the fields that the brief states and that can be loosened: those of all work first."""
    places = [(path, told) for path, told in OF_ALL.items()]
    places += [(f"sites.{s.id}.{f}", told) for s in brief.sites for f, told in OF_SITE.items()]
    for phase in brief.phases:
        told = (f"{phase.id}: most GPUs of the phase", "GPUs", UP)
        places.append((f"phases.{phase.id}.max_gpus_count", told))
    if brief.fleet.max_gpus:
        most = max(step.count for step in brief.fleet.max_gpus)
        yield Field(FLEET, "most GPUs in service", "GPUs", most, int(most * UP))
    path = brief.path_of(workload)
    mine = [(f"{path}.{f}", (f"{workload}: {t[0]}", *t[1:])) for f, t in OF_WORK.items()]
    for where, (words, unit, by) in (*places, *mine):
        stated = value_at(brief, where)
        if stated is None or stated == ():
            continue
        if by is GONE:
            yield Field(where, words, unit, stated, ANY)
        elif isinstance(stated, (int, float)) and stated:
            yield Field(where, words, unit, stated, _loosened(where, stated, by))


def _loosened(path: str, stated: float, by: float) -> float | int:
    return int(stated * by) if path.endswith("_count") else float(stated * by)
