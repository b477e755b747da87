"""Market: what the servers of a design would cost by the hour, and room by the kilowatt."""

from __future__ import annotations

from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog

Row = dict[str, Any]


def market(brief: Brief, catalog: Catalog, servers: list[str]) -> dict[str, Any]:
    """Return public prices to compare a design with, in the currency of the brief.

    Parameters
    ----------
    brief : Brief
        Its exchange rate, and the price of rented capacity that it states.
    catalog : Catalog
        Offers by the hour and the price of colocation.
    servers : list of str
        Part ids of the servers with GPUs that the design has.

    Returns
    -------
    dict
        ``rented``: a row for each server, the cheapest offer of its GPU with source and date, and
        as ``high`` the dearest; servers whose GPU nobody rents out are absent.
        ``colo_per_kw_month``: a row or None.
    """
    rate = brief.fx.usd_per_unit if brief.fx else 1.0
    rented = [row for part in sorted(set(servers)) if (row := _offer(brief, catalog, part, rate))]
    colo = catalog.find_constant("colo", "usd_per_kw_month")
    return {"rented": rented, "colo_per_kw_month": None if colo is None else _row(colo, rate)}


def _offer(brief: Brief, catalog: Catalog, part: str, rate: float) -> Row | None:
    gpu = catalog.servers[part].gpu
    offers = [o for o in catalog.cloud.values() if o.gpu == gpu]
    by_hour = {item: p for (item, what), p in catalog.prices.items() if what == "per-gpu-hour"}
    priced = [(o, by_hour[o.id]) for o in offers if o.id in by_hour]
    if not priced:
        return None
    offer, price = min(priced, key=lambda pair: (pair[1].value, pair[0].id))
    cheapest = _row(price, rate)
    dearest = max(float(p.value) / rate for _, p in priced)
    span = {"high": max(dearest, cheapest["high"]), "offers_count": len(priced)}
    public = {"server": part, "offer": offer.name, **cheapest, **span}
    return {**public, **_stated(brief, catalog, gpu)}


def _stated(brief: Brief, catalog: Catalog, gpu: str | None) -> Row:
    """Return the price that the brief states for a GPU, which holds before any public one."""
    burst = brief.cloud_burst
    if burst is None or gpu is None or burst.price_per_gpu_hour is None:
        return {}
    if burst.gpu.lower() not in (gpu, catalog.gpus[gpu].family.lower()):
        return {}
    stated = float(burst.price_per_gpu_hour)
    told = {"source": "the brief", "date": "", "confidence": "stated", "offer": "stated price"}
    return {"value": stated, "low": stated, "high": stated, **told}


def _row(priced: Any, rate: float) -> Row:
    low = priced.value if priced.low is None else priced.low
    high = priced.value if priced.high is None else priced.high
    return {
        "value": float(priced.value) / rate,
        "low": float(low) / rate,
        "high": float(high) / rate,
        "source": priced.source,
        "date": str(priced.date),
        "confidence": priced.confidence,
    }
