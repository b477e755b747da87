"""Kept: the checkpoints that stay on storage, the last ones and those kept for good."""

from __future__ import annotations

from math import ceil

from designlib.physics import checkpoint
from designlib.problem.context import Context
from designlib.problem.machines import shape_of
from designlib.problem.tables import Series

GB_PER_TB = 1000


def kept_checkpoints(ctx: Context) -> tuple[Series, Series]:
    """Return the checkpoints that are kept by date: the last ones, and those kept for good. [TB].

    The last ones of the runs at a date lie on the fast tier. Those kept for good lie on the object
    tier from the first run on, as many as one run leaves.
    """
    storage = ctx.brief.storage
    last, good = [0.0] * len(ctx.dates), [0.0] * len(ctx.dates)
    for w in ctx.brief.workloads:
        if w.kind != "training":
            continue
        size_tb = checkpoint.checkpoint_gb(shape_of(ctx, w).params_count) / GB_PER_TB
        every = storage.checkpoint_kept_every_tokens
        many = ceil(w.tokens_count / every - 1e-9) if every else 0
        began = False
        for n, on in enumerate(ctx.active(w)):
            began = began or on
            last[n] += size_tb * (storage.checkpoints_kept_count or 0) * on
            good[n] += size_tb * many * began
    if any(good):
        reason = "checkpoints kept for good lie on the object tier, the last ones on the fast tier"
        path = "storage.checkpoint_kept_every_tokens"
        ctx.notes.append((path, max(good), "TB", reason))
    return tuple(last), tuple(good)
