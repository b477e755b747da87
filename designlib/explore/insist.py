"""Insist: an option that is no part, such as a technology or a site, as changes of a brief."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, get_args

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.schema.promises import Network

COOLING: Final = ("air", "rear-door", "direct-to-chip")
TRAINED: Final = ("training", "fine-tuning")
TOPOLOGIES: Final = get_args(Network.model_fields["topology"].annotation)


@dataclass(frozen=True)
class Insisted:
    """What has to be asked so that an option is taken."""

    words: str
    changes: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    """Why it cannot be asked for at all."""


def options(design: Design, catalog: Catalog) -> dict[str, str]:
    """Return the words that ``insisted`` knows beside parts, and what each is.

    Parameters
    ----------
    design : Design
        The design.
    catalog : Catalog
        What can be bought.
    """
    brief = Brief.from_dict(design.brief)
    compute = [s for s in catalog.switches.values() if "compute" in s.roles and s.rdma]
    return {
        **{s.technology: "technology of the compute fabric" for s in compute},
        **{name: "topology" for name in TOPOLOGIES if name != "auto"},
        **dict.fromkeys(COOLING, "cooling of GPU servers"),
        **{site.id: "site" for site in brief.sites},
        **{p: "precision" for w in brief.workloads for p in _precisions(w)},
    }


def insisted(design: Design, name: str, catalog: Catalog) -> Insisted | None:
    """Return what has to be asked so that an option is taken, None where the word is none.

    Parameters
    ----------
    design : Design
        The design that may lack it.
    name : str
        A word of ``options``, or a number of GPUs such as "64 GPUs".
    catalog : Catalog
        What can be bought.
    """
    brief = Brief.from_dict(design.brief)
    count = name.removesuffix("GPUs").strip()
    if count.isdecimal() and int(count):
        return _count(design, int(count))
    kind = options(design, catalog).get(name, "")
    if kind == "technology of the compute fabric":
        return Insisted(f"With {name} alone", {"network.compute_technologies_allowed": [name]})
    if kind == "topology":
        return Insisted(f"With a {name} network", {"network.topology": name})
    if kind == "cooling of GPU servers":
        words = f"With GPU servers cooled by {name} alone"
        return Insisted(words, {"policies.server_cooling_allowed": [name]})
    if kind == "site":
        return _site(brief, name)
    if kind == "precision":
        mine = [w for w in brief.workloads if name in _precisions(w)]
        changes = {f"workloads.{w.id}.precision": name for w in mine}
        return Insisted(f"With {name} for {', '.join(w.id for w in mine)}", changes)
    return None


def _precisions(workload: Any) -> tuple[str, ...]:
    """Return the precisions in which a workload may be asked to run."""
    if workload.kind not in TRAINED:
        return ()
    return tuple(get_args(type(workload).model_fields["precision"].annotation))


def _count(design: Design, count: int) -> Insisted:
    by_month: dict[int, int] = {}
    for row in design.summary["gpus"]:
        by_month[row["period_month"]] = by_month.get(row["period_month"], 0) + row["count"]
    most = max(by_month.values(), default=0)
    if count >= most:
        reason = f"the design takes {most} GPUs, and each further one only costs more"
        return Insisted(f"{count} GPUs", reason=reason if count > most else f"it takes {most} GPUs")
    change = {"fleet.max_gpus": [{"month": 0, "count": count}]}
    return Insisted(f"With {count} GPUs at most, instead of {most}", change)


def _site(brief: Brief, name: str) -> Insisted:
    others = [site.id for site in brief.sites if site.id != name]
    if not others:
        return Insisted(name, reason=f"{name} is the only site of the brief")
    split = {site.id: float(site.id == name) for site in brief.sites}
    return Insisted(f"With all work at {name}", {"site_policy.split": split})
