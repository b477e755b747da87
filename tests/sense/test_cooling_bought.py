"""Cooling that is bought: sidecars, tanks and heat rejection, in the climate of the brief."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from designlib.catalog import Catalog, shipped_folder
from designlib.design import Design, Infeasible
from designlib.explore.cooling_budget import cooling_budget
from designlib.optimize import optimize
from designlib.validate import validate
from tests.explore.racks_hold import racks_hold
from tests.sense.test_racks_and_power import CATALOG, brief

WET = "oem-hgx-b200-dlc-4u"
LOOP = {"available": True, "rack_limit_kw": 60, "warm_water_supply_c": 32}


@cache
def outside(ambient_c: float | None, redundancy: str = "N+1") -> Design:
    """Return the design at gap 0 of a hall with a loop, whose heat rejection is to be bought."""
    return optimize(
        brief(
            fleet__server_kinds_allowed=[WET],
            sites__hall__direct_to_chip=LOOP,
            sites__hall__heat_rejection={"exists": False},
            sites__hall__design_ambient_c=ambient_c,
            sites__hall__redundancy={"cooling": redundancy},
            workloads__chat__peak_requests_s=1200,
        ),
        CATALOG,
        gap=0.0,
    )


def bought(design: Design, kind: str) -> dict[str, int]:
    """Return the units of a kind of cooling that are bought, by part."""
    found: dict[str, int] = {}
    for line in design.tables["bill_of_materials"]:
        part = CATALOG.cooling.get(line["part_id"])
        if part is not None and part.kind == kind:
            found[part.id] = found.get(part.id, 0) + round(line["count"])
    return found


def test_a_cool_climate_lets_dry_coolers_serve_the_loop() -> None:
    # Water 6 K above 24 degC is 30, cooler than the 32 that the loop wants; above 27 it is not.
    cool, hot = outside(24.0), outside(27.0)
    assert bought(cool, "heat-rejection") == {"chiller-air-1500kw": 2, "dry-cooler-2000kw": 2}
    assert bought(hot, "heat-rejection") == {"chiller-air-1500kw": 4}
    assert cool.certificate["objective"] < hot.certificate["objective"]


def test_what_keeps_a_dry_cooler_out_is_told_with_what_it_needs() -> None:
    def told(design: Design) -> str:
        rows = design.candidates
        return str(rows[rows.candidate == "dry-cooler-2000kw"].reason.iloc[0])

    assert told(outside(27.0)) == (
        "gives water of 33 degC on a day of 27, the loop of site hall wants 32; it would need"
        " sites.hall.direct_to_chip.warm_water_supply_c of 33 or more"
    )
    assert told(outside(None)) == (
        "a dry cooler is weighed only where the climate is known: state sites.hall.design_ambient_c"
    )


@pytest.mark.parametrize("redundancy", ["N", "N+1", "2N"])
def test_the_heat_leaves_with_the_redundancy_gone(redundancy: str) -> None:
    design = outside(24.0, redundancy)
    assert validate(design, CATALOG).findings["plant"] == ()
    units = bought(design, "heat-rejection")
    assert set(units.values()) == {1 if redundancy == "N" else 2}


def test_a_hall_with_chillers_buys_none() -> None:
    design = optimize(
        brief(fleet__server_kinds_allowed=[WET], sites__hall__direct_to_chip=LOOP), CATALOG
    )
    assert bought(design, "heat-rejection") == {}


# ---- sidecars and tanks


def test_a_sidecar_takes_liquid_servers_into_a_hall_without_a_loop() -> None:
    design = optimize(
        brief(fleet__server_kinds_allowed=[WET], sites__hall__liquid_to_air={"rack_limit_kw": 60}),
        CATALOG,
        gap=0.0,
    )
    racks_hold(design, CATALOG)
    assert validate(design, CATALOG).ok
    wet = design.placement[design.placement.part_id == WET]
    assert set(wet.rack_kind) == {"liquid-to-air-sidecar-100kw"}
    racks = wet.rack.nunique()
    assert bought(design, "liquid-to-air") == {"liquid-to-air-sidecar-100kw": racks}
    # All heat comes back into the room, and a sidecar takes a position of its own.
    heat = cooling_budget(design, CATALOG)
    assert set(heat.path) == {"room air"}
    assert design.summary["racks"] >= 2 * racks + 1


def test_a_server_goes_into_a_tank_only_where_its_maker_allows_it(tmp_path: Path) -> None:
    text = (shipped_folder() / "servers" / "nvidia-dgx-h200.yaml").read_text()
    (tmp_path / "servers").mkdir()
    (tmp_path / "servers" / "dipped.yaml").write_text(
        text.replace("cooling: air\n", "cooling: air\nimmersible: true\n")
    )
    (tmp_path / "prices.csv").write_text(
        "item,quantity,value,low,high,unit,currency_year,date,source,confidence,note\n"
        "dipped,purchase,300000,300000,300000,USD,2026,2026-11-21,test,assumption,\n"
    )
    catalog = Catalog.load(tmp_path)
    hall: dict[str, Any] = {
        "sites__hall__immersion": {"rack_limit_kw": 60},
        "policies__server_cooling_allowed": ["immersion"],
    }
    design = optimize(brief(fleet__server_kinds_allowed=["dipped"], **hall), catalog, gap=0.0)
    racks_hold(design, catalog)
    dipped = design.placement[design.placement.part_id == "dipped"]
    assert set(dipped.rack_kind) == {"immersion-tank-100kw"}
    assert validate(design, catalog).findings["racks"] == ()
    heat = cooling_budget(design, catalog).set_index("path").heat_kw
    assert heat["loop to the chips"].max() == pytest.approx(0.98 * dipped.kw.sum())
    with pytest.raises(Infeasible, match="the brief allows only immersion"):
        optimize(brief(fleet__server_kinds_allowed=["nvidia-dgx-h200"], **hall), catalog)
