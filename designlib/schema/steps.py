"""Steps: a number that changes at stated months; a lone number holds from month 0 on."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from designlib.schema.base import NOT_EMPTY, Amount, Closed, Whole, wrong


class PowerStep(Closed):
    """IT power from a month on."""

    month: Whole
    kw: Amount


class UtilityStep(Closed):
    """Power of the utility from a month on, before cooling and losses."""

    month: Whole
    mw: Amount


class CountStep(Closed):
    """A number from a month on."""

    month: Whole
    count: Whole


def _steps_of(unit: str, step: type[Closed]) -> BeforeValidator:
    def read(value: object) -> object:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return ({"month": 0, unit: value},)
        if isinstance(value, list | tuple):
            return value
        raise wrong(f"expected a number or a list of {{month, {unit}}}")

    accepted: Any = float | tuple[step, ...]  # type: ignore[valid-type]
    return BeforeValidator(read, json_schema_input_type=accepted)


PowerSteps = Annotated[tuple[PowerStep, ...], _steps_of("kw", PowerStep), NOT_EMPTY]
UtilitySteps = Annotated[tuple[UtilityStep, ...], _steps_of("mw", UtilityStep), NOT_EMPTY]
CountSteps = Annotated[tuple[CountStep, ...], _steps_of("count", CountStep), NOT_EMPTY]
