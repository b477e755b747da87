r"""Shares: workloads that take a share of every pool instead of servers of their own.

.. math::
    f_w \sum_k g_k\, servers_{k,t} &\ge G_w && \text{least\_share: the share is worth G GPUs}

f share of the fleet; g GPUs a server; G fewest GPUs that the workload needs. A share draws its part
of the hours of every pool of GPUs; one that is not given back on demand also draws its part of the
servers.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.ledger import Ledger
from designlib.problem.tables import Problem


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add what each share of the fleet draws of every pool, and the least it must be worth."""
    p = problem
    gpus = {k: p.kinds[pool.kind].gpus_count for k, pool in p.pools.items()}
    needing = [w for w, share in p.fleet_shares.items() if share.gpus_min_count]
    m.NEEDING = pyo.Set(initialize=needing)

    @m.Constraint(m.NEEDING, m.T)
    def least_share(m: Any, w: str, t: int) -> Any:
        share = p.fleet_shares[w]
        if not any(gpus.values()):
            return pyo.Constraint.Infeasible
        fleet = sum(gpus[k] * m.servers[k, t] for k in p.pools)
        return share.share_frac * fleet >= share.gpus_min_count

    for share in p.fleet_shares.values():
        for k in p.pools:
            if not gpus[k]:
                continue
            for t in p.date_indices:
                part = share.share_frac * m.servers[k, t]
                if not share.elastic:
                    ledger.draw("workloads", "servers", k, t, part, scales=False)
                for s, hours in p.slice_hours.items():
                    taken = hours * part
                    ledger.draw("workloads", "server_hours", k, t, taken, slice_=s, scales=False)
