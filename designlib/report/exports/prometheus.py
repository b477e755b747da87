"""Prometheus: when to order more, and when what was bought is not healthy.

The supplies and the order points of every resource are recorded as series. Alerts stand for those
that exporters measure [1]_ [2]_ [3]_ [4]_; the orders of the others are in the calendar. Hosts are
told by the names of the cable sheet.

References
----------
.. [1] NVIDIA, "dcgm-exporter", commit d5e5f510, etc/dcp-metrics-included.csv,
       https://github.com/NVIDIA/dcgm-exporter.
.. [2] AMD, "device-metrics-exporter", commit afd0fe81, docs/configuration/metricslist.md,
       https://github.com/ROCm/device-metrics-exporter.
.. [3] Prometheus, "node_exporter", filesystem, netclass and infiniband collectors,
       https://github.com/prometheus/node_exporter.
.. [4] Prometheus community, "ipmi_exporter", collector_dcmi.go,
       https://github.com/prometheus-community/ipmi_exporter.
.. [5] NVIDIA, "Xid errors", https://docs.nvidia.com/deploy/xid-errors/.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.devices import Device, devices, site_names
from designlib.report.exports._order_points import OrderPoint, order_points
from designlib.yamlfile_text import yaml_text

Rule = dict[str, Any]
Maker = dict[str, tuple[str, str]]

BUSY: Final = {
    "NVIDIA": 'avg(DCGM_FI_PROF_GR_ENGINE_ACTIVE{{Hostname=~"{hosts}"}})',
    "AMD": 'avg(gpu_gfx_activity{{hostname=~"{hosts}"}}) / 100',
}
"""Maker of a GPU -> share of the time in which GPUs work [1]_ [2]_."""

SEEN: Final = {
    "NVIDIA": 'count(DCGM_FI_DEV_GPU_TEMP{{Hostname=~"{hosts}"}})',
    "AMD": 'count(gpu_gfx_activity{{hostname=~"{hosts}"}})',
}
"""Maker of a GPU -> GPUs that answer."""

FAULTS: Final[dict[str, Maker]] = {
    "NVIDIA": {
        "GpuXidError": ("DCGM_FI_DEV_XID_ERRORS > 0", "the driver told an XID error"),
        "GpuRowRemapFailed": (
            "DCGM_FI_DEV_ROW_REMAP_FAILURE > 0", "memory rows can be remapped no more: replace it",
        ),
        "GpuMemoryRemapped": (
            "increase(DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS[1d]) > 0",
            "memory had an uncorrectable error within a day",
        ),
    },
    "AMD": {
        "GpuUnhealthy": ("gpu_health == 0", "the exporter calls the GPU unhealthy"),
        "GpuMemoryError": (
            "increase(gpu_ecc_uncorrect_total[1d]) > 0",
            "memory had an uncorrectable error within a day",
        ),
    },
}  # fmt: skip
"""Maker of a GPU -> alert -> expression and what it says; each is a fault by itself [5]_."""

SHARED: Final = 'fstype=~"nfs4?|lustre|beegfs|gpfs|wekafs|ceph|fuse.*"'
WIRED: Final = "en.*|eth.*"
"""Names of Ethernet ports under Linux."""
BITS_PER_BYTE: Final = 8


def export(design: Design, catalog: Catalog, start: date) -> dict[str, str]:
    """Return the rules of a design."""
    found = devices(design, catalog)
    points = order_points(design)
    measured = _measured(design, catalog, found, points)
    groups = [
        {"name": "designlib-supply", "interval": "5m", "rules": list(_recorded(points))},
        {"name": "designlib-order", "rules": list(_orders(points, measured))},
        {"name": "designlib-health", "rules": list(_health(catalog, found))},
    ]
    kept = [group for group in groups if group["rules"]]
    if not kept:
        return {}
    return {"prometheus/designlib.rules.yaml": yaml_text([{"groups": kept}], design.name)}


def _recorded(points: list[OrderPoint]) -> Iterator[Rule]:
    """Yield what every resource supplies, and the use at which to order more."""
    for p in points:
        labels = {"layer": p.layer, "resource": p.resource, "place": p.place, "unit": p.unit}
        yield {"record": "designlib:supply", "expr": f"vector({p.supply:.12g})", "labels": labels}
        expression = f"vector({p.order_at_frac:.6g})"
        yield {"record": "designlib:order_at:ratio", "expr": expression, "labels": labels}


def _measured(
    design: Design, catalog: Catalog, found: list[Device], points: list[OrderPoint]
) -> dict[tuple[str, str], str]:
    """Return the use of each resource that exporters measure: (resource, place) -> expression."""
    pools: dict[str, list[Device]] = defaultdict(list)
    for device in found:
        if device.kind == "server":
            pools[device.pool].append(device)
    measured: dict[tuple[str, str], str] = {}
    for pool, held in pools.items():
        vendor = _vendor(held[0], catalog)
        if vendor in BUSY:
            measured["server_hours", pool] = BUSY[vendor].format(hosts=_hosts(held))
    supply = {(p.resource, p.place): p.supply for p in points}
    for site, name in site_names(design).items():
        mine = f'instance=~"{re.escape(name).replace(chr(92), chr(92) * 2)}-.*"'
        size, free = (f"node_filesystem_{w}_bytes{{{mine},{SHARED}}}" for w in ("size", "avail"))
        measured["hot_tb", site] = f"max(1 - {free} / {size})"
        if ("it_kw", site) in supply:
            watts = f"sum(ipmi_dcmi_power_consumption_watts{{{mine}}})"
            measured["it_kw", site] = f"{watts} / {1000 * supply['it_kw', site]:.12g}"
    return measured


def _orders(points: list[OrderPoint], measured: dict[tuple[str, str], str]) -> Iterator[Rule]:
    for p in points:
        expression = measured.get((p.resource, p.place))
        if expression is None:
            continue
        labels = {"layer": p.layer, "resource": p.resource, "place": p.place}
        yield {"record": "designlib:used:ratio", "expr": expression, "labels": labels}
        words = (
            f"{p.place}: {p.resource} is used to {p.order_at_frac:.0%} of {p.supply:g} {p.unit}; "
            f"more takes {p.lead_months:.1f} months to come"
        )
        yield {
            "alert": f"Order{_camel(p.resource)}",
            "expr": f"{expression} >= {p.order_at_frac:.6g}",
            "for": "1d",
            "labels": {**labels, "severity": "order"},
            "annotations": {"summary": _plain(words)},
        }


def _health(catalog: Catalog, found: list[Device]) -> Iterator[Rule]:
    """Yield what must hold of what was bought: GPUs that answer, ports at their speed, no fault."""
    servers = [d for d in found if d.kind == "server"]
    makers: dict[tuple[str, str, str], list[Device]] = defaultdict(list)
    for server in servers:
        vendor = _vendor(server, catalog)
        if vendor in SEEN:
            makers[server.site, vendor, server.part_id].append(server)
    for (site, vendor, part), held in makers.items():
        hosts, first = _hosts(held), min(d.period_month for d in held)
        there = [d for d in held if d.period_month == first]
        each = int(catalog.servers[part].specs.gpus_count.value)
        yield _alert(
            "GpusMissing",
            f"{SEEN[vendor].format(hosts=hosts)} < {each * len(there)}",
            "15m",
            f"{site}: fewer GPUs answer than the {each * len(there)} of the first purchase",
            site=site,
            part=part,
        )
    for vendor in sorted({vendor for _, vendor, _ in makers}):
        for name, (expression, words) in FAULTS[vendor].items():
            yield _alert(name, expression, "1m", f"{{{{ $labels.instance }}}}: {words}")
    yield from _ports(catalog, servers)


def _ports(catalog: Catalog, servers: list[Device]) -> Iterator[Rule]:
    """Yield the alert of each kind of server whose ports run below the slowest that it has."""
    kinds: dict[tuple[str, str], list[Device]] = defaultdict(list)
    for server in servers:
        kinds[server.site, server.part_id].append(server)
    for (site, part), held in kinds.items():
        specs = catalog.servers[part].specs
        speeds = [specs.front_port_gbit_s.value, specs.compute_port_gbit_s.value]
        gbit = min(speed for speed in speeds if speed)
        mine = f'{{instance=~"{_hosts(held)}(:.*)?",device=~"{WIRED}"}}'
        least = round(gbit * 10**9 / BITS_PER_BYTE)
        yield _alert(
            "PortBelowSpeed",
            f"node_network_speed_bytes{mine} < {least} and node_network_up{mine} == 1",
            "10m",
            f"{{{{ $labels.instance }}}}: a port runs below {gbit:g} Gbit/s",
            site=site,
            part=part,
        )


def _alert(name: str, expression: str, wait: str, words: str, **labels: str) -> Rule:
    return {
        "alert": name,
        "expr": expression,
        "for": wait,
        "labels": {"severity": "fault", **labels},
        "annotations": {"summary": words},
    }


def _vendor(server: Device, catalog: Catalog) -> str:
    return str(catalog.gpus[str(catalog.servers[server.part_id].gpu)].vendor)


def _hosts(held: list[Device]) -> str:
    """Return a pattern of the names of devices, which are letters, digits and hyphens."""
    stem = held[0].name.rpartition("-")[0]
    return f"{stem}-({'|'.join(sorted(d.name.rpartition('-')[2] for d in held))})(-t.*)?"


def _camel(resource: str) -> str:
    return "".join(word.capitalize() for word in resource.split("_"))


def _plain(text: str) -> str:
    """Return a text in which nothing is a template of Prometheus."""
    return text.replace("{{", "{ {")
