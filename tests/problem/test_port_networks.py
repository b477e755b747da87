"""Port networks: every link between their switches has a cable, whatever the tiers."""

import pytest

from designlib import Brief, Catalog
from designlib.problem.make import make_problem
from tests.source import CATALOGS

CATALOG = Catalog.load()


@pytest.fixture(scope="module")
def networks():
    problem, _ = make_problem(Brief.load(CATALOGS / "briefs" / "pretraining.yaml"), CATALOG)
    return [f for f in problem.fabrics.values() if f.role != "compute"]


def test_some_network_has_three_tiers(networks):
    assert any(step.core for fabric in networks for step in fabric.steps)


def test_switch_links_have_cables(networks):
    """Ports that switches have, less those of devices, are the two ends of the links between."""
    for fabric in networks:
        for step in fabric.steps:
            switch = next(i for i in step.counts if i in CATALOG.switches)
            radix = CATALOG.switches[switch].specs.radix_ports.value
            cables = sum(
                n * CATALOG.optics[i].specs.links_per_unit_count.value
                for i, n in step.counts.items()
                if i in CATALOG.optics and CATALOG.optics[i].kind != "transceiver"
            )
            if step.core:  # whole pods: spines use all ports, half of them towards the cores
                assert cables == step.spine * radix
            elif step.spine:
                assert cables == step.leaf * radix / 2
