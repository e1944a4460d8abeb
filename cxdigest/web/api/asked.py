"""What requests to the API hold: names in addresses, days, and bodies of JSON.

A body is read once it is known who sends it (``who.Told``), so it is no parameter that FastAPI
reads and describes: ``told`` reads it, ``takes`` describes it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Path
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends as Dependency
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from cxdigest.web.who import Told

#: Text without control characters, of which no database takes all.
PLAIN = r"^[^\x00-\x1f\x7f]*$"

Name = Annotated[
    str, Path(min_length=1, max_length=200, pattern=PLAIN, description="The name of a profile.")
]
PostingId = Annotated[
    str, Path(min_length=1, max_length=100, pattern=PLAIN, description="The id of a posting.")
]


def _iso(value: object) -> date:
    """Return the day that *value* writes as ``2026-11-20``, and in no other way."""
    if isinstance(value, date):
        return value
    day = date.fromisoformat(value) if isinstance(value, str) else None
    if day is None or day.isoformat() != value:
        raise ValueError("write the day as 2026-11-20")
    return day


def _whole(value: object) -> object:
    """Return a number without a fraction, which JSON may write as ``5.0``, as an int."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Day = Annotated[date, BeforeValidator(_iso)]
Whole = Annotated[int, BeforeValidator(_whole)]


class Body(BaseModel):
    """What is sent as JSON: nothing but its fields, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    """What stands behind the question mark: nothing but its fields."""

    model_config = ConfigDict(extra="forbid")


_Sent = TypeVar("_Sent", bound=Body)


def told(model: type[_Sent]) -> Dependency:
    """Return what reads the body as *model*, once it is known who sends it."""

    def read(sent: Told) -> _Sent:
        try:
            return model.model_validate(sent)
        except ValidationError as error:
            found = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
            raise RequestValidationError(found) from error

    found: Dependency = Depends(read)
    return found


def takes(model: type[Body]) -> dict[str, Any]:
    """Return what the description says of a body that is a *model*."""
    schema = model.model_json_schema()
    assert "$defs" not in schema, "bodies are flat, since nothing here would resolve references"
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
