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


def brief_of(code):
    """Return the brief that a cell makes; the search itself is left out."""
    found = {}
    lines = ast.parse(code).body
    for line in lines[1:-2]:
        call = line.value
        if ast.unparse(call.func) == "dl.Brief.load":
            found["brief"] = Brief.load(ast.literal_eval(call.args[0]))
        elif ast.unparse(call.func) == "dl.Brief.from_dict":
            found["brief"] = Brief.from_dict(ast.literal_eval(call.args[0]))
        else:
            assert ast.unparse(call.func) == "brief.with_changes"
            found["brief"] = found["brief"].with_changes(ast.literal_eval(call.args[0]))
    assert ast.unparse(lines[-2]).startswith("design = dl.optimize(brief")
    return found["brief"]


def test_unchanged_brief_needs_no_changes():
    code = as_code(BRIEF, BRIEF)
    assert "with_changes" not in code
    assert brief_of(code).hash == BRIEF.hash


def test_changes_are_found_where_they_are():
    changed = BRIEF.with_changes(CHANGES)
    found = difference(BRIEF.to_dict(), changed.to_dict())
    # A block that the brief did not state is stated as a whole.
    assert found.pop("fleet") == {"server_kinds_allowed": ["H100"]}
    assert found.keys() == CHANGES.keys() - {"fleet.server_kinds_allowed"}


def test_cell_makes_the_same_brief():
    changed = BRIEF.with_changes(CHANGES)
    assert brief_of(as_code(BRIEF, changed)).to_dict() == changed.to_dict()


def test_cell_states_the_whole_brief_where_changes_cannot_make_it():
    fewer = Brief.from_dict({k: v for k, v in BRIEF.to_dict().items() if k != "wacc_frac"})
    assert brief_of(as_code(BRIEF, fewer)).to_dict() == fewer.to_dict()
    alone = Brief.from_dict(BRIEF.to_dict())
    assert brief_of(as_code(alone, alone)).to_dict() == BRIEF.to_dict()


def test_removed_value_is_none():
    changed = BRIEF.with_changes({"sites.hall.rack_positions_count": None})
    assert difference(BRIEF.to_dict(), changed.to_dict()) == {
        "sites.hall.rack_positions_count": None
    }
