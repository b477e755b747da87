"""Compliance: data encrypted in use runs only where it can be, and classes of data never share.

Neither a server nor a storage product may serve a rule that it cannot keep.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import bill, brief_of


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each rule on the data that the design breaks."""
    brief = brief_of(design)
    if brief.compliance is None:
        return []
    return _in_use(design, brief, catalog) + _classes(design, brief) + _stores(design, catalog)


def _in_use(design: Design, brief: Brief, catalog: Catalog) -> list[str]:
    """Return the workloads that run on GPUs without a TEE although their data needs one."""
    assert brief.compliance is not None
    rows = [*bill(design), *design.tables.get("existing", [])]
    parts = {b["pool"]: b["part_id"] for b in rows if b["part_id"] in catalog.servers}
    found = []
    for w, needed in brief.compliance.encrypt.in_use.items():
        if not needed:
            continue
        tiers = [t.id for s in brief.workloads if s.id == w for t in getattr(s, "tiers", ())]
        names = {w, *tiers}
        runs = {r["pool"] for r in design.tables["operations"] if r["workload"] in names}
        if any(s.id == w and s.kind == "fleet-share" for s in brief.workloads):
            runs = {p for p, part in parts.items() if p and catalog.servers[part].gpu}
        for pool in sorted(runs):
            server = catalog.servers.get(parts.get(pool, ""))
            if server is None or server.gpu is None or not catalog.gpus[server.gpu].tee:
                found.append(f"{w} must stay encrypted in use, pool {pool} has no GPU with a TEE")
    return found


def _classes(design: Design, brief: Brief) -> list[str]:
    """Return the pools whose servers work on more than one class of data."""
    classes = {w.id: w.data_class or "none" for w in brief.work() if w.kind != "fleet-share"}
    seen: dict[str, set[str]] = defaultdict(set)
    for row in design.tables["operations"]:
        if row["workload"] in classes:
            seen[row["pool"]].add(classes[row["workload"]])
    return [
        f"data of {' and '.join(sorted(mixed))} share the servers of pool {pool}"
        for pool, mixed in sorted(seen.items())
        if len(mixed) > 1
    ]


def _stores(design: Design, catalog: Catalog) -> list[str]:
    """Return the storage that does not state what the rules ask of it."""
    rules: Any = brief_of(design).compliance
    found = []
    for part in sorted({b["part_id"] for b in bill(design)} & catalog.storage.keys()):
        store = catalog.storage[part]
        wanted = ["encrypt-at-rest"] * rules.encrypt.at_rest
        wanted += ["encrypt-in-transit"] * rules.encrypt.in_transit
        if rules.audit is not None and rules.audit.immutable and store.tier == "object":
            wanted.append("immutable")
        found += [f"{part} does not state {f}" for f in wanted if f not in store.features]
    return found
