"""Racks and power: what no hall can hold is never bought, and what is granted is used and kept."""

from __future__ import annotations

from functools import cache
from math import inf
from typing import Any

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible
from designlib.optimize import optimize

CATALOG = Catalog.load()


def brief(**changes: Any) -> Brief:
    """Return one service in one hall, with dotted changes (two underscores for a dot)."""
    data = {
        "name": "one service",
        "service_start_month": 9,
        "sites": [
            {
                "id": "hall",
                "it_power_kw": 300,
                "rack_positions_count": 40,
                "rack_air_kw": 17,
                "pue": 1.4,
                "electricity_per_kwh": 0.1,
            }
        ],
        "fleet": {"server_kinds_allowed": ["nvidia-dgx-h200"]},
        "workloads": [
            {
                "id": "chat",
                "kind": "inference",
                "llm": "llama-3-1-8b",
                "weight_bits": 8,
                "kv_bits": 8,
                "peak_requests_s": 300,
                "prompt_tokens": 2000,
                "output_tokens": 200,
                "ttft_p95_s": 2.0,
                "tpot_p95_s": 0.05,
            }
        ],
    }
    found = Brief.from_dict(data)
    dotted = {name.replace("__", "."): value for name, value in changes.items()}
    return found.with_changes(dotted) if dotted else found


def refused(**changes: Any) -> str:
    """Return what is said of a brief that has no design."""
    with pytest.raises(Infeasible) as caught:
        optimize(brief(**changes), CATALOG)
    return "\n".join(caught.value.conflict)


def test_a_server_of_10_2_kw_never_stands_in_a_rack_of_8_kw() -> None:
    assert refused(sites__hall__rack_air_kw=8).startswith(
        "chat (chat) cannot run on any server allowed: nvidia-dgx-h200: 10.2 kW, a rack of site"
        " hall takes at most 8; it would need sites.hall.rack_air_kw of 10.2 or more, or"
        " sites.hall.rear_door with as much; "
    )


def test_what_the_message_asks_for_is_enough() -> None:
    design = optimize(brief(sites__hall__rack_air_kw=10.2), CATALOG)
    placed = design.placement
    assert placed.groupby("rack").kw.sum().max() <= 10.2 + 1e-9
    doors = {"rack_limit_kw": 10.2}
    design = optimize(brief(sites__hall__rack_air_kw=8, sites__hall__rear_door=doors), CATALOG)
    servers = design.placement[design.placement.kw > 8]
    assert len(servers)
    assert all(CATALOG.cooling[kind].kind == "rear-door" for kind in servers.rack_kind)


def test_a_liquid_only_server_never_lands_in_a_hall_without_a_loop() -> None:
    told = refused(fleet__server_kinds_allowed=["nvidia-gb200-nvl72", "oem-hgx-b200-dlc-4u"])
    for part in ("nvidia-gb200-nvl72", "oem-hgx-b200-dlc-4u"):
        assert part in told
    assert (
        "oem-hgx-b200-dlc-4u: needs a direct-to-chip liquid loop, which site hall does not have;"
        " it would need sites.hall.direct_to_chip, or sites.hall.liquid_to_air; "
    ) in told
    loop = {"available": True, "rack_limit_kw": 60}
    design = optimize(
        brief(
            fleet__server_kinds_allowed=["oem-hgx-b200-dlc-4u"], sites__hall__direct_to_chip=loop
        ),
        CATALOG,
    )
    wet = design.placement[design.placement.part_id == "oem-hgx-b200-dlc-4u"]
    assert len(wet)
    assert set(wet.rack_kind) == {"direct-to-chip"}


@pytest.mark.parametrize("allowed", [["B200"], ["H200", "GB200"], ["MI355X", "H100"]])
def test_with_a_free_choice_no_liquid_server_is_bought_without_a_loop(allowed: list[str]) -> None:
    design = optimize(brief(fleet__server_kinds_allowed=allowed), CATALOG, gap=0.02)
    for row in design.placement.itertuples():
        if row.part_id in CATALOG.servers:
            assert CATALOG.servers[row.part_id].specs.liquid_frac.value == 0


# ---- steps of power

KINDS = ["H200", "H100 NVL"]
"""The first costs less, the second draws less: 36 kW against 47 at month 9."""


@cache
def powered(first_kw: float, then_kw: float, field: str = "it_power_kw") -> Design | None:
    """Return the design at gap 0 where power grows at month 15; None where there is none."""
    unit, scale = ("kw", 1.0) if field == "it_power_kw" else ("mw", 1e-3)
    steps = [{"month": 0, unit: first_kw * scale}, {"month": 15, unit: then_kw * scale}]
    asked = brief(
        fleet__server_kinds_allowed=KINDS,
        workloads__chat__growth_factor_24_months=3.0,
        **{"sites__hall__it_power_kw": None, f"sites__hall__{field}": steps},
    )
    try:
        return optimize(asked, CATALOG, gap=0.0)
    except Infeasible:
        return None


def cost(design: Design | None) -> float:
    """Return the present value of a design; infinite for none."""
    return inf if design is None else float(design.certificate["objective"])


def drawn(design: Design, resource: str) -> dict[int, tuple[float, float]]:
    """Return supply and draw of a resource by month."""
    rows = design.tables["balance"]
    return {r["period_month"]: (r["supply"], r["draw"]) for r in rows if r["resource"] == resource}


@pytest.mark.parametrize(
    ("field", "resource", "pue"),
    [("it_power_kw", "it_kw", 1.0), ("utility_mw", "facility_kw", 1.4)],
)
def test_a_step_of_power_binds_and_one_percent_more_never_costs_more(
    field: str, resource: str, pue: float
) -> None:
    free, bound = powered(900, 900, field), powered(47 * pue, 900, field)
    assert free is not None
    assert bound is not None
    # It binds: what would be bought without it draws more than it grants, and costs less.
    assert max(kw for m, (_, kw) in drawn(free, resource).items() if m < 15) > 47 * pue
    assert all(kw <= granted + 1e-9 for granted, kw in drawn(bound, resource).values())
    assert cost(bound) > cost(free)
    for kw in (36, 37, 40, 47, 50):
        assert cost(powered(kw * 1.01 * pue, 900, field)) <= cost(powered(kw * pue, 900, field))
    # One percent more is worth a step here: 47.47 kW hold the four servers that 47 do not.
    assert cost(powered(47 * 1.01 * pue, 900, field)) == pytest.approx(cost(free), rel=1e-9)
