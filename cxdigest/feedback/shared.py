"""Words that several postings share, in a row, as a rule could look for them. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

LEAST = 3  #: postings that must share a phrase
_EMPLOYERS = 2  #: that they must be of: one employer's wording is no rule
_SHORTEST, _LONGEST = 2, 6  #: words of a phrase
_PIECE = re.compile(r"[^\W\d_]+(?:[ -]+[^\W\d_]+)*")  # no comma, digit or stop within
_BETWEEN = re.compile(r"[ -]+")
_SMALL_TEXT = """
a an and are as at be by for from in into is of on or our that the their this to we will with you
your
"""
_CLAIM_TEXT = """
customer customers client clients guest member patient consumer experience experiences cx
senior junior lead head chief vice president director manager management job role position team
m f d w x
"""
_SMALL = frozenset(_SMALL_TEXT.split())  #: words that a phrase neither begins nor ends with
#: Words that say nothing of what a job is: those that claim it, levels, small ones.
_TELL_NOTHING = frozenset(_CLAIM_TEXT.split()) | _SMALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The words of one posting, or what a rule quoted of it."""

    posting_id: str
    employer: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words in a row, and the postings that share them."""

    words: tuple[str, ...]  #: in lower case
    posting_ids: frozenset[str]


def shared_phrases(texts: Iterable[Text], *, unwanted: Sequence[str]) -> list[Phrase]:
    """Return the phrases that enough of *texts* share, each posting in one of them at most.

    The phrase that most share comes first, of those the longest; none that says nothing of the
    work, names an employer of theirs, or stands in one of the *unwanted* texts.
    """
    texts = list(texts)
    holders: dict[tuple[str, ...], set[str]] = defaultdict(set)
    employers = {one.posting_id: one.employer.casefold().strip() for one in texts}
    named = {word for one in employers.values() for word in re.findall(r"\w+", one)}
    for one in texts:
        for words in _phrases(one.text):
            if not (_TELL_NOTHING.issuperset(words) or named.intersection(words)):
                holders[words].add(one.posting_id)
    return list(_chosen(holders, employers, unwanted))


def stands_in(words: Sequence[str], text: str) -> bool:
    """Tell whether *words* stand in *text*, in a row and in one piece of a sentence."""
    size = len(words)
    return any(
        piece[at : at + size] == list(words)
        for piece in _pieces(text)
        for at in range(len(piece) - size + 1)
    )


def _chosen(
    holders: Mapping[tuple[str, ...], set[str]],
    employers: Mapping[str, str],
    unwanted: Sequence[str],
) -> Iterator[Phrase]:
    taken = set[str]()
    by_worth = sorted(holders.items(), key=lambda item: (-len(item[1]), -len(item[0]), item[0]))
    for words, who in by_worth:
        left = who - taken
        if len(left) < LEAST or len({employers[one] for one in left}) < _EMPLOYERS:
            continue
        if any(stands_in(words, text) for text in unwanted):
            continue
        taken |= left
        yield Phrase(words=words, posting_ids=frozenset(left))


def _phrases(text: str) -> set[tuple[str, ...]]:
    return {
        tuple(piece[start : start + size])
        for piece in _pieces(text)
        for size in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(piece) - size + 1)
        # Whole at both ends: "and of" begins and ends nothing.
        if not _SMALL.intersection((piece[start], piece[start + size - 1]))
    }


def _pieces(text: str) -> Iterator[list[str]]:
    """Yield the words of each part of *text* in which a pattern may match, in lower case."""
    for found in _PIECE.finditer(text.lower()):
        yield _BETWEEN.split(found[0])
