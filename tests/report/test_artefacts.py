"""Artefacts: what each reader is owed stands in the report, with the numbers of the design."""

import inspect

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.explore.nearest_blueprint import deviations, nearest
from designlib.report.sections import bill, sections
from designlib.report.sections.workloads import LAYERS, NOT, REQUIREMENTS, SIZES
from designlib.report.table import Table
from designlib.schema import other_workloads, workloads
from tests.toy_design import content, toy_design

CATALOG = Catalog.load()
OWED = {
    "decision", "bill", "balance", "cost", "growth", "racks", "workloads", "operations",
    "operations-plan", "rules", "risks", "why-not", "assumptions", "certificate",
}  # fmt: skip
NO_REQUIREMENT = {
    "id",
    "name",
    "kind",
    "growth_shape",
    "mode",
    "mfu_frac",
    "fp4_allowed",
    "quality",
}
"""Fields of a workload that name it or say how it is computed."""


def cells(table: Table, column: int) -> list[str]:
    return [row[column].text for group in table.groups for row in group.rows]


def amount(text: str) -> float:
    return float(text.replace(",", "").replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "0"))


def tables_of(name, design=None) -> dict[str, Table]:
    return {t.caption: t for t in sections(design or toy_design())[name].tables}


def test_every_artefact_has_a_section():
    assert sections(toy_design()).keys() >= OWED


def test_bill_and_cost_close():
    design = toy_design()
    (lines,) = (t for c, t in tables_of("bill").items() if c.startswith("Lines"))
    assert sum(amount(x) for x in cells(lines, 6)) == pytest.approx(design.summary["capex"], abs=20)
    assert amount(lines.total[6].text) == pytest.approx(design.summary["capex"], abs=0.5)
    (cost,) = (t for c, t in tables_of("cost").items() if c.startswith("Present"))
    last = len(cost.columns) - 1
    assert sum(amount(x) for x in cells(cost, last)) == pytest.approx(
        design.summary["tco"], abs=len(cells(cost, last))
    )
    assert amount(cost.total[last].text) == pytest.approx(design.summary["tco"], abs=0.5)


def test_balance_has_the_figures_of_the_last_date():
    design = toy_design()
    (table,) = tables_of("balance").values()
    rows = [r for r in design.tables["balance"] if r["period_month"] == max(design.dates)]
    assert len(cells(table, 0)) == len([r for r in rows if r["resource"] != "capability"])


def test_first_page_has_three_risks_at_most_and_the_chapter_has_all():
    shown = sections(toy_design())
    assert len(shown["decision"].points) == 3
    (table,) = shown["risks"].tables
    assert set(cells(table, 0)) >= {p.title for p in shown["decision"].points}
    assert all(cells(table, column) for column in (2, 3))


def test_every_requirement_names_a_layer_or_says_that_it_has_none():
    brief = Brief.load(shipped_folder() / "briefs" / "enterprise.yaml").to_dict()
    tables = tables_of("workloads", toy_design(brief=brief))
    (matrix,) = (t for c, t in tables.items() if c.startswith("Requirements"))
    assert len(matrix.groups) == len(brief["workloads"]) > 0
    for group in matrix.groups:
        assert group.rows
        for row in group.rows:
            marks = [cell.text for cell in row[2:]]
            assert len(marks) == len(LAYERS)
            assert set(marks) <= {SIZES, NOT}
            assert SIZES in marks


def test_no_field_that_sizes_something_is_forgotten():
    shape = set(workloads.Shaped.model_fields) - set(workloads.AnyWorkload.model_fields)
    stated = set()
    for module in (workloads, other_workloads):
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, workloads.AnyWorkload) and "kind" in kind.model_fields:
                stated |= set(kind.model_fields)
    assert stated - shape - NO_REQUIREMENT - REQUIREMENTS.keys() == set()


def test_operations_plan_has_the_spares_and_the_drain_of_the_design():
    design = toy_design()
    stock = tables_of("operations-plan")["Spares, and servers that may be drained for patches"]
    spares = [b for b in design.tables["bill_of_materials"] if b["layer"] == "spares"]
    told = [amount(x) for x in cells(stock, 3)]
    assert told[: len(spares)] == [b["count"] for b in spares]
    last = max(design.dates)
    slack = [
        int(r["slack"] + 1e-6)
        for r in design.tables["balance"]
        if r["resource"] == "servers" and r["period_month"] == last
    ]
    assert told[len(spares) :] == slack


def test_compliance_names_evidence_for_every_rule():
    matrix = tables_of("rules")["Control, element of the design, evidence"]
    assert len(cells(matrix, 0)) == len(toy_design().tables["compliance"])
    assert all("toy-verifier" in text for text in cells(matrix, 2))


def test_quantities_and_power_add_up_to_bill_and_racks():
    design = toy_design()
    counted = tables_of("bill")["Quantities by the date they enter service"]
    last = len(counted.columns) - 1
    assert sum(row[last].value for g in counted.groups for row in g.rows) == sum(
        b["count"] for b in design.tables["bill_of_materials"]
    )
    power = tables_of("racks")["Power of each rack"]
    assert power.total[4].value == pytest.approx(sum(u["kw"] for u in design.tables["placement"]))
    assert len(cells(power, 0)) == len({(u["site"], u["rack"]) for u in design.tables["placement"]})


def test_cables_of_the_catalog_are_told_apart():
    plain = content()
    part = next(iter(CATALOG.optics))
    plain["tables"]["bill_of_materials"][1]["part_id"] = part
    line = plain["tables"]["bill_of_materials"][1]
    chapter = bill.section(toy_design(**plain), CATALOG)
    assert chapter is not None
    (table,) = (t for t in chapter.tables if t.sheet == "Cables")
    assert table.rows_count == 1
    assert (table.total[6].value, table.total[8].value) == (line["count"], line["extended"])
    assert not [t for t in sections(toy_design(**plain))["bill"].tables if t.sheet == "Cables"]


def test_a_catalog_of_other_parts_leaves_chapters_out_and_says_so():
    alone, foreign = sections(toy_design()), sections(toy_design(), CATALOG)
    assert foreign.keys() == alone.keys()
    told = foreign["decision"].callouts[-1]
    assert all(u["part_id"] in told.text for u in toy_design().tables["placement"])


# ---- nearest blueprint


def of_servers(part: str, count: float, fabrics: list[dict]):
    """Return the toy design with servers and networks of the shipped catalog."""
    plain = content()
    line = plain["tables"]["bill_of_materials"][0]
    plain["tables"]["bill_of_materials"] = [line | {"part_id": part, "count": count}]
    plain["summary"]["fabrics"] = fabrics
    return toy_design(**plain)


def published(blueprint, size_of):
    """Return the networks of a blueprint at a size, as a design has them."""
    found = []
    for fabric in blueprint.fabrics:
        size = next(s for s in fabric.sizes if s.servers_count == size_of)
        found.append(
            {"name": f"{fabric.role}: x", "technology": fabric.technology, "switch": fabric.switch,
             "leaf": size.leaves, "spine": size.spines, "core": size.cores, "period_month": 6}
        )  # fmt: skip
    return found


def test_a_design_like_a_blueprint_does_not_deviate():
    pod = CATALOG.blueprints["dgx-basepod"]
    design = of_servers("nvidia-dgx-b200", 8, published(pod, 8))
    near = nearest(design, CATALOG)
    assert near is not None
    assert near.server == "nvidia-dgx-b200"
    assert deviations(design, CATALOG, pod) == []


def test_price_of_a_deviation_is_the_difference_of_catalog_prices():
    pod = CATALOG.blueprints["dgx-basepod"]
    fabrics = published(pod, 8)
    fabrics[0]["leaf"] += 3
    (found,) = deviations(of_servers("nvidia-dgx-b200", 8, fabrics), CATALOG, pod)
    assert found.subject == "compute network"
    assert found.price == pytest.approx(3 * CATALOG.price(pod.fabrics[0].switch).value)


def test_servers_that_no_blueprint_knows_have_no_nearest():
    assert nearest(of_servers("toy-part", 8, []), CATALOG) is None
