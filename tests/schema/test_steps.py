"""Steps: a lone number holds from month 0 on."""

import pytest
from pydantic import TypeAdapter, ValidationError

from designlib.schema.steps import CountSteps, PowerSteps, UtilitySteps


@pytest.mark.parametrize(
    ("kind", "unit"), [(PowerSteps, "kw"), (UtilitySteps, "mw"), (CountSteps, "count")]
)
def test_lone_number_holds_from_month_0_on(kind, unit):
    (step,) = TypeAdapter(kind).validate_python(400)
    assert (step.month, getattr(step, unit)) == (0, 400)
    steps = TypeAdapter(kind).validate_python([{"month": 3, unit: 1}, {"month": 6, unit: 2}])
    assert [step.month for step in steps] == [3, 6]


@pytest.mark.parametrize("value", ["400", True, {"month": 0}, [], -1, None])
def test_what_is_no_step_is_refused(value):
    with pytest.raises(ValidationError):
        TypeAdapter(PowerSteps).validate_python(value)
