"""Batch: the tokens of an optimizer step grow with the compute of the whole run.

References
----------
.. [1] DeepSeek-AI, "DeepSeek LLM: scaling open-source language models with longtermism", 2024,
       section 3.1, https://arxiv.org/abs/2401.02954.
"""

from __future__ import annotations


def pretraining_batch_tokens(flops: float) -> float:
    r"""Return the batch that trains best for a compute budget.

    Parameters
    ----------
    flops : float
        Model FLOPs of the whole run. [FLOP]

    Returns
    -------
    float
        Tokens of one optimizer step [1]_. [tokens]

    Notes
    -----
    .. math:: B = 0.2920\, C^{0.3271}

    Examples
    --------
    The 67 billion parameter model of the paper saw 2 trillion tokens in steps of about 19 million.

    >>> round(pretraining_batch_tokens(6 * 67e9 * 2e12) / 1e6)
    19
    """
    return float(0.2920 * flops**0.3271)
