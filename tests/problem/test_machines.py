"""Machines: every server of the catalog gives one, fitted itself, as its kin or by the book."""

from __future__ import annotations

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.physics.decode import decode_step_s
from designlib.physics.machine import Machine
from designlib.physics.shape import typical_dense
from designlib.problem.contexts import make_contexts
from designlib.problem.machines import machine_of

CATALOG = Catalog.load()
CONTEXT = make_contexts(Brief.load(shipped_folder() / "briefs" / "enterprise.yaml"), CATALOG)[0]
SERVERS = [server for server in CATALOG.servers.values() if server.gpu is not None]
LLM = typical_dense(3e9)
FITTED = ("train_kernel_frac", "serve_compute_frac", "serve_hbm_frac")


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.id)
def test_every_server_gives_a_machine(server) -> None:
    gpu = CATALOG.gpus[server.gpu]
    for technology in (None, *server.compute_technologies):
        m = machine_of(CONTEXT, server, technology)
        assert m.gpus_per_server_count == server.specs.gpus_count.value
        assert m.peak_tflops["bf16"] == gpu.specs.bf16_dense_tflops.value
        assert (m.network_gb_s > 0) is (technology is not None)
        assert all(getattr(m, name) > 0 for name in FITTED)
        # Power allows some GPUs more than their peak; the cap of all GPUs then counts.
        assert max(m.train_kernel_frac, m.serve_hbm_frac, m.serving.compute_cap_frac) <= 1
        step = decode_step_s(
            LLM, m, tensor_parallel=1, weight_bits=8, kv_bits=8, batch=4, context_tokens=1000
        )
        assert 0 < step < 1


@pytest.mark.parametrize("name", FITTED)
def test_a_gpu_without_a_fit_of_its_own_has_its_kins(name) -> None:
    defaults = {f: Machine.__dataclass_fields__[f].default for f in FITTED}
    seen = 0
    for server in SERVERS:
        gpu = CATALOG.gpus[server.gpu]
        own, kin = (gpu.id, name) in CATALOG.constants, gpu.calibrated_as
        value = getattr(machine_of(CONTEXT, server, None), name)
        # What nobody has measured is planned with the low end of its own band, or of its kin's.
        end = "value" if CATALOG.is_measured(gpu.id) else "low"
        if own:
            assert value == getattr(CATALOG.constants[gpu.id, name], end)
        elif kin is None:
            assert value == defaults[name]
        else:
            assert value == getattr(CATALOG.constants[kin, name], end)
            seen += 1
    assert seen
