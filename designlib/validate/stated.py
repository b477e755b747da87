"""Stated: a figure that the customer states lies within 15 % of what designlib predicts."""

from __future__ import annotations

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import brief_of

LARGEST_FRAC = 0.15


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each stated MFU that is far from the predicted one."""
    found = []
    for w in brief_of(design).workloads:
        stated = getattr(w, "mfu_frac", None)
        if stated is None:
            continue
        for row in design.tables["operations"]:
            entry = row["figures"].get("mfu_predicted") if row["workload"] == w.id else None
            used = row["figures"].get("mfu") if entry is not None else None
            if entry is None or used is None or not entry["value"]:
                continue
            # Both are those of the server chosen; a stated MFU is scaled to it, the ratio stays.
            ratio = used["value"] / entry["value"]
            if abs(ratio - 1) > LARGEST_FRAC:
                found.append(
                    f"{w.id}: an MFU of {stated:.0%} is stated, {ratio - 1:+.0%} against our"
                    " prediction for this work"
                )
    return list(dict.fromkeys(found))
