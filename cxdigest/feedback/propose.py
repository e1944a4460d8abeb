"""Words of one reader that repeat -> a pack of rules, for a person to look at. Never applied here.

Pure. A proposal is made of at least three corrections of the same direction, of two employers or
more, whose titles share words or whose quoted duties do; none that another word of the same reader
speaks against. A rule about duties only takes points away, so that it can hide nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cxdigest.feedback.said import FeedbackRow
from cxdigest.feedback.shared import Phrase, Text, shared_phrases, stands_in
from cxdigest.model import FeedbackWord, Kind, Where
from cxdigest.text import printable, squash

PACK = "from-feedback"
_DUTIES: frozenset[Where] = frozenset({"snippet", "duties", "summary", "requirements"})
_GIVE_UP = frozenset[Kind]({"genuine", "unclear"})
#: What stands for titles that a rule must not fire on, where the reader spoke of no other.
_ELSEWHERE = "Warehouse operative"
_SHOWN = 5  #: examples in a rule
#: Words that speak against a rule that leads away from genuine, and against one that leads to it.
_AGAINST: Mapping[bool, frozenset[FeedbackWord]] = {
    True: frozenset({"not-genuine"}),
    False: frozenset({"genuine", "applied"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A rule that a reader's words ask for."""

    id: str  #: of the rule
    kind: Kind
    sign: Literal[1, -1]  #: whether it gives points or takes them away
    where: Literal["title", "duties"]
    words: tuple[str, ...]  #: that it looks for, in a row
    word: FeedbackWord  #: what the reader said of the postings
    posting_ids: tuple[str, ...]  #: of which it is made
    hits: tuple[str, ...]  #: texts that it must fire on: titles, or quoted words
    misses: tuple[str, ...]  #: texts that it must not fire on

    @property
    def reason(self) -> str:
        """Why, for the reader; it stands beside the points in a digest."""
        said = "customer experience" if self.word == "genuine" else "no customer experience"
        return (
            f"You called {len(self.posting_ids)} postings with “{' '.join(self.words)}” in "
            f"the {self.where} {said}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """One correction, as what it asks of the rules."""

    row: FeedbackRow
    kind: Kind
    sign: Literal[1, -1]


def propose(rows: Iterable[FeedbackRow], texts: Mapping[str, str]) -> tuple[Proposal, ...]:
    """Return the rules that one profile's *rows* ask for; most postings first, titles first.

    *texts* is a posting's id to its snippet and duties. Words that do not hold count for nothing.
    """
    held = [row for row in rows if row.holds]
    if len({row.profile for row in held}) > 1:
        raise ValueError("a proposal is made of one profile's words")
    found = list(_of_titles(held))
    used = {posting_id for one in found for posting_id in one.posting_ids}
    found += _of_duties([row for row in held if row.posting_id not in used], held, texts)
    return tuple(_named(found))


def contradicting(word: FeedbackWord, rows: Iterable[FeedbackRow]) -> list[FeedbackRow]:
    """Return those of *rows* that speak against a rule made of postings called *word*."""
    return [row for row in rows if row.holds and row.word in _AGAINST[word == "genuine"]]


def written(proposals: Sequence[Proposal], *, points: int) -> str:
    """Return *proposals* as a pack of rules that give or take *points* each."""
    lines = [
        f"pack: {PACK}",
        "about: Proposed from what a reader said of postings; look at each rule before it is used.",
        "language: en",
        "groups:",
        *(f"  {one.id}: {points}" for one in proposals),
        "rules:",
    ]
    for one in proposals:
        lines += _rule(one, points)
    return "\n".join(lines) + "\n"


def _rule(one: Proposal, points: int) -> Iterator[str]:
    yield f"  - id: {one.id}"
    yield f"    kind: {one.kind}"
    yield f"    group: {one.id}"
    yield f"    points: {one.sign * points}"
    if one.where == "title":
        yield "    where: [title]"
    yield f"    match: [{_quoted(' '.join(one.words))}]"
    yield f"    reason: {_quoted(one.reason)}"
    yield f"    source: {_quoted(f'Said of {len(one.posting_ids)} postings in feedback.')}"
    yield "    examples:"
    yield f"      hit: [{', '.join(map(_quoted, one.hits))}]"
    yield f"      miss: [{', '.join(map(_quoted, one.misses))}]"


def _quoted(text: str) -> str:
    # A string of JSON is one of YAML, and nothing in a title can end it.
    return json.dumps(printable(text), ensure_ascii=False)


def _of_titles(held: Sequence[FeedbackRow]) -> Iterator[Proposal]:
    asks: dict[tuple[Kind, Literal[1, -1], FeedbackWord], list[FeedbackRow]] = defaultdict(list)
    for one in filter(None, map(_asked, held)):
        asks[one.kind, one.sign, one.row.word].append(one.row)
    for (kind, sign, word), rows in asks.items():
        against = [row.title for row in contradicting(word, held)]
        texts = [_text(row, row.title) for row in rows]
        for phrase in shared_phrases(texts, unwanted=against):
            hits = _distinct(row.title for row in rows if row.posting_id in phrase.posting_ids)
            yield _proposal(phrase, "title", (kind, sign, word), hits, against)


def _of_duties(
    left: Sequence[FeedbackRow], held: Sequence[FeedbackRow], texts: Mapping[str, str]
) -> Iterator[Proposal]:
    """Yield rules that take points from words that led the judge astray, made of *left*."""
    astray: dict[tuple[Kind, FeedbackWord], list[FeedbackRow]] = defaultdict(list)
    for row in left:
        if row.verdict and _misled(row):
            astray[row.verdict.kind, row.word].append(row)
    for (kind, word), rows in astray.items():
        # Where the judge was right to count these words, a rule against them would be wrong.
        against = [said for row in contradicting(word, held) for said in _all_said(row, texts)]
        quotes = [_text(row, quote) for row in rows for quote in _quotes(row, kind)]
        for phrase in shared_phrases(quotes, unwanted=against):
            mine = (one.text for one in quotes if one.posting_id in phrase.posting_ids)
            hits = _distinct(text for text in mine if stands_in(phrase.words, text))
            yield _proposal(phrase, "duties", (kind, -1, word), hits, [])


def _proposal(
    phrase: Phrase,
    where: Literal["title", "duties"],
    what: tuple[Kind, Literal[1, -1], FeedbackWord],
    hits: Sequence[str],
    others: Sequence[str],
) -> Proposal:
    kind, sign, word = what
    return Proposal(
        id="",
        kind=kind,
        sign=sign,
        where=where,
        words=phrase.words,
        word=word,
        posting_ids=tuple(sorted(phrase.posting_ids)),
        hits=tuple(hits[:_SHOWN]),
        misses=tuple(_distinct(others)[:_SHOWN]) or (_ELSEWHERE,),
    )


def _named(found: Iterable[Proposal]) -> Iterator[Proposal]:
    """Give each proposal an id of its own, and the most weighty the first place."""
    by_weight = sorted(found, key=lambda one: (-len(one.posting_ids), one.where != "title"))
    taken = set[str]()
    for number, one in enumerate(by_weight, start=1):
        slug = "-".join(word for word in one.words if word.isascii()) or f"rule-{number}"
        away = "-not" if one.sign < 0 else ""
        name = f"{PACK}.{one.kind}{away}-{slug}"
        name = name if name not in taken else f"{name}-{number}"
        taken.add(name)
        yield replace(one, id=name)


def _asked(row: FeedbackRow) -> _Ask | None:
    """Return what *row* asks of the rules about titles; None where it agrees with them."""
    judged: Kind = row.verdict.kind if row.verdict else "unclear"
    if row.word == "genuine" and judged != "genuine":
        return _Ask(row=row, kind="genuine", sign=1)
    if row.word == "not-genuine" and judged == "genuine":
        return _Ask(row=row, kind="genuine", sign=-1)
    if row.word == "not-genuine" and judged == "unclear" and (kind := _leading(row)):
        return _Ask(row=row, kind=kind, sign=1)
    return None


def _leading(row: FeedbackRow) -> Kind | None:
    """Return the kind beside genuine that most evidence spoke for, None where none did."""
    points: dict[Kind, int] = defaultdict(int)
    for one in row.verdict.evidence if row.verdict else ():
        if one.kind not in _GIVE_UP:
            points[one.kind] += one.points
    best = max(points.values(), default=0)
    leading = [kind for kind, sum_ in points.items() if sum_ == best > 0]
    return leading[0] if len(leading) == 1 else None


def _misled(row: FeedbackRow) -> bool:
    """Tell whether what the judge said of *row* is not what its reader says."""
    judged = row.verdict.kind if row.verdict else "unclear"
    if row.word == "genuine":
        return judged not in _GIVE_UP
    return row.word == "not-genuine" and judged == "genuine"


def _quotes(row: FeedbackRow, kind: Kind) -> Iterator[str]:
    for one in row.verdict.evidence if row.verdict else ():
        if one.kind == kind and one.points > 0 and one.where in _DUTIES:
            yield one.quote


def _all_said(row: FeedbackRow, texts: Mapping[str, str]) -> Iterator[str]:
    yield texts.get(row.posting_id, "")
    for one in row.verdict.evidence if row.verdict else ():
        yield one.quote


def _text(row: FeedbackRow, text: str) -> Text:
    return Text(posting_id=row.posting_id, employer=row.employer, text=text)


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, map(squash, texts))))
