"""Network: each compute fabric carries collectives at its rate, and no link counts errors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import bill, brief_of, count, gpu_servers, spec, until
from designlib.validate.acceptance._test import AcceptanceTest

BITS_PER_BYTE: Final = 8
OF_RATE_FRAC: Final = 0.9
"""A large message reaches this share of all ports of a server together."""
PILOT_SERVERS: Final = 2
COUNTERS: Final = {
    "infiniband": ("ibqueryerrors", "ibqueryerrors --counters --threshold-file /dev/null"),
    "ethernet": ("ethtool", 'for i in $FABRIC_INTERFACES; do ethtool -S "$i"; done'),
}


def tests(design: Design, catalog: Catalog) -> list[AcceptanceTest]:
    """Return the tests of each pool with a compute fabric, and of the links of each fabric."""
    found: list[AcceptanceTest] = []
    n = 0
    lines = gpu_servers(until(bill(design), max(design.dates)), catalog)
    for pool in sorted({x["pool"] for x in lines}):
        part = next(x["part_id"] for x in lines if x["pool"] == pool)
        servers = round(count(x for x in lines if x["pool"] == pool))
        if not _wired(pool, design) or servers < PILOT_SERVERS:
            continue
        n += 1
        found.append(_between(f"collective-first-{n}", "first", pool, part, PILOT_SERVERS, catalog))
        full = _between(f"collective-pool-{n}", "whole", pool, part, servers, catalog)
        share = 1.0 / brief_of(design).network.oversubscription
        found.append(_scaled(full, share))
    for m, fabric in enumerate(design.summary.get("fabrics", []), 1):
        found.append(_links(m, fabric))
    return found


def missing(design: Design, catalog: Catalog) -> list[str]:
    """Return the fabrics of the summary whose switches nobody bought: nothing can be tested."""
    lines = until(bill(design), max(design.dates))
    bought = {x["pool"] for x in lines if x["part_id"] in catalog.switches}
    names = (f["name"].partition(": ")[2] for f in design.summary.get("fabrics", []))
    return [f"fabric {name} has no switches to test" for name in names if name not in bought]


def _wired(pool: str, design: Design) -> bool:
    """Return whether a pool names one of the compute fabrics of the summary."""
    names = [f["name"] for f in design.summary.get("fabrics", [])]
    fabrics = [n.partition(": ")[2].rpartition("-")[0] for n in names if n.startswith("compute")]
    return any(fabric and fabric in pool for fabric in fabrics)


def _between(
    name: str, stage: str, pool: str, part: str, servers: int, catalog: Catalog
) -> AcceptanceTest:
    server: Any = catalog.servers[part]
    rate = spec(server, "compute_ports_count") * spec(server, "compute_port_gbit_s") / BITS_PER_BYTE
    gpus = int(spec(server, "gpus_count"))
    ranks = servers * gpus
    return AcceptanceTest(
        id=name,
        stage=stage,
        promise=f"{servers} servers of {pool} reduce at the rate of their ports",
        subject=pool,
        tool="nccl-tests",
        metric="busbw",
        command=f'mpirun -np "{ranks}" --hostfile "$HOSTFILE" --map-by "ppr:{gpus}:node"'
        ' "$NCCL_TESTS"/all_reduce_perf -b 1G -e 16G -f 2 -g 1 -n 50 -w 10',
        threshold=OF_RATE_FRAC * rate,
        unit="GB/s",
        rule=">=",
        samples="50 iterations of each size, three runs; the largest size counts",
        hours=1.0,
        basis=f"{OF_RATE_FRAC:.0%} of {spec(server, 'compute_ports_count'):g} ports of"
        f" {spec(server, 'compute_port_gbit_s'):g} Gbit/s",
    )


def _scaled(test: AcceptanceTest, share: float) -> AcceptanceTest:
    """Return the test with the share of its rate that the uplinks leave each port."""
    if share == 1.0:
        return test
    basis = f"{test.basis}, {share:.0%} of it over the uplinks"
    return replace(test, threshold=test.threshold * share, basis=basis)


def _links(n: int, fabric: dict[str, Any]) -> AcceptanceTest:
    tool, command = COUNTERS[fabric.get("technology", "ethernet")]
    return AcceptanceTest(
        id=f"links-{n}",
        stage="whole",
        promise=f"no link of {fabric['name']} counts errors",
        subject=fabric["name"].partition(": ")[2],
        tool=tool,
        metric="errors",
        command=command,
        threshold=0.0,
        unit="errors",
        rule="<=",
        samples="every link, growth of its counters over the burn-in; all at rated speed",
        hours=0.0,
        basis="a link that counts errors is replaced",
    )
