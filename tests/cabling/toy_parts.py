"""Cables and transceivers with round numbers; no part of any catalog."""

from designlib.cabling.assembly import Piece, Socket
from designlib.schema.parts import Optic

SOURCE = {"title": "toy", "accessed": "2026-01-01", "kind": "assumption"}


def piece(part_id, kind, price, **more):
    """Return a piece; what is not stated is that of a 400G link in an OSFP cage."""
    copper = kind in {"dac", "aec", "copper"}
    content = {
        "id": part_id,
        "name": part_id,
        "vendor": "toy",
        "status": "shipping",
        "kind": kind,
        "technologies": ["infiniband", "ethernet"],
        "medium": "copper" if copper else "multimode",
        "fibre_types": [] if copper or kind == "aoc" else ["om4"],
        "cages": [] if kind == "fibre" else ["osfp", "qsfp112"],
        "connector": "mpo12-apc" if kind in {"fibre", "transceiver"} else "fixed",
    }
    numbers = {"gbit_s": 400, "links": 1, "reach_m": 50, "power_w": 0 if kind == "fibre" else 8}
    numbers |= {name: more.pop(name) for name in list(more) if name in numbers}
    names = ("gbit_s", "links_per_unit_count", "reach_max_m", "power_per_end_w")
    specs = {
        name: {"value": value, "source": "toy"}
        for name, value in zip(names, numbers.values(), strict=True)
    }
    specs["lead_weeks"] = {"value": 1, "source": "toy"}
    optic = Optic.model_validate(content | more | {"specs": specs, "sources": {"toy": SOURCE}})
    return Piece(optic, price)


SWITCH = Socket("switch", 400, 2, "infiniband", "osfp")
SERVER = Socket("server", 400, 1, "infiniband", "qsfp112")
DAC = piece("dac", "dac", 100, reach_m=3)
FIBRE = piece("fibre", "fibre", 50)
SINGLE = piece("single", "transceiver", 400)
TWIN = piece("twin", "transceiver", 600, links=2, connector="2xmpo12-apc", power_w=15)
SHELF = [DAC, FIBRE, SINGLE, TWIN]
