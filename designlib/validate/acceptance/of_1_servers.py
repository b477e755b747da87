"""Servers: each kind survives a burn-in, draws what it may, and its GPUs talk at full rate."""

from __future__ import annotations

from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics.collectives import group_all_reduce_s
from designlib.predict.machines import machine_of
from designlib.validate._evidence import bill, gpu_servers, spec, until
from designlib.validate.acceptance._test import AcceptanceTest

MESSAGE_BYTES: Final = 8 * 2**30
ALARM_FRAC: Final = 0.8
"""Share of the predicted rate below which a server is faulty."""
BURN_IN_HOURS: Final = 3 * 24.0
DIAGNOSIS: Final = {
    "NVIDIA": ("dcgmi diag", "dcgmi diag -r 4 -j"),
    "AMD": ("rvs", 'rvs -c "$RVS_CONF"'),
    "Intel": ("hl_qual", "hl_qual -gaudi3 -c all -rmod parallel -f2 -t 3600"),
}
"""Vendor of a GPU -> its own diagnosis and how it is run."""
COLLECTIVES: Final = {"AMD": "rccl-tests", "Intel": "hccl_demo"}


def tests(design: Design, catalog: Catalog) -> list[AcceptanceTest]:
    """Return the tests of each kind of server with GPUs."""
    found: list[AcceptanceTest] = []
    for n, part in enumerate(_kinds(design, catalog), 1):
        server = catalog.servers[part]
        found += [_burn_in(n, part, server, catalog), _power(n, part, server)]
        if spec(server, "gpus_count") > 1:
            found.append(_inside(n, part, server, catalog))
    return found


def missing(design: Design, catalog: Catalog) -> list[str]:
    """Return nothing: whatever is bought can be tested."""
    return []


def _kinds(design: Design, catalog: Catalog) -> list[str]:
    lines = gpu_servers(until(bill(design), max(design.dates)), catalog)
    return sorted({x["part_id"] for x in lines})


def _burn_in(n: int, part: str, server: Any, catalog: Catalog) -> AcceptanceTest:
    vendor = catalog.gpus[server.gpu].vendor
    tool, run = DIAGNOSIS.get(vendor, ("diagnosis", '"$DIAGNOSIS"'))
    return AcceptanceTest(
        id=f"burn-in-{n}",
        stage="first",
        promise=f"{server.name} runs {BURN_IN_HOURS:g} h at full load without a fault",
        subject=part,
        tool=tool,
        metric="faults",
        command="{ end=$((SECONDS + BURN_IN_S)); while ((SECONDS < end)); do"
        f' {run} || echo "error: it ended with $?"; done; }}',
        threshold=0.0,
        unit="faults",
        rule="<=",
        samples=f"every server, {BURN_IN_HOURS:g} h; 168 h where a server failed once",
        hours=BURN_IN_HOURS,
        basis="practice of operators: 72 to 168 h",
    )


def _power(n: int, part: str, server: Any) -> AcceptanceTest:
    return AcceptanceTest(
        id=f"power-{n}",
        stage="first",
        promise=f"{server.name} draws at most what its rack was sized for",
        subject=part,
        tool="ipmitool",
        metric="watts",
        command="ipmitool dcmi power reading",
        threshold=spec(server, "power_max_kw") * 1000,
        unit="W",
        rule="<=",
        samples="every server, every minute of the last hour of its burn-in",
        hours=0.0,
        basis="maximum power of the catalog",
    )


def _inside(n: int, part: str, server: Any, catalog: Catalog) -> AcceptanceTest:
    gpus = int(spec(server, "scale_up_gpus_count"))
    tool = COLLECTIVES.get(catalog.gpus[server.gpu].vendor, "nccl-tests")
    return AcceptanceTest(
        id=f"collective-server-{n}",
        stage="first",
        promise=f"{gpus} GPUs of {server.name} reduce at full rate",
        subject=part,
        tool=tool,
        metric="busbw",
        command=f'"$NCCL_TESTS"/all_reduce_perf -b 1G -e 8G -f 2 -g "{gpus}" -n 50 -w 10',
        threshold=ALARM_FRAC * inside_gb_s(server, catalog),
        unit="GB/s",
        rule=">=",
        samples="every server, 50 iterations of each size; the largest size counts",
        hours=0.5,
        basis=f"{ALARM_FRAC:.0%} of {inside_gb_s(server, catalog):,.0f} GB/s, calibration of the"
        " catalog",
    )


def inside_gb_s(server: Any, catalog: Catalog) -> float:
    """Return the predicted bus bandwidth of an all-reduce in one scale-up domain. [GB/s]."""
    technology = server.compute_technologies[0] if server.compute_technologies else None
    machine = machine_of(catalog, server, technology)
    ranks = machine.scale_up_gpus_count
    seconds = float(group_all_reduce_s(machine, MESSAGE_BYTES, ranks))
    return 2 * (ranks - 1) / ranks * MESSAGE_BYTES / seconds / 1e9
