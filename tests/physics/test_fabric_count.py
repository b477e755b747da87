import csv
from pathlib import Path

import pytest

from designlib.physics.fabric_count import fabric_size

GOLDEN = Path(__file__).parents[1] / "golden" / "published_fabrics.csv"
with GOLDEN.open(encoding="utf-8", newline="") as file:
    PUBLISHED = list(csv.DictReader(file))
BY_RULE = [row for row in PUBLISHED if not row["policy"]]
BY_POLICY = [row for row in PUBLISHED if row["policy"]]


def options(row, *, policy):
    """Return what a published row states of its fabric; never what it counts."""
    words = [row["rack_scale"], row["policy"] if policy else ""]
    pairs = [pair.split("=") for word in words if word for pair in word.split(";")]
    return {
        "radix_ports": int(row["radix_ports"]),
        "planes": int(row["planes"]),
        "topology": row["topology"] or "auto",
        "scalable_unit_count": int(row["scalable_unit"] or 1),
        "extra_endpoints": int(row["extra_endpoints"] or 0),
        **{name: int(value) for name, value in pairs},
    }


def size_of(row, *, policy=False):
    return fabric_size(int(row["servers"]), int(row["rails"]), **options(row, policy=policy))


def published(row):
    return int(row["leaf"]), int(row["spine"]), int(row["core"] or 0)


def test_all_but_six_published_rows_need_no_policy():
    assert (len(BY_RULE), len(BY_POLICY)) == (40, 6)


@pytest.mark.parametrize("row", BY_RULE, ids=lambda row: row["id"])
def test_published_row_closes_by_the_rules(row):
    size = size_of(row)
    assert (size.leaf, size.spine, size.core) == published(row)


@pytest.mark.parametrize("row", BY_POLICY, ids=lambda row: row["id"])
def test_published_row_closes_by_its_policy(row):
    size = size_of(row, policy=True)
    assert (size.leaf, size.spine, size.core) == published(row)


@pytest.mark.parametrize(
    ("row_id", "leaf", "spine"),
    [("bp-4", 1, 0), ("ocp-opg-64-ro", 1, 0), ("ocp-opg-128-ro", 1, 0), ("kedios-32", 4, 2)],
)
def test_rules_alone_would_build_less(row_id, leaf, spine):
    size = size_of(next(row for row in BY_POLICY if row["id"] == row_id))
    assert (size.leaf, size.spine) == (leaf, spine)


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["id"])
def test_published_cables_close(row):
    size = size_of(row, policy=True)
    per_cable = int(row["links_per_cable"])
    ours = {
        "cables_server_leaf": size.links_server_leaf,
        "cables_leaf_spine": size.links_leaf_spine + size.links_inter_leaf,
        "cables_spine_core": size.links_spine_core,
    }
    printed = {name: int(row[name]) for name in ours if row[name]}
    assert {name: ours[name] // per_cable for name in printed} == printed


def test_erratum_b300_xdr_of_18_units_prints_9216_gpus_for_1296_servers_of_8():
    row = next(row for row in PUBLISHED if row["id"] == "sp-b300xdr-18su")
    assert size_of(row).endpoints == int(row["cables_server_leaf"]) == 144**2 // 2 != 9216


def test_erratum_base_pod_prints_twin_cables_for_32_server_links():
    size = size_of(next(row for row in PUBLISHED if row["id"] == "bp-4"), policy=True)
    assert (size.links_server_leaf, size.links_inter_leaf) == (32, 16)


def test_eighty_servers_of_eight_rails():
    rails = fabric_size(80, 8, radix_ports=64)
    tree = fabric_size(80, 8, radix_ports=64, topology="fat-tree")
    assert (rails.leaf, rails.spine, rails.spine_minimum) == (24, 16, 12)
    assert (rails.links_server_leaf, rails.links_leaf_spine) == (640, 768)
    assert (tree.leaf, tree.spine) == (20, 16)


def test_cores_are_printed_bare_and_built_evenly():
    printed = fabric_size(1152, 8, radix_ports=64)
    built = fabric_size(1152, 8, radix_ports=64, whole_pods=True)
    assert (printed.leaf, printed.spine, printed.core, printed.core_even) == (288, 288, 144, 256)
    assert (built.leaf, built.spine, built.core) == (288, 288, 256)


def test_single_switch_is_refused_where_it_does_not_fit():
    assert fabric_size(8, 8, radix_ports=64, topology="single").leaf == 1
    with pytest.raises(ValueError, match="72 ports do not fit one switch of 64"):
        fabric_size(9, 8, radix_ports=64, topology="single")


@pytest.mark.parametrize("radix", [4, 8, 16, 64])
def test_three_tiers_end_at_k_cubed_over_four(radix):
    largest = fabric_size(radix**3 // 4, 1, radix_ports=radix)
    switches = largest.leaf + largest.spine + largest.core
    assert switches == 5 * radix**2 // 4
    assert largest.core == largest.core_even
    with pytest.raises(ValueError, match="three tiers"):
        fabric_size(radix**3 // 4 + 1, 1, radix_ports=radix)


def test_converged_frontend_at_three_to_one_keeps_the_promise():
    # Juniper JVD, AI inference frontend: 4 leaves and 2 spines at 3:1. 48 down and 16 up of 64.
    size = fabric_size(4 * 48, 1, radix_ports=64, oversubscription=3)
    assert (size.leaf, size.spine, size.down_per_leaf, size.up_per_leaf) == (4, 1, 48, 16)


@pytest.mark.parametrize("servers", [1, 7, 16, 33])
def test_planes_multiply_every_total(servers):
    one = fabric_size(servers, 4, radix_ports=32)
    three = fabric_size(servers, 4, radix_ports=32, planes=3)
    for name in ("endpoints", "leaf", "spine", "core", "links_server_leaf", "links_leaf_spine"):
        assert getattr(three, name) == 3 * getattr(one, name)


def test_managers_take_a_leaf_of_their_own_where_no_port_is_free():
    assert fabric_size(32, 8, radix_ports=64).leaf_ports_free == 0
    full = fabric_size(32, 8, radix_ports=64, extra_endpoints=4)
    assert (full.leaf, full.links_server_leaf) == (9, 260)


def test_no_server_needs_no_switch():
    size = fabric_size(0, 8, radix_ports=64)
    assert (size.leaf, size.spine, size.links_server_leaf) == (0, 0, 0)


def test_spines_of_four_and_eight_units_divide_the_uplinks_where_ports_alone_would_do_with_less():
    four, eight = (fabric_size(servers, 8, radix_ports=144) for servers in (288, 576))
    assert [(s.spine_minimum, s.spine) for s in (four, eight)] == [(16, 18), (32, 36)]


def test_a_minimum_of_spines_is_built_where_the_uplinks_divide():
    # Juniper's validated back-end designs have at least four spines.
    assert fabric_size(16, 8, radix_ports=64, min_spines=4).spine == 4
    assert fabric_size(16, 8, radix_ports=64, min_spines=5).spine == 8
    with pytest.raises(ValueError, match="min_spines 33"):
        fabric_size(16, 8, radix_ports=64, min_spines=33)


def test_spines_that_wait_for_cores_keep_half_their_ports():
    rack = {"radix_ports": 128, "racks_per_leaf": 2, "trays_per_rack": 18}
    size = fabric_size(72, 4, **rack, core_reserve=True)
    assert size.spine_groups == 4
    assert size.links_leaf_spine <= size.spine * 64
    flat = fabric_size(64, 8, radix_ports=64, core_reserve=True)
    assert (flat.spine_groups, flat.spine) == (1, 16)


def test_a_fabric_that_is_wired_for_its_final_size_has_those_spines_under_fewer_leaves():
    final = fabric_size(256, 8, radix_ports=64)
    first = fabric_size(64, 8, radix_ports=64, final_servers_count=256)
    assert (first.leaf, first.spine) == (16, final.spine) == (16, 32)
    assert fabric_size(64, 8, radix_ports=64).spine == 8
    assert fabric_size(256, 8, radix_ports=64, final_servers_count=64) == final


def test_a_named_rail_policy_is_kept_where_one_switch_would_do():
    assert fabric_size(8, 8, radix_ports=64).leaf == 1
    assert fabric_size(8, 8, radix_ports=64, rails_per_leaf=1).leaf == 8
    assert fabric_size(8, 8, radix_ports=64, rails_per_leaf=8).leaf == 1


def test_whole_racks_of_one_rail_share_a_leaf_even_where_one_switch_would_do():
    rules = {"radix_ports": 128, "racks_per_leaf": 2, "trays_per_rack": 18}
    assert fabric_size(18, 4, **rules).leaf == 4


def test_every_rail_that_waits_for_cores_has_spines_of_its_own_for_half_the_radix_of_leaves():
    rules = {"radix_ports": 64, "racks_per_leaf": 1, "trays_per_rack": 18, "core_reserve": True}
    most = fabric_size(32 * 18, 4, **rules)
    assert (most.leaf, most.spine, most.core) == (4 * 32, 4 * 18, 0)
    assert fabric_size(33 * 18, 4, **rules).core > 0
    flat = fabric_size(33 * 32, 1, radix_ports=64, core_reserve=True)
    assert (flat.leaf, flat.core > 0) == (33, True)
