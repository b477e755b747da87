"""Dedicated training: line-rate reads and local caches are two ways to run, worked by hand."""

import pytest

from designlib.problem.dedicated import dedicated, local_read_gb_s
from tests.problem.made import CATALOG, context, pool, workload


def test_a_data_set_that_fits_leaves_only_the_filling_to_shared_storage() -> None:
    ctx = context("research", fleet__server_kinds_allowed=["H200"])
    option = pool(ctx, "nvidia-dgx-h200")
    found = dedicated(ctx, workload(ctx, "B4"), [option])
    shared, cached = found[f"B4-{option.pool}"], found[f"B4-{option.pool}-cached"]
    assert max(shared.draws["read_gb_s"]) == pytest.approx(32 * 2.86)
    assert max(cached.draws["read_gb_s"]) == pytest.approx(40_000 / (24 * 3600))
    assert cached.figures["cached_per_server"]["value"] == pytest.approx(10)
    assert cached.held == shared.held
    assert any(path == "workloads.B4.dataset_tb" for path, *_ in ctx.notes)


def test_a_data_set_that_does_not_fit_is_dropped_with_both_numbers() -> None:
    ctx = context("research", workloads__B4__dataset_tb=200)
    option = pool(ctx, "oem-hgx-h100-8u")
    found = dedicated(ctx, workload(ctx, "B4"), [option])
    assert list(found) == [f"B4-{option.pool}"]
    (drop,) = ctx.dropped
    # Four servers of 30.72 TB, filled to 85 %.
    assert "200 TB" in drop.reason
    assert f"{4 * 30.72 * 0.85:.3g} TB usable" in drop.reason
    assert drop.relief is not None
    assert drop.relief.needed == pytest.approx(104)


def test_drives_that_are_too_slow_are_refused() -> None:
    ctx = context("research", workloads__B4__read_gb_s_per_gpu=2.0)
    option = pool(ctx, "oem-hgx-h100-8u")
    assert list(dedicated(ctx, workload(ctx, "B4"), [option])) == [f"B4-{option.pool}"]
    (drop,) = ctx.dropped
    assert "16 GB/s a server" in drop.reason


def test_a_server_without_a_figure_reads_as_the_slowest_drives_of_the_catalog_do() -> None:
    ctx = context("research")
    stated = CATALOG.servers["nvidia-dgx-h100"]
    assert local_read_gb_s(ctx, stated) == stated.specs.local_nvme_read_gb_s.value
    drives = [s for s in CATALOG.storage.values() if s.tier == "local"]
    slowest = min(d.specs.read_gb_s.value / d.specs.usable_tb.value for d in drives)
    plain = CATALOG.servers["oem-hgx-h100-8u"]
    assert local_read_gb_s(ctx, plain) == pytest.approx(slowest * 30.72)


def test_servers_whose_ports_are_too_narrow_for_their_reads_are_refused() -> None:
    ctx = context("research", workloads__B4__read_gb_s_per_gpu=8.0)
    option = pool(ctx, "oem-hgx-h100-8u")
    assert not dedicated(ctx, workload(ctx, "B4"), [option])
    drop = next(d for d in ctx.dropped if "storage ports" in d.reason)
    # Two ports of 100 Gbit/s carry 25 GB/s to eight GPUs.
    assert drop.relief is not None
    assert drop.relief.needed == pytest.approx(25 / 8, abs=0.01)
