"""What a whole configuration holds: one frozen model a section, one field a key.

The descriptions are what docs/configuration.md prints, and defaults are written as they would stand
in the file. Knows no file, no line and no environment; ``cxdigest.config`` brings them together.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, Field, PrivateAttr, ValidationInfo, field_validator

from cxdigest import __version__
from cxdigest.config.channels import ChannelConfig
from cxdigest.config.feedback import FeedbackConfig
from cxdigest.config.keys import Keys, Secret, raw, unset
from cxdigest.config.logins import LoginConfig
from cxdigest.config.operations import BackupConfig, HeartbeatConfig
from cxdigest.config.profiles import DeliverConfig, ProfileConfig
from cxdigest.config.sources import SourceConfig
from cxdigest.config.values import (
    Clock,
    Days,
    FilePath,
    Host,
    LanguageName,
    Line,
    Network,
    PageHost,
    Published,
    Span,
    StoreUrl,
    Whole,
    Zone,
    check_name,
)
from cxdigest.config.web import WebConfig
from cxdigest.config.wording import wrong
from cxdigest.errors import Problem
from cxdigest.language import _

Name = Annotated[str, AfterValidator(check_name)]
LEAST_KEPT = 70  #: days of postings and digests that digests need: ``store.NEEDED``


class StoreConfig(Secret):
    """Where cxdigest keeps what it has read, judged and sent."""

    url: StoreUrl = Field(
        default="data/cxdigest.sqlite",
        description="The path of an SQLite file (made if it is missing), the address of a "
        'PostgreSQL database ("postgresql://user@host/name", or by a socket '
        '"postgresql://user@/name?host=/run/postgresql"), or ":temporary:" for a fresh store '
        "that is forgotten after each run. The three password keys are for PostgreSQL.",
        repr=False,
    )

    keep_raw: Annotated[timedelta, Span("days", 1, 3650)] = Field(
        default=raw(30),
        description="Days that alerts are kept as they arrived. Only they hold the addresses and "
        "tokens that boards put into mails; what was read from them stays.",
    )
    keep_unreadable: Annotated[timedelta, Span("days", 1, 3650)] = Field(
        default=raw(90),
        description="The same for alerts that could not be read, so that a newer version can.",
    )

    keep_postings: Annotated[timedelta, Span("days", 1, 3650)] | None = unset(
        description="Days that a posting is kept after it was last seen, with all that was read "
        "and judged of it; docs/privacy.md says what stays longer. Left out, it is kept for ever. "
        "At least 70: so far back look the weekly edition and what was seen again or closed.",
        examples=[400],
    )
    keep_digests: Annotated[timedelta, Span("days", 1, 3650)] | None = unset(
        description="Days that digests are kept with their deliveries. Left out, they are kept "
        "for ever. At least 70, as above.",
        examples=[400],
    )

    @field_validator("keep_postings", "keep_digests")
    @classmethod
    def _is_long_enough(cls, value: timedelta, info: ValidationInfo) -> timedelta:
        if value.days < LEAST_KEPT:
            raise wrong(
                _(
                    "{days} days are too short: the weekly edition looks back eight weeks, "
                    "and what was seen again or closed is told for 60 days",
                    days=value.days,
                ),
                _(
                    "write {least_kept} or more, or leave it out to keep them for ever",
                    least_kept=LEAST_KEPT,
                ),
            )
        for name in ("keep_raw", "keep_unreadable"):
            raw_age = info.data.get(name)
            if raw_age is not None and value < raw_age:
                raise wrong(
                    _(
                        "{days} days are shorter than {name} ({days2}), and an alert that is "
                        "read again would bring back what was removed",
                        days=value.days,
                        name=name,
                        days2=raw_age.days,
                    ),
                    _("write {days} or more, or a smaller {name}", days=raw_age.days, name=name),
                )
        return value

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


class NetConfig(Keys):
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
        default=f"cxdigest/{__version__} (one reader's job digest; in robots.txt: cxdigest)",
        description="What cxdigest calls itself when it asks a server. A mail address in it lets "
        "those who run a server write to you instead of locking you out.",
        examples=["cxdigest (you@example.org)"],
        json_schema_extra={"shown": "cxdigest, its version and its name in robots.txt"},
    )


class CoachConfig(Keys):
    """One coach, who looks after some of the people below and may see their digests first."""

    name: Line = Field(description="The coach's name, as digests show it.", examples=["Berta"])
    deliver: Annotated[tuple[DeliverConfig, ...], Field(min_length=1)] = Field(
        description="Where the coach's own mails go: one a day over all clients, and one for each "
        "digest that waits for a review.",
        examples=[[{"channel": "mail", "to": ["coach@example.org"]}]],
    )
    send_at: Clock = Field(
        default=raw("08:00"),
        json_schema_extra={"shown": '`"08:00"`'},
        description="The time of day at which the mail over all clients is sent, in quotes.",
    )
    time_zone: Zone = Field(
        description="The coach's time zone, named by region and city.", examples=["Europe/Berlin"]
    )
    days: Days = Field(
        default=raw(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
        description="The days on which that mail is sent.",
    )
    language: LanguageName | None = unset(
        json_schema_extra={"shown": "the one above"},
        description="The language of the coach's own mails: en for English, de for German.",
        examples=["de"],
    )
    templates: FilePath | None = unset(
        description="A folder with the coach's own brand, and perhaps templates, for the digests "
        "of all clients that name no folder of their own; docs/profiles.md says what may stand "
        "in it.",
        examples=["brands/berta"],
    )


class PagesConfig(Keys):
    """Whose web pages may be asked for the duties of postings; docs/pages.md says more."""

    hosts: tuple[PageHost, ...] = Field(
        default=raw(["boards", "employers"]),
        description="Who may be asked. The word boards stands for the public records of "
        "Greenhouse, Lever, Ashby, Workable, SmartRecruiters, Recruitee and Personio, the word "
        "employers for every site that is no job board; other sites are named by their host. "
        "LinkedIn, Indeed, Glassdoor, Monster, ZipRecruiter and Simply Hired are never asked.",
        examples=[["boards", "careers.example.org"]],
    )
    never: tuple[Host, ...] = Field(
        default=raw([]),
        description="Hosts that are never asked, with all below them.",
        examples=[["example.org"]],
    )
    boards: dict[Line, Published] = Field(
        default=raw({}),
        description="Where employers publish their openings: the board and the employer's name "
        "in its addresses. What links show is learned without this.",
        examples=[{"Acme Ltd": "greenhouse:acme"}],
    )


class RulesConfig(Keys):
    """What postings are judged by, beside the rules that come with cxdigest."""

    packs: tuple[FilePath, ...] = Field(
        default=raw([]),
        description="Files with rules of your own; docs/rules.md says how they are written.",
        examples=[["rules/mine.yaml"]],
    )


class WorkerConfig(Keys):
    """How `cxdigest serve` works."""

    wake: Annotated[timedelta, Span("seconds", 1, 3600)] = Field(
        default=raw(60), description="Seconds between two looks at what is due."
    )


class LogConfig(Keys):
    """What cxdigest says while it works."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important messages that are shown."
    )
    format: Literal["text", "json"] = Field(
        default="text",
        description="How a line is written: as text for people, or as one JSON object for "
        "programs; docs/operations.md lists its fields.",
    )


class Config(Keys):
    """A whole configuration that has been found to be right."""

    language: LanguageName = Field(
        default="en",
        description="The language of everything that is written for people who name none of their "
        "own: en for English, de for German.",
        examples=["de"],
    )
    store: StoreConfig = Field(default=raw({}), description="Where everything is kept.")
    net: NetConfig = Field(default=raw({}), description="How cxdigest behaves on the web.")
    sources: dict[Name, SourceConfig] = Field(
        default=raw({}), description="Places that are polled, each under a name of your choice."
    )
    channels: dict[Name, ChannelConfig] = Field(
        default=raw({}), description="Ways to send digests, each under a name of your choice."
    )
    logins: dict[Name, LoginConfig] = Field(
        default=raw({}),
        description="Logins by OAuth2, which Outlook asks for and Gmail offers, each under a name "
        "of your choice.",
    )
    profiles: dict[Name, ProfileConfig] = Field(
        description="People who get digests, each under a name of your choice. Write {} if all of "
        "them are kept in the store, by `cxdigest profile add`."
    )
    coaches: dict[Name, CoachConfig] = Field(
        default=raw({}),
        description="Those who look after people above, each under a name of your choice.",
    )
    pages: PagesConfig = Field(
        default=raw({}), description="Whose web pages may be asked for the duties of postings."
    )
    rules: RulesConfig = Field(default=raw({}), description="Rules of your own.")
    web: WebConfig | None = unset(
        description="The console, the pages behind links in digests, and the feeds. Without this "
        "section the console is served on this machine alone, at 127.0.0.1:8080."
    )
    feedback: FeedbackConfig = Field(
        default=raw({}), description="How readers say what they think of a posting."
    )
    worker: WorkerConfig = Field(default=raw({}), description="How `cxdigest serve` works.")
    log: LogConfig = Field(default=raw({}), description="What cxdigest says while it works.")
    heartbeat: HeartbeatConfig = Field(
        default=raw({}), description="Who is told each day that the digests are out."
    )
    backup: BackupConfig = Field(
        default=raw({}), description="Copies of the store that are made without being asked for."
    )

    _path: Path = PrivateAttr(default=Path())
    _warnings: tuple[Problem, ...] = PrivateAttr(default=())

    @property
    def path(self) -> Path:
        """The file that was read."""
        return self._path

    @property
    def public_url(self) -> str:
        """Where readers reach the pages, without a slash at its end; empty: they do not."""
        return (self.web.public_url or "") if self.web and self.web.enabled else ""

    @property
    def folder(self) -> Path:
        """Where relative paths begin."""
        return self._path.absolute().parent

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is allowed but unwise, in file order."""
        return self._warnings

    @property
    def backups(self) -> Path:
        """The folder of the copies that are made without being asked for."""
        if self.backup.folder:
            return self.backup.folder
        beside = self.folder if "://" in self.store.url else Path(self.store.url).parent
        return beside / "backups"

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
