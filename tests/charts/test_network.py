"""Network diagram: what is drawn is what is wired, at every size."""

import pytest

from designlib.cabling.wiring import wire
from designlib.charts import plot
from designlib.charts._diagram import BOXES_MAX, boxes, of_counts, of_wiring
from designlib.charts.network import FABRICS_MAX, diagram
from designlib.physics.fabric_count import fabric_size
from tests.toy_design import content, toy_design

SIZES = {n: fabric_size(n, 8, radix_ports=64, whole_pods=True) for n in (4, 32, 512)}


def traces(fig):
    return {trace.name: trace for trace in fig.data}


@pytest.mark.parametrize(
    ("servers", "title", "tiers"),
    [
        (4, "4 servers on 1 switch", ("4 servers", "1 leaf")),
        (32, "32 servers on 12 switches", ("32 servers", "8 leaves", "4 spines")),
        (512, "512 servers on 320 switches",
         ("512 servers", "128 leaves", "128 spines", "64 cores")),
    ],
)  # fmt: skip
def test_diagram_is_readable_at_every_size(servers, title, tiers):
    fig = diagram(SIZES[servers])
    assert fig.layout.title.text == title
    assert fig.layout.yaxis.ticktext == tiers
    marks = fig.data
    assert all(len(trace.x) <= BOXES_MAX for trace in marks)
    assert len(fig.layout.shapes) == 1
    assert all(b - a > 0.05 for t in marks for a, b in zip(t.x, t.x[1:], strict=False))


@pytest.mark.parametrize("servers", SIZES)
def test_boxes_hold_every_device_and_joins_every_link(servers):
    size = SIZES[servers]
    found = of_wiring("x", wire(size), size.pods)
    for tier in found.tiers:
        assert sum(tier.size_of(box) for box in range(tier.boxes)) == tier.count
        held = [tier.box_of(device) for device in range(tier.count)]
        assert [held.count(box) for box in range(tier.boxes)] == [
            tier.size_of(box) for box in range(tier.boxes)
        ]
    links = size.links_server_leaf + size.links_leaf_spine + size.links_spine_core
    assert sum(found.joins.values()) == links


def test_pods_are_drawn_apart():
    size = SIZES[512]
    found = of_wiring("x", wire(size), size.pods)
    between = {(a, z) for low, a, high, z in found.joins if (low, high) == (1, 2)}
    assert between == {(pod, pod) for pod in range(size.pods)}


def test_one_of_several_planes_is_drawn_and_says_so():
    fig = diagram(fabric_size(32, 8, radix_ports=128, planes=2))
    assert fig.layout.title.text.endswith("one of 2 planes")
    assert fig.layout.yaxis.ticktext == ("32 servers", "4 leaves", "2 spines")


def test_fabrics_of_a_design_show_the_ports_in_use():
    fig = plot("network", toy_design())
    assert fig.layout.title.text == "1 fabric with 6 switches"
    assert fig.layout.yaxis.ticktext == ("104 device ports", "4 leaves", "2 spines")
    assert list(traces(fig)["device ports"].text) == ["26"] * 4


def test_many_fabrics_say_which_are_drawn():
    summary = content()["summary"]
    summary["fabrics"] = [summary["fabrics"][0] | {"name": f"f{n}"} for n in range(9)]
    fig = plot("network", toy_design(summary=summary))
    assert f"first {FABRICS_MAX}" in fig.layout.title.text


def test_a_pair_without_a_spine_is_joined_side_by_side():
    found = of_counts("storage", 30, 2, 0, 0)
    assert set(found.joins) == {(0, 0, 1, 0), (0, 1, 1, 1), (1, 0, 1, 1)}


@pytest.mark.parametrize("count", range(1, 300, 7))
def test_boxes_share_the_devices_equally(count):
    assert 1 <= boxes(count) <= BOXES_MAX
    assert count % boxes(count) == 0


def test_a_fabric_that_is_bound_to_a_site_is_named_in_words():
    told = [{**f, "name": f"{f['name']}@dal"} for f in toy_design().summary["fabrics"]]
    summary = {**toy_design().summary, "fabrics": told}
    drawn = plot("network", toy_design(summary=summary))
    texts = [note.text for note in drawn.layout.annotations] + [drawn.layout.meta["alt"]]
    assert not [text for text in texts if "@" in text]
    assert [text for text in texts if "fabric-1 at dal" in text]
