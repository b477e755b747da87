"""Slurm: nodes, partitions and the tree of real leaf switches, a cluster for each site.

``slurm.conf`` includes ``site.conf``, the one file to edit: host names, user, folders, ports. A
switch of ``topology.conf`` is the group of leaves that the ports of its servers end at; servers
without a compute fabric stand at their in-band leaves.

References
----------
.. [1] SchedMD, "Slurm topology guide" and "topology.conf", https://slurm.schedmd.com/topology.html.
.. [2] SchedMD, "slurm.conf" and "gres.conf", https://slurm.schedmd.com/slurm.conf.html.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.cables import Cable, cables
from designlib.explore.devices import Device, devices, site_names, slug
from designlib.report.exports._text import comment, hostlist

CLUSTER_NAME_MAX: Final = 40
"""Letters of a cluster name [2]_."""

SITE: Final = """\
# Edit this file to your site; slurm.conf includes it and needs no edit.
ClusterName={cluster}
SlurmctldHost={control}
SlurmUser=slurm
AuthType=auth/munge
StateSaveLocation=/var/spool/slurmctld
SlurmdSpoolDir=/var/spool/slurmd
ProctrackType=proctrack/cgroup
"""

HEAD: Final = """\
{title}
include site.conf
TopologyPlugin=topology/tree
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
GresTypes=gpu
# Memory and the layout of cores are what "slurmd -C" prints on a node; add them to its line.
"""


class Group(NamedTuple):
    """Nodes of one kind of server in one pool that come at one date."""

    part: str
    partition: str
    first: bool
    nodes: tuple[str, ...]


def export(design: Design, catalog: Catalog, start: date) -> dict[str, str]:
    """Return the configuration of each site that has servers."""
    found, wired = devices(design, catalog), cables(design, catalog)
    files: dict[str, str] = {}
    for site, name in site_names(design).items():
        servers = [d for d in found if d.site == site and d.kind in ("server", "cpu")]
        if not servers:
            continue
        control = next((d.name for d in found if d.site == site and d.kind == "control"), name)
        cluster = slug(f"{design.brief.get('id') or 'cluster'}-{name}")[:CLUSTER_NAME_MAX]
        groups = list(_groups(servers, catalog, min(design.dates)))
        files |= {
            f"slurm/{name}/site.conf": SITE.format(cluster=cluster, control=control),
            f"slurm/{name}/slurm.conf": _conf(design, groups, catalog),
            f"slurm/{name}/topology.conf": "\n".join(_topology(servers, wired, catalog)) + "\n",
            f"slurm/{name}/gres.conf": "\n".join(_gres(groups, catalog)) + "\n",
        }
    return files


def nodes_of(device: Device, catalog: Catalog) -> tuple[str, ...]:
    """Return the hosts of a server: itself, or the compute trays of a rack-scale system."""
    trays = catalog.servers[device.part_id].specs.trays_count
    if trays is None or trays.value <= 1:
        return (device.name,)
    return tuple(f"{device.name}-t{n + 1:02d}" for n in range(int(trays.value)))


def _groups(servers: list[Device], catalog: Catalog, first: int) -> Iterator[Group]:
    held: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for server in servers:
        key = (server.part_id, slug(server.pool.partition("@")[0]), server.period_month <= first)
        held[key] += nodes_of(server, catalog)
    for (part, pool, now), names in held.items():
        yield Group(part, pool, now, tuple(names))


def _conf(design: Design, groups: list[Group], catalog: Catalog) -> str:
    lines = [HEAD.format(title=comment(design.name)).rstrip()]
    for group in groups:
        gpus = _gpus(group.part, catalog)
        words = [f"NodeName={hostlist(group.nodes)}"]
        specs = catalog.servers[group.part].specs
        if specs.cores_count is not None:
            words.append(f"CPUs={int(specs.cores_count.value) // _trays(group.part, catalog)}")
        if gpus:
            words.append(f"Gres=gpu:{_model(group.part, catalog)}:{gpus}")
        # What is bought for a later date is known to Slurm, and need not answer yet.
        lines.append(" ".join([*words, f"State={'UNKNOWN' if group.first else 'FUTURE'}"]))
    partitions: dict[str, list[str]] = defaultdict(list)
    for group in groups:
        partitions[group.partition] += group.nodes
    for n, (partition, names) in enumerate(partitions.items()):
        default = "YES" if n == 0 else "NO"
        lines.append(
            f"PartitionName={partition} Nodes={hostlist(names)} Default={default} State=UP"
        )
    return "\n".join(lines) + "\n"


def _trays(part: str, catalog: Catalog) -> int:
    trays = catalog.servers[part].specs.trays_count
    return int(trays.value) if trays is not None and trays.value > 1 else 1


def _gpus(part: str, catalog: Catalog) -> int:
    """Return the GPUs of one node."""
    return int(catalog.servers[part].specs.gpus_count.value) // _trays(part, catalog)


def _model(part: str, catalog: Catalog) -> str:
    """Return the GPU of a server as a type of a generic resource: letters and digits."""
    return slug(catalog.servers[part].gpu or "gpu").replace("-", "_")


def _gres(groups: list[Group], catalog: Catalog) -> Iterator[str]:
    yield "# Device files of NVIDIA drivers; those of other makers have names of their own."
    for group in groups:
        gpus = _gpus(group.part, catalog)
        if gpus:
            files = "/dev/nvidia0" if gpus == 1 else f"/dev/nvidia[0-{gpus - 1}]"
            model = _model(group.part, catalog)
            yield f"NodeName={hostlist(group.nodes)} Name=gpu Type={model} File={files}"


def _topology(servers: list[Device], wired: list[Cable], catalog: Catalog) -> Iterator[str]:
    """Yield the switches: leaf groups with their servers, then what joins them [1]_."""
    leaves, above = _joined(servers, wired)
    groups: dict[frozenset[str], list[Device]] = defaultdict(list)
    for server in servers:
        groups[leaves[server.name]].append(server)
    trees: dict[frozenset[str], dict[frozenset[str], list[str]]] = defaultdict(dict)
    for n, (held, members) in enumerate(groups.items(), 1):
        name = f"leaf{n:03d}"
        yield comment(f"{name}: {', '.join(sorted(held)) or 'no switch'}")
        names = [node for member in members for node in nodes_of(member, catalog)]
        yield f"SwitchName={name} Nodes={hostlist(names)}"
        spines = frozenset(spine for leaf in held for spine in above.get(leaf, ()))
        trees[_reached(held, above)].setdefault(spines, []).append(name)
    for n, pods in enumerate(trees.values(), 1):
        tops = []
        for k, names in enumerate(pods.values(), 1):
            if len(pods) == 1 or len(names) == 1:
                tops += names
                continue
            tops.append(f"pod{n:03d}{k:03d}")
            yield f"SwitchName={tops[-1]} Switches={hostlist(names)}"
        if len(tops) > 1:
            yield f"SwitchName=top{n:03d} Switches={hostlist(tops)}"


def _joined(
    servers: list[Device], wired: list[Cable]
) -> tuple[dict[str, frozenset[str]], dict[str, set[str]]]:
    """Return the leaves of each server in its best network, and the neighbors of each switch."""
    rank = {"compute": 0, "in-band": 1}
    mine = {server.name for server in servers}
    found: dict[str, dict[int, set[str]]] = {s.name: defaultdict(set) for s in servers}
    above: dict[str, set[str]] = defaultdict(set)
    for cable in wired:
        role = cable.fabric.partition(": ")[0]
        if role not in rank:
            continue
        if cable.a.name in mine:
            found[cable.a.name][rank[role]].add(cable.z.name)
        elif cable.a.kind == cable.z.kind:
            above[cable.a.name].add(cable.z.name)
            above[cable.z.name].add(cable.a.name)
    leaves = {
        name: frozenset(by_rank[min(by_rank)]) if by_rank else frozenset()
        for name, by_rank in found.items()
    }
    return leaves, above


def _reached(held: Iterable[str], above: dict[str, set[str]]) -> frozenset[str]:
    """Return all switches of the network that some leaves belong to."""
    seen, left = set(held), list(held)
    while left:
        for other in above.get(left.pop(), ()):
            if other not in seen:
                seen.add(other)
                left.append(other)
    return frozenset(seen)
