"""Row checks: a price or a constant is about something that the catalog knows, in its own terms."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import get_args

from designlib.faults import nearest
from designlib.schema.parts import Part
from designlib.schema.plant_parts import Cloud, Cooling, Power, Software
from designlib.schema.tables import Constant, Price

SUBJECTS = {
    "air": "racks and halls that are cooled by air",
    "breaker": "circuit breakers",
    "cables": "cables of a network",
    "cabling": "the work of laying a cable",
    "carrier": "links to the outside",
    "checkpoint": "saving the state of a training run",
    "colo": "space that is rented",
    "control": "servers that run a cluster",
    "cpu-server": "servers without GPUs",
    "electricity": "power that is bought",
    "engine": "software that serves a language model",
    "ethernet": "fabrics of this technology",
    "floor": "the floor of a hall",
    "fp4": "work in this precision",
    "gpu": "any GPU",
    "grid": "the power grid",
    "hall": "the room that the racks stand in",
    "hardware": "anything that is bought",
    "in-band": "this network",
    "infiniband": "fabrics of this technology",
    "leaf-spine": "links of this tier",
    "local": "this tier of storage",
    "local-nvme": "drives in the servers",
    "mesh": "GPUs joined in this way",
    "money": "the money of a business case",
    "network-rack": "racks of switches",
    "object": "this tier of storage",
    "optics": "cables and transceivers",
    "out-of-band": "this network",
    "parallel": "this tier of storage",
    "pcie": "GPUs joined in this way",
    "power-chain": "transformer, supply and distribution together",
    "rack": "any rack",
    "request": "what a service is asked over its network",
    "server": "any server",
    "server-leaf": "links of this tier",
    "serving": "services of a language model",
    "site": "a hall with its surroundings",
    "spares": "parts kept for failures",
    "spine-core": "links of this tier",
    "staff": "people who run the cluster",
    "storage-leaf": "links of this tier",
    "storage-port": "ports of a storage unit",
    "survey": "what operators report",
    "switch": "any switch",
    "switched": "GPUs joined in this way",
    "token": "a piece of text that a language model reads",
    "training": "training and tuning",
    "water": "the water of a cooling loop",
}
"""What a calibration row may be about beside a part of the catalog, and what the word means."""
YEARS_APART_MAX = 1
"""A price of another year than its money was converted in silence."""


def price_faults(price: Price, part: Part) -> Iterator[tuple[str, str]]:
    """Yield (column, sentence) for what a price says that its part cannot have.

    Parameters
    ----------
    price : Price
        Row of the price table.
    part : Part
        The part that it names.
    """
    if price.quantity not in priced_as(part):
        known = priced_as(part)
        message = f"expected {', '.join(known)} for a part of {part.folder}, found"
        yield "quantity", f"{message} '{price.quantity}'{nearest(price.quantity, known)}"
    if price.quantity == "purchase" and price.unit != "USD":
        yield "unit", f"expected USD for the price of one piece, found '{price.unit}'"
    if abs(int(price.date[:4]) - price.currency_year) > YEARS_APART_MAX:
        message = f"expected the year of the date {price.date} or the one beside it"
        yield "currency_year", f"{message}, found {price.currency_year}"
    if not price.value and not price.note:
        yield "value", "0 needs a note that says in which price it is included"


def priced_as(part: Part) -> tuple[str, ...]:
    """Return the quantities in which a part of this family can be priced."""
    if isinstance(part, Software):
        metrics = get_args(Software.model_fields["metric"].annotation)
        return "purchase", *(metric for metric in metrics if metric != "free")
    return ("per-gpu-hour",) if isinstance(part, Cloud) else ("purchase",)


def subject_fault(constant: Constant, ids: Collection[str]) -> str:
    """Return why a constant is about nothing that the catalog knows; empty where it is known.

    Parameters
    ----------
    constant : Constant
        Row of a calibration table.
    ids : collection of str
        Ids of the parts of the catalog.
    """
    known = {*ids, *SUBJECTS, *_kinds()}
    if constant.subject in known:
        return ""
    hint = nearest(constant.subject, known) or "; expected the id of a part, its kind, or a subject"
    return f"unknown subject '{constant.subject}'{hint}"


def _kinds() -> set[str]:
    return {
        kind
        for model in (Cooling, Power)
        for kind in get_args(model.model_fields["kind"].annotation)
    }
