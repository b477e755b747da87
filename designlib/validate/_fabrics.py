"""Fabrics: which pool is wired to which fabric, by the names that the bill gives to both."""

from __future__ import annotations

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, bill, until

ALONE = "alone"
"""Pools of this name have no compute fabric."""
CABLES = ("dac", "aec", "aoc", "copper", "fibre")
SUPPORT = ("storage", "in-band", "out-of-band")
"""Networks of every device, named before their switch; the others are compute fabrics."""


def is_alone(pool: str, brief: Brief) -> bool:
    """Return whether a pool has no compute fabric."""
    return _named(pool, brief)[0].endswith(f"-{ALONE}")


def fabrics_of(design: Design, catalog: Catalog, month: int) -> list[str]:
    """Return the pools of the bill that hold switches at a date. [months]."""
    lines = until(bill(design), month)
    return sorted({line["pool"] for line in lines if line["part_id"] in catalog.switches})


def fabric_of(pool: str, servers: list[Row], fabrics: list[str], brief: Brief) -> str | None:
    """Return the fabric that a pool names after its server."""
    part = next(line["part_id"] for line in servers if line["pool"] == pool)
    name, site = _named(pool, brief)
    name = name.removeprefix(f"{part}-")
    for fabric in fabrics:
        named, _, at = fabric.partition("@")
        if at == site and (named == name or named.startswith(f"{name}-")):
            return fabric
    return None


def role_of(fabric: str) -> str:
    """Return what a fabric is for: ``compute`` or a network of every device."""
    return next((role for role in SUPPORT if fabric.startswith(f"{role}-")), "compute")


def _named(pool: str, brief: Brief) -> tuple[str, str]:
    """Return a pool's name without the class of its data, and its site where it names one."""
    name, _, site = pool.partition("@")
    for zone in sorted({w.data_class or "none" for w in brief.work()}):
        if brief.compliance is not None and name.endswith(f"-{zone}"):
            return name.removesuffix(f"-{zone}"), site
    return name, site
