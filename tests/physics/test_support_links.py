"""Support links: lines of published bills that are a product, a sum or so many per device.

Counts are facts of NVIDIA DGX SuperPOD H100, RA-11333-001 V11 (2023-09-22), tables 7 and 8, and of
the B200 edition, RA-11334-001 V08, table 4.1. Lines that are drawn, fixed sets, storage specific or
without a public rule are not tests.
"""

import pytest

from designlib.physics.fabric_count import fabric_size
from designlib.physics.support_links import (
    Devices,
    links_by_devices,
    managers_count,
    optics_count,
    servers_of_units,
)

UNITS, SERVERS_PER_UNIT, RAILS = 4, 32, 8
INFINIBAND_FABRICS = ("compute", "storage")
SERVERS = servers_of_units(UNITS, SERVERS_PER_UNIT, given_up_count=1)
MANAGERS = managers_count(len(INFINIBAND_FABRICS))
COMPUTE = fabric_size(
    SERVERS, RAILS, radix_ports=64, scalable_unit_count=SERVERS_PER_UNIT, extra_endpoints=4
)
# What the document states of each kind of device; management servers, in-band and storage switches
# are fixed sets of it.
DEVICES = [
    Devices("server", SERVERS, {"in-band": 2, "out-of-band": 1, "storage": 2}),
    Devices("management server", 4, {"in-band": 2, "out-of-band": 1}),
    Devices("fabric manager", MANAGERS, {"out-of-band": 1}),
    Devices("compute switch", COMPUTE.leaf + COMPUTE.spine, {"out-of-band": 1}),
    Devices("storage switch", 16, {"out-of-band": 1}),
    Devices("in-band switch", 8, {"out-of-band": 1}),
]
OOB = links_by_devices(DEVICES, "out-of-band")


def test_servers_and_managers_of_four_units():
    assert (SERVERS, MANAGERS) == (127, 4)


def test_compute_switches_are_leaves_and_spines():
    assert (COMPUTE.leaf, COMPUTE.spine, COMPUTE.leaf + COMPUTE.spine) == (32, 16, 48)


@pytest.mark.parametrize(
    ("network", "device", "printed"),
    [
        ("in-band", "server", 254),
        ("in-band", "management server", 8),
        ("out-of-band", "server", 127),
        ("out-of-band", "in-band switch", 8),
        ("storage", "server", 254),
    ],
)
def test_so_many_cables_a_device(network, device, printed):
    assert links_by_devices(DEVICES, network)[device] == printed


def test_management_cables_of_infiniband_switches_add_up():
    assert OOB["compute switch"] + OOB["storage switch"] == 64


def test_management_cables_of_management_servers_and_managers_add_up():
    assert OOB["management server"] + OOB["fabric manager"] == 8


def test_managers_are_joined_back_to_back_once_a_fabric():
    assert MANAGERS // 2 == len(INFINIBAND_FABRICS) == 2


def test_twin_port_transceivers_halve_the_server_side():
    assert optics_count(SERVERS, RAILS, 2) == 508


def test_erratum_two_cables_are_printed_for_the_four_manager_links_of_table_4():
    of_compute = Devices("manager", managers_count(1), {"compute": 2})
    links = links_by_devices([of_compute], "compute")["manager"]
    assert links == COMPUTE.links_server_leaf - SERVERS * RAILS == 4
    assert optics_count(of_compute.count, 2, 1) == 4


def test_storage_ports_of_a_server_have_an_optic_each():
    assert optics_count(SERVERS, 2, 1) == 254


def test_managers_and_switches_of_the_b200_edition():
    assert managers_count(1) == 2
    size = fabric_size(127, 8, radix_ports=64, scalable_unit_count=32, extra_endpoints=4)
    assert (size.leaf, size.spine) == (32, 16)


def test_power_of_the_b200_servers_is_their_number_times_14_3_kw():
    assert round(SERVERS * 14.3) == 1816


def test_two_distribution_units_a_management_rack():
    six_racks = Devices("management rack", 6, {"power": 2})
    assert links_by_devices([six_racks], "power") == {"management rack": 12}


def test_devices_without_a_port_are_left_out():
    assert "fabric manager" not in links_by_devices(DEVICES, "in-band")
