"""Today: what a profile's next digest will say, as things stand. Stores nothing, uses up no day."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from cxdigest import schedule
from cxdigest.console.drawn.card import Card, card_of
from cxdigest.feedback import FeedbackRow
from cxdigest.language import _, ngettext
from cxdigest.model import (
    KIND_WORDS,
    KINDS,
    Candidate,
    Digest,
    FeedbackWord,
    Kind,
    Profile,
    SourceReport,
    unrouted,
)
from cxdigest.pipeline import Street, edition
from cxdigest.render import words
from cxdigest.render.sections import SECTIONS
from cxdigest.store.editions.news import Version

#: An edition is good for so long, unless the reader says something meanwhile.
_FRESH = timedelta(seconds=5)
#: And for so long where the store knows of nothing new for its profile.
_SAME = timedelta(seconds=30)
#: And for so long where only alerts came, while others are being gathered for all they are worth.
_BEHIND = timedelta(minutes=1)
#: What came for anybody has editions gathered anew for at most one part in so many of the time.
_SHARE = 10
_MOST_KEPT = 64
_LISTED = 30  #: employers that a filter offers
SHOWN = 30  #: postings on one page


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What of an edition is looked at. Empty values leave nothing out."""

    kind: str = ""
    source: str = ""
    employer: str = ""
    begin: int = 0  #: so many that fit stand on pages before


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section of the digest."""

    key: str  #: as ``render.sections`` names it
    title: str
    about: str  #: one sentence, may be empty
    cards: tuple[Card, ...]
    total: int  #: that fit, on all pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The next edition as things stand."""

    day: date  #: whose digest it would be
    next_at: datetime  #: when that is due
    made: datetime | None  #: today's digest was made then; None: it is still to come
    as_of: datetime | None  #: alerts came since then that are not in it yet; None: it is as of now
    paused: bool
    parts: tuple[Part, ...]
    total: int  #: postings in the edition
    fitting: int  #: of these, those that are looked at
    shown: tuple[int, int]  #: of the fitting, the first and the last that are on this page, from 1
    kinds: tuple[tuple[Kind, str, int], ...]  #: kind, its words, how many
    sources: tuple[tuple[str, int], ...]
    employers: tuple[tuple[str, int], ...]  #: the most frequent
    hidings: tuple[tuple[str, int], ...]  #: why settings leave postings out, and how many
    unread: tuple[str, ...]  #: sources that are to be polled for the first time
    troubles: tuple[tuple[str, str], ...]  #: source and what is wrong with it

    @property
    def more(self) -> bool:
        """Whether others follow on another page."""
        return self.shown[1] < self.fitting


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gathered:
    """An edition, and what it was gathered from."""

    made: datetime
    settings: Hashable  #: what of the person it was gathered by
    version: Version  #: of what came for them
    digest: Digest

    def is_good(self, now: datetime, settings: Hashable, news: Version, *, rest: bool) -> bool:
        """Tell whether it still says what is so, or while gathering is to *rest*, nearly so."""
        age = now - self.made
        if self.settings != settings or self.version.own != news.own:
            return False
        if self.version == news and news.settled:
            return timedelta() <= age < _SAME
        return rest and timedelta() <= age < _BEHIND


@dataclass(slots=True)
class Editions:
    """The last editions, for those who look often; safe to use from several threads."""

    _kept: dict[str, _Gathered] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _turns: Counter[str] = field(default_factory=Counter)
    _rests_until: datetime | None = None

    def of(
        self, street: Street, profile: Profile, day: date, now: datetime
    ) -> tuple[Digest, datetime | None]:
        """Return the edition of *day* as it is, or was when nothing of it was other.

        Where alerts came faster than editions can be gathered, also since when they are missing:
        a minute at most.
        """
        with self._lock:
            known, turn = self._kept.get(profile.name), self._turns[profile.name]
            rest = self._rests_until is not None and now < self._rests_until
        known = known if known and known.digest.day == day else None
        if known and timedelta() <= now - known.made < _FRESH:
            return known.digest, None
        shared = street.rules.fingerprint
        # Asked before it is gathered, so that what comes meanwhile is news to the next.
        news = street.store.news_version(profile.name, profile.sources, fingerprint=shared)
        settings = profile, street.fingerprint(profile.name), shared
        if known and known.is_good(now, settings, news, rest=rest):
            current = news.settled and known.version == news
            return known.digest, None if current else known.made
        digest = edition(street, profile, day, now)
        made = _Gathered(made=now, settings=settings, version=news, digest=digest)
        with self._lock:
            # What was gathered before a word was said must not outlive it.
            if turn == self._turns[profile.name]:
                self._kept[profile.name] = made
            while len(self._kept) > _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            ended = street.clock()
            self._rests_until = ended + (ended - now) * (_SHARE - 1)
        return digest, None

    def forget(self, profile: str) -> None:
        """Gather *profile*'s anew: its reader changed something."""
        with self._lock:
            self._turns[profile] += 1
            self._kept.pop(profile, None)


def look(
    street: Street, profile: Profile, now: datetime, wanted: Narrowed, editions: Editions
) -> Today:
    """Return what *profile*'s next digest would say at *now*, narrowed to what is *wanted*."""
    last = street.store.last_digest(profile.name)
    today = schedule.local_day(now, profile.zone)
    made = last[1] if last and last[0] >= today else None
    at = schedule.next_send(now, send_at=profile.send_at, zone=profile.zone, days=profile.days)
    day = schedule.local_day(at, profile.zone) if made else today
    digest, as_of = editions.of(street, profile, day, now)
    every = list(_placed(digest))
    fitting = [(key, one) for key, one in every if _fits(one, wanted)]
    begin = min(max(wanted.begin, 0), max(len(fitting) - 1, 0))
    page = fitting[begin : begin + SHOWN]
    unread = [
        one.source
        for one in digest.reports
        if one.polled is None and unrouted(one.source)[0] in street.sources
    ]
    return Today(
        day=day,
        next_at=at,
        made=made,
        as_of=as_of,
        paused=profile.paused,
        parts=tuple(_parts(street, profile, digest, page, Counter(key for key, _ in fitting))),
        total=len(every),
        fitting=len(fitting),
        shown=(begin + 1 if page else 0, begin + len(page)),
        kinds=_kinds(every),
        sources=tuple(sorted(Counter(at for _, one in every for at in _sources(one)).items())),
        employers=_employers(every),
        hidings=tuple((one.reason, one.count) for one in digest.hidings),
        unread=tuple(unread),
        troubles=tuple(_troubles(one for one in digest.reports if one.source not in unread)),
    )


def say(
    street: Street, profile: Profile, posting_id: str, word: FeedbackWord, *, sender: str
) -> int | None:
    """Keep what *profile*'s reader says of a posting; return its id, None where it is not theirs.

    What a profile's sources never showed it has nothing to say of.
    """
    store = street.store
    if not store.sightings(store.known_as(posting_id), profile.sources):
        return None
    return store.record_feedback(
        profile.name,
        posting_id,
        word,
        way="console",
        sender=sender,
        now=street.clock(),
        fingerprint=street.fingerprint(profile.name),
    )


def undo(street: Street, profile: Profile, feedback_id: int) -> FeedbackRow | None:
    """Take a word back; None where there is none of *profile*'s that holds."""
    return street.store.undo_feedback(feedback_id, now=street.clock(), profile=profile.name)


def _placed(digest: Digest) -> Iterator[tuple[str, Candidate]]:
    for key in SECTIONS:
        for one in getattr(digest, key):
            yield key, one


def _kind(one: Candidate) -> Kind:
    return one.verdict.kind if one.verdict else "unclear"


def _sources(one: Candidate) -> set[str]:
    return {at.source for at in one.seen}


def _employer(one: Candidate) -> str:
    return words.clean(one.posting.company, 80)


def _fits(one: Candidate, wanted: Narrowed) -> bool:
    return (
        (not wanted.kind or _kind(one) == wanted.kind)
        and (not wanted.source or wanted.source in _sources(one))
        and (not wanted.employer or wanted.employer == _employer(one))
    )


def _parts(
    street: Street,
    profile: Profile,
    digest: Digest,
    page: list[tuple[str, Candidate]],
    totals: Mapping[str, int],
) -> Iterator[Part]:
    said = street.store.words_held(profile.name, {one.posting.id for _, one in page})
    rules = street.fingerprint(profile.name)
    for key, (title, _short, about) in SECTIONS.items():
        cards = tuple(
            card_of(one, digest, said.get(one.posting.id, ()), rules=rules)
            for at, one in page
            if at == key
        )
        if cards:
            yield Part(
                key=key,
                title=_(title),
                about=_(about) if about else "",
                cards=cards,
                total=totals[key],
            )


def _kinds(every: list[tuple[str, Candidate]]) -> tuple[tuple[Kind, str, int], ...]:
    counted = Counter(_kind(one) for _, one in every)
    return tuple((kind, _(KIND_WORDS[kind]), counted[kind]) for kind in KINDS if counted[kind])


def _employers(every: list[tuple[str, Candidate]]) -> tuple[tuple[str, int], ...]:
    counted = Counter(filter(None, (_employer(one) for _, one in every)))
    frequent = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0].casefold()))[:_LISTED]
    return tuple(sorted(frequent, key=lambda pair: pair[0].casefold()))


def _troubles(reports: Iterable[SourceReport]) -> Iterator[tuple[str, str]]:
    for one in reports:
        if one.message or one.silent:
            yield one.source, words.clean(one.message or one.silent, 240)
        if one.unread:
            yield (
                one.source,
                ngettext(
                    "{n} alert could not be read.", "{n} alerts could not be read.", one.unread
                ),
            )
