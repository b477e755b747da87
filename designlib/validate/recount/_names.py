"""Names: what more than one recount has to know of workloads, machines and sites."""

from __future__ import annotations

from typing import Any, Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, spec
from designlib.validate._sites import ANY, duties

BITS_PER_BYTE: Final = 8.0
BYTES_PER_PARAM: Final = 14.0
"""Weights and optimizer state kept of a parameter: bf16 weights, fp32 copy and two moments."""
SECONDS_PER_HOUR: Final = 3600.0
EVERYWHERE: Final = "all sites"


def workloads_of(brief: Brief) -> dict[str, Any]:
    """Return every workload by id; of a tiered service also each tier."""
    return {w.id: w for w in (*brief.workloads, *brief.services())}


def share_of(brief: Brief, w: Any, site: str) -> float:
    """Return the share of a workload's traffic that a site must be able to carry. [1]."""
    shares = duties(brief, w)
    return shares.get(ANY, shares.get(site, 0.0))


def copies(brief: Brief) -> list[tuple[str, str | None]]:
    """Return the places that each hold a whole copy of the data: a name, and the site if one.

    Sites that share work each keep a copy; sites that do not, keep one together.
    """
    if brief.site_policy is None or brief.site_policy.mode == "independent":
        return [(EVERYWHERE if len(brief.sites) > 1 else brief.sites[0].id, None)]
    return [(site.id, site.id) for site in brief.sites]


def at_site(rows: list[Row], site: str | None) -> list[Row]:
    """Return the rows of a site; all where none is named."""
    return [row for row in rows if site is None or row["site"] == site]


def server_of(pool: str, catalog: Catalog) -> Any | None:
    """Return the server that a pool is named after, None where it names none."""
    names = [i for i in catalog.servers if pool.startswith(f"{i}-")]
    return catalog.servers[max(names, key=len)] if names else None


def constant(catalog: Catalog, subject: str, quantity: str) -> float:
    """Return a constant of the catalog."""
    return float(catalog.constant(subject, quantity).value)


def params_of(w: Any, catalog: Catalog) -> float:
    """Return the parameters of a workload's LLM. [1]."""
    if w.params_count is not None:
        return float(w.params_count)
    return spec(catalog.llms[w.llm or ""], "params_count")


def figure(row: Row, name: str) -> float:
    """Return a predicted figure of an operations row, 0 where it has none."""
    return float(row["figures"].get(name, {}).get("value") or 0.0)


def operations(design: Design, month: int) -> list[Row]:
    """Return what runs at a date. [months]."""
    return [row for row in design.tables["operations"] if row["period_month"] == month]
