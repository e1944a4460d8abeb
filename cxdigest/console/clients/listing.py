"""All clients on one page: what each needs, how the last digest went, what comes next.

Those who need the coach come first. A flat number of queries, however many clients there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from cxdigest import schedule
from cxdigest.console.digests.coming import coming
from cxdigest.console.drawn.dates import short_day
from cxdigest.language import _, figure, marked, ngettext, plural
from cxdigest.model import Profile
from cxdigest.render import words
from cxdigest.store import Arrival, ClientStanding, Said, Store
from cxdigest.store.people.clients import Edition

ON_A_PAGE = 50
_LATELY = timedelta(days=7)  #: how far back troubles are told
_FAR = 4_000_000_000.0  #: a deadline later than any

Only = Literal["", "need", "paused"]  #: which clients: all, those who need something, paused ones
ONLY: Mapping[str, str] = {
    "": marked("Everybody"),
    "need": marked("Who needs you"),
    "paused": marked("Who is paused"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What one digest shows, in postings."""

    genuine: int
    unclear: int
    aside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A digest that waits for its coach."""

    id: str
    day: str
    told: str  #: until when, and what happens then
    held: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """One client in the list."""

    name: str
    heading: str
    coach: str
    stored: bool
    paused: bool
    today: bool  #: the latest digest is today's
    latest: str  #: the day of the latest digest; ``""`` none was made
    numbers: Numbers | None
    note: str  #: on top of the latest digest
    waits: tuple[Wait, ...]
    needs: tuple[str, ...]  #: a sentence for each thing that needs a hand
    arrived: str  #: how the latest digest's deliveries stand
    said: str  #: who gave feedback since, and what
    due: str  #: when the next digest is; ``""``: none is


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientList:
    """One page of the clients."""

    rows: tuple[ClientRow, ...]
    found: int  #: clients that the filter lets through
    everybody: int
    need: int  #: of everybody, those who need something
    page: int  #: from 1
    pages: int


def client_list(
    store: Store,
    profiles: Sequence[Profile],
    *,
    now: datetime,
    zones: Mapping[str, ZoneInfo],
    text: str = "",
    only: Only = "",
    page: int = 1,
) -> ClientList:
    """Return one page of *profiles* whose name or heading holds *text*.

    *zones* are those of coaches by their names: in them deadlines are told, as in the mail.
    """
    standings = store.clients([one.name for one in profiles], since=now - _LATELY)
    ranks = {one.name: _rank(standings[one.name]) for one in profiles}
    need = {name for name, (kind, _) in ranks.items() if kind < _CALM}
    wanted = text.strip().casefold()
    found = [
        one
        for one in profiles
        if (wanted in one.name or wanted in one.heading.casefold())
        and (only != "need" or one.name in need)
        and (only != "paused" or one.paused)
    ]
    found.sort(key=lambda one: (*ranks[one.name], one.heading.casefold(), one.name))
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    return ClientList(
        rows=rows_of(
            store, found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE], standings, now, zones
        ),
        found=len(found),
        everybody=len(profiles),
        need=len(need),
        page=page,
        pages=pages,
    )


def rows_of(
    store: Store,
    profiles: Sequence[Profile],
    standings: Mapping[str, ClientStanding],
    now: datetime,
    zones: Mapping[str, ZoneInfo],
) -> tuple[ClientRow, ...]:
    """Return the rows of *profiles*, in their order. Two queries."""
    latest = {one.name: standings[one.name].latest for one in profiles}
    arrivals = store.arrivals([one.id for one in latest.values() if one])
    said = store.said_since({name: one.made for name, one in latest.items() if one})
    return tuple(
        _row(
            one,
            standings[one.name],
            arrivals.get(edition.id) if (edition := latest[one.name]) else None,
            said.get(one.name, ()),
            now,
            zone=zones.get(one.coach, one.zone),
        )
        for one in profiles
    )


_CALM = 3


def _rank(one: ClientStanding) -> tuple[int, float]:
    """Return how soon a client needs the coach: first what sends itself, by its deadline."""
    deadlines = [wait.deadline for wait in one.waiting if wait.deadline]
    if deadlines:
        return 0, min(deadlines).timestamp()
    if one.waiting:
        return 1, _FAR
    return (2 if one.troubles or one.left else _CALM), _FAR


def _row(
    profile: Profile,
    standing: ClientStanding,
    arrival: Arrival | None,
    said: Sequence[Said],
    now: datetime,
    *,
    zone: ZoneInfo,
) -> ClientRow:
    latest = standing.latest
    today = schedule.local_day(now, profile.zone)
    due = None if profile.paused else next_digest(profile, latest, now)
    return ClientRow(
        name=profile.name,
        heading=words.clean(profile.heading, 60) or profile.name,
        coach=profile.coach,
        stored=profile.stored,
        paused=profile.paused,
        today=bool(latest and latest.day == today),
        latest=short_day(latest.day) if latest else "",
        numbers=numbers_of(latest) if latest else None,
        note=words.clean(latest.note, 200) if latest else "",
        waits=tuple(wait_of(one, zone) for one in standing.waiting),
        needs=tuple(needs_of(standing)),
        arrived=_arrived(arrival, profile) if arrival else "",
        said=_said(said),
        due=f"{at(due, profile)} ({profile.zone.key})" if due else "",
    )


def next_digest(profile: Profile, latest: Edition | None, now: datetime) -> datetime:
    """Return when the next digest of *profile* is due."""
    served = {latest.day} if latest else set()
    return coming(now, send_at=profile.send_at, zone=profile.zone, days=profile.days, served=served)


def numbers_of(one: Edition) -> Numbers:
    """Return what a digest shows."""
    return Numbers(
        genuine=one.sections.get("genuine", 0),
        unclear=one.sections.get("unclear", 0),
        aside=one.sections.get("flagged", 0) + one.sections.get("others", 0),
    )


def wait_of(one: Edition, zone: ZoneInfo) -> Wait:
    """Return how a digest waits, by the clocks of *zone*."""
    if one.deadline is None:
        told = _("It is held: it goes when you approve it, or the next one takes its place.")
    else:
        when = _("{moment} ({zone} time)", moment=clock(one.deadline, zone), zone=zone.key)
        if one.otherwise == "send":
            told = _("Without a word from you it is sent at {when}.", when=when)
        else:
            told = _("Without a word from you it is held at {when}.", when=when)
    return Wait(
        id=one.id,
        day=short_day(one.day),
        told=told,
        held=one.state == "held",
        note=words.clean(one.note, 200),
    )


def at(moment: datetime, profile: Profile) -> str:
    """Return *moment* as it is said in the profile's zone."""
    return clock(moment, profile.zone)


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Return *moment* by the clocks of *zone*: ``Sat 21 Nov, 07:30``."""
    there = moment.astimezone(zone)
    return f"{short_day(there.date())}, {there:%H:%M}"


def needs_of(one: ClientStanding) -> list[str]:
    """Return a sentence for each delivery that went wrong and each recipient who left."""
    found = []
    for trouble in one.troubles:
        to, day = words.clean(trouble.recipient, 80), short_day(trouble.day)
        detail = words.sentence(words.clean(trouble.bounced or trouble.detail, 300))
        if trouble.bounced:
            told = _("The digest of {day} to {to} came back: {detail}")
        elif trouble.state == "failed":
            told = _("The digest of {day} to {to} could not be sent: {detail}")
        else:
            told = plural(
                "The digest of {day} to {to} is still being sent after {n} try: {detail}",
                "The digest of {day} to {to} is still being sent after {n} tries: {detail}",
                trouble.attempts,
            )
        found.append(told.format(day=day, to=to, detail=detail, n=figure(trouble.attempts)))
    for left in one.left:
        since = short_day(left.since.date())
        why = words.sentence(words.clean(left.why, 300))
        found.append(
            _(
                "{recipient} gets no more mails since {since}. {why}",
                recipient=words.clean(left.recipient, 80),
                since=since,
                why=why,
            )
        )
    return found


_STATES = (
    ("sent", marked("sent")),
    ("sending", marked("being sent")),
    ("waiting", marked("waiting")),
    ("failed", marked("failed")),
    ("bounced", marked("came back")),
)


def _arrived(one: Arrival, profile: Profile) -> str:
    told = ", ".join(
        f"{figure(one.states[key])} {_(say)}" for key, say in _STATES if one.states.get(key)
    )
    return f"{told} ({at(one.changed, profile)})"


def _said(said: Sequence[Said]) -> str:
    if not said:
        return ""
    who = list(dict.fromkeys(words.clean(one.sender, 60) for one in said if one.sender))
    by = f", {words.listed(who[:3])}" if who else ""
    return ngettext("{n} word", "{n} words", len(said)) + by
