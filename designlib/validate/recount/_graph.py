"""Graph: devices and switches of a fabric as it is cabled, with its flows, hops and losses.

Devices fill leaves in order, rail by rail where the brief asks for rails; the links between
switches, as many as were bought, spread evenly. Flows are maximum flows, so no routing is assumed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import (
    connected_components,
    depth_first_order,
    maximum_flow,
    shortest_path,
)

from designlib.validate.recount._tiers import Tiers

Whole = NDArray[np.int64]
ENDLESS = 2**30
"""Capacity of what limits nothing; scipy counts flows in 32 bits."""


@dataclass(frozen=True)
class Wired:
    """A fabric as it is cabled: nodes are devices, then leaves, spines and cores.

    Attributes
    ----------
    devices : tuple of int
        Ports of each device that are cabled. [1]
    tiers : Tiers
        Switches.
    links : dict of (int, int) to int
        Two nodes -> parallel links between them. [links]
    """

    devices: tuple[int, ...]
    tiers: Tiers
    links: dict[tuple[int, int], int] = field(repr=False)

    @property
    def nodes(self) -> int:
        """Return devices and switches."""
        return len(self.devices) + self.tiers.count

    def kinds_of_switch(self) -> list[int]:
        """Return one switch of each kind: those of a tier with as many links are alike."""
        degree: Counter[int] = Counter()
        for (a, z), n in self.links.items():
            degree[a] += n
            degree[z] += n
        first = len(self.devices)
        edge = (first + self.tiers.leaf, first + self.tiers.leaf + self.tiers.spine)
        seen: dict[tuple[int, int], int] = {}
        for node in range(first, self.nodes):
            seen.setdefault((sum(node >= e for e in edge), degree[node]), node)
        return list(seen.values())

    def matrix(
        self, lost: int | None = None, sides: tuple[Whole, Whole] | None = None
    ) -> csr_array:
        """Return the capacities between nodes, two more for source and sink where sides are given.

        Parameters
        ----------
        lost : int, optional
            Node that is gone.
        sides : tuple of array, optional
            Capacity out of and into each device, 0 for those of the other side. [links]
        """
        ends = [(a, z, n) for (a, z), n in self.links.items() if lost not in (a, z)]
        rows = [a for a, _, _ in ends] + [z for _, z, _ in ends]
        cols = [z for _, z, _ in ends] + [a for a, _, _ in ends]
        data = [n for _, _, n in ends] * 2
        size = self.nodes
        if sides is not None:
            out, into = sides
            mine = np.arange(len(self.devices))
            rows += [size] * len(mine) + mine.tolist()
            cols += mine.tolist() + [size + 1] * len(mine)
            data += [*out.tolist(), *into.tolist()]
            size += 2
        found = coo_array((np.array(data, dtype=np.int32), (rows, cols)), shape=(size, size))
        return csr_array(found.tocsr())

    def flow(self, out: Whole, into: Whole, lost: int | None = None) -> int:
        """Return the largest flow from some devices to others. [links].

        Parameters
        ----------
        out, into : array of int
            What each device may send and take. [links]
        lost : int, optional
            Node that is gone.
        """
        graph = self.matrix(lost, (out, into))
        return int(maximum_flow(graph, self.nodes, self.nodes + 1).flow_value)

    def hops(self) -> int:
        """Return the switches on the longest of the shortest ways between two devices."""
        mine = len(self.devices)
        if mine < 2:
            return 0
        # The first device of each leaf stands for all of it.
        heads = sorted({min(a, z) for a, z in self.links if min(a, z) < mine})
        first: dict[int, int] = {}
        for a, z in self.links:
            if min(a, z) in heads:
                first.setdefault(max(a, z), min(a, z))
        chosen = sorted(set(first.values()))
        far = shortest_path(self.matrix(), unweighted=True, indices=chosen)[:, :mine]
        return int(np.max(far[np.isfinite(far)])) - 1

    def cut_off(self, lost: int | None = None) -> int:
        """Return the devices that no longer reach the largest group of devices."""
        graph = self.matrix(lost)
        _, group = connected_components(graph, directed=False)
        mine = Counter(int(g) for g in group[: len(self.devices)])
        return len(self.devices) - max(mine.values(), default=0)

    def bridged(self) -> int:
        """Return the most devices that the loss of one cable between two switches cuts off.

        References
        ----------
        .. [1] R. Tarjan, "A note on finding the bridges of a graph", Information Processing
           Letters 2(6), 1974: an edge is a bridge if nothing below it reaches above it.
        """
        graph, first, worst = self.matrix(), len(self.devices), 0
        heads, ends = graph.indptr.tolist(), graph.indices.tolist()
        cables = graph.data.tolist()
        held = [int(n < first) for n in range(self.nodes)]
        low = [-1] * self.nodes
        for start in range(first, self.nodes):
            if low[start] >= 0:
                continue
            order, before = depth_first_order(graph, start, directed=False)
            for place, node in enumerate(order.tolist()):
                low[node] = place
            rank, above = list(low), before.tolist()
            for node in order[::-1].tolist():
                joined = range(heads[node], heads[node + 1])
                upper = [n for n in joined if ends[n] != above[node]]
                low[node] = min([low[node], *(low[ends[n]] for n in upper)])
                if node == start:
                    break
                single = sum(cables[n] for n in joined if ends[n] == above[node]) == 1
                if low[node] == rank[node] and single and min(node, above[node]) >= first:
                    worst = max(worst, min(held[node], first - held[node]))
                held[above[node]] += held[node]
        return worst

    def hanging_by_one(self) -> int:
        """Return the devices that one cable joins to the fabric."""
        return sum(ports == 1 for ports in self.devices)


def wired(
    devices: Iterable[int], tiers: Tiers, between: int, *, radix: int, rails: int = 0
) -> Wired:
    """Return a fabric with its links spread evenly; three tiers are pods of half a radix each.

    Parameters
    ----------
    devices : iterable of int
        Ports of each device. [1]
    tiers : Tiers
        Switches.
    between : int
        Links between switches. [links]
    radix : int
        Ports of a switch. [ports]
    rails : int
        Ports of a device that go to leaves of their own; 0 fills leaves in order. [1]
    """
    ports = tuple(devices)
    links: Counter[tuple[int, int]] = Counter()
    first = len(ports)
    if not tiers.leaf:
        return Wired(ports, tiers, {})
    for (device, leaf), n in _to_leaves(ports, tiers.leaf, rails).items():
        links[device, first + leaf] += n
    spine0, core0 = first + tiers.leaf, first + tiers.leaf + tiers.spine
    if not tiers.spine:
        if tiers.leaf == 2 and between > 0:
            links[first, first + 1] += between
        return Wired(ports, tiers, dict(links))
    low = between if not tiers.core else between // 2
    # Half the ports of a spine go down, one to each leaf of its pod; the spines of a pod are fewer
    # than its leaves where these are oversubscribed.
    pods = max(1, ceil(2 * tiers.leaf / radix)) if tiers.core else 1
    inside = max(1, tiers.spine // pods)
    for n in range(low):
        leaf, turn = n % tiers.leaf, n // tiers.leaf
        # Leaves start at different spines, so that few links still reach all of them.
        step = turn if tiers.core else leaf + turn
        pod = min(leaf * pods // tiers.leaf, tiers.spine // inside - 1)
        links[first + leaf, spine0 + pod * inside + step % inside] += 1
    each = max(1, tiers.core // inside)
    for n in range(between - low):
        spine, turn = n % tiers.spine, n // tiers.spine
        links[spine0 + spine, core0 + (spine % inside * each + turn % each) % tiers.core] += 1
    return Wired(ports, tiers, dict(links))


def _to_leaves(ports: tuple[int, ...], leaves: int, rails: int) -> Counter[tuple[int, int]]:
    found: Counter[tuple[int, int]] = Counter()
    alike = bool(rails) and leaves % rails == 0 and all(n == rails for n in ports)
    if alike:
        each = ceil(len(ports) / (leaves // rails))
        for device in range(len(ports)):
            for rail in range(rails):
                found[device, device // each * rails + rail] += 1
        return found
    if leaves == 2:
        end = 0
        for device, count in enumerate(ports):
            for _ in range(count):
                found[device, end % 2] += 1
                end += 1
        return found
    each, end = max(1, ceil(sum(ports) / leaves)), 0
    for device, count in enumerate(ports):
        for _ in range(count):
            found[device, min(end // each, leaves - 1)] += 1
            end += 1
    return found
