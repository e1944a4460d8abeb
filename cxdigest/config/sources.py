"""The keys of each type of source, and the list of the types.

A new type is a model here and a line at the end; ``cxdigest.makers`` says how it is made. Those of
plugins are read beside them.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, WrapValidator, field_validator

from cxdigest.config.addresses import is_address
from cxdigest.config.keys import Polled, Secret, Security, raw, unset
from cxdigest.config.plugged import read_with_plugged
from cxdigest.config.values import (
    Address,
    BoardToken,
    FilePath,
    Host,
    Line,
    Port,
    SenderFilter,
    Span,
    Switch,
    WebUrl,
    Whole,
)
from cxdigest.config.wording import wrong
from cxdigest.language import _
from cxdigest.text import host_of

_GOOGLE = re.compile(r"(^|\.)google(\.[a-z]{2,3}){1,2}$")
_GOOGLE_LEAST = timedelta(minutes=15)


class Mails(Polled):
    """What every source of mails has."""

    trust: Switch = Field(
        default=False,
        description="Whether its mails need no proof of who sent them. For mails that you forward "
        "there yourself: the proof is lost on the way.",
    )


class MailboxConfig(Secret, Mails):
    """A folder of a mailbox that your saved searches write to, read over IMAP, never changed."""

    type: Literal["mailbox"] = Field(description="The word mailbox.")
    host: Host = Field(
        description="The mail server that your provider names for IMAP.",
        examples=["imap.example.org"],
    )
    security: Security = Field(
        default="tls",
        description="How the connection is protected: tls from the first byte, starttls after a "
        "greeting, none only on your own machine.",
    )
    port: Port = Field(
        default_factory=lambda data: 993 if data.get("security", "tls") == "tls" else 143,
        description="The port of the server.",
        examples=[993],
        json_schema_extra={"shown": "993 with tls, else 143"},
    )
    user: Line = Field(
        description="The name to log in with, mostly the mail address.",
        examples=["you@example.org"],
    )
    login: Line | None = unset(
        description="The name of a login below, in place of a password (OAuth2).",
        examples=["google"],
    )
    folder: Line = Field(default="INBOX", description="The folder that is read.")
    senders: tuple[SenderFilter, ...] = Field(
        default=raw([]),
        description="Only mails from these addresses or hosts are read; empty reads every mail in "
        "the folder.",
        examples=[["jobalerts-noreply@linkedin.com", "indeed.com"]],
    )
    intake: Switch = Field(
        default=False,
        description="Whether it takes in the mails of many people. Each mail is then read for the "
        "one person whose address it was sent to or forwarded from (docs/profiles.md).",
    )
    address: Address | None = unset(
        description="The mail address of an intake, where user is none.",
        examples=["coach@example.org"],
    )
    authserv: Host | None = unset(
        description="The name under which your provider writes Authentication-Results into mails, "
        "where it is none of the large ones; other names are not believed then.",
        examples=["mx.example.org"],
    )
    since: Annotated[timedelta, Span("days", 1, 3650)] = Field(
        default=raw(14), description="Days that the first poll goes back."
    )
    every: Annotated[timedelta, Span("minutes", 1, 10_080)] = Field(
        default=raw(15), description="Minutes between two polls."
    )
    max_size: Annotated[Whole, Field(ge=10_000, le=1_000_000_000)] = Field(
        default=raw(25_000_000),
        description="Mails over this size in bytes are not fetched; the digest counts them.",
    )
    timeout: Annotated[timedelta, Span("seconds", 1, 600)] = Field(
        default=raw(30), description="Seconds to wait for an answer of the server."
    )
    ca_file: FilePath | None = unset(
        description="Certificates to trust instead of the system's, for a server of your own.",
        examples=["certificates/home.pem"],
    )

    @property
    def own_address(self) -> str:
        """The address that people write to, empty where it is not known."""
        return self.address or (self.user.lower() if is_address(self.user) else "")


class FeedConfig(Polled):
    """A feed on the web: Google Alerts, or any other in RSS, Atom or JSON Feed."""

    type: Literal["feed"] = Field(description="The word feed.")
    url: WebUrl = Field(
        description="The feed's address. At Google Alerts, choose delivery to RSS feed and copy "
        "the link behind the feed's symbol.",
        examples=["https://www.google.com/alerts/feeds/12345/67890"],
    )
    every: Annotated[timedelta, Span("minutes", 5, 10_080)] = Field(
        default=raw(60),
        description="Minutes between two polls. Google locks out who asks more often than every "
        "15 minutes, so less is refused for its feeds.",
    )

    @field_validator("every")
    @classmethod
    def _spare_google(cls, every: timedelta, info: ValidationInfo) -> timedelta:
        if every < _GOOGLE_LEAST and _GOOGLE.search(host_of(info.data.get("url", ""))):
            raise wrong(
                _(
                    "is too often: Google locks out who asks for its feeds more than every "
                    "15 minutes"
                ),
                _("write 60, or at least 15"),
            )
        return every


class BoardConfig(Polled):
    """The openings that one employer shows on its own board, with their duties."""

    type: Literal["board"] = Field(description="The word board.")
    board: Literal[
        "greenhouse", "lever", "ashby", "workable", "smartrecruiters", "recruitee", "personio"
    ] = Field(description="Whose board it is.", examples=["greenhouse"])
    token: BoardToken = Field(
        description="The employer's name on that board, as its address has it: acme of "
        "boards.greenhouse.io/acme, jobs.lever.co/acme or acme.jobs.personio.de. Write eu:acme for "
        "jobs.eu.lever.co/acme.",
        examples=["acme"],
    )
    company: Line | None = unset(
        description="The employer's name as the digest shows it where the board does not say it.",
        examples=["Acme Ltd"],
    )
    every: Annotated[timedelta, Span("minutes", 15, 10_080)] = Field(
        default=raw(360), description="Minutes between two polls."
    )


class FolderSourceConfig(Mails):
    """A folder of files: mails (.eml), mailboxes (mbox) and feeds saved as files."""

    type: Literal["folder"] = Field(description="The word folder.")
    path: FilePath = Field(
        description="The folder; everything below it is read.", examples=["examples/alerts"]
    )
    every: Annotated[timedelta, Span("minutes", 1, 10_080)] = Field(
        default=raw(5), description="Minutes between two polls."
    )


SourceConfig = Annotated[
    MailboxConfig | FeedConfig | BoardConfig | FolderSourceConfig,
    Field(discriminator="type"),
    WrapValidator(partial(read_with_plugged, "sources")),
]
