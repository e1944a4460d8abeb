"""The keys of each type of channel, and the list of the types.

A new type is a model here and a line at the end; ``cxdigest.makers`` says how it is made. Those of
plugins are read beside them.
"""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from functools import partial
from typing import Annotated, Literal

from pydantic import Field, SecretStr, WrapValidator, field_validator

from cxdigest.config.keys import Secret, Security, Sending, raw, unset
from cxdigest.config.plugged import read_with_plugged
from cxdigest.config.values import (
    FilePath,
    Host,
    Line,
    Port,
    Sender,
    Span,
    Unsubscribe,
    WebUrl,
)
from cxdigest.config.wording import wrong
from cxdigest.language import _

_KEY_BYTES = range(24, 65)  #: of a webhook's secret, by the Standard Webhooks specification


class SmtpConfig(Secret, Sending):
    """Digests as mails, handed to a mail server."""

    type: Literal["smtp"] = Field(description="The word smtp.")
    host: Host = Field(
        description="The mail server that your provider names for sending (SMTP).",
        examples=["smtp.example.org"],
    )
    security: Security = Field(
        default="starttls",
        description="How the connection is protected: starttls after a greeting, tls from the "
        "first byte, none only on your own machine.",
    )
    port: Port = Field(
        default_factory=lambda data: {"tls": 465, "none": 25}.get(data.get("security", ""), 587),
        description="The port of the server.",
        examples=[587],
        json_schema_extra={"shown": "587 with starttls, 465 with tls, 25 with none"},
    )
    user: Line | None = unset(
        description="The name to log in with; without it there is no login.",
        examples=["you@example.org"],
    )
    login: Line | None = unset(
        description="The name of a login below, in place of a password (OAuth2).",
        examples=["google"],
    )
    sender: Sender = Field(
        description="Who the digests come from.", examples=["cxdigest <digest@example.org>"]
    )
    unsubscribe: Unsubscribe | None = unset(
        description="Where a mail program's unsubscribe button writes to. Without it, to where "
        "cxdigest reads such wishes itself, or to the sender's address.",
        examples=["mailto:you@example.org?subject=unsubscribe"],
    )
    timeout: Annotated[timedelta, Span("seconds", 1, 600)] = Field(
        default=raw(30), description="Seconds to wait for an answer of the server."
    )
    ca_file: FilePath | None = unset(
        description="Certificates to trust instead of the system's, for a server of your own.",
        examples=["certificates/home.pem"],
    )


class FolderChannelConfig(Sending):
    """Digests as files that a browser or a mail program opens."""

    type: Literal["folder"] = Field(description="The word folder.")
    path: FilePath = Field(description="The folder; it is made if it is missing.", examples=["out"])


class WebhookConfig(Secret, Sending):
    """Digests as JSON, posted to a program of yours and signed (Standard Webhooks)."""

    type: Literal["webhook"] = Field(description="The word webhook.")
    url: WebUrl = Field(
        description="Where digests are posted to. An address in a private network must be allowed "
        "by net.allow.",
        examples=["https://hooks.example.org/cxdigest"],
        repr=False,
    )
    timeout: Annotated[timedelta, Span("seconds", 1, 600)] = Field(
        default=raw(30), description="Seconds to wait for the answer."
    )

    @field_validator("password")
    @classmethod
    def _is_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            signing_key(value.get_secret_value())
        return value


def signing_key(secret: str) -> bytes:
    """Return the key in a webhook's *secret*, ``whsec_`` and base64; the prefix may be missing.

    Raises:
        PydanticCustomError: it is none.
    """
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in _KEY_BYTES:
        what = _("is no secret for signing: whsec_ and base64 of 24 to 64 bytes")
        raise wrong(what, _("make one: echo whsec_$(openssl rand -base64 32)"))
    return key


class AppriseConfig(Sending):
    """A short message by one of the services that Apprise knows; needs `cxdigest[apprise]`."""

    type: Literal["apprise"] = Field(description="The word apprise.")
    service: SecretStr | None = unset(
        description="The service as an Apprise URL. It mostly holds a token, so it is better kept "
        "out of this file: see the next two keys.",
        examples=["ntfy://ntfy.sh/a-topic-of-yours"],
    )
    service_env: Line | None = unset(
        description="The name of the environment variable that holds the Apprise URL.",
        examples=["CXDIGEST_SERVICE"],
    )
    service_file: FilePath | None = unset(
        description="A file that holds the Apprise URL and nothing else; a line break at its end "
        "does not count.",
        examples=["secrets/service"],
    )


ChannelConfig = Annotated[
    SmtpConfig | FolderChannelConfig | WebhookConfig | AppriseConfig,
    Field(discriminator="type"),
    WrapValidator(partial(read_with_plugged, "channels")),
]
