"""One posting as the console lists it: what the digest says of it, and what may be said of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cxdigest import schedule
from cxdigest.console.drawn.dates import dates_in
from cxdigest.feedback import SAID_SO
from cxdigest.language import _, marked
from cxdigest.model import (
    KIND_WORDS,
    Candidate,
    Digest,
    Evidence,
    FeedbackWord,
    Kind,
    Profile,
    Tier,
    Verdict,
)
from cxdigest.render import words
from cxdigest.render.row import Row, row_of
from cxdigest.store import Store
from cxdigest.tiers import judged_from

_ANEW = marked("by other rules than now; not judged anew yet")
#: Buttons, each with what it says of the posting.
SAYINGS: Mapping[FeedbackWord, str] = {
    "genuine": marked("Genuine"),
    "not-genuine": marked("Not genuine"),
    "applied": marked("Applied"),
    "not-for-me": marked("Not for me"),
    "hide-employer": marked("Hide employer"),
}


def sayings() -> dict[FeedbackWord, str]:
    """Return what the buttons say in the language that is spoken."""
    return {word: _(text) for word, text in SAYINGS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One posting in a list."""

    id: str
    row: Row  #: in plain words, as the digest says it
    kind: Kind
    kind_words: str
    confidence: int  #: percent; 0 where it cannot be told
    tier: Tier
    tier_words: str  #: what the verdict could see
    claims: bool  #: the title says customer experience
    flagged: bool
    speaking: tuple[Evidence, ...]  #: what made the verdict, strongest first, at most three
    said: tuple[tuple[int, FeedbackWord], ...]  #: the reader's words that hold, with their ids
    may_say: tuple[FeedbackWord, ...]
    sources: tuple[str, ...]  #: the profile's, that showed it
    duties_known: bool


def digest_for(profile: Profile, day: date, now: datetime) -> Digest:
    """Return a digest without postings: whose words and days a row is written in."""
    return Digest(
        profile=profile.name,
        day=day,
        made=now,
        zone=profile.zone.key,
        locale=dates_in(profile.locale),
        heading=profile.heading,
    )


def cards_of(
    store: Store, profile: Profile, found: Collection[Candidate], now: datetime, *, rules: str
) -> tuple[Card, ...]:
    """Return a card of each candidate, with the words of the reader that hold. One query.

    *rules* is the fingerprint of those that judge now.
    """
    said = store.words_held(profile.name, {one.posting.id for one in found}) if found else {}
    digest = digest_for(profile, schedule.local_day(now, profile.zone), now)
    return tuple(card_of(one, digest, said.get(one.posting.id, ()), rules=rules) for one in found)


def card_of(
    one: Candidate,
    digest: Digest,
    said: tuple[tuple[int, FeedbackWord], ...] = (),
    *,
    rules: str,
) -> Card:
    """Return the card of one candidate in the words of *digest*."""
    verdict = one.verdict
    kind: Kind = verdict.kind if verdict else "unclear"
    tier: Tier = verdict.tier if verdict else "title"
    return Card(
        id=one.posting.id,
        row=row_of(one, digest),
        kind=kind,
        kind_words=_(KIND_WORDS[kind]),
        confidence=round(100 * verdict.confidence) if verdict and kind != "unclear" else 0,
        tier=tier,
        tier_words=_seen_of(verdict, one, rules),
        claims=bool(verdict and verdict.claims),
        flagged=bool(verdict and verdict.flagged),
        speaking=tuple(_speaking(verdict)),
        said=said,
        may_say=tuple(_may_say(one, {word for _id, word in said})),
        sources=tuple(dict.fromkeys(at.source for at in one.seen)),
        duties_known=bool(verdict and verdict.tier == "full"),
    )


def _seen_of(verdict: Verdict | None, one: Candidate, rules: str) -> str:
    if verdict is None:
        return _("not judged yet")
    if any(one.rule == SAID_SO for one in verdict.evidence[:1]):
        return _("by your own word")
    whose = words.duties_words(one.posting.duties_from) if verdict.tier == "full" else ""
    seen = whose or judged_from(verdict.tier)
    return seen if verdict.rules == rules else f"{seen} {_(_ANEW)}"


def _speaking(verdict: Verdict | None) -> list[Evidence]:
    """Return what made the verdict; where it is unclear, what speaks at all. No words twice."""
    if verdict is None:
        return []
    telling = [
        one
        for one in verdict.evidence
        if one.points > 0 and (verdict.kind in {one.kind, "unclear"}) and one.quote.strip()
    ]
    chosen: list[Evidence] = []
    for one in sorted(telling, key=lambda found: found.where == "title"):
        if all(one.quote.casefold() not in had.quote.casefold() for had in chosen):
            chosen.append(one)
    return chosen[:3]


def _may_say(one: Candidate, said: Collection[FeedbackWord]) -> Iterator[FeedbackWord]:
    kind = one.verdict.kind if one.verdict else "unclear"
    for word in SAYINGS:
        told_already = word in said or (word == "genuine" and kind == "genuine")
        judged_so = word == "not-genuine" and kind not in {"genuine", "unclear"}
        nameless = word == "hide-employer" and not one.posting.company.strip()
        if not (told_already or judged_so or nameless):
            yield word
