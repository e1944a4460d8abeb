"""``cxdigest health``: is the worker awake, and is nothing overdue? For containers."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from cxdigest import app, schedule
from cxdigest.config import Config, WebConfig, load
from cxdigest.console.instance.vitals import grace_of
from cxdigest.errors import NetError
from cxdigest.language import _
from cxdigest.net import Http
from cxdigest.pipeline.instance.backing_up import backed
from cxdigest.roll import Roll
from cxdigest.store import Store
from cxdigest.text import printable
from cxdigest.worker import clock

_SECONDS = 8.0  #: that an answer may take
_ANY = ("0.0.0.0/0", "::/0")  #: the address is our own configuration's
#: Deliveries that did not arrive are told for so long; a restart would not help, so all is well.
UNSENT_DAYS = timedelta(days=2)


def health(config: Path, *, served: bool, json: bool) -> int:
    """Return 0 if the worker woke recently and nothing is overdue, else 1 and say what is.

    Deliveries that did not arrive are told as well, and need a person, not another container.
    *served*, the process that serves the pages of *config* on this machine is asked; where there
    are none, the store as else.
    """
    settings = load(config)
    web = settings.web or WebConfig()
    if served and web.enabled:
        return _served(web, json=json)
    now = clock()
    grace = grace_of(settings.worker.wake)
    with app.open_stored(settings) as store:
        elsewhere, woke = store.moved_to(), store.last_wake()
        in_use = [name for name, one in settings.sources.items() if one.enabled]
        problems = store.overdue(now=now, grace=grace, sources_in_use=in_use)
        problems += missing_digests(settings, store, now=now, grace=grace)
        unsent = store.unsent(since=now.date() - UNSENT_DAYS)
        failed = backed(store).problem
        attention = [_("The last backup was not made: {problem}", problem=failed)] if failed else []
    if elsewhere:
        # What is late here is not to be done here: that alone is told.
        problems = [
            _(
                "the store was moved to {elsewhere}; name that one under store.url",
                elsewhere=elsewhere,
            )
        ]
    elif woke is None or now - woke > grace:
        problems.insert(0, _asleep(woke))
    if json:
        answer = {
            "healthy": not problems,
            "last_wake": woke.isoformat() if woke else None,
            "problems": problems,
            "unsent": unsent,
            "attention": attention,
        }
        print(jsonlib.dumps(answer))
    for problem in [*problems, *unsent, *attention]:
        print(f"cxdigest: {problem}", file=sys.stderr)
    if not problems and not json:
        print(
            _(
                "healthy: the worker woke at {moment} UTC, nothing is overdue",
                moment=f"{woke:%Y-%m-%d %H:%M:%S}",
            )
        )
    return 1 if problems else 0


def _asleep(woke: datetime | None) -> str:
    if woke is None:
        return _("the worker has not woken yet; is `cxdigest serve` running?")
    return _(
        "the worker has not woken since {moment} UTC; is `cxdigest serve` running?",
        moment=f"{woke:%Y-%m-%d %H:%M}",
    )


def _served(web: WebConfig, *, json: bool) -> int:
    """Return 0 if what serves the pages on this machine says that its work is done."""
    host, port = web.address
    here = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    url = f"http://{f'[{here}]' if ':' in here else here}:{port}/healthz"
    with closing(Http(user_agent="cxdigest health", deadline=_SECONDS, allow=_ANY, pace=0)) as http:
        try:
            answer = http.get(url)
            told = jsonlib.loads(answer.body)
        except (NetError, ValueError) as error:
            print(
                _("cxdigest: {url} does not answer as it should: {error}", url=url, error=error),
                file=sys.stderr,
            )
            return 1
    if json:
        print(jsonlib.dumps(told))
    for problem in [*told.get("problems", ()), *told.get("attention", ())]:
        print(printable(f"cxdigest: {problem}"), file=sys.stderr)
    if answer.status == HTTPStatus.OK and not json:
        print(_("healthy: {url} says so", url=url))
    return 0 if answer.status == HTTPStatus.OK else 1


def missing_digests(
    settings: Config, store: Store, *, now: datetime, grace: timedelta
) -> Iterator[str]:
    """Yield a sentence for each digest that is due since longer than *grace* and was not made.

    One that is not due any more, since its day is over, is not made by another wake either: the
    next digest names that day.
    """
    people, standing = Roll(settings, store).people()
    for name, profile in people.items():
        if profile.paused or (name in standing and standing[name].paused):
            continue
        send_at, zone = profile.send_at, profile.time_zone
        day = schedule.due_day(now, send_at=send_at, zone=zone, days=profile.days)
        if day is None or now - schedule.send_moment(day, send_at, zone) < grace:
            continue
        if not store.digest_day_exists(name, day):
            yield _(
                "The digest of {name} for {day} was due and has not been made.", name=name, day=day
            )
