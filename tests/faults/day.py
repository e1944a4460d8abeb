"""Whole days of work in fast motion, in which workers are killed at random moments, one of several too.

``python -m tests.faults.day`` reads one line of JSON, forks workers one after the other, kills one of
them each time (SIGKILL), lets heirs finish, and prints what it did, as JSON. Each worker is the whole
program as a configuration makes it, but for its clock and for where pages are asked.
"""

from __future__ import annotations

import json
import os
import random
import signal
import ssl
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cxdigest import app
from cxdigest.config import Config, load
from cxdigest.net import Http
from cxdigest.pages.hosts import Hosts
from cxdigest.pipeline import PageDesk, Turn, turn
from cxdigest.pipeline.hosts.asking import Asker
from cxdigest.pipeline.hosts.listings import Listings
from cxdigest.pipeline.street import LEASE
from tests.faults.openings import feed, mail
from tests.pipeline.dying_sending import ended_by_kill, fork
from tests.ready import shipped_templates
from tests.servers.dovecot import Dovecot, MailUser
from tests.town import Road
from tests.warm import warm
from tests.worlds import DAY, MINUTE

BEGIN = datetime(2026, 11, 21, 0, 1, tzinfo=UTC)
SEVERAL = 3  #: workers at once, now and then
SHARE = 0.3  #: how often there are several
NEW = 2  #: openings in each mail; one of them and one more in the feed
_TLS = ssl.create_default_context()


@dataclass
class Day:
    """The world around the workers, and how far its day is."""

    config: Config
    road: Road  #: leads to the server that plays the pages
    feed: Path  #: what the feed's address shows
    dovecot: Dovecot
    owner: MailUser
    now: datetime = BEGIN
    mails: int = 0
    openings: int = 0
    shown: set[int] = field(default_factory=set)  #: by the feed

    @classmethod
    def told(cls, told: dict[str, Any]) -> Day:
        """The day of which a line of JSON told the process."""
        return cls(
            config=load(Path(told["config"])),
            road=Road(SimpleNamespace(url=told["web"])),
            feed=Path(told["feed"]),
            dovecot=Dovecot(**told["dovecot"] | {"folder": Path(told["dovecot"]["folder"])}),
            owner=MailUser(**told["owner"]),
        )

    def put_out(self) -> None:
        """Send a mail with two openings; the feed shows the second of them and one that is its own."""
        first = self.openings
        self.openings += NEW + 1
        self.dovecot.deliver(self.owner, mail(range(first, first + NEW), self.now))
        self.mails += 1
        self.shown |= {first + NEW - 1, first + NEW}
        written = self.feed.with_suffix(".new")
        # A feed shows what is new: what was taken in before leaves it.
        written.write_bytes(feed(sorted(self.shown)[-60:]))
        written.replace(self.feed)

    def turn(self, holder: str) -> Turn:
        """Do one turn as the worker *holder*."""

        def clock() -> datetime:
            return self.now

        with app.street(self.config, clock=clock) as street:
            http = Http(user_agent="tests", pace=0, deadline=5, tls=_TLS, transport=self.road)
            asker = Asker(
                store=street.store, http=http, hosts=Hosts(), clock=clock, holder=holder,
                lease=LEASE, pace=timedelta(), sleep=time.sleep,
            )  # fmt: skip
            desk = PageDesk(
                asker=asker, listings=Listings(asker=asker), per_day=street.pages.per_day
            )
            # Those that are compiled already: each worker would compile its own.
            mine = replace(street, pages=desk, holder=holder, templates=shipped_templates())
            return turn(mine, everything=False)


def rehearse(day: Day) -> None:
    """Do a turn on another store, so that no worker loads what all need."""
    day.put_out()
    with tempfile.TemporaryDirectory() as folder:
        store = day.config.store.model_copy(update={"url": f"{folder}/rehearsal.sqlite"})
        config = day.config.model_copy(update={"store": store})
        replace(day, config=config).turn("rehearsal")


def kill_one(day: Day, dice: random.Random, whole: float, number: int) -> tuple[bool, float]:
    """Let workers do a turn and kill one of them; tell whether it died, and how long a turn took."""
    many = SEVERAL if dice.random() < SHARE else 1
    began = time.monotonic()
    children = [fork(partial(day.turn, f"w{number}-{n}")) for n in range(many)]
    victim = dice.choice(children)
    time.sleep(dice.uniform(0.01, whole))
    with suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    died = [ended_by_kill(child) for child in children]
    assert not any(one for child, one in zip(children, died, strict=True) if child != victim)
    return any(died), time.monotonic() - began


def work(day: Day, told: dict[str, Any]) -> dict[str, Any]:
    """Go through the days until so many have died, and let heirs finish."""
    dice, killed, lived, turns = random.Random(told["seed"]), 0, 0, 0
    pace = max(DAY / told["kills"], LEASE + MINUTE)
    rehearse(day)
    whole = 0.0
    for number in range(2):  # the first also makes the tables
        if number:
            day.put_out()
        began = time.monotonic()
        assert not ended_by_kill(fork(partial(day.turn, "undisturbed")))
        whole = time.monotonic() - began
        day.now += pace
    while killed < told["kills"]:
        day.put_out()
        died, took = kill_one(day, dice, whole, turns)
        turns += 1
        killed += died
        lived += not died
        if not died:  # the machine is busy, or not any more
            whole = 0.7 * whole + 0.3 * took
        day.now += pace
    # What the dead held, and then whatever no digest has shown yet: late in the evening all are due.
    evening = (day.now + 2 * LEASE).replace(hour=23, minute=30)
    for moment in (
        day.now + LEASE,
        evening,
        evening + LEASE,
        evening + DAY,
        evening + DAY + LEASE,
    ):
        day.now = moment
        assert not ended_by_kill(fork(partial(day.turn, f"heir at {moment}")))
    return {
        "killed": killed,
        "lived": lived,
        "mails": day.mails,
        "openings": day.openings,
        "shown": len(day.shown),
        "hours": (day.now - BEGIN) / timedelta(hours=1),
        "whole": whole,
        "now": day.now.isoformat(),
    }


def main() -> None:
    warm()
    told = json.loads(sys.stdin.readline())
    day = Day.told(told)
    print(json.dumps(work(day, told)), flush=True)


if __name__ == "__main__":
    main()
