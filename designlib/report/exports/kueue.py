"""Kueue: the quotas of the teams as flavors, queues and a cohort, one file for each date.

A flavor is the GPUs of one kind at one site. Each team has a queue with its guaranteed GPUs; what
nobody is guaranteed belongs to the cohort, from which all may borrow where the brief allows it.

References
----------
.. [1] Kubernetes SIGs, "kueue", commit ff69552e, apis/kueue/v1beta2 and
       config/components/crd/bases, https://github.com/kubernetes-sigs/kueue.
.. [2] Kubernetes, "Schedule GPUs", https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.devices import devices, site_names, slug, slugs
from designlib.explore.teams import quotas, team_names
from designlib.yamlfile_text import yaml_text

API: Final = "kueue.x-k8s.io/v1beta2"
COHORT: Final = "fleet"
LABEL: Final = "designlib/flavor"
RESOURCES: Final = {"NVIDIA": "nvidia.com/gpu", "AMD": "amd.com/gpu"}
"""Maker of a GPU -> resource of its device plugin [2]_; others take ``maker.com/gpu``."""

Object = dict[str, Any]
Flavors = dict[str, tuple[str, int]]
"""Flavor -> its resource, and its GPUs."""


def export(design: Design, catalog: Catalog, start: date) -> dict[str, str]:
    """Return the queues of each date at which fleet or quotas change."""
    brief = Brief.from_dict(design.brief)
    files: dict[str, str] = {}
    before: list[Object] = []
    for month in design.dates:
        flavors = flavors_at(design, catalog, month)
        if not flavors:
            continue
        teams = slugs(team_names(brief, month))
        objects = list(_objects(design, brief, flavors, list(teams.values()), month))
        if objects != before:
            head = f"{design.name}: from month {month}"
            files[f"kueue/month-{month:02d}.yaml"] = yaml_text(objects, head)
        before = objects
    return files


def flavors_at(design: Design, catalog: Catalog, month: int) -> Flavors:
    """Return the flavors at a date: the GPUs of each kind at each site that are in service."""
    sites = site_names(design)
    counts: dict[str, int] = defaultdict(int)
    resource: dict[str, str] = {}
    for device in devices(design, catalog, month):
        if device.kind != "server":
            continue
        server = catalog.servers[device.part_id]
        gpu = catalog.gpus[str(server.gpu)]
        name = f"{sites[device.site]}-{gpu.id}"
        counts[name] += int(server.specs.gpus_count.value)
        resource[name] = RESOURCES.get(gpu.vendor, f"{slug(gpu.vendor)}.com/gpu")
    return {name: (resource[name], count) for name, count in counts.items()}


def shared_out(quota: int, teams: int, gpus: Mapping[str, int]) -> dict[str, int]:
    """Return the part of a team's quota in each flavor; all teams together fit each of them.

    Parameters
    ----------
    quota : int
        GPUs that a team is guaranteed. [1]
    teams : int
        Teams with this quota. [1]
    gpus : mapping of str to int
        Flavor -> GPUs. [1]

    Examples
    --------
    >>> shared_out(9, 3, {"a": 20, "b": 10})
    {'a': 6, 'b': 3}
    """
    fleet = sum(gpus.values())
    most = {name: count // teams for name, count in gpus.items()}
    found = {n: min(most[n], quota * c // fleet) if fleet else 0 for n, c in gpus.items()}
    while sum(found.values()) < quota:
        room = {n: quota * gpus[n] / fleet - k for n, k in found.items() if k < most[n]}
        if not room:
            break
        found[max(room, key=lambda n: room[n])] += 1
    return found


def _objects(
    design: Design, brief: Brief, flavors: Flavors, teams: list[str], month: int
) -> Iterator[Object]:
    table = quotas(design)
    rows = table[table.period_month == month]
    gpus = {name: count for name, (_, count) in flavors.items()}
    if rows.empty:  # no teams: everything is one queue
        teams, shares, borrow = teams[:1], gpus, False
    else:
        quota = int(rows.quota_gpus.iloc[0])
        shares = shared_out(quota, len(teams), gpus)
        borrow = brief.teams is not None and brief.teams.borrow
    rest = {name: gpus[name] - shares[name] * len(teams) for name in gpus}
    for name in flavors:
        yield _object("ResourceFlavor", name, {"nodeLabels": {LABEL: name}})
    if borrow:
        yield _object("Cohort", COHORT, {"resourceGroups": _resources(flavors, rest)})
    for team in teams:
        spec: Object = {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": team}},
            "resourceGroups": _resources(flavors, shares),
        }
        if borrow:
            spec["cohortName"] = COHORT
            spec["preemption"] = {"reclaimWithinCohort": "Any"}
        yield _object("ClusterQueue", team, spec)
        yield _object("LocalQueue", "gpus", {"clusterQueue": team}, namespace=team)


def _object(kind: str, name: str, spec: Object, namespace: str = "") -> Object:
    meta = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": API, "kind": kind, "metadata": meta, "spec": spec}


def _resources(flavors: Flavors, gpus: Mapping[str, int]) -> list[Object]:
    """Return one group for each resource, with the GPUs of its flavors."""
    groups: dict[str, list[Object]] = defaultdict(list)
    for name, (resource, _) in flavors.items():
        quota = [{"name": resource, "nominalQuota": gpus[name]}]
        groups[resource].append({"name": name, "resources": quota})
    return [{"coveredResources": [r], "flavors": held} for r, held in groups.items()]
