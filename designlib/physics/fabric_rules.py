"""Fabric rules: a fabric is its switch, its topology and the policies of its owner.

Policies are what published designs add to the counting laws: a minimum of leaves, a spine kept
for growth, whole scalable units, ports given to fabric managers.
"""

from dataclasses import dataclass
from typing import Literal, Required, TypedDict

from designlib.physics.clos import Ports, leaf_ports

Topology = Literal["auto", "fat-tree", "rail-optimized", "single"]


class FabricOptions(TypedDict, total=False):
    """Keywords of ``fabric_count.fabric_size``; :class:`FabricRules` explains them."""

    radix_ports: Required[int]
    planes: int
    topology: Topology
    rails_per_leaf: int | None
    oversubscription: float
    min_leaves: int
    extra_endpoints: int
    keep_spine: bool
    scalable_unit_count: int
    whole_pods: bool
    racks_per_leaf: int | None
    trays_per_rack: int | None
    core_reserve: bool
    min_spines: int
    final_servers_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FabricRules:
    """How a fabric is counted: its switch and its policies.

    Parameters
    ----------
    radix_ports : int
        Ports of a switch at the speed of a plane. [ports]
    planes : int
        Separate, equal fabrics; every server has its ports in each. [1]
    topology : str
        "auto" is rail-optimized where a server has several ports, else a fat-tree.
    rails_per_leaf : int or None
        Rails that share a leaf; None packs as many whole rails as fit. [1]
    oversubscription : float
        Down over up ports of a leaf. [1]
    min_leaves : int
        Fewest leaves of a plane; 2 without a spine are joined by inter-leaf links. [1]
    extra_endpoints : int
        Other ports of a plane, such as fabric managers; they use free leaf ports first. [ports]
    keep_spine : bool
        A spine even where one switch would do, to grow without moving links.
    scalable_unit_count : int
        The fabric is built for whole units of so many servers. [1]
    whole_pods : bool
        Three tiers as they are wired evenly: whole pods and the even core count.
    racks_per_leaf, trays_per_rack : int or None
        Rack scale: a leaf takes so many racks of one rail; the servers are trays. [1]
        ``trays_per_rack`` alone takes as many racks as fit in half the ports of a leaf.
    core_reserve : bool
        Spines keep half their ports for a later core tier; until then the rails stay apart.
    min_spines : int
        Fewest spines of a plane of two tiers; more are built where the uplinks divide evenly. [1]
    final_servers_count : int
        Spines and cores are those of so many servers, so that no link moves as leaves are
        added; 0 wires for the servers of today. [1]
    """

    radix_ports: int
    planes: int = 1
    topology: Topology = "auto"
    rails_per_leaf: int | None = None
    oversubscription: float = 1.0
    min_leaves: int = 1
    extra_endpoints: int = 0
    keep_spine: bool = False
    scalable_unit_count: int = 1
    whole_pods: bool = False
    racks_per_leaf: int | None = None
    trays_per_rack: int | None = None
    core_reserve: bool = False
    min_spines: int = 1
    final_servers_count: int = 0

    @property
    def rack_scale(self) -> bool:
        """Whether a leaf takes whole racks of one rail."""
        return self.racks_per_leaf is not None or self.trays_per_rack is not None

    def ports(self) -> Ports:
        """Return the down and up ports of a full leaf. [ports]."""
        if not self.rack_scale:
            return leaf_ports(self.radix_ports, self.oversubscription)
        if self.trays_per_rack is None:
            raise ValueError("racks_per_leaf needs trays_per_rack")
        half = self.radix_ports // 2
        racks = self.racks_per_leaf or half // self.trays_per_rack
        together = racks * self.trays_per_rack
        if not 1 <= together <= half:
            raise ValueError(
                f"racks_per_leaf {max(racks, 1)} of {self.trays_per_rack} trays does not fit half "
                f"of the {self.radix_ports} ports of a leaf"
            )
        return Ports(together, together)


@dataclass(frozen=True, slots=True)
class FabricSize:
    """Counts of one fabric, totals over all planes unless said otherwise.

    Parameters
    ----------
    servers_count : int
        Servers that it connects. [1]
    endpoints : int
        Ports that it connects, with the extra ones. [ports]
    leaf, spine, core : int
        Switches of each tier; ``core`` is the bare minimum that published tables print, unless
        whole pods were asked for. [1]
    links_server_leaf, links_leaf_spine, links_spine_core, links_inter_leaf : int
        Links of each tier. [links]
    leaf_ports_free : int
        Ports that can still take endpoints at the promised oversubscription. [ports]
    spine_minimum : int
        Spines that ports alone would need; ``spine`` divides the uplinks evenly. [1]
    core_even : int
        Cores of the evenly wired fabric of whole pods. [1]
    pods : int
        Pods of a three-tier plane, else 0. [1]
    rails_per_leaf : int
        Rails that share a leaf, 0 where leaves do not follow rails. [1]
    down_per_leaf, up_per_leaf : int
        Ports of a leaf towards servers and towards spines. [ports]
    planes, radix_ports : int
        As in :class:`FabricRules`.
    ports_per_server_count : int
        Ports of one server in one plane. [1]
    spine_groups : int
        Groups of spines that share no leaf: the rails of a fabric that waits for its cores. [1]
    spread : bool
        A minimum of leaves is more than the ports need: they share the ports equally.
    """

    servers_count: int
    endpoints: int
    leaf: int
    spine: int
    core: int
    links_server_leaf: int
    links_leaf_spine: int
    links_spine_core: int
    leaf_ports_free: int
    spine_minimum: int
    links_inter_leaf: int
    core_even: int
    pods: int
    rails_per_leaf: int
    down_per_leaf: int
    up_per_leaf: int
    planes: int
    radix_ports: int
    ports_per_server_count: int
    spine_groups: int = 1
    spread: bool = False
