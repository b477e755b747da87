"""Made: contexts of the customers' briefs with changes, and pools to try work on."""

from __future__ import annotations

from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.problem.context import Context
from designlib.problem.contexts import make_contexts
from designlib.problem.machines import Option, machine_of

BRIEFS = shipped_folder() / "briefs"
CATALOG = Catalog.load()


def brief(name: str, **changes: Any) -> Brief:
    """Return a customer's brief; changes name fields with two underscores for a dot."""
    found = Brief.load(BRIEFS / f"{name}.yaml")
    return found.with_changes({k.replace("__", "."): v for k, v in changes.items()})


def context(name: str, **changes: Any) -> Context:
    """Return the context of the only site of a customer's brief."""
    (ctx,) = make_contexts(brief(name, **changes), CATALOG)
    return ctx


def pool(ctx: Context, server: str, technology: str | None = "infiniband") -> Option:
    """Return a pool of a server, on a fabric of a technology or on none."""
    part = CATALOG.servers[server]
    machine = machine_of(ctx, part, technology)
    return Option(f"{server}-{technology}", part, technology, technology, machine)


def workload(ctx: Context, name: str) -> Any:
    """Return a workload of the brief by its id."""
    return next(w for w in ctx.brief.workloads if w.id == name)
