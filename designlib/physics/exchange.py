"""Exchange: what the GPUs of a serving replica send each other in one pass."""

from __future__ import annotations

import numpy as np

from designlib.physics.machine import Machine, network_rate_gb_s
from designlib.physics.numbers import Numbers
from designlib.physics.shape import Shape
from designlib.physics.weights import expert_layers_count, shares_attention

_ACTIVATION_BYTES = 2.0
# Engines gather the tokens of a server on each of its GPUs; wider groups send each where it is due.
_GATHERED_RANKS_MAX = 8


def link_bytes_s(machine: Machine, ranks: Numbers) -> Numbers:
    """Return the one-way rate that each GPU of a tensor-parallel group reaches. [B/s].

    Parameters
    ----------
    machine : Machine
        GPU and networks.
    ranks : int or array
        GPUs of the group. [1]

    Notes
    -----
    In a mesh of point-to-point links a part of the GPUs uses a part of its links only. A group
    that leaves the scale-up network goes as fast as the network between servers.
    """
    fitted = machine.serving
    kind = np.asarray(machine.scale_up)
    share = np.select(
        [kind == "mesh", kind == "pcie"],
        [fitted.mesh_exchange_frac, fitted.pcie_exchange_frac],
        fitted.switched_exchange_frac,
    )
    peers = np.maximum(machine.scale_up_gpus_count - 1, 1)
    part = (kind == "mesh") & (ranks > 1) & (ranks <= peers)
    near = machine.scale_up_gb_s * share * np.where(part, (ranks - 1) / peers, 1.0)
    far = np.minimum(near, network_rate_gb_s(machine))
    return 1e9 * np.where(ranks <= machine.scale_up_gpus_count, near, far)


def exchange_s(
    shape: Shape, machine: Machine, ranks: Numbers, tokens: Numbers, *, stages: Numbers = 1
) -> Numbers:
    """Return the time of a forward pass that goes into traffic between GPUs.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and networks.
    ranks, stages : int or array
        Tensor- and pipeline-parallel degree. [1]
    tokens : float or array
        Tokens of the pass. [tokens]

    Returns
    -------
    float or array
        Two all-reduces of 16-bit activations a layer; with shared attention tokens are gathered
        on every GPU of a server before the experts and their results scattered after them, and
        in wider groups each travels to the GPUs of its experts; between stages one message.
        Infinite where there is no network. [s]
    """
    fitted = machine.serving
    size = tokens * shape.hidden_count * _ACTIVATION_BYTES
    with np.errstate(divide="ignore", invalid="ignore"):
        others = (ranks - 1) / ranks / link_bytes_s(machine, ranks)
        reduces = 2 * shape.layers_count * (fitted.all_reduce_alpha_s + 2 * size * others)
        few = np.minimum(shape.top_k_count, ranks)
        reached = np.where(ranks <= _GATHERED_RANKS_MAX, ranks, few)
        both = 2 * size * reached / ranks * others
        routes = expert_layers_count(shape) * (2 * fitted.all_reduce_alpha_s + both)
        hop = fitted.all_reduce_alpha_s + size / ranks / link_bytes_s(machine, ranks * stages)
    inside = np.where(shares_attention(shape, ranks), routes, reduces)
    between = np.where(stages > 1, hop, 0.0) * np.maximum(stages - 1, 1)
    return np.where(ranks > 1, inside, 0.0) + between
