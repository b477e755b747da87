"""Support networks: a third tier has its own links, as many as the tier below it."""

from designlib.problem.networks import port_network
from tests.problem.made import CATALOG, context


def test_spines_of_a_large_network_are_wired_to_its_cores():
    ctx = context("pretraining")
    (fabric,) = (
        f
        for name, f in port_network(ctx, "out-of-band", "oob_ports", "out-of-band", 4000, 1).items()
        if "ds1000" in name
    )
    step = fabric.steps[-1]
    assert step.core > 0
    switch = next(CATALOG.switches[i] for i in step.counts if i in CATALOG.switches)
    half = switch.specs.radix_ports.value / 2
    links = sum(
        n * CATALOG.optics[i].specs.links_per_unit_count.value
        for i, n in step.counts.items()
        if i in CATALOG.optics
    )
    # Non-blocking: every leaf has half of its ports up, and so has every spine.
    assert links == 2 * step.leaf * half
