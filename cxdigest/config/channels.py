"""The keys of each type of channel, and the list of the types.

A new type is a model here and a line at the end.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from cxdigest.config.keys import Keys, Secret, Security, raw, unset
from cxdigest.config.values import FilePath, Host, Line, Port, Sender, Span, Switch, Unsubscribe


class Sending(Keys):
    """What every channel has."""

    enabled: Switch = Field(
        default=True, description="Whether it is used; false keeps it here and sends nothing."
    )


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


ChannelConfig = Annotated[SmtpConfig | FolderChannelConfig, Field(discriminator="type")]
