"""Past digests as the console shows them: months, one day as it was sent, deliveries, another try.

What waits for a coach, or was kept back, was never said to its reader: it is shown to those alone
who look before it goes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from cxdigest.channels.body import file_name
from cxdigest.console.drawn.dates import dates_in, month_words
from cxdigest.console.drawn.inert import inert_html, inert_text
from cxdigest.console.instance.masked import masked
from cxdigest.feedback import Signer
from cxdigest.language import _, figure, marked, spoken
from cxdigest.model import KIND_WORDS, DigestState, Enclosure, Kind
from cxdigest.pipeline import Street
from cxdigest.render import words
from cxdigest.render.sections import SECTIONS
from cxdigest.store import DeliveryStatus, Filed, Pause, Stood, Store

ROWS = 40  #: digests that a page shows
POSTINGS = 100  #: postings that a page shows
#: What was said to the reader, and days on which there was nothing to say.
SAID: tuple[DigestState, ...] = ("ready", "empty")
EVERY: tuple[DigestState, ...] = ("ready", "empty", "review", "held", "lapsed")


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledRow:
    """One digest in the list."""

    day: date
    words: str  #: its day, as its reader writes it
    subject: str
    state: DigestState
    told: str  #: how it stands, in plain words
    wrong: bool  #: a delivery did not arrive
    found: str  #: what it showed: ``3 customer experience, 2 unclear, 14 set aside``


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The digests of one month."""

    words: str
    rows: tuple[FiledRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Some months, the latest first."""

    months: tuple[Month, ...]
    older: date | None  #: the day before which there are more
    #: Every month that has digests: the value to ask for, and its words with their number.
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One delivery of a digest."""

    id: str
    recipient: str
    channel: str
    copy: bool  #: it is a copy of another's digest
    told: str  #: how it stands, in plain words
    wrong: bool
    attempts: int
    changed: datetime
    detail: str  #: the receipt, or what went wrong
    paused: str  #: why this recipient gets no more mails; empty: it does
    retry: bool  #: it may be tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The postings of one section."""

    words: str
    postings: tuple[Stood, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file that went with a digest."""

    place: int
    name: str
    media: str
    size: int  #: bytes
    shown: bool  #: it is a picture within the mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One digest as it was sent, or waits."""

    filed: Filed
    words: str  #: its day
    told: str  #: how it stands
    text: str  #: the text part, without links that speak for its reader
    files: tuple[FileRow, ...]
    deliveries: tuple[DeliveryRow, ...]
    groups: tuple[Group, ...]
    more: int  #: postings beyond those
    hidden: int  #: postings that the profile's own settings kept out
    earlier: date | None
    later: date | None


def shelf(
    store: Store,
    stream: str,
    *,
    states: Collection[DigestState],
    before: date | None = None,
    locale: str = "en",
) -> Shelf:
    """Return the digests of *stream*, a profile or another stream of mails, *before* a day."""
    found = store.filed(stream, states=states, before=before, most=ROWS + 1)
    rows = found[:ROWS]
    months = groupby(rows, key=lambda one: (one.day.year, one.day.month))
    return Shelf(
        months=tuple(
            Month(words=month_words(*key), rows=tuple(_row(one, locale) for one in same))
            for key, same in months
        ),
        older=rows[-1].day if len(found) > ROWS else None,
        choices=tuple(
            (f"{year:04}-{month:02}", f"{month_words(year, month)} ({figure(number)})")
            for year, month, number in store.filed_months(stream)
        ),
    )


def sheet(
    street: Street,
    filed: Filed,
    *,
    sources: Collection[str],
    signer: Signer,
    states: Collection[DigestState],
    inside: bool,
    zone: ZoneInfo,
    locale: str = "en",
) -> Sheet:
    """Return the digest *filed* whole; *inside*: for one who may also see what its reader may not.

    *sources* are its profile's, in none of which its postings are shown with another's words.
    """
    store = street.store
    payload = store.filed_payload(filed.id)
    assert payload is not None, "a digest that was found has a payload"
    sections = (*SECTIONS, *(("dropped",) if inside else ()))
    stood = store.stood_in(
        filed.id, sources, profile=filed.profile, sections=sections, most=POSTINGS
    )
    total = sum(filed.sections.get(name, 0) for name in sections)
    earlier, later = neighbours(store, filed, states)
    return Sheet(
        filed=filed,
        words=words.long_day(filed.day, dates_in(locale)),
        told=told_of(filed, zone),
        text=inert_text(payload.text, signer),
        files=tuple(_files(payload.enclosures)),
        deliveries=tuple(_deliveries(store, filed, inside=inside)),
        groups=tuple(
            Group(words=_section_words(name), postings=tuple(same))
            for name, same in groupby(stood, key=lambda one: one.section)
        ),
        more=max(0, total - len(stood)),
        hidden=filed.sections.get("hidden", 0),
        earlier=earlier,
        later=later,
    )


def mail_of(store: Store, filed: Filed) -> str:
    """Return the HTML of the mail as a copy in which nothing acts."""
    payload = store.filed_payload(filed.id)
    return inert_html(payload.html, payload.enclosures) if payload else ""


def file_at(store: Store, filed: Filed, place: int) -> Enclosure | None:
    """Return the file at *place* of a digest, its name made safe; None: there is none."""
    payload = store.filed_payload(filed.id)
    files = payload.enclosures if payload else ()
    if not 0 <= place < len(files):
        return None
    one = files[place]
    return Enclosure(name=file_name(one.name), media=one.media, content=one.content)


def retry(store: Store, filed: Filed, delivery_id: str, *, now: datetime) -> str:
    """Let a delivery of *filed* be tried again; return why not, empty where it is."""
    mine = {one.id: one for one in store.deliveries(filed.profile, filed.day)}
    one = mine.get(delivery_id)
    if one is None:
        return _("There is no such delivery any more.")
    if not store.retry_delivery(delivery_id, now=now):
        return _(
            "It was not tried again: the mail to {recipient} is on its way or arrived.",
            recipient=one.recipient,
        )
    return ""


def neighbours(
    store: Store, filed: Filed, states: Collection[DigestState]
) -> tuple[date | None, date | None]:
    """Return the days of the digests before and after *filed*."""
    before = store.filed(filed.profile, states=states, before=filed.day, most=1)
    after = store.digest_days(filed.profile, after=filed.day)
    later = next((day for day in after if _may(store, filed.profile, day, states)), None)
    return (before[0].day if before else None), later


def _may(store: Store, profile: str, day: date, states: Collection[DigestState]) -> bool:
    return store.filed_on(profile, day, states=states) is not None


def told_of(filed: Filed, zone: ZoneInfo) -> str:
    """Say in plain words how a digest stands."""
    match filed.state:
        case "empty":
            return _("There was no news that day, and no mail is wanted then.")
        case "review":
            waits = _("It waits for its coach and has not been sent.")
            return f"{waits} {_deadline(filed, zone)}".strip()
        case "held":
            return _("Its coach keeps it back. It can be approved until the next one is made.")
        case "lapsed":
            return _("It was kept back until the next one took its place, and was never sent.")
        case "ready":
            return _sent_words(filed.standing)


def _deadline(filed: Filed, zone: ZoneInfo) -> str:
    if filed.deadline is None:
        return ""
    moment = words.local(filed.deadline, zone.key)
    when = words.at_on(moment, words.short_day(moment.date(), spoken()))
    if filed.otherwise == "send":
        return _("Without a word it is sent at {when}.", when=when)
    return _("Without a word it is held at {when}.", when=when)


def _sent_words(standing: Mapping[str, int]) -> str:
    parts = [
        f"{figure(number)} {_(name)}"
        for key, name in (
            ("sent", marked("sent")),
            ("sending", marked("being sent")),
            ("waiting", marked("still to be sent")),
            ("failed", marked("given up")),
            ("bounced", marked("came back")),
        )
        if (number := standing.get(key, 0))
    ]
    if set(standing) == {"sent"} and standing["sent"] == 1:
        return _("Sent.")
    return words.sentence(", ".join(parts)) if parts else _("Made; nobody was to get it.")


def _section_words(key: str) -> str:
    return _(SECTIONS[key][0]) if key in SECTIONS else _("Left out by the coach")


def _row(one: Filed, locale: str) -> FiledRow:
    return FiledRow(
        day=one.day,
        words=words.short_day(one.day, dates_in(locale)),
        subject=one.subject,
        state=one.state,
        told=told_of(one, ZoneInfo("UTC")) if one.state in SAID else _(_SHORT[one.state]),
        wrong=bool(one.standing.get("failed") or one.standing.get("bounced")),
        found=_found(one.sections),
    )


_SHORT: Mapping[DigestState, str] = {
    "review": marked("Waits for its coach."),
    "held": marked("Kept back by its coach."),
    "lapsed": marked("Never sent: the next one took its place."),
}


def _found(sections: Mapping[str, int]) -> str:
    parts = [
        f"{figure(number)} {_(name)}"
        for key, name in (
            (key, SECTIONS[key][1]) for key in ("genuine", "unclear", "flagged", "others")
        )
        if (number := sections.get(key, 0))
    ]
    return ", ".join(parts)


def _files(enclosures: Collection[Enclosure]) -> Iterator[FileRow]:
    for place, one in enumerate(enclosures):
        yield FileRow(
            place=place,
            name=file_name(one.name),
            media=one.media,
            size=len(one.content),
            shown=bool(one.cid),
        )


def _deliveries(store: Store, filed: Filed, *, inside: bool) -> Iterator[DeliveryRow]:
    paused = {(one.channel, one.recipient): one for one in store.pauses(filed.profile)}
    for one in store.deliveries(filed.profile, filed.day):
        # To whom its coach also sends it is the coach's business.
        if inside or one.role == "to":
            yield _delivery(one, paused.get((one.channel, one.recipient)), filed, inside=inside)


def _delivery(
    one: DeliveryStatus, pause: Pause | None, filed: Filed, *, inside: bool
) -> DeliveryRow:
    wrong = bool(one.bounced) or one.state == "failed"
    waits = one.state == "waiting" and one.attempts > 0
    return DeliveryRow(
        id=one.id,
        recipient=one.recipient,
        channel=one.channel,
        copy=one.role == "cc",
        told=_stands(one),
        wrong=wrong,
        attempts=one.attempts,
        changed=one.changed,
        detail=masked(one.bounced or one.detail),
        paused=pause.why if pause else "",
        retry=inside and (wrong or waits) and filed.state == "ready" and pause is None,
    )


def _stands(one: DeliveryStatus) -> str:
    if one.bounced:
        return _("came back")
    match one.state:
        case "sent":
            return _("sent")
        case "sending":
            return _("being sent")
        case "failed":
            return _("given up")
        case "waiting":
            if one.due is None:
                return _("waits for the coach")
            return _("waits for its next try") if one.attempts else _("to be sent")


def kind_of(stood: Stood) -> Kind:
    """Return the kind that the digest said; what stood there before kinds were kept is unclear."""
    return next((kind for kind in KIND_WORDS if kind == stood.kind), "unclear")
