"""``cxdigest deliveries``: what was sent, what waits for its next try, what failed and why."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cxdigest import app
from cxdigest.cli.terminal.given import day_given
from cxdigest.config import load
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked
from cxdigest.model import Json
from cxdigest.store import DeliveryStatus, Store
from cxdigest.text import printable
from cxdigest.worker import clock

#: Digests of so many days are shown unless one day is asked for.
_DAYS = 14
_SHORT = 8  #: letters of an id that are shown
#: How a delivery stands of which nothing more is to be said.
_STATES = {"sent": marked("sent"), "failed": marked("failed")}
_HEADS = (
    marked("id"), marked("digest of"), marked("for"), marked("to"), marked("over"),
    marked("outcome"), marked("tries"), marked("when (UTC)"),
)  # fmt: skip


def deliveries(config: Path, *, profile: str, day: str, failed: bool, json: bool) -> int:
    """Show how deliveries stand, newest digest first; return 0.

    Raises:
        WrongUseError: *day* is no date.
    """
    wanted = day_given(day, "--day")
    settings = load(config)
    now = clock()
    with app.open_stored(settings) as store:
        found = store.deliveries(
            profile or None,
            wanted,
            since=None if wanted else now.date() - timedelta(days=_DAYS),
            failed=failed,
        )
    if json:
        for one in found:
            print(jsonlib.dumps(record(one)))
        return 0
    if not found:
        print(_none(day, profile, failed=failed))
        return 0
    _show(found, now)
    return 0


def retry(config: Path, start: str) -> int:
    """Let the delivery whose id begins with *start* be tried again at the next turn; return 0.

    Raises:
        WrongUseError: there is none, there are several, or it is not one to be tried again.
    """
    settings = load(config)
    with app.open_stored(settings) as store:
        one = _the_one(store, start.lower())
        if not store.retry_delivery(one.id, now=clock()):
            raise WrongUseError(_why_not(one))
    print(printable(_("{one} is tried again at the next turn.", one=_way(one))))
    return 0


def _the_one(store: Store, start: str) -> DeliveryStatus:
    found = store.find_deliveries(start) if start else []
    if len(found) == 1:
        return found[0]
    if found:
        told = _(
            "several deliveries have an id that begins with {start}; "
            "`cxdigest deliveries` lists them",
            start=repr(start),
        )
    else:
        told = _(
            "there is no delivery {start}; `cxdigest deliveries` lists them", start=repr(start)
        )
    raise WrongUseError(told)


def _why_not(one: DeliveryStatus) -> str:
    if one.state == "sending":
        return _("{one} is being sent now; see how that ends", one=_way(one))
    return _("{one} was sent already, and a second copy is of no use to anybody", one=_way(one))


def _none(day: str, profile: str, *, failed: bool) -> str:
    when = _("on {day}", day=day) if day else _("in the last {days} days", days=_DAYS)
    if profile:
        when = _("{when} for {profile}", when=when, profile=profile)
    if failed:
        return _("Nothing failed {when}.", when=when)
    return _("Nothing was to be sent {when}.", when=when)


def _show(found: list[DeliveryStatus], now: datetime) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        # One line a delivery, however long: a program reads it.
        console = Console(highlight=False, width=1000)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in _HEADS:
        table.add_column(_(head), justify="right" if head == "tries" else "left")
    for one in found:
        table.add_row(*map(Text, _cells(one, now)))
    console.print(table)
    for sentence in (told for one in found for told in reasons(one)):
        console.print(Text(printable(sentence)), soft_wrap=True)


def _cells(one: DeliveryStatus, now: datetime) -> Iterator[str]:
    copy = _(" (copy)") if one.role == "cc" else ""
    yield one.id[:_SHORT]
    yield one.day.isoformat()
    yield printable(one.profile)
    yield printable(one.recipient) + copy
    yield printable(one.channel)
    yield outcome(one, now)
    yield str(one.attempts)
    yield f"{one.due or one.changed:%Y-%m-%d %H:%M}"


def outcome(one: DeliveryStatus, now: datetime) -> str:
    """Say in a few words how the delivery stands."""
    if one.bounced:
        return _("came back")
    if one.state == "sending":
        return _("being sent") if one.due and one.due > now else _("left by a killed worker")
    if one.state == "waiting":
        if one.due is None:
            return _("waits for its coach")
        return _("next try") if one.attempts else _("to be sent")
    return _(_STATES[one.state])


def reasons(one: DeliveryStatus) -> Iterator[str]:
    """Yield a sentence for a delivery that did not arrive: why, and the way out."""
    if one.bounced:
        yield f"{one.id[:_SHORT]}: {one.bounced.removesuffix('.')}. {_again(one)}"
    elif one.state == "failed":
        yield f"{one.id[:_SHORT]}: {one.detail.removesuffix('.')}. {_again(one)}"
    elif one.state == "waiting" and one.detail and one.due:
        yield _(
            "{short}: {detail}. It is tried again by itself.",
            short=one.id[:_SHORT],
            detail=one.detail.removesuffix("."),
        )


def _again(one: DeliveryStatus) -> str:
    return _("Once that is mended: `cxdigest deliveries retry {short}`.", short=one.id[:_SHORT])


def _way(one: DeliveryStatus) -> str:
    return _(
        "The digest of {profile} of {day} to {recipient} over {channel}",
        profile=one.profile,
        day=one.day,
        recipient=one.recipient,
        channel=one.channel,
    )


def record(one: DeliveryStatus) -> dict[str, Json]:
    """Return one delivery as it is printed with ``--json``."""
    return {
        "id": one.id,
        "profile": one.profile,
        "day": one.day.isoformat(),
        "channel": one.channel,
        "recipient": one.recipient,
        "role": one.role,
        "state": one.state,
        "attempts": one.attempts,
        "due": one.due.isoformat() if one.due else None,
        "changed": one.changed.isoformat(),
        "detail": one.detail,
        "bounced": one.bounced,
        "message_id": one.message_id,
    }
