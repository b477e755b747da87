"""Schema base: models are closed and frozen, and a default is absent or has a stated reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Sized
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

from designlib.faults import quoted

PART_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
BRIEF_ID = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")
CURRENCY = re.compile(r"[A-Z]{3}")
DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")

POLICY = "designlib policy"
MOST = 10**15
"""Largest count; beyond it floats are no longer exact."""
Found = tuple[tuple[str | int, ...], str]
"""Where a check across fields found a fault, and what it says."""


class Closed(BaseModel):
    """A mapping with a closed list of fields, which cannot be changed once it is made."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=False)


def wrong(message: str) -> PydanticCustomError:
    """Return the error of a wrong value; the text must not depend on a format."""
    return PydanticCustomError("wrong_value", "{message}", {"message": message})


def refuse(found: Sequence[Found]) -> None:
    """Raise one error that carries every fault of a check across fields, if there are any."""
    if found:
        text = "; ".join(message for _, message in found)
        raise PydanticCustomError("faults", "{message}", {"message": text, "faults": list(found)})


def absent(description: str) -> Any:
    """Return a field that may be left out: nothing is then asked for or assumed.

    Parameters
    ----------
    description : str
        What the field says.
    """
    return Field(default=None, description=description)


def assumed(default: object, description: str, *, reason: str, source: str = POLICY) -> Any:
    """Return a field with a default, which is an assumption and is listed as one.

    Parameters
    ----------
    default : object
        Value where the brief says nothing.
    description : str
        What the field says.
    reason : str
        Why this default.
    source : str
        Where the default comes from: a choice of this library, or ``assumption`` for a number that
        the customer should replace.
    """
    extra: dict[str, Any] = {"reason": reason, "source": source}
    return Field(default=default, description=description, json_schema_extra=extra)


def _integral(value: object) -> object:
    # YAML writes large counts as 70e9, which is a float; 2.5 pieces stay refused.
    count = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(count, int) and abs(count) > MOST:
        raise wrong(f"expected a whole number below {MOST:.0e}, found {quoted(value, limit=20)}")
    return count


def _digits(value: object) -> object:
    # Keys of a JSON object are text.
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _pattern(expression: re.Pattern[str], expected: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not expression.fullmatch(value):
            raise wrong(f"expected {expected}, found {quoted(value)}")
        return value

    return check


def _shown(expression: re.Pattern[str]) -> Any:
    """Return the field that tells editors a pattern; a validator is not seen from outside."""
    return Field(json_schema_extra={"pattern": f"^({expression.pattern})$"})


def _two_hours(value: str) -> str:
    begin, _, end = value.partition("-")
    if begin == end:
        raise wrong(f"expected two different hours, found {quoted(value)}")
    return value


def _name(value: str) -> str:
    if not value.strip():
        raise wrong("expected a name, found an empty text")
    return value


def _number_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


T = TypeVar("T", bound=Sized)


def _not_empty(value: T) -> T:
    # Counted after the items are checked: a faulty item must not look like a missing one.
    if not value:
        raise wrong("expected at least 1 item, found 0")
    return value


def as_list(value: object) -> object:
    """Return a lone text or number as a list of one, so that short briefs stay short."""
    return [value] if isinstance(value, str | int | float) else value


NOT_EMPTY = AfterValidator(_not_empty)
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Amount = Annotated[Number, Field(ge=0)]
Positive = Annotated[Number, Field(gt=0)]
Frac = Annotated[Number, Field(ge=0, le=1)]
Whole = Annotated[int, Strict(), BeforeValidator(_integral), Field(ge=0)]
Some = Annotated[int, Strict(), BeforeValidator(_integral), Field(ge=1)]
KeyCount = Annotated[Some, BeforeValidator(_digits)]
Flag = Annotated[bool, Strict()]
Text = Annotated[str, Strict()]
_TEXT_OR_NUMBER = BeforeValidator(_number_as_text, json_schema_input_type=str | int)
TextOrNumber = Annotated[Text, _TEXT_OR_NUMBER]
Name = Annotated[Text, AfterValidator(_name)]
PartId = Annotated[
    Text,
    AfterValidator(_pattern(PART_ID, "an id of small letters, digits and single hyphens")),
    _shown(PART_ID),
]
BriefId = Annotated[
    Text,
    AfterValidator(_pattern(BRIEF_ID, "an id of letters, digits and single hyphens")),
    _shown(BRIEF_ID),
]
Currency = Annotated[
    Text,
    AfterValidator(_pattern(CURRENCY, "a currency of three capital letters")),
    _shown(CURRENCY),
]
Window = Annotated[
    Text,
    AfterValidator(_pattern(WINDOW, "a window 'HH:MM-HH:MM'")),
    AfterValidator(_two_hours),
    _shown(WINDOW),
]
Date = Annotated[
    Text,
    _TEXT_OR_NUMBER,
    AfterValidator(_pattern(DATE, "a date YYYY, YYYY-MM or YYYY-MM-DD")),
    _shown(DATE),
]
