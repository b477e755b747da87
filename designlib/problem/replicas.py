"""Replicas: the layouts in which a service may run on a server, and what each of them sustains.

Tensor parallelism inside the scale-up network is always tried; mixtures of many experts share
attention by requests there, and experts by GPUs. Stages are tried where GPUs have
PCIe only, for a message between stages is much smaller than the exchanges of a layer, and a draft
model where the brief states one. Of two layouts on as many GPUs the slower one is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from designlib.physics.misfit import Misfit
from designlib.physics.replica import Replica
from designlib.physics.serving import replica
from designlib.physics.shape import Shape, typical_dense
from designlib.physics.speculation import Draft
from designlib.physics.weights import shares_attention
from designlib.problem.context import Context
from designlib.problem.machines import Option, shape_of

_STAGES = (2, 4, 8)
_BILLION = 1e9


@dataclass(frozen=True)
class Layout:
    """How a replica lies on its GPUs: the GPUs of a stage, stages, and whether a draft helps.

    GPUs of a stage share each layer by heads (TP) or share requests and experts (DEP).
    """

    tensor: int
    stages: int = 1
    draft: Draft | None = None
    shares: bool = False

    @property
    def gpus(self) -> int:
        """Return the GPUs of a replica."""
        return self.tensor * self.stages

    @property
    def word(self) -> str:
        """Return the layout as a reader sees it, such as "TP2 PP4"."""
        staged = f" PP{self.stages}" if self.stages > 1 else ""
        plain = f"{'DEP' if self.shares else 'TP'}{self.tensor}{staged}"
        if self.draft is None:
            return plain
        return f"{plain} with a draft of {self.draft.shape.params_count / _BILLION:.2g} B"

    @property
    def key(self) -> str:
        """Return the layout as part of the id of a candidate."""
        staged = f"-pp{self.stages}" if self.stages > 1 else ""
        return f"tp{self.tensor}{staged}{'-draft' if self.draft else ''}"


@dataclass(frozen=True)
class Refused:
    """A layout that is not offered, with the reason and the limit that it misses."""

    layout: Layout
    reason: str
    misfit: Misfit | None = None


def degrees(option: Option) -> list[int]:
    """Return the tensor-parallel degrees that divide a server and stay in one scale-up domain."""
    top = min(option.machine.scale_up_gpus_count, option.gpus)
    return [t for t in (1, 2, 4, 8, 16) if t <= top and option.gpus % t == 0]


def layouts(option: Option, shape: Shape, draft: Draft | None = None) -> list[Layout]:
    """Return the layouts that a service is tried in on the servers of a pool."""
    staged = _STAGES if option.machine.scale_up == "pcie" else ()
    plain = [
        Layout(t, p, None, bool(shares_attention(shape, t)))
        for p in (1, *staged)
        for t in degrees(option)
        if option.gpus % (t * p) == 0
    ]
    return [*plain, *(replace(x, draft=draft) for x in plain if draft)]


def draft_of(workload: Any) -> Draft | None:
    """Return the draft model of a service, of the usual proportions, or None."""
    told = workload.draft
    if told is None:
        return None
    return Draft(typical_dense(told.params_count), int(told.tokens_count), told.accepted_frac)


def replicas(
    ctx: Context, workload: Any, option: Option, shape: Shape
) -> tuple[list[tuple[Layout, Replica]], list[Refused]]:
    """Return what the layouts of a service sustain: the fastest for each number of GPUs.

    Parameters
    ----------
    ctx : Context
        Brief and catalog.
    workload : Inference
        The service.
    option : Option
        Servers to run on.
    shape : Shape
        Architecture of its LLM.
    """
    best: dict[int, tuple[Layout, Replica]] = {}
    refused: list[Refused] = []
    for layout in layouts(option, shape, draft_of(workload)):
        one = one_replica(ctx, workload, option, layout, shape)
        if isinstance(one, Misfit):
            if layout.stages == 1:
                refused.append(Refused(layout, one.reason, one))
            continue
        known = best.get(layout.gpus)
        if known is None:
            best[layout.gpus] = (layout, one)
            continue
        pair = sorted((known, (layout, one)), key=lambda x: -x[1].rate_requests_s)
        (fast, quick), (slow, tardy) = pair
        best[layout.gpus] = (fast, quick)
        rates = f"{quick.rate_requests_s:.3g} requests/s, {slow.word} {tardy.rate_requests_s:.3g}"
        refused.append(Refused(slow, f"{fast.word} serves {rates} on as many GPUs"))
    return list(best.values()), refused


def one_replica(
    ctx: Context, workload: Any, option: Option, layout: Layout, shape: Shape | None = None
) -> Replica | Misfit:
    """Return what one replica of a service sustains in a layout, or why it cannot."""
    return replica(
        shape or shape_of(ctx, workload),
        option.machine,
        tensor_parallel=layout.tensor,
        pipeline_parallel=layout.stages,
        draft=layout.draft,
        weight_bits=workload.weight_bits,
        kv_bits=workload.kv_bits,
        prompt_tokens=workload.prompt_tokens,
        output_tokens=workload.output_tokens,
        prefix_hit_frac=workload.prefix_hit_frac,
        ttft_p95_s=workload.ttft_p95_s,
        tpot_p95_s=workload.tpot_p95_s,
    )
