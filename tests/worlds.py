"""A small world around the pipeline: sources and channels that do as told, a clock that is moved.

The store is the real one, on SQLite; so are extraction, rules, templates and schedule.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, DictLoader, Environment

from cxdigest import rules as rule_engine
from cxdigest.errors import DeliveryError
from cxdigest.extract.mails.authenticity import Receiver
from cxdigest.feedback import Actions
from cxdigest.model import Alert, Delivery, FeedEntry, Profile, Receipt
from cxdigest.pipeline import PageDesk, Street, Turn, turn
from cxdigest.render import environment
from cxdigest.rules import Rules
from cxdigest.sources import Batch
from cxdigest.store import Store
from tests.ready import ready_store, shipped_templates

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)  # a Saturday
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def alert(title: str, *, source: str = "inbox", entry: object = None, snippet: str = "") -> Alert:
    """One entry of a job feed."""
    raw = f"<feed>{title}</feed>".encode()
    read = FeedEntry(
        key=title,
        raw=raw,
        feed_title="Jobs",
        feed_id="jobs",
        title=title,
        link=f"https://jobs.example/{hashlib.sha256(title.encode()).hexdigest()[:8]}",
        summary=snippet,
        author="",
        published=None,
        fields=(("company", "Tarn & Vale"),),
    )
    return Alert(
        source=source,
        key=title,
        media="feed",
        raw=raw,
        digest=hashlib.sha256(raw).hexdigest(),
        entry=entry or read,  # type: ignore[arg-type]
    )


class Cursed:
    """An entry on which every format breaks, in a way that nobody foresaw."""

    def __getattr__(self, name: str) -> object:
        raise ZeroDivisionError(name)


@dataclass
class Scripted:
    """A source that says at each poll what its script says: alerts, or an error."""

    name: str = "inbox"
    script: list[Sequence[Alert] | Exception] = field(default_factory=list)
    wish: timedelta | None = None
    asked: int = 0
    full: int = 0

    def fetch(self, cursor, *, now, known) -> Iterator[Batch]:
        """Play the next scene; an exception among alerts comes after those before it."""
        self.asked += 1
        scene = self.script.pop(0) if self.script else ()
        if isinstance(scene, Exception):
            raise scene
        for number, item in enumerate(scene, start=int(cursor.get("read", 0)) + 1):
            if isinstance(item, Exception):
                raise item
            yield Batch(alerts=(item,), cursor={"read": number}, poll_in=self.wish, full=self.full)


@dataclass
class Shelf:
    """A source that keeps its alerts, one batch each, and goes on from its cursor."""

    alerts: Sequence[Alert]
    name: str = "inbox"

    def fetch(self, cursor, *, now, known) -> Iterator[Batch]:
        """Yield what stands behind the cursor."""
        for number in range(int(cursor.get("read", 0)), len(self.alerts)):
            yield Batch(alerts=(self.alerts[number],), cursor={"read": number + 1})


@dataclass
class Postbox:
    """A channel that writes one line a mail to a file, which outlives the process."""

    path: Path
    name: str = "mail"
    script: list[Exception | None] = field(default_factory=list)  #: one a try; None takes it
    before: Callable[[], None] = lambda: None  #: happens before a mail is taken

    def send(self, delivery: Delivery) -> Receipt:
        """Take the mail, unless the script has an error for this try."""
        self.before()
        if self.script and (error := self.script.pop(0)):
            raise error
        line = {
            "to": delivery.recipient,
            "id": delivery.message_id,
            "day": delivery.day.isoformat(),
            "text": delivery.rendered.text,
        }
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(handle, json.dumps(line).encode() + b"\n")
        os.close(handle)
        return Receipt(detail="taken")

    @property
    def mails(self) -> list[dict[str, str]]:
        """What was taken, oldest first."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        return [json.loads(line) for line in lines]


def later(words: str = "450 come back") -> DeliveryError:
    return DeliveryError(words, permanent=False)


def never(words: str = "550 no such mailbox") -> DeliveryError:
    return DeliveryError(words, permanent=True)


def profile(name: str = "ada", *, sources=("inbox",), to=("ada@x.example",), **more) -> Profile:
    settings = {
        "heading": name.title(),
        "recipients": tuple(("mail", recipient) for recipient in to),
        "send_at": time(7),
        "zone": ZoneInfo("UTC"),
        "days": frozenset(range(7)),
        "lookback": timedelta(days=7),
    }
    return Profile(name=name, sources=tuple(sources), **(settings | more))


@cache
def shipped_rules() -> Rules:
    return rule_engine.load()


class _Trap:
    """A matcher that breaks on a text with a certain word."""

    def __init__(self, matcher, word: str) -> None:
        self._matcher = matcher
        self._word = word

    def spans(self, text: str):
        if self._word in text:
            raise ZeroDivisionError(self._word)
        return self._matcher.spans(text)


def rules_that_break_on(word: str) -> Rules:
    rules = copy.copy(shipped_rules())
    rules.matcher = _Trap(rules.matcher, word)  # type: ignore[assignment]
    return rules


def broken_for(word: str) -> Environment:
    """Templates that cannot write a posting with *word* in its title."""
    templates = environment(None)

    def trap(title: str) -> str:
        return str(1 // 0) if word in title else ""

    templates.globals["trap"] = trap
    shipped = templates.loader
    broken = "{% for s in mail.sections %}{% for r in s.rows %}{{ trap(r.title) }}{{ r.title }}\n{% endfor %}{% endfor %}"
    templates.loader = ChoiceLoader([DictLoader({"digest.txt.j2": broken}), shipped])
    return templates


@dataclass
class World:
    """One installation: a database and a postbox in a folder, and whatever else a test says."""

    folder: Path
    sources: Sequence[object] = ()
    profiles: Sequence[Profile] = field(default_factory=lambda: (profile(),))
    channels: dict[str, object] | None = None
    now: datetime = NOW
    rules: Rules = field(default_factory=shipped_rules)
    templates: Environment = field(default_factory=shipped_templates)
    every: timedelta = HOUR
    stopping: Callable[[], bool] = lambda: False
    holder: str = "w1"
    pages: PageDesk | None = None
    intakes: dict[str, str] = field(default_factory=dict)
    receivers: dict[str, Receiver] = field(default_factory=dict)
    actions: Actions | None = None
    more: dict[str, object] = field(default_factory=dict)  #: further parts of the street

    def __post_init__(self) -> None:
        self.store: Store = ready_store(self.folder / "cxdigest.sqlite")
        self.mail = Postbox(self.folder / "postbox.jsonl")
        if self.channels is None:
            self.channels = {"mail": self.mail}

    @property
    def street(self) -> Street:
        made = Street(
            store=self.store,
            sources={source.name: source for source in self.sources},
            every={source.name: self.every for source in self.sources},
            channels=self.channels,
            profiles=tuple(self.profiles),
            rules=self.rules,
            templates=self.templates,
            clock=lambda: self.now,
            holder=self.holder,
            stopping=self.stopping,
            threads=2,
            pages=self.pages,
            intakes=self.intakes,
            receivers=self.receivers,
            actions=self.actions,
        )
        return replace(made, **self.more)

    def turn(self, *, everything: bool = False, after: timedelta = timedelta()) -> Turn:
        """Do one turn, *after* so much time."""
        self.now += after
        return turn(self.street, everything=everything)

    @property
    def recipients(self) -> list[str]:
        """Who got a mail, in the order of the mails."""
        return [mail["to"] for mail in self.mail.mails]

    def shown(self, name: str = "ada") -> set[str]:
        """The titles a profile's recipients were shown so far."""
        texts = "\n".join(m["text"] for m in self.mail.mails if m["to"].startswith(name + "@"))
        return {title for title in self.titles if title in texts}

    @property
    def titles(self) -> set[str]:
        with self.store._database.reading() as connection:
            return set(connection.exec_driver_sql("SELECT title FROM postings").scalars())
