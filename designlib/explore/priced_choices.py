"""Choices: what each of the great decisions costs, every option priced by its own optimum.

Fabric technology, cooling, checkpoint policy and the time of purchase are decided inside the
optimization; here each option is insisted on in turn. An option that the design already takes needs
no second search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, get_args

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.sweeps import NUMBERS, figures_of, one_answer
from designlib.schema.promises import CheckpointPolicy

PURCHASES = (
    ("staged", "when it costs least"),
    ("when_needed", "staged, never ahead of need"),
    ("all_at_once", "all for the first day"),
)
"""When servers may be bought: word of the brief, and what it means."""
Progress = Callable[[dict[str, Any]], None]
TRAINING = ("training", "fine-tuning", "dedicated-training")


@dataclass(frozen=True)
class Option:
    """One answer to a question, as a change of the brief."""

    question: str
    name: str
    path: str
    value: Any
    taken: bool
    """Whether the design already takes it."""


def choices(
    design: Design,
    catalog: Catalog | None = None,
    *,
    gap: float = 5e-3,
    time_limit_s: float | None = 60.0,
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """Return what each option of the great decisions costs.

    Parameters
    ----------
    design : Design
        The design to compare with.
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default.
    gap, time_limit_s : float
        Gap [1] and time [s] at which each search may stop.
    progress : callable, optional
        Called after each option with ``stage``, ``done``, ``total`` and ``message``.

    Returns
    -------
    list of dict
        Row: an option. ``question``, ``option``, ``status`` ("taken" where the design takes it),
        ``reason`` where there is no design, the headline figures, and ``extra_low`` and
        ``extra_high``: the present value that it costs beyond the design, from one certificate's
        bound to the other's objective. [currency]
    """
    parts = catalog or Catalog.load()
    brief = Brief.from_dict(design.brief)
    options = list(_options(brief, parts, design))
    rows = []
    for n, option in enumerate(options):
        found: Design | None = design
        status, reason = "taken", ""
        if not option.taken:
            changes = {option.path: option.value}
            found, status, reason = one_answer(brief, changes, parts, gap, time_limit_s)
        rows.append(_row(option, design, found, status, reason))
        if progress is not None:
            message = f"{option.question}: {option.name}"
            event = {"stage": "choices", "done": n + 1, "total": len(options)}
            progress({**event, "message": message})
    return rows


def with_choices(design: Design, rows: list[dict[str, Any]]) -> Design:
    """Return the design that also carries what its options cost, for its report."""
    return replace(design, summary={**design.summary, "choices": rows})


def _row(
    option: Option, design: Design, found: Design | None, status: str, reason: str
) -> dict[str, Any]:
    base = design.certificate
    row = {
        "question": option.question,
        "option": option.name,
        "status": status,
        "reason": reason,
        "extra_low": None,
        "extra_high": None,
        **dict.fromkeys(NUMBERS),
        **figures_of(found),
    }
    if found is design:
        return {**row, "extra_low": 0.0, "extra_high": 0.0}
    if found is not None:
        # An option is a restriction: it can never cost less than the free optimum.
        low = max(0.0, found.certificate["bound"] - base["objective"])
        high = max(low, found.certificate["objective"] - base["bound"])
        return {**row, "extra_low": low, "extra_high": high}
    return row


def _options(brief: Brief, catalog: Catalog, design: Design) -> Iterator[Option]:
    """Yield every option that the brief leaves open, question by question."""
    yield from _fabrics(brief, catalog, design)
    yield from _oversubscription(brief, design)
    yield from _cooling(brief, design)
    yield from _checkpoints(brief)
    for name, words in PURCHASES:
        taken = brief.policies.purchases == name
        yield Option("When to buy GPU servers", words, "policies.purchases", name, taken)


def _fabrics(brief: Brief, catalog: Catalog, design: Design) -> Iterator[Option]:
    allowed = brief.network.compute_technologies_allowed
    known = {s.technology for s in catalog.switches.values() if "compute" in s.roles and s.rdma}
    open_ = sorted(known if not allowed else known & set(allowed))
    built = {f["technology"] for f in design.summary["fabrics"] if f["name"].startswith("compute:")}
    if len(open_) < 2 or not built:
        return
    for t in open_:
        path = "network.compute_technologies_allowed"
        yield Option("Technology of the compute fabric", t, path, [t], built == {t})


def _oversubscription(brief: Brief, design: Design) -> Iterator[Option]:
    """Yield full and half uplinks, where the compute fabric has any."""
    if not any(f["spine"] for f in design.summary["fabrics"] if f["name"].startswith("compute:")):
        return
    for share in (1.0, 2.0):
        name, path = f"{share:g} to 1", "network.oversubscription"
        taken = brief.network.oversubscription == share
        yield Option("Oversubscription of the compute fabric", name, path, share, taken)


def _cooling(brief: Brief, design: Design) -> Iterator[Option]:
    kinds = ["air"]
    if brief.policies.rear_door_allowed and any(s.rear_door for s in brief.sites):
        kinds.append("rear-door")
    if any(s.direct_to_chip and s.direct_to_chip.available for s in brief.sites):
        kinds.append("direct-to-chip")
    allowed = brief.policies.server_cooling_allowed
    open_ = [k for k in kinds if not allowed or k in allowed]
    if len(open_) < 2:
        return
    gpu_lines = {
        r["line_id"] for r in design.tables["bill_of_materials"] if r["layer"] == "compute"
    }
    used = {
        _cooled(r["rack_kind"]) for r in design.tables["placement"] if r["line_id"] in gpu_lines
    }
    for kind in open_:
        path = "policies.server_cooling_allowed"
        yield Option("Cooling of GPU servers", kind, path, [kind], used == {kind})


def _cooled(rack_kind: str) -> str:
    """Return the kind of cooling of a kind of rack; rear-door racks are named by their door."""
    return rack_kind if rack_kind in ("air", "direct-to-chip") else "rear-door"


def _checkpoints(brief: Brief) -> Iterator[Option]:
    if not any(w.kind in TRAINING for w in brief.workloads):
        return
    named = brief.storage.checkpoint_policies_compared or get_args(CheckpointPolicy)
    for policy in named:
        taken, path = brief.storage.checkpoint_policy == policy, "storage.checkpoint_policy"
        yield Option("How checkpoints are written", policy.replace("_", " "), path, policy, taken)
