"""Postings and verdicts as answers of the API hold them: the words of the pages, and their keys."""

from __future__ import annotations

from pydantic import BaseModel, Field

from cxdigest.console.drawn.card import Card
from cxdigest.model import Evidence, FeedbackWord, Kind, Tier, Verdict


class Judgement(BaseModel):
    """What a posting really is, and the words that say so."""

    kind: Kind
    confidence: float = Field(description="0 to 1.")
    tier: Tier = Field(description="What the rules could see: title, snippet, or full, the duties.")
    claims: bool = Field(description="The title says customer experience.")
    flagged: bool = Field(description="It claims that, and is service, support or a shop floor.")
    points: int = Field(description="Of the kind, or of the leading one where it is unclear.")
    reason: str = Field(description="Why it is unclear; empty otherwise.")
    suggests: str = Field(description="The title that says what it is; mostly empty.")
    rules: str = Field(description="Fingerprint of the rules.")
    evidence: list[Evidence] = Field(description="Strongest first.")


class SaidWord(BaseModel):
    """A word of the reader that holds."""

    id: int
    word: FeedbackWord


class Listed(BaseModel):
    """One posting in a list. Empty strings where nothing is known."""

    id: str
    title: str
    url: str = Field(description="http or https; empty where no link may be followed.")
    employer: str
    place: str
    workplace: str
    salary: str
    employment: str
    until: str = Field(description="Until when to apply, in words.")
    age: str = Field(description="In words, such as: first seen today.")
    kind: Kind
    kind_words: str
    confidence: int = Field(description="Percent; 0 where it cannot be told.")
    tier: Tier
    tier_words: str
    claims: bool
    flagged: bool
    reason: str
    suggests: str
    marks: str = Field(description="What to know before anything else, such as: closed.")
    missed: str = Field(description="Wishes that it does not meet.")
    since: str = Field(description="What happened since it was shown.")
    speaking: list[Evidence] = Field(description="What made the verdict, at most three.")
    sources: list[str] = Field(description="The profile's, that showed it.")
    said: list[SaidWord]
    may_say: list[FeedbackWord]


def judgement_of(verdict: Verdict) -> Judgement:
    """Return *verdict* as it is answered."""
    return Judgement(
        kind=verdict.kind,
        confidence=verdict.confidence,
        tier=verdict.tier,
        claims=verdict.claims,
        flagged=verdict.flagged,
        points=verdict.points,
        reason=verdict.reason,
        suggests=verdict.suggests,
        rules=verdict.rules,
        evidence=list(verdict.evidence),
    )


def listed(card: Card) -> Listed:
    """Return the posting on *card*."""
    row = card.row
    return Listed(
        id=card.id,
        title=row.title,
        url=row.url,
        employer=row.employer,
        place=row.place,
        workplace=row.workplace,
        salary=row.salary,
        employment=row.employment,
        until=row.until,
        age=row.age,
        kind=card.kind,
        kind_words=card.kind_words,
        confidence=card.confidence,
        tier=card.tier,
        tier_words=card.tier_words,
        claims=card.claims,
        flagged=card.flagged,
        reason=row.reason,
        suggests=row.suggests,
        marks=row.marks,
        missed=row.missed,
        since=row.since,
        speaking=list(card.speaking),
        sources=list(card.sources),
        said=[SaidWord(id=number, word=word) for number, word in card.said],
        may_say=list(card.may_say),
    )
