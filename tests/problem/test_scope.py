"""Scope: a promise that no design would keep is refused by name; a hint is listed."""

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.faults import FaultError
from designlib.problem.make import make_problem
from designlib.problem.scope import HINTS, PROMISES, check_scope, hints

BRIEF = Brief.load(shipped_folder() / "briefs" / "enterprise.yaml")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("network.topology", "dragonfly"),
    ],
)
def test_a_promise_is_refused_with_its_field(path: str, value: object) -> None:
    with pytest.raises(FaultError) as caught:
        make_problem(BRIEF.with_changes({path: value}), Catalog.load())
    (fault,) = caught.value.faults
    assert fault.field == path


def test_the_enterprise_brief_promises_nothing_out_of_scope() -> None:
    check_scope(BRIEF)
    assert [path for path, *_ in hints(BRIEF)] == []


def test_every_name_is_a_field_of_the_brief() -> None:
    for path in (*PROMISES, *HINTS):
        model = Brief
        for name in path.split("."):
            field = model.model_fields[name]
            nested = [a for a in getattr(field.annotation, "__args__", ()) if a is not type(None)]
            model = next(iter(nested), field.annotation)
