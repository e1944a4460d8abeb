"""What a configuration holds: one frozen model a section, one field a key.

The descriptions are what docs/configuration.md prints, and defaults are written as they would stand
in the file. Knows no file, no line and no environment; ``cxdigest.config`` brings them together.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from cxdigest import __version__
from cxdigest.config.values import (
    Clock,
    Days,
    FilePath,
    Host,
    Line,
    Network,
    Port,
    Sender,
    SenderFilter,
    Span,
    StoreUrl,
    Switch,
    Unsubscribe,
    WebUrl,
    Whole,
    Zone,
    check_name,
    wrong,
)
from cxdigest.errors import Problem
from cxdigest.text import host_of, is_host

Security = Literal["tls", "starttls", "none"]
Name = Annotated[str, AfterValidator(check_name)]

GOOGLE_LEAST = timedelta(minutes=15)


def raw(value: Any) -> Any:  # noqa: ANN401 - a value before it has its type
    """Return *value*: a default as it would stand in the file; it is read like the file's own."""
    return value


class Keys(BaseModel):
    """A group of keys; unknown ones are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True
    )


class Secret(Keys):
    """A password, given in exactly one of three ways; ``password`` holds it once loaded."""

    password: SecretStr | None = Field(
        default=None,
        description="The password itself. Better kept out of this file: see the next two keys.",
        examples=["correct horse battery staple"],
    )
    password_env: Line | None = Field(
        default=None,
        description="The name of the environment variable that holds the password.",
        examples=["CXDIGEST_PASSWORD"],
    )
    password_file: FilePath | None = Field(
        default=None,
        description="A file that holds the password and nothing else; a line break at its end "
        "does not count.",
        examples=["secrets/password"],
    )


class Store(Secret):
    """Where cxdigest keeps what it has read, judged and sent."""

    url: StoreUrl = Field(
        default="data/cxdigest.sqlite",
        description="The path of an SQLite file (made if it is missing), the address of a "
        'PostgreSQL database ("postgresql://user@host/name"), or ":temporary:" for a fresh store that is '
        "forgotten after each run. The three password keys are for PostgreSQL.",
        repr=False,
    )

    @property
    def temporary(self) -> bool:
        """Whether each run begins with an empty store of its own."""
        return self.url == ":temporary:"

    @property
    def address(self) -> str:
        """The URL with the password in it: never to be shown or logged."""
        if self.password is None:
            return self.url
        parts = urlsplit(self.url)
        user, _, host = parts.netloc.rpartition("@")
        secret = quote(self.password.get_secret_value(), safe="")
        return parts._replace(netloc=f"{user}:{secret}@{host}").geturl()


class Net(Keys):
    """How cxdigest behaves on the web."""

    allow: tuple[Network, ...] = Field(
        default=raw([]),
        description="Private networks that may be asked, as 192.168.1.0/24. All others in private "
        "ranges are refused, so that no feed can make cxdigest look into your home network.",
        examples=[["192.168.1.0/24"]],
    )
    pace: Annotated[timedelta, Span("seconds", 0, 600)] = Field(
        default=raw(1.0), description="Seconds between two requests to the same host."
    )
    deadline: Annotated[timedelta, Span("seconds", 1, 600)] = Field(
        default=raw(30),
        description="Seconds after which a request is given up, whatever has arrived.",
    )
    max_bytes: Annotated[Whole, Field(ge=10_000, le=1_000_000_000)] = Field(
        default=raw(10_000_000), description="The largest answer that is read, in bytes, unpacked."
    )
    user_agent: Line = Field(
        default=f"cxdigest/{__version__}",
        description="What cxdigest calls itself when it asks a server.",
    )


class Polled(Keys):
    """What every source has."""

    enabled: Switch = Field(
        default=True, description="Whether it is polled; false keeps it here and leaves it alone."
    )


class Mailbox(Secret, Polled):
    """A folder of a mailbox that your saved searches write to, read over IMAP, never changed."""

    type: Literal["mailbox"] = Field(description="The word mailbox.")
    host: Host = Field(
        description="The mail server that your provider names for IMAP.",
        examples=["imap.example.org"],
    )
    security: Literal["tls", "starttls", "none"] = Field(
        default="tls",
        description="How the connection is protected: tls from the first byte, starttls after a "
        "greeting, none only on your own machine.",
    )
    port: Port = Field(
        default_factory=lambda data: 993 if data.get("security", "tls") == "tls" else 143,
        description="The port of the server.",
        json_schema_extra={"shown": "993 with tls, else 143"},
    )
    user: Line = Field(
        description="The name to log in with, mostly the mail address.",
        examples=["you@example.org"],
    )
    folder: Line = Field(default="INBOX", description="The folder that is read.")
    senders: tuple[SenderFilter, ...] = Field(
        default=raw([]),
        description="Only mails from these addresses or hosts are read; empty reads every mail in "
        "the folder.",
        examples=[["jobalerts-noreply@linkedin.com", "indeed.com"]],
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
    ca_file: FilePath | None = Field(
        default=None,
        description="Certificates to trust instead of the system's, for a server of your own.",
        examples=["certificates/home.pem"],
    )


class Feed(Polled):
    """A feed on the web: Google Alerts, or any other in RSS or Atom."""

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
        if every < GOOGLE_LEAST and is_host(host_of(info.data.get("url", "")), "google.com"):
            raise wrong(
                "is too often: Google locks out who asks for its feeds more than every 15 minutes",
                "write 60, or at least 15",
            )
        return every


class Folder(Polled):
    """A folder of files: mails (.eml), mailboxes (mbox) and feeds saved as files."""

    type: Literal["folder"] = Field(description="The word folder.")
    path: FilePath = Field(
        description="The folder; everything below it is read.", examples=["examples/alerts"]
    )
    every: Annotated[timedelta, Span("minutes", 1, 10_080)] = Field(
        default=raw(5), description="Minutes between two polls."
    )


class Sending(Keys):
    """What every channel has."""

    enabled: Switch = Field(
        default=True, description="Whether it is used; false keeps it here and sends nothing."
    )


class Smtp(Secret, Sending):
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
        json_schema_extra={"shown": "587 with starttls, 465 with tls, 25 with none"},
    )
    user: Line | None = Field(
        default=None,
        description="The name to log in with; without it there is no login.",
        examples=["you@example.org"],
    )
    sender: Sender = Field(
        description="Who the digests come from.", examples=["cxdigest <digest@example.org>"]
    )
    unsubscribe: Unsubscribe | None = Field(
        default=None,
        description="Where a mail program's unsubscribe button writes to. Without it, to the "
        "sender's address.",
        examples=["mailto:you@example.org?subject=unsubscribe"],
    )
    timeout: Annotated[timedelta, Span("seconds", 1, 600)] = Field(
        default=raw(30), description="Seconds to wait for an answer of the server."
    )
    ca_file: FilePath | None = Field(
        default=None,
        description="Certificates to trust instead of the system's, for a server of your own.",
        examples=["certificates/home.pem"],
    )


class Files(Sending):
    """Digests as files that a browser or a mail program opens."""

    type: Literal["folder"] = Field(description="The word folder.")
    path: FilePath = Field(description="The folder; it is made if it is missing.", examples=["out"])


class Deliver(Keys):
    """One way a digest goes to people."""

    channel: Line = Field(description="The name of a channel above.", examples=["mail"])
    to: Annotated[tuple[Line, ...], Field(min_length=1)] = Field(
        description="The mail addresses that receive it.", examples=[["you@example.org"]]
    )


class Profile(Keys):
    """One person who gets a digest each morning."""

    name: Line = Field(description="The person's name, as the digest shows it.", examples=["Ada"])
    sources: Annotated[tuple[Line, ...], Field(min_length=1)] = Field(
        description="The names of the sources that this person's postings come from.",
        examples=[["alerts"]],
    )
    send_at: Clock = Field(
        default=raw("07:00"), description="The time of day at which the digest is sent, in quotes."
    )
    time_zone: Zone = Field(
        description="The person's time zone, named by region and city.", examples=["Europe/Berlin"]
    )
    days: Days = Field(
        default=raw(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
        description="The days on which a digest is sent.",
    )
    deliver: Annotated[tuple[Deliver, ...], Field(min_length=1)] = Field(
        description="Where the digest goes; each entry is one channel and its recipients.",
        examples=[[{"channel": "mail", "to": ["you@example.org"]}]],
    )
    lookback: Annotated[timedelta, Span("days", 1, 365)] = Field(
        default=raw(14), description="Days after which a posting is too old to be news in a digest."
    )


class Rules(Keys):
    """What postings are judged by, beside the rules that come with cxdigest."""

    packs: tuple[FilePath, ...] = Field(
        default=raw([]),
        description="Files with rules of your own; docs/rules.md says how they are written.",
        examples=[["rules/mine.yaml"]],
    )


class Worker(Keys):
    """How `cxdigest serve` works."""

    wake: Annotated[timedelta, Span("seconds", 1, 3600)] = Field(
        default=raw(60), description="Seconds between two looks at what is due."
    )


class Log(Keys):
    """What cxdigest says while it works."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important messages that are shown."
    )


SourceConfig = Annotated[Mailbox | Feed | Folder, Field(discriminator="type")]
ChannelConfig = Annotated[Smtp | Files, Field(discriminator="type")]


class Config(Keys):
    """A whole configuration that has been found to be right."""

    store: Store = Field(default=raw({}), description="Where everything is kept.")
    net: Net = Field(default=raw({}), description="How cxdigest behaves on the web.")
    sources: dict[Name, SourceConfig] = Field(
        default=raw({}), description="Places that are polled, each under a name of your choice."
    )
    channels: dict[Name, ChannelConfig] = Field(
        default=raw({}), description="Ways to send digests, each under a name of your choice."
    )
    profiles: Annotated[dict[Name, Profile], Field(min_length=1)] = Field(
        description="People who get digests, each under a name of your choice."
    )
    rules: Rules = Field(default=raw({}), description="Rules of your own.")
    worker: Worker = Field(default=raw({}), description="How `cxdigest serve` works.")
    log: Log = Field(default=raw({}), description="What cxdigest says while it works.")

    _path: Path = PrivateAttr(default=Path())
    _warnings: tuple[Problem, ...] = PrivateAttr(default=())

    @property
    def path(self) -> Path:
        """The file that was read."""
        return self._path

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is allowed but unwise, in file order."""
        return self._warnings

    def loaded_from(self, path: Path, warnings: tuple[Problem, ...]) -> Config:
        """Say where this came from, and what is unwise in it."""
        self._path, self._warnings = path, warnings
        return self


def read(data: Any, *, folder: Path) -> Config:  # noqa: ANN401 - whatever the file says
    """Return *data* as a configuration; relative paths begin at *folder*.

    Raises:
        pydantic.ValidationError: with everything that is wrong.
    """
    return Config.model_validate(data, context={"folder": folder})
