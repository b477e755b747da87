"""Training: 6 N D and causal attention over what the kernels reach, plus what is not hidden."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from designlib.physics.machine import Machine, peak_flop_s
from designlib.physics.memory import ADAPTER_FRAC
from designlib.physics.numbers import Numbers, Words
from designlib.physics.passes import REFERENCE_YEAR, pass_expert_s, pass_math_s, pass_tensor_s
from designlib.physics.shape import Shape
from designlib.physics.split import Split, micro_batches_count
from designlib.physics.updates import data_exposed_s, optimizer_s

# Multiply-adds per weight and token: forward 2, backward 2 for inputs and 2 for weights [1].
_FORWARD, _BACKWARD_INPUT, _BACKWARD_WEIGHT = 2.0, 2.0, 2.0


def train_flops(params_count: float, tokens_count: float) -> float:
    r"""Return the model FLOPs of training every weight.

    Parameters
    ----------
    params_count : float
        Active parameters of a token. [1]
    tokens_count : float
        Tokens of the run. [tokens]

    Returns
    -------
    float
        Work without attention scores. [FLOP]

    Notes
    -----
    .. math:: C = 6\,N\,D

    References
    ----------
    .. [1] J. Kaplan et al., "Scaling laws for neural language models", 2020, section 2.1,
       https://arxiv.org/abs/2001.08361

    Examples
    --------
    >>> f"{train_flops(405e9, 15.6e12):.2e}"
    '3.79e+25'
    """
    return 6 * params_count * tokens_count


def lora_flops(params_count: float, tokens_count: float) -> float:
    """Return the model FLOPs of training adapters on frozen weights.

    Parameters
    ----------
    params_count : float
        Active parameters of a token, frozen. [1]
    tokens_count : float
        Tokens of the run. [tokens]

    Returns
    -------
    float
        Work: forward and the gradient of activations; weight gradients for adapters only. [FLOP]

    References
    ----------
    .. [1] E. Hu et al., "LoRA: low-rank adaptation of large language models", ICLR 2022,
       section 4.1, https://arxiv.org/abs/2106.09685
    """
    per_weight = _FORWARD + _BACKWARD_INPUT + ADAPTER_FRAC * _BACKWARD_WEIGHT
    return per_weight * params_count * tokens_count


def attention_flops(
    layers_count: float,
    sequence_tokens: float,
    attention_width: float,
    tokens_count: float,
    *,
    causal: bool = True,
) -> float:
    r"""Return the model FLOPs of attention scores and their use, forward and backward.

    Parameters
    ----------
    layers_count : float
        Decoder blocks. [1]
    sequence_tokens : float
        Tokens of a sequence. [tokens]
    attention_width : float
        Summed width of the query heads. [1]
    tokens_count : float
        Tokens of the run. [tokens]
    causal : bool
        Half of the scores only.

    Returns
    -------
    float
        Work. [FLOP]

    Notes
    -----
    .. math:: 12\,L\,s\,h\,D \quad (6\,L\,s\,h\,D \text{ causal})

    References
    ----------
    .. [1] A. Chowdhery et al., "PaLM", 2022, appendix B, https://arxiv.org/abs/2204.02311
    """
    factor = 6 if causal else 12
    return factor * layers_count * sequence_tokens * attention_width * tokens_count


def run_hours(
    params_count: float,
    tokens_count: float,
    gpus_count: float,
    peak_tflops: float,
    mfu_frac: float,
    ettr_frac: float = 1.0,
) -> float:
    r"""Return the hours of a training run at a stated MFU.

    Parameters
    ----------
    params_count : float
        Active parameters of a token. [1]
    tokens_count : float
        Tokens of the run. [tokens]
    gpus_count : float
        GPUs of the job. [1]
    peak_tflops : float
        Dense peak of one GPU at the precision of the MFU. [TFLOP/s]
    mfu_frac : float
        Model FLOPs over peak; applies to 6 N D, as most who state one count it. [1]
    ettr_frac : float
        Share of wall time that advances training. [1]

    Returns
    -------
    float
        Duration. [h]

    Notes
    -----
    .. math:: T = \frac{6\,N\,D}{G\,P\,\mathrm{MFU}\,\mathrm{ETTR}}

    Examples
    --------
    >>> round(run_hours(70e9, 2e9, 32, 989, 0.40), 1)
    18.4
    """
    flop_s = gpus_count * peak_tflops * 1e12 * mfu_frac * ettr_frac
    return train_flops(params_count, tokens_count) / flop_s / 3600


@dataclass(frozen=True, slots=True)
class StepTime:
    """Where the time of one optimizer step goes; parts and a fixed overhead sum to ``step_s``.

    Parameters
    ----------
    math_s, tensor_s, expert_s, bubble_s, data_s, optimizer_s : float
        Kernels, exposed tensor- and expert-parallel traffic, pipeline bubble, exposed
        data-parallel traffic, optimizer update. [s]
    step_s : float
        Whole step. [s]
    tokens_s : float
        Tokens of the global batch over the step. [tokens/s]
    mfu_frac : float
        6 N D (adapters: their FLOPs) over the dense peak at the precision of the job. Attention
        is left out, so that ``run_hours`` at this MFU gives the predicted time. [1]
    """

    math_s: Numbers
    tensor_s: Numbers
    expert_s: Numbers
    bubble_s: Numbers
    data_s: Numbers
    optimizer_s: Numbers
    step_s: Numbers
    tokens_s: Numbers
    mfu_frac: Numbers


def band_frac(shape: Shape, machine: Machine, mode: str) -> float:
    """Return b of the band from 1 / (1 + b) to 1 + b times a predicted step. [1].

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and its constants.
    mode : str
        "pretrain", "full" or "lora".

    Notes
    -----
    The wider of what measurements on this GPU and measurements of this kind of job need.
    """
    fitted = machine.training
    kind = fitted.mixture_band_frac if shape.experts_count else fitted.dense_band_frac
    if mode != "pretrain":
        kind = fitted.tuned_band_frac
    return max(machine.train_band_frac, kind)


def step_time(
    shape: Shape,
    machine: Machine,
    split: Split,
    *,
    mode: Words = "pretrain",
    precision: Words = "bf16",
    sequence_tokens: Numbers,
    global_batch_tokens: Numbers,
    software_year: Numbers = REFERENCE_YEAR,
) -> StepTime:
    r"""Return the time of one optimizer step, part by part.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU, server and networks.
    split : Split
        Degrees of the job.
    mode : str
        "pretrain", "full" or "lora".
    precision : str
        Precision of the matrix products.
    sequence_tokens, global_batch_tokens : float
        Tokens of a sequence and of one step. [tokens]
    software_year : float
        Release of the training software as a year and its fraction. [yr]

    Returns
    -------
    StepTime
        Parts, step and rates.

    Notes
    -----
    .. math:: t = m\,(t_{math} + t_{exposed}) \left(1 + \frac{p-1}{v\,m}\right) + t_{dp} + t_{opt}
    """
    work = global_batch_tokens
    passes = micro_batches_count(split, work / sequence_tokens)
    math = pass_math_s(
        shape,
        machine,
        split,
        mode=mode,
        precision=precision,
        sequence_tokens=sequence_tokens,
        software_year=software_year,
    )
    tensor = pass_tensor_s(shape, machine, split, mode=mode, sequence_tokens=sequence_tokens)
    expert = pass_expert_s(shape, machine, split, sequence_tokens=sequence_tokens)
    one = math + tensor + expert
    bubble = one * (split.pipeline_parallel - 1) / split.interleave
    data = data_exposed_s(shape, machine, split, mode=mode, passes=passes, pass_s=one)
    update = optimizer_s(shape, machine, split, mode=mode)
    step = passes * one + bubble + data + update + machine.training.step_overhead_s
    flops = np.where(np.asarray(mode) == "lora", lora_flops(1.0, 1.0), train_flops(1.0, 1.0))
    peak = peak_flop_s(machine, precision) if isinstance(precision, str) else np.nan
    return StepTime(
        math_s=passes * math,
        tensor_s=passes * tensor,
        expert_s=passes * expert,
        bubble_s=bubble,
        data_s=data,
        optimizer_s=update,
        step_s=step,
        tokens_s=work / step,
        mfu_frac=flops * shape.active_params_count * work / step / (split.gpus_count * peak),
    )
