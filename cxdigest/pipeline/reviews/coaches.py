"""Write each coach one mail a day over all clients: their digests, what waits, what needs a hand.

It is a digest without postings, so it is made once a day and sent like any other. It names the
profiles whose coach this one is, and asks the store about no others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cxdigest import schedule
from cxdigest.errors import RenderError
from cxdigest.language import _, ngettext, speaking, spoken
from cxdigest.model import Coach, Digest, Profile, SourceReport, unrouted
from cxdigest.pipeline.deliveries.own_brand import broken_templates
from cxdigest.pipeline.street import Composed, Street
from cxdigest.render import words
from cxdigest.render.coach import Client, CoachDay, Waits, coach_mail
from cxdigest.store.people.clients import ClientStanding, Edition, Trouble

STREAM = "coach/"
_FIRST = timedelta(days=1)  #: how far the first of these mails looks back
_QUIET = frozenset({"new", "empty"})
_DETAIL = 300  #: letters of what a server said


def tell_coaches(street: Street, *, everything: bool = False) -> tuple[Composed, ...]:
    """Write to every coach whose hour has come; return what could not be written."""
    failed = []
    for coach in street.coaches:
        if street.stopping():
            break
        now = street.clock()
        day = (
            schedule.local_day(now, coach.zone)
            if everything
            else schedule.due_day(now, send_at=coach.send_at, zone=coach.zone, days=coach.days)
        )
        if day is None or street.store.digest_day_exists(STREAM + coach.name, day):
            continue
        clients = [profile for profile in street.profiles if profile.coach == coach.name]
        if clients and (message := _tell(street, coach, clients, day, now)):
            failed.append(
                Composed(profile=STREAM + coach.name, day=day, digest=None, message=message)
            )
    return tuple(failed)


def _tell(
    street: Street, coach: Coach, clients: Sequence[Profile], day: date, now: datetime
) -> str:
    """Write to *coach*; return what went wrong."""
    try:
        rendered = coach_mail(coach_day(street, coach, clients, day, now), street.templates)
    except RenderError as error:
        return str(error)
    mail = Digest(profile=STREAM + coach.name, day=day, made=now)
    street.store.record_digest(mail, rendered, coach.recipients, now=now)
    return ""


def coach_day(
    street: Street, coach: Coach, clients: Sequence[Profile], day: date, now: datetime
) -> CoachDay:
    """Return what *coach* is told of *clients*, all of them the coach's own."""
    with speaking(coach.language):
        return _coach_day(street, coach, clients, day, now)


def _coach_day(
    street: Street, coach: Coach, clients: Sequence[Profile], day: date, now: datetime
) -> CoachDay:
    stream = STREAM + coach.name
    last = street.store.last_digest(stream)
    since = last[1] if last else now - _FIRST
    standings = street.store.clients([one.name for one in clients], since=since)
    sources = _sources(street, clients, since, now)
    return CoachDay(
        stream=stream,
        coach=coach.heading,
        day=day,
        zone=coach.zone.key,
        language=coach.language,
        clients=tuple(
            _client(street, one, standings[one.name], sources.own[one.name], since)
            for one in clients
        ),
        general=(
            *sources.shared,
            *_nobodys(street, clients, since),
            *broken_templates(street, [one.name for one in clients]),
        ),
    )


def _client(
    street: Street,
    profile: Profile,
    standing: ClientStanding,
    sources: Sequence[str],
    since: datetime,
) -> Client:
    latest = standing.latest
    sections = latest.sections if latest else {}
    return Client(
        profile=profile.name,
        name=profile.heading,
        day=latest.day if latest else None,
        fresh=bool(latest and latest.made > since),
        genuine=sections.get("genuine", 0),
        unclear=sections.get("unclear", 0),
        aside=sections.get("flagged", 0) + sections.get("others", 0),
        paused=profile.paused,
        waits=tuple(_waits(street, one) for one in standing.waiting),
        hands=tuple(dict.fromkeys((*_hands(standing), *sources))),
        said=standing.said,
    )


def _waits(street: Street, one: Edition) -> Waits:
    url = street.review_links.page(one.id) if street.review_links else ""
    return Waits(day=one.day, deadline=one.deadline, otherwise=one.otherwise, url=url)


def _hands(standing: ClientStanding) -> Iterator[str]:
    for trouble in standing.troubles:
        yield _trouble(trouble)
    for left in standing.left:
        why = words.sentence(words.clean(left.why, _DETAIL))
        yield _(
            "{recipient} gets no more mails since {day}: {why}",
            recipient=words.clean(left.recipient, 80),
            day=words.short_day(left.since.date(), spoken()),
            why=why,
        )


def _trouble(trouble: Trouble) -> str:
    day, to = words.short_day(trouble.day, spoken()), words.clean(trouble.recipient, 80)
    if trouble.bounced:
        why = words.sentence(words.clean(trouble.bounced, _DETAIL))
        return _("the digest of {day} to {to} came back: {why}", day=day, to=to, why=why)
    why = words.sentence(words.clean(trouble.detail, _DETAIL))
    if trouble.state == "failed":
        return _(
            "the digest of {day} to {to} could not be sent over {channel}: {why}",
            day=day,
            to=to,
            channel=trouble.channel,
            why=why,
        )
    return ngettext(
        "the digest of {day} to {to} is still being sent over {channel} after {n} try: {why}",
        "the digest of {day} to {to} is still being sent over {channel} after {n} tries: {why}",
        trouble.attempts,
        day=day,
        to=to,
        channel=trouble.channel,
        why=why,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sources:
    """What is to be said of sources, a sentence each."""

    own: Mapping[str, Sequence[str]]  #: of those that one client alone reads, by profile
    shared: Sequence[str]


def _sources(
    street: Street, clients: Sequence[Profile], since: datetime, now: datetime
) -> _Sources:
    readers: dict[str, list[str]] = defaultdict(list)
    polled: dict[str, set[str]] = defaultdict(set)
    for one in clients:
        for source in one.sources:
            readers[source].append(one.name)
            polled[unrouted(source)[0]].add(one.name)
    own: dict[str, list[str]] = defaultdict(list)
    shared: dict[str, None] = {}  # each once, as they come
    reports = street.store.source_reports(list(readers), since=since, now=now)
    for (source, names), report in zip(readers.items(), reports, strict=True):
        # Of an intake mailbox each client has a part; that it cannot be read is told of all.
        everybody = len(polled[report.source])
        part = bool(unrouted(source)[1]) and everybody > 1
        of_poll, of_alerts = " ".join(_poll_trouble(report)), " ".join(_alert_trouble(report))
        told = of_alerts if part else f"{of_poll} {of_alerts}".strip()
        if told and len(names) == 1:
            own[names[0]].append(_("source {source}: {told}", source=report.source, told=told))
        elif told:
            shared[_of_many(report.source, everybody, told)] = None
        if part and of_poll:
            shared[_of_many(report.source, everybody, of_poll)] = None
    return _Sources(own=own, shared=list(shared))


def _of_many(source: str, clients: int, told: str) -> str:
    return ngettext(
        "Source {source}, of {n} client: {told}",
        "Source {source}, of {n} clients: {told}",
        clients,
        source=source,
        told=told,
    )


def _poll_trouble(report: SourceReport) -> Iterator[str]:
    if report.outcome not in _QUIET:
        yield words.sentence(words.clean(report.message, _DETAIL))


def _alert_trouble(report: SourceReport) -> Iterator[str]:
    if report.silent:
        yield words.sentence(words.clean(report.silent, _DETAIL))
    if report.unread:
        yield ngettext(
            "{n} alert could not be read.", "{n} alerts could not be read.", report.unread
        )


def _nobodys(street: Street, clients: Sequence[Profile], since: datetime) -> Iterator[str]:
    """Yield a sentence for each intake mailbox of *clients* with alerts that are nobody's."""
    intakes = {
        source.partition("/")[0] for one in clients for source in one.sources if "/" in source
    }
    for source, number in sorted(street.store.nobodys_alerts(intakes, since=since).items()):
        yield ngettext(
            "{n} alert in the mailbox {source} is nobody's: no profile has an address that fits. "
            "It is kept, and finds its owner when a profile gets the address.",
            "{n} alerts in the mailbox {source} are nobody's: no profile has an address that fits. "
            "They are kept, and find their owner when a profile gets the address.",
            number,
            source=source,
        )
