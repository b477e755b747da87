"""Carriers: the links from each site to the outside, so that losing one carrier is not felt.

A site is linked for all the traffic that it may have to carry, also when another site is lost.
What carriers charge is in no price list, so it is no part of the cost.
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics.border import border
from designlib.physics.growth import demand_factor
from designlib.physics.surviving import carried_fracs

COLUMNS: Final = (
    "site", "carriers", "traffic_gbit_s", "link_gbit_s", "links_per_carrier", "links", "routers",
)  # fmt: skip
BITS_PER_BYTE: Final = 8
MB_PER_GB: Final = 1000
ROUTERS: Final = {"N": 1}
"""Redundancy within a site -> its border routers; two for any other."""


def carriers(design: Design, catalog: Catalog) -> pd.DataFrame:
    """Return the links of each site to the outside, by the law of :func:`physics.border.border`.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        Speed and load of a link, and the size of a token and of a request.

    Returns
    -------
    pandas.DataFrame
        A row is a site whose services are asked from outside; no rows where the brief states no
        ``site_policy.wan_carriers_count``. ``traffic_gbit_s`` is the peak at the horizon in the
        busier direction; every carrier has ``links_per_carrier`` links of ``link_gbit_s``, on as
        many routers as the redundancy within a site asks for. [Gbit/s], [links]
    """
    brief = Brief.from_dict(design.brief)
    policy = brief.site_policy
    if policy is None or not policy.wan_carriers_count:
        return pd.DataFrame(columns=list(COLUMNS))
    each = float(catalog.constant("carrier", "link_gbit_s").value)
    busy = float(catalog.constant("carrier", "busy_frac").value)
    routers = ROUTERS.get(policy.intra_site or "", 2)
    rows = []
    whole, shares = traffic_gbit_s(brief, catalog), _shares(brief)
    for site in brief.sites:
        traffic = whole * shares[site.id]
        if traffic > 0:
            count = policy.wan_carriers_count
            found = border(traffic, each, count, busy_frac=busy, routers_count=routers)
            rows.append(
                (site.id, count, traffic, each, found.links_per_carrier, found.links, routers)
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _shares(brief: Brief) -> dict[str, float]:
    """Return the share of all traffic that each site must be able to carry. [1]."""
    names, policy = [site.id for site in brief.sites], brief.site_policy
    if policy is None or len(names) == 1 or policy.mode == "independent":
        return dict.fromkeys(names, 1.0)
    split = {s: 1.0 / len(names) for s in names}
    if policy.mode == "active_passive":
        split = {s: float(n == 0) for n, s in enumerate(names)}
    if policy.split:
        split = {s: policy.split.get(s, 0.0) for s in names}
    return carried_fracs(split, policy.survive_loss_of_count, policy.surviving_load_frac)


def traffic_gbit_s(brief: Brief, catalog: Catalog) -> float:
    """Return the peak traffic of all services at the horizon, in the busier direction. [Gbit/s]."""
    token = float(catalog.constant("token", "text_mb").value)
    envelope = float(catalog.constant("request", "envelope_mb").value)
    inward = outward = 0.0
    for w in brief.work():
        rate = _peak_requests_s(w) * demand_factor(brief.horizon_months, w.growth_factor_24_months)
        inward += rate * (envelope + _asked_mb(w, token))
        outward += rate * (envelope + token * float(getattr(w, "output_tokens", 0.0)))
    return max(inward, outward) * BITS_PER_BYTE / MB_PER_GB


def _peak_requests_s(w: Any) -> float:
    """Return the requests or studies of a second at the peak; 0 for what nobody asks. [1/s]."""
    if w.kind == "image-inference":
        return float(w.studies_per_day * w.peak_factor / w.busy_hours / 3600)
    return float(getattr(w, "peak_requests_s", None) or 0.0)


def _asked_mb(w: Any, token: float) -> float:
    """Return what one request brings beside its envelope. [MB]."""
    if w.kind == "image-inference":
        return float(w.mb_per_study)
    return token * float(getattr(w, "prompt_tokens", 0.0))
