"""Support links: cables and optics outside the switch tiers are so many a device, added up.

A published bill lists them line by line: so many in-band ports a server, one management port a
switch, two managers a fabric. Each line is a product or a sum of such rules.

References
----------
.. [1] NVIDIA, "DGX SuperPOD H100 reference architecture", RA-11333-001 V11, 2023, tables 7 and 8.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil


@dataclass(frozen=True, slots=True)
class Devices:
    """Devices that are cabled alike.

    Parameters
    ----------
    name : str
        What they are.
    count : int
        How many there are. [1]
    ports : mapping of str to int
        Network -> ports of one device in it. [ports]
    """

    name: str
    count: int
    ports: Mapping[str, int] = field(default_factory=dict)


def links_by_devices(devices: Sequence[Devices], network: str) -> dict[str, int]:
    """Return the links of one network, by the devices at their far end.

    Parameters
    ----------
    devices : sequence of Devices
        Everything that stands in the cluster.
    network : str
        Name of the network.

    Returns
    -------
    dict of str to int
        Device name -> links; devices without a port in the network are left out. [links]

    Examples
    --------
    >>> servers = Devices("server", 127, {"in-band": 2, "out-of-band": 1})
    >>> links_by_devices([servers], "in-band")
    {'server': 254}
    """
    found: dict[str, int] = {}
    for group in devices:
        links = group.count * group.ports.get(network, 0)
        if links:
            found[group.name] = found.get(group.name, 0) + links
    return found


def servers_of_units(units_count: int, servers_per_unit: int, given_up_count: int = 0) -> int:
    """Return the servers of whole scalable units, less the positions given to fabric managers.

    Parameters
    ----------
    units_count : int
        Scalable units. [1]
    servers_per_unit : int
        Servers of one unit. [1]
    given_up_count : int
        Positions whose leaf ports serve fabric managers instead [1]_. [1]

    Returns
    -------
    int
        Servers. [1]

    Examples
    --------
    >>> servers_of_units(4, 32, 1)
    127
    """
    return units_count * servers_per_unit - given_up_count


def managers_count(managed_fabrics_count: int, managers_per_fabric: int = 2) -> int:
    """Return the fabric managers of all fabrics that need them.

    Parameters
    ----------
    managed_fabrics_count : int
        Fabrics with managers of their own. [1]
    managers_per_fabric : int
        Managers of one fabric, a redundant pair where nothing else is stated [1]_. [1]

    Returns
    -------
    int
        Fabric managers. [1]
    """
    return managed_fabrics_count * managers_per_fabric


def optics_count(devices_count: int, links_per_device: int, links_per_optic: int) -> int:
    """Return the transceivers on the device side; each device has whole ones.

    Parameters
    ----------
    devices_count : int
        Devices. [1]
    links_per_device : int
        Links of one device. [links]
    links_per_optic : int
        Links that one transceiver carries: 2 in a twin-port cage. [links]

    Returns
    -------
    int
        Transceivers. [1]

    Examples
    --------
    >>> optics_count(127, 8, 2)
    508
    """
    return devices_count * ceil(links_per_device / links_per_optic)
