"""Speculation: a draft proposes tokens and one step of the LLM checks them all."""

from __future__ import annotations

from designlib.physics.numbers import Numbers


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
    >>> round(1e3 * speculative_token_s(0.030, 0.033, 0.001, accepted_frac=0.8, draft_tokens=4), 2)
    11.01
    """
    whole = check_s + draft_tokens * draft_s
    with_draft = whole / tokens_per_step(accepted_frac, draft_tokens)
    return with_draft if with_draft < step_s else step_s
