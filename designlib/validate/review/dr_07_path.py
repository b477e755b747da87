"""Storage path: storage traffic has its own network, or the shared one carries every peak."""

from __future__ import annotations

from typing import Final

from designlib.physics.fabric_rate import converged_headroom_gbit_s
from designlib.validate._evidence import spec
from designlib.validate.review._case import Case, Number, Verdict
from designlib.validate.review._gaps import gaps

CHECK: Final = "DR-07"
TITLE: Final = "The storage path is isolated"
RULE: Final = (
    "Storage has a network of its own with a port for every device; one that is shared carries the"
    " sum of all peaks"
)
REFERENCE: Final = (
    '"Enterprise AI Architecture for Production Workloads": dedicated storage paths that avoid'
    " contention"
)
BITS_PER_BYTE: Final = 8
STORAGE, SHARED = "storage-", "in-band-"


def check(case: Case) -> Verdict:
    """Return whether storage has its own switches, or the shared network has headroom."""
    lines = [x for x in case.lines if x["part_id"] in case.catalog.switches]
    own = [x for x in lines if x["pool"].startswith(STORAGE)]
    peaks = {
        a.resource: a.draw * BITS_PER_BYTE
        for a in case.of("read_gb_s", "write_gb_s")
        if a.month == case.last
    }
    numbers: tuple[Number, ...] = (
        Number("switches of the storage network", sum(x["count"] for x in own), "switches"),
        Number("read and write at once", sum(peaks.values()), "Gbit/s"),
    )
    short = [
        g
        for g in gaps(case)
        if g.place.startswith(STORAGE) and g.resource in ("ports", "links", "switches")
    ]
    if own and not short:
        return Verdict("pass", "storage has switches of its own for every device", numbers)
    shared = sum(_gbit_s(x["part_id"], case) * x["count"] for x in lines if _is_shared(x["pool"]))
    left = converged_headroom_gbit_s(peaks, shared / 2)
    numbers += (Number("headroom of the shared network", left, "Gbit/s", 0.0),)
    fix = short[0].words(case.design.currency) if short else "add a storage network"
    price = short[0].price if short else None
    if own:
        return Verdict("fail", fix, numbers, fix, price)
    if shared and left >= 0 and peaks:
        words = f"storage shares the in-band network, which keeps {left:,.0f} Gbit/s at every peak"
        return Verdict("pass", words, numbers)
    words = "storage has no network of its own, and the shared one does not carry every peak"
    return Verdict("fail", words, numbers, fix, price)


def _is_shared(pool: str) -> bool:
    return pool.startswith(SHARED)


def _gbit_s(part: str, case: Case) -> float:
    switch = case.catalog.switches[part]
    return spec(switch, "radix_ports") * spec(switch, "port_gbit_s")
