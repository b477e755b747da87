"""As code: the line that is shown makes the same brief again."""

import ast
from pathlib import Path

from designlib.brief import Brief
from designlib.workbench.as_code import as_code, difference

BRIEF = Brief.load(Path(__file__).parents[2] / "catalogs/briefs/enterprise.yaml")
CHANGES = {
    "budget.capex_total": 5e6,
    "fleet.server_kinds_allowed": ["H100"],
    "sites.hall.electricity_per_kwh": 0.2,
    "sites.hall.it_power_kw": [{"month": 0, "kw": 500}],
    "workloads.A3.peak_requests_s": 12.0,
}


def test_unchanged_brief_needs_no_changes():
    assert as_code(BRIEF, BRIEF) == "design = dl.optimize(brief)"


def test_changes_are_found_where_they_are():
    changed = BRIEF.with_changes(CHANGES)
    found = difference(BRIEF.to_dict(), changed.to_dict())
    # A block that the brief did not state is stated as a whole.
    assert found.pop("fleet") == {"server_kinds_allowed": ["H100"]}
    assert found.keys() == CHANGES.keys() - {"fleet.server_kinds_allowed"}


def test_line_makes_the_same_brief():
    changed = BRIEF.with_changes(CHANGES)
    call = ast.parse(as_code(BRIEF, changed)).body[0].value.args[0]
    assert ast.unparse(call.func) == "brief.with_changes"
    assert BRIEF.with_changes(ast.literal_eval(call.args[0])) == changed


def test_removed_value_is_none():
    changed = BRIEF.with_changes({"sites.hall.rack_positions_count": None})
    assert difference(BRIEF.to_dict(), changed.to_dict()) == {
        "sites.hall.rack_positions_count": None
    }
