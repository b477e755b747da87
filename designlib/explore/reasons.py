"""Reasons: why an option is not in a design, and what it would cost to insist on it.

An option that was considered is priced by optimizing again without its rivals. Two designs are
compared by their certificates: the bound of one against the objective of the other.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.force import only_servers, without_rivals
from designlib.explore.insist import Insisted, insisted, options
from designlib.explore.restricted import Forced, Progress, Search, price, serving
from designlib.faults import Fault, FaultError, nearest

Row = dict[str, Any]
DOMINATED = "dominated by"
"""How the reasons of pruning begin: each names its winner, which says little about a part."""
FAMILIES = ("servers", "switches", "storage", "cooling", "power", "optics", "software")


def why_not(
    design: Design,
    name: str,
    catalog: Catalog | None = None,
    *,
    solve: bool = True,
    gap: float = 1e-3,
    time_limit_s: float | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Return sentences that say why an option is not in a design, or that it is.

    Parameters
    ----------
    design : Design
        The design.
    name : str
        Id of a candidate, a pool, a part or a site; the word for a family of GPUs such as in a
        brief, for a technology or topology of networks, for a cooling or a precision; or a number
        of GPUs such as "64 GPUs".
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default.
    solve : bool
        Price an option that was considered, by optimizing again without its rivals.
    gap : float
        Gap at which that search may stop. [1]
    time_limit_s : float, optional
        Time after which it stops. [s]
    progress : callable, optional
        Called with a dict for each stage of that search.

    Returns
    -------
    list of str
        At least one sentence.

    Raises
    ------
    FaultError
        Nothing of that name was an option; the nearest name is in the message.
    """
    parts = catalog or Catalog.load()
    rows = _matching(design, name, parts)
    bought = _bought(design, name, parts)
    if not rows and not bought and not _is_part(name, parts):
        asked = insisted(design, name, parts)
        if asked is not None:
            return _insist(design, asked, parts, Search(gap, time_limit_s, progress), solve)
        raise FaultError([Fault("<design>", None, "candidates", _unknown(design, name, parts))])
    found = bought + _chosen(rows) + _dropped(rows) + _considered(design, rows)
    if bought or any(row["status"] == "chosen" for row in rows):
        return found
    considered = sorted({row["part_id"] for row in rows if row["status"] == "considered"})
    forced = _forced(design, name, considered, parts) if considered or not rows else None
    if forced is None:
        return found or [f"{name} is never an option by itself: other parts bring it with them."]
    if not solve:
        return found or [f"{name} could be bought; nothing rules it out."]
    return [*found, *price(design, forced, parts, Search(gap, time_limit_s, progress))]


def _gpu_words(part_id: str, catalog: Catalog) -> set[str]:
    server = catalog.servers.get(part_id)
    if server is None or server.gpu is None:
        return {part_id}
    return {part_id, server.gpu, catalog.gpus[server.gpu].family}


def _matching(design: Design, name: str, catalog: Catalog) -> list[Row]:
    """Return the candidates that a name stands for."""
    return [
        row
        for row in design.tables["candidates"]
        if name in (row["candidate"], row["pool"]) or name in _gpu_words(row["part_id"], catalog)
    ]


def _is_part(name: str, catalog: Catalog) -> bool:
    return any(name in getattr(catalog, family) for family in FAMILIES)


def _unknown(design: Design, name: str, catalog: Catalog) -> str:
    known = {
        row[key] for row in design.tables["candidates"] for key in ("candidate", "pool", "part_id")
    }
    known |= {i for family in FAMILIES for i in getattr(catalog, family)}
    known |= set(options(design, catalog))
    return f"'{name}' is no option of this design{nearest(name, known)}"


def _bought(design: Design, name: str, catalog: Catalog) -> list[str]:
    counts: dict[tuple[str, str, int], float] = defaultdict(float)
    for line in design.tables["bill_of_materials"]:
        if name == line["pool"] or name in _gpu_words(line["part_id"], catalog):
            counts[line["part_id"], line["layer"], line["period_month"]] += line["count"]
    there: dict[str, float] = defaultdict(float)
    for row in serving(design):
        if name == row["pool"] or name in _gpu_words(row["part_id"], catalog):
            there[row["part_id"]] = max(there[row["part_id"]], row["count"])
    return [
        f"{part} is in the design: {n:g} for {layer} from month {month}."
        for (part, layer, month), n in counts.items()
    ] + [f"{part} is in the design: {n:g} that were there already." for part, n in there.items()]


def _chosen(rows: list[Row]) -> list[str]:
    return [
        f"{r['workload']} runs on it, as {r['candidate']}." for r in rows if r["status"] == "chosen"
    ]


def _dropped(rows: list[Row]) -> list[str]:
    """Return the reasons for which options were dropped, each once, with how often it applied."""
    reasons: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row["status"] == "dropped":
            lost = row["reason"].startswith(DOMINATED) and len(rows) > 1
            reason = "another way to run it in the same pool takes less" if lost else row["reason"]
            reasons[row["workload"], reason].append(row["candidate"])
    found = []
    for (workload, reason), names in reasons.items():
        who = "Not an option" if workload == "*" else f"Not for {workload}"
        ways = f" ({len(names)} ways to run it)" if len(names) > 1 else ""
        found.append(f"{who}: {reason}{ways}.")
    return found


def _considered(design: Design, rows: list[Row]) -> list[str]:
    """Return what the options that were considered would give, beside what was chosen."""
    chosen = {r["workload"]: r for r in design.tables["candidates"] if r["status"] == "chosen"}
    found = []
    for workload in dict.fromkeys(r["workload"] for r in rows if r["status"] == "considered"):
        mine = [r for r in rows if r["status"] == "considered" and r["workload"] == workload]
        now = chosen.get(workload)
        tail = f", instead of {now['candidate']}" if now is not None else ""
        ways = f"{len(mine)} ways" if len(mine) > 1 else "one way"
        figures = _beside(mine[0], now) if len(mine) == 1 and now is not None else ""
        found.append(f"{workload} could run on it in {ways}{tail}{figures}.")
    return found


def _beside(row: Row, now: Row) -> str:
    """Return the figures of an option beside those of the chosen one, where both predict them."""
    pairs = []
    for key, figure in row["figures"].items():
        other = now["figures"].get(key)
        if other is not None and figure.get("value") is not None and other.get("value") is not None:
            unit = "" if figure["unit"] == "1" else f" {figure['unit']}"
            pairs.append(f"{key} {figure['value']:.3g}{unit} instead of {other['value']:.3g}{unit}")
    return f": {', '.join(pairs)}" if pairs else ""


def _forced(design: Design, name: str, considered: list[str], catalog: Catalog) -> Forced | None:
    """Return the brief and the catalog in which an option has no rivals, and how to say so."""
    brief = Brief.from_dict(design.brief)
    servers = [i for i in considered or [name] if i in catalog.servers]
    if servers:
        words = f"With no servers but {', '.join(servers)}"
        return Forced(words, tuple(servers), only_servers(brief, servers), catalog)
    smaller = without_rivals(catalog, name)
    if smaller is None:
        return None
    return Forced(f"With {name} and none of its rivals", (name,), brief, smaller)


def _insist(
    design: Design, asked: Insisted, catalog: Catalog, search: Search, solve: bool
) -> list[str]:
    """Return what an option costs that is no part, or why it cannot be had."""
    if asked.reason:
        return [f"{asked.words}: {asked.reason}."]
    try:
        brief = Brief.from_dict(design.brief).with_changes(asked.changes)
    except FaultError as error:
        return [f"{asked.words}: {'; '.join(fault.message for fault in error.faults)}."]
    if not solve:
        return [f"{asked.words}: it could be asked for; nothing rules it out."]
    return price(design, Forced(asked.words, (), brief, catalog), catalog, search)
