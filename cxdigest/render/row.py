"""One posting in plain words: what a row of the mail says.

Pure. ``Row`` is part of the interface to people's own templates (``view``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cxdigest.model import KIND_WORDS, Candidate, Digest, Evidence, Posting, Verdict
from cxdigest.render import words

_QUOTES = 3
_LINE = 110  #: characters of quoted words beyond which no further quote is added


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One posting as the reader sees it. Empty strings where nothing is known."""

    title: str  #: never empty
    url: str  #: http or https; empty where there is no link that may be clicked
    link_note: str  #: what the reader should know of the link; empty for a plain one
    employer: str
    place: str
    workplace: str  #: ``Remote``, ``Hybrid``, ``On site``
    salary: str
    age: str  #: e.g. ``posted 3 days ago``, ``first seen today``
    seen_at: str  #: e.g. ``LinkedIn and Indeed``
    facts: str  #: employer, place, workplace and salary in one line
    origin: str  #: age, where it was seen, and the notes on verdict and link in one line
    kind: str  #: in plain words
    note: str  #: what the verdict could see, where it was not all; empty where it is unclear
    quotes: tuple[str, ...]  #: the words that say so, strongest first, at most three
    where: str  #: where the first quote stands, e.g. ``in the summary``; empty for the duties
    reason: str  #: one sentence: what the first quote shows, or why nothing can be told
    suggests: str  #: the title that says what it is; empty unless flagged from the duties


def row_of(candidate: Candidate, digest: Digest) -> Row:
    """Return what *digest* says of *candidate*."""
    posting, verdict = candidate.posting, candidate.verdict
    url = words.safe_url(posting.url)
    telling = _telling(verdict)
    employer, place = words.clean(posting.company, 80), words.clean(posting.location, 80)
    workplace, salary = _workplace(posting), words.clean(posting.salary, 60)
    age, seen_at = _age(posting, digest), _seen_at(candidate)
    note = words.TIER_WORDS[verdict.tier] if verdict and verdict.kind != "unclear" else ""
    link_note = _link_note(posting, url)
    return Row(
        title=words.clean(posting.title) or "(no title)",
        url=url,
        link_note=link_note,
        employer=employer,
        place=place,
        workplace=workplace,
        salary=salary,
        age=age,
        seen_at=seen_at,
        facts=words.joined(employer, place, workplace, salary),
        origin=words.upfirst(words.joined(age, seen_at, note, link_note)),
        kind=KIND_WORDS[verdict.kind if verdict else "unclear"],
        note=note,
        quotes=_quotes(telling),
        where=_where(verdict, telling),
        reason=_reason(verdict, telling),
        suggests=words.clean(verdict.suggests) if verdict else "",
    )


def _seen_at(candidate: Candidate) -> str:
    """Name the boards and services that showed it, each once, in the order they did."""
    names = dict.fromkeys(words.format_words(at.format) for at in candidate.seen)
    return words.listed(list(names)[:6])


def _workplace(posting: Posting) -> str:
    """The workplace in words, unless the place says it already (``Remote, UK``)."""
    told = words.WORKPLACE_WORDS[posting.workplace]
    return "" if told.lower() in posting.location.lower() else told


def _telling(verdict: Verdict | None) -> list[Evidence]:
    """The evidence that speaks for the verdict's kind, beyond the title where there is any.

    What no single rule says, the count of sentences, comes after the words that rules point at.
    """
    if verdict is None or verdict.kind == "unclear":
        return []
    speaking = [
        found
        for found in verdict.evidence
        if found.kind == verdict.kind and found.points > 0 and words.clean(found.quote)
    ]
    return sorted(speaking, key=lambda found: (found.where == "title", not found.pack))


def _quotes(telling: Sequence[Evidence]) -> tuple[str, ...]:
    """The strongest quote whole, and up to two more where the line has room for them.

    No words are quoted twice: of two quotes, one within the other, the longer stands for both
    where a line holds it.
    """
    every = list(dict.fromkeys(words.clean(found.quote, 200) for found in telling))
    quotes: list[str] = []
    for found in every:
        around = [one for one in every if _within(found, one) and len(one) <= _LINE]
        quote = max(around, key=len, default=found)
        if any(_within(quote, shown) or _within(shown, quote) for shown in quotes):
            continue
        if quotes and (len(quotes) == _QUOTES or sum(map(len, quotes)) + len(quote) > _LINE):
            break
        quotes.append(quote)
    return tuple(quotes)


def _within(part: str, whole: str) -> bool:
    return part.casefold() in whole.casefold()


def _reason(verdict: Verdict | None, telling: Sequence[Evidence]) -> str:
    if verdict is None:
        return "This posting has not been judged yet."
    if verdict.kind == "unclear":
        return words.clean(verdict.reason, 240) or "The words found do not settle what the job is."
    return words.clean(telling[0].reason, 240) if telling else ""


def _where(verdict: Verdict | None, telling: Sequence[Evidence]) -> str:
    """Where the first quote stands, unless that goes without saying or stands in the note."""
    if verdict is None or verdict.tier != "full" or not telling or telling[0].where == "duties":
        return ""
    return words.WHERE_WORDS[telling[0].where]


def _link_note(posting: Posting, url: str) -> str:
    if not url:
        return "no link that can be opened came with the alert"
    return "link through the board's tracker" if posting.opaque else ""


def _age(posting: Posting, digest: Digest) -> str:
    try:
        return f"posted {words.days_ago(date.fromisoformat(posting.posted), digest.day)}"
    except ValueError:  # the alert states no day, or not one of the calendar
        pass
    if posting.first_seen is None:
        return ""
    seen = words.local(posting.first_seen, digest.zone).date()
    return f"first seen {words.days_ago(seen, digest.day)}"
