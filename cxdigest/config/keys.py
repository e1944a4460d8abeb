"""What all models of a configuration have in common: frozen, strict, and how defaults are written.

Knows no file, no line and no environment.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from cxdigest.config.values import FilePath, Line, Switch
from cxdigest.config.wording import wrong
from cxdigest.language import _

Security = Literal["tls", "starttls", "none"]


def raw(value: Any) -> Any:  # noqa: ANN401 - a value before it has its type
    """Return *value*: a default as it would stand in the file; it is read like the file's own."""
    return value


class Keys(BaseModel):
    """A group of keys; unknown ones are refused, and so is a key with nothing behind it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True
    )

    @field_validator("*")
    @classmethod
    def _has_value(cls, value: object) -> object:
        if value is None:
            raise wrong(_("has no value"))
        return value


def unset(**more: Any) -> Any:  # noqa: ANN401 - what pydantic's Field takes and gives
    """Return the field of a key that may be left out; it is None then."""
    return Field(default=None, validate_default=False, **more)


class Polled(Keys):
    """What every source has; beside it ``type`` and ``every``, which differ."""

    enabled: Switch = Field(
        default=True, description="Whether it is polled; false keeps it here and leaves it alone."
    )


class Sending(Keys):
    """What every channel has."""

    enabled: Switch = Field(
        default=True, description="Whether it is used; false keeps it here and sends nothing."
    )


class Secret(Keys):
    """A password, given in exactly one of three ways; ``password`` holds it once loaded."""

    needs_password: ClassVar[bool] = False  #: True: also where no user is named

    password: SecretStr | None = unset(
        description="The password itself. Better kept out of this file: see the next two keys.",
        examples=["correct horse battery staple"],
    )
    password_env: Line | None = unset(
        description="The name of the environment variable that holds the password.",
        examples=["CXDIGEST_PASSWORD"],
    )
    password_file: FilePath | None = unset(
        description="A file that holds the password and nothing else; a line break at its end "
        "does not count.",
        examples=["secrets/password"],
    )
