"""Speculation: a draft proposes tokens and one step of the LLM checks them all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from designlib.physics.decode import decode_parts, decode_step_s
from designlib.physics.machine import Machine
from designlib.physics.numbers import Numbers
from designlib.physics.prefill import prefill_s
from designlib.physics.shape import Shape, kv_bytes_per_token
from designlib.physics.throughput import Work
from designlib.physics.weights import weight_bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A small LLM that proposes tokens on the GPUs of the large one.

    Parameters
    ----------
    shape : Shape
        Its architecture.
    tokens_count : int
        Tokens proposed for each step. [1]
    accepted_frac : float
        Chance that a proposed token is accepted, below 1. [1]
    """

    shape: Shape
    tokens_count: int
    accepted_frac: float


def tokens_per_step(accepted_frac: Numbers, draft_tokens: Numbers) -> Numbers:
    r"""Return the mean tokens that one checking step yields. [tokens].

    Parameters
    ----------
    accepted_frac : float or array
        Chance that a proposed token is accepted, below 1. [1]
    draft_tokens : float or array
        Tokens proposed for each step. [tokens]

    Notes
    -----
    .. math:: \frac{1 - a^{k+1}}{1 - a}

    References
    ----------
    .. [1] Y. Leviathan et al., "Fast inference from transformers via speculative decoding",
       ICML 2023, equation 1, https://arxiv.org/abs/2211.17192

    Examples
    --------
    >>> round(tokens_per_step(0.8, 4), 3)
    3.362
    """
    return (1 - accepted_frac ** (draft_tokens + 1)) / (1 - accepted_frac)


def speculative_token_s(
    step_s: Numbers,
    check_s: Numbers,
    draft_s: Numbers,
    *,
    accepted_frac: Numbers,
    draft_tokens: Numbers,
) -> Numbers:
    """Return the time per output token with speculation, or without where that is faster. [s].

    Parameters
    ----------
    step_s : float or array
        Step that yields one token for each request. [s]
    check_s : float or array
        Step that checks the proposed tokens of each request: products of a larger batch, the
        cache read once. [s]
    draft_s : float or array
        Step of the draft for one token. [s]
    accepted_frac : float or array
        Chance that a proposed token is accepted. [1]
    draft_tokens : float or array
        Tokens proposed for each step. [tokens]

    Examples
    --------
    >>> step = speculative_token_s(0.030, 0.033, 0.001, accepted_frac=0.8, draft_tokens=4)
    >>> round(1e3 * float(step), 2)
    11.01
    """
    whole = check_s + draft_tokens * draft_s
    return np.minimum(step_s, whole / tokens_per_step(accepted_frac, draft_tokens))


def beside_draft(
    draft: Draft, shape: Shape, machine: Machine, ranks: int, weight_bits: float
) -> Machine:
    """Return a machine with the memory that weights and cache of a draft leave to the LLM.

    Parameters
    ----------
    draft : Draft
        Spread over the same GPUs.
    shape : Shape
        Architecture of the LLM; the cache of the draft grows with that of the LLM.
    machine : Machine
        GPU and its constants.
    ranks : int
        GPUs of a stage. [1]
    weight_bits : float
        Width of both weights. [bit]
    """
    held = float(weight_bytes(draft.shape, weight_bits, ranks)) / 1e9
    free = machine.hbm_gb - held / machine.serving.memory_factor
    mine, theirs = (float(kv_bytes_per_token(s)) for s in (shape, draft.shape))
    share = mine / (mine + theirs)
    serving = replace(machine.serving, cache_frac=machine.serving.cache_frac * share)
    return replace(machine, hbm_gb=free, serving=serving)


def drafted_work(work: Work, draft: Draft, shape: Shape, machine: Machine, **asked: Any) -> Work:
    """Return what requests cost a replica whose steps check the tokens of a draft.

    Parameters
    ----------
    work : Work
        What they cost without a draft.
    draft : Draft
        The small LLM.
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU, server and constants.
    **asked : Any
        ``tensor_parallel``, ``pipeline_parallel``, ``weight_bits``, ``kv_bits``, ``math_bits``,
        ``prompt_tokens`` and ``output_tokens`` as for the LLM.

    Notes
    -----
    A checking step multiplies k + 1 tokens of each request and reads each cache once. Where that
    is slower than a plain step, at large batches, the engine does without.
    """
    lengths = {n: asked.pop(n) for n in ("prompt_tokens", "output_tokens")}
    context = lengths["prompt_tokens"] + lengths["output_tokens"] / 2
    prefill = {n: v for n, v in asked.items() if n != "kv_bits"}
    first = prefill_s(draft.shape, machine, prompt_tokens=lengths["prompt_tokens"], **prefill)
    many = draft.tokens_count + 1

    def step(batch: Numbers) -> Numbers:
        plain = decode_parts(shape, machine, batch=batch, context_tokens=context, **asked)
        parts = decode_parts(shape, machine, batch=many * batch, context_tokens=context, **asked)
        check = sum(parts.values()) - parts["cache"] + plain["cache"]
        own = decode_step_s(draft.shape, machine, batch=batch, context_tokens=context, **asked)
        return speculative_token_s(
            sum(plain.values()),
            check,
            own,
            accepted_frac=draft.accepted_frac,
            draft_tokens=draft.tokens_count,
        )

    return replace(
        work, alone_s=work.alone_s + first[0], work_s=work.work_s + first[1], step_s=step
    )
