"""One client: how things stand, who gets the digest, what was said, what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cxdigest.console.clients.form_fields import Field
from cxdigest.console.clients.listing import ClientRow, at, rows_of
from cxdigest.console.clients.profile_form import shown
from cxdigest.console.drawn.dates import short_day
from cxdigest.feedback import FeedbackRow
from cxdigest.language import _, marked
from cxdigest.model import Profile
from cxdigest.render import words
from cxdigest.store import ClientStanding, Definition, DeliveryStatus, Pause, Store

_LATELY = timedelta(days=30)  #: how far back digests are listed
_MOST_WORDS = 50  #: of feedback on the page
_MOST_DIGESTS = 14

_WORDS = {
    "genuine": marked("is genuine"),
    "not-genuine": marked("is not genuine"),
    "hide-employer": marked("hide this employer"),
    "applied": marked("applied"),
    "not-for-me": marked("is not for me"),
}
_STATES = {
    "sent": marked("sent"),
    "sending": marked("being sent"),
    "waiting": marked("waiting"),
    "failed": marked("failed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that the settings say."""

    label: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientLine:
    """One who gets the digest."""

    channel: str
    address: str
    copy: bool
    since: str  #: since when no more mails go there; ``""``: they do
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLine:
    """One word of feedback."""

    id: int
    when: str
    word: str
    posting: str  #: its id
    title: str
    employer: str
    sender: str
    state: str  #: holds, replaced or undone
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLine:
    """One delivery of a past digest."""

    recipient: str
    channel: str
    state: str
    when: str
    detail: str
    wrong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDigest:
    """One day's digest and how it was delivered."""

    day: str  #: in words
    address: str  #: as it stands in addresses
    sent: tuple[SentLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPage:
    """Everything of one client that one page shows."""

    row: ClientRow
    settings: tuple[Setting, ...]
    recipients: tuple[RecipientLine, ...]
    hidden: tuple[str, ...]  #: employers that feedback hides
    said: tuple[WordLine, ...]
    more_said: int  #: words beyond those
    past: tuple[PastDigest, ...]


def client_page(
    store: Store,
    profile: Profile,
    definition: Definition,
    fields: Iterable[Field],
    *,
    now: datetime,
    zones: Mapping[str, ZoneInfo],
    reviewer: bool,
) -> ClientPage:
    """Return what is to be said of *profile*.

    What waits for a review is for a *reviewer* alone: its reader gets it when it is sent.
    """
    standing = store.clients([profile.name], since=now - _LATELY)[profile.name]
    sent = store.deliveries(profile.name, since=(now - _LATELY).date())
    if not reviewer:
        waiting = {one.day for one in standing.waiting}
        sent = [one for one in sent if one.day not in waiting]
        standing = _as_its_reader_sees(standing)
    said = store.feedback_rows(profile.name)
    return ClientPage(
        row=rows_of(store, [profile], {profile.name: standing}, now, zones)[0],
        settings=tuple(settings_of(definition, fields)),
        recipients=tuple(_recipients(profile, store.pauses(profile.name))),
        hidden=tuple(sorted(words.clean(one, 80) for one in store.hidden_employers(profile.name))),
        said=tuple(_word(one, profile) for one in said[:_MOST_WORDS]),
        more_said=max(0, len(said) - _MOST_WORDS),
        past=tuple(_past(sent, profile)),
    )


def _as_its_reader_sees(one: ClientStanding) -> ClientStanding:
    kept = one.latest if one.latest and one.latest.state in {"ready", "empty"} else None
    return replace(one, latest=kept, waiting=())


def settings_of(definition: Definition, fields: Iterable[Field]) -> Iterable[Setting]:
    """Yield what *definition* says in so many words; what is left out holds as usual."""
    choices = {one.key: dict(one.choices) for one in fields}
    said = shown(fields, definition)
    for one in fields:
        values = tuple(value for value in said[one.key] if value)
        if one.widget == "switch":
            values = (_("yes") if values else _("no"),)
        if not values or not _is_said(definition, one.key):
            continue
        named = tuple(choices[one.key].get(value, value) for value in values)
        yield Setting(label=one.label, said=values if one.widget == "zone" else named)


def _is_said(definition: Definition, key: str) -> bool:
    value: object = definition
    for part in key.removesuffix(".cc").split("."):
        if not isinstance(value, Mapping) or part not in value:
            return False
        value = value[part]
    return True


def _recipients(profile: Profile, pauses: Sequence[Pause]) -> Iterable[RecipientLine]:
    left = {(one.channel, one.recipient): one for one in pauses}
    for one in profile.recipients:
        pause = left.get((one.channel, one.address))
        yield RecipientLine(
            channel=one.channel,
            address=one.address,
            copy=one.role == "cc",
            since=short_day(pause.since.astimezone(profile.zone).date()) if pause else "",
            why=words.sentence(words.clean(pause.why, 300)) if pause else "",
        )


def _word(one: FeedbackRow, profile: Profile) -> WordLine:
    return WordLine(
        id=one.id,
        when=at(one.made, profile),
        word=_(_WORDS[one.word]),
        posting=one.posting_id,
        title=words.clean(one.title) or _("(no title)"),
        employer=words.clean(one.employer, 60),
        sender=words.clean(one.sender, 80),
        state=_("taken back") if one.undone else _("holds") if one.holds else _("replaced"),
        holds=one.undone is None,
    )


def _past(sent: Iterable[DeliveryStatus], profile: Profile) -> Iterable[PastDigest]:
    days: dict[date, list[DeliveryStatus]] = {}
    for one in sent:
        days.setdefault(one.day, []).append(one)
    for day in sorted(days, reverse=True)[:_MOST_DIGESTS]:
        yield PastDigest(
            day=short_day(day),
            address=day.isoformat(),
            sent=tuple(_sent(one, profile) for one in days[day]),
        )


def _sent(one: DeliveryStatus, profile: Profile) -> SentLine:
    wrong = bool(one.bounced) or one.state == "failed"
    return SentLine(
        recipient=words.clean(one.recipient, 80),
        channel=one.channel,
        state=_("came back") if one.bounced else _(_STATES[one.state]),
        when=at(one.changed, profile),
        detail=words.clean(one.bounced or one.detail, 300) if wrong or one.attempts > 1 else "",
        wrong=wrong,
    )
