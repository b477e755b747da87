import pytest

from designlib.physics.border import border


@pytest.mark.parametrize("traffic", [1, 99, 100, 250, 1000])
@pytest.mark.parametrize("carriers", [1, 2, 3])
@pytest.mark.parametrize("routers", [1, 2, 3])
def test_what_is_left_after_any_one_loss_carries_the_traffic(traffic, carriers, routers):
    found = border(traffic, 100, carriers, routers_count=routers)
    assert found.links == carriers * found.links_per_carrier
    assert found.links_per_carrier % routers == 0
    if carriers > 1:
        assert (found.links - found.links_per_carrier) * 100 >= traffic
    if routers > 1:
        assert found.links * (routers - 1) / routers * 100 >= traffic
    assert found.links * 100 >= traffic


def test_a_third_carrier_needs_fewer_links_of_each():
    assert border(1000, 100, 2).links_per_carrier == 10
    assert border(1000, 100, 3).links_per_carrier < 10


def test_a_lower_load_needs_more_links():
    assert border(400, 100, 2, busy_frac=0.5).links == 2 * border(400, 100, 2).links


def test_a_border_without_a_carrier_is_refused():
    with pytest.raises(ValueError, match="has a carrier"):
        border(100, 100, 0)
