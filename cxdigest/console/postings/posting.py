"""One posting as one profile may see it: its text, the evidence in it, and all that happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cxdigest.console.drawn.card import Card, cards_of
from cxdigest.console.drawn.dates import long_day
from cxdigest.console.drawn.text import Block, placed
from cxdigest.errors import WrongUseError
from cxdigest.feedback import correct
from cxdigest.identity import SUBSTANCE
from cxdigest.language import _, figure, marked
from cxdigest.model import KIND_WORDS, KINDS, Candidate, Evidence, Kind, Profile, SeenAt, unrouted
from cxdigest.pipeline import Street, judge_now
from cxdigest.render import stored, words
from cxdigest.store import History, Wanted
from cxdigest.terms import asked_for
from cxdigest.text import host_of
from cxdigest.tiers import judged_from

_ALIKE = 8  #: postings that are offered to be merged
LONGEST = 40_000  #: characters of duties that are pasted
_DIGEST_WORDS = {
    "genuine": marked("as customer experience"),
    "unclear": marked("as worth a look"),
    "flagged": marked("as called customer experience, though the duties say something else"),
    "others": marked("among other trades"),
    "again": marked("as seen again"),
    "closed": marked("as closed since"),
    "hidden": marked("as a number only: your settings hide it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What all rules together say for one kind."""

    kind: Kind
    words: str
    points: int
    rules: int  #: that speak for it or against it


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """The sightings of one id that they have by themselves."""

    key: str
    seen: tuple[SeenAt, ...]  #: oldest first
    reason: str  #: why they are this posting; empty where they are by themselves
    merged: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to it."""

    at: datetime
    what: str  #: one sentence
    word: int | None = None  #: the id of a reader's word that holds and may be undone


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """All that a profile may see of one posting."""

    card: Card
    candidate: Candidate
    title: tuple[Block, ...]
    snippet: tuple[Block, ...]
    duties: tuple[Block, ...]
    unplaced: tuple[Evidence, ...]  #: quotes that do not stand in what is shown
    points: tuple[Points, ...]  #: most first
    evidence: tuple[Evidence, ...]  #: strongest first
    members: tuple[Member, ...]
    events: tuple[Event, ...]  #: oldest first
    may_paste: bool
    pasted: bool  #: the duties are those that this profile's reader pasted
    rules: str  #: fingerprint

    @property
    def most(self) -> int:
        """The most points of a kind, for a bar."""
        return max((abs(one.points) for one in self.points), default=0)


def opened(street: Street, profile: Profile, posting_id: str, now: datetime) -> Opened | None:
    """Return the posting of this id as *profile* may see it; None where it has never seen it."""
    store, rules = street.store, street.fingerprint(profile.name)
    found = store.candidate(profile.name, profile.sources, posting_id, fingerprint=rules)
    if found is None:
        return None
    said = store.feedback_words(profile.name), store.feedback_kinds(profile.name)
    (one,) = correct([found], *said)
    others = {name: own.fingerprint for name, own in street.own_rules.items()}
    history = store.history(
        posting_id,
        profile.name,
        not_by=[by for name, by in others.items() if name != profile.name and by != rules],
    )
    (card,) = cards_of(store, profile, [one], now, rules=rules)
    evidence = found.verdict.evidence if found.verdict else ()
    text = placed(one.posting, evidence)
    pasted = one.posting.duties_from == "you" and history.page is not None
    return Opened(
        card=card,
        candidate=one,
        title=text.title,
        snippet=text.snippet,
        duties=text.duties,
        unplaced=text.unplaced,
        points=_points(evidence),
        evidence=evidence,
        members=_members(one, history),
        events=tuple(sorted(_events(one, history), key=lambda event: event.at)),
        may_paste=not card.duties_known or pasted,
        pasted=pasted,
        rules=rules,
    )


def paste(street: Street, profile: Profile, posting_id: str, duties: str) -> None:
    """Store *duties* that *profile*'s reader pasted, and judge by them at once.

    Raises:
        WrongUseError: they are too short to judge by, or longer than any.
    """
    text = duties.replace("\0", "").replace("\r\n", "\n").strip()
    if len(text) < SUBSTANCE:
        raise WrongUseError(
            _(
                "{text} characters are too few to judge by. Paste the whole text about the "
                "duties, at least {substance} characters.",
                text=len(text),
                substance=SUBSTANCE,
            )
        )
    if len(text) > LONGEST:
        raise WrongUseError(
            _(
                "These are more than {longest} characters. Paste the duties alone.",
                longest=figure(LONGEST),
            )
        )
    now = street.clock()
    street.store.record_duties(posting_id, text, now=now, told_by=profile.name)
    judge_now(street, profile, posting_id)


def forget(street: Street, profile: Profile, posting_id: str) -> bool:
    """Forget the duties that *profile*'s reader pasted, and judge by what remains."""
    done = street.store.forget_duties(posting_id, profile.name)
    if done:
        judge_now(street, profile, posting_id)
    return done


def split(street: Street, profile: Profile, posting_id: str, key: str) -> str | None:
    """Give the sightings of *key* a posting of their own; return its id, None where it is alone."""
    if key != posting_id and key not in street.store.merged_into(posting_id):
        return None
    rest = street.store.unmerge(key, now=street.clock())
    if rest is None:
        return None
    for one in (key, rest):
        judge_now(street, profile, one)
    return key


def join(street: Street, profile: Profile, posting_id: str, other: str) -> str | None:
    """Make one posting of two that *profile* has seen; return its id, None where that cannot be."""
    store = street.store
    if not all(store.sightings(one, profile.sources) for one in (posting_id, other)):
        return None
    made = store.merge_by_hand(posting_id, other, now=street.clock())
    if made is not None:
        judge_now(street, profile, made)
    return made


def alike(
    street: Street, profile: Profile, one: Candidate, now: datetime, *, query: str = ""
) -> tuple[Card, ...]:
    """Return postings that may be the same opening: of the employer, or what *query* asks for."""
    wanted = Wanted(words=asked_for(query))
    if not query.strip():
        employer = asked_for(one.posting.company.replace("-", " "))
        if not employer.wanted:
            return ()
        wanted = Wanted(employer=employer)
    rules = street.fingerprint(profile.name)
    found = street.store.find(
        profile.name, profile.sources, wanted, fingerprint=rules, most=_ALIKE + 1
    )
    others = [each for each in found.candidates if each.posting.id != one.posting.id]
    return cards_of(street.store, profile, others[:_ALIKE], now, rules=rules)


def touched(street: Street, profile: Profile, ids: Sequence[str]) -> tuple[Profile, ...]:
    """Return all profiles whose sources showed any of these postings, and *profile*."""
    shown = street.store.sources_of(ids)
    return tuple(
        one
        for one in street.profiles
        if one.name == profile.name or not shown.isdisjoint(one.sources)
    )


def board_of(at: SeenAt) -> str:
    """Name where a sighting stood; of a board that no format knows, the host of its link."""
    host = host_of(at.url).removeprefix("www.") if at.format == "fallback" else ""
    return words.clean(host, 80) or words.format_words(at.format)


def _points(evidence: Sequence[Evidence]) -> tuple[Points, ...]:
    told: dict[Kind, list[int]] = defaultdict(list)
    for one in evidence:
        told[one.kind].append(one.points)
    found = [
        Points(kind=kind, words=_(KIND_WORDS[kind]), points=sum(told[kind]), rules=len(told[kind]))
        for kind in KINDS
        if kind in told
    ]
    return tuple(sorted(found, key=lambda each: -each.points))


def _members(one: Candidate, history: History) -> tuple[Member, ...]:
    by_key: dict[str, list[SeenAt]] = defaultdict(list)
    for at in one.seen:
        by_key[at.key or one.posting.id].append(at)
    why = {each.member: each for each in history.merged}
    return tuple(
        Member(
            key=key,
            seen=tuple(seen),
            reason=why[key].reason if key in why else "",
            merged=why[key].made if key in why else None,
        )
        for key, seen in sorted(by_key.items(), key=lambda pair: (pair[0] in why, pair[1][0].seen))
    )


def _events(one: Candidate, history: History) -> Iterator[Event]:
    for at in one.seen:
        yield Event(
            at=at.seen,
            what=_("Seen: {at}, by {source}.", at=board_of(at), source=unrouted(at.source)[0]),
        )
    own = {at.key for at in one.seen}
    for merged in history.merged:
        if merged.member in own:
            yield Event(
                at=merged.made,
                what=_("Merged: {reason}", reason=words.sentence(stored.said(merged.reason))),
            )
    first = one.seen[0].seen
    for each in history.judged:
        told = f"{words.upfirst(judged_from(each.tier))}: {_(KIND_WORDS[each.kind])}"
        if each.kind != "unclear":
            told += _(", {percent} % sure", percent=f"{100 * each.confidence:.0f}")
        # It may have been judged before this profile knew of it, for others: that is theirs.
        yield Event(
            at=max(each.judged, first), what=told + _(" (rules {rules}).", rules=each.rules[:8])
        )
    for shown in history.digests:
        how = _DIGEST_WORDS.get(shown.section)
        how = _(how) if how else _("under {section}", section=shown.section)
        what = _("Stood in the digest of {day} {how}.", day=long_day(shown.day), how=how)
        yield Event(at=shown.made, what=what)
    page = history.page
    if page is not None:
        mine = one.posting.duties_from == "you"
        what = (
            _("You pasted its duties.")
            if mine
            else _("Its page: {detail}", detail=_asked(page.detail))
        )
        yield Event(at=page.asked, what=what)
    yield from _said(history)


def _said(history: History) -> Iterator[Event]:
    for said in history.said:
        label = _(words.ACTION_WORDS[said.word])
        what = _("You said: {word}.", word=label)
        if said.way != "console":
            what = _("You said by {way}: {word}.", way=said.way, word=label)
        yield Event(at=said.made, what=what, word=said.id if said.holds else None)
        if said.undone:
            yield Event(at=said.undone, what=_("You took back: {word}.", word=label))


def _asked(detail: str) -> str:
    return words.sentence(words.clean(detail, 200)) or _("it was asked, and no answer is known.")
