"""A posting's text for the eye: paragraphs, headings and list items, and in them what rules quoted.

Pure. HTML becomes text here; nothing of it reaches a page as markup. A quote is found by its words,
so that line breaks, entities and folded white space between them do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from cxdigest.model import Evidence, Kind, Posting
from cxdigest.rules.texts.page import plain
from cxdigest.terms import Term, Word, is_plain, plain_pattern, stands_at, starts_of, words_of

#: Characters of a text that are shown; no description has more to say.
_MOST = 60_000
_RUN_UP = 60  #: characters, in which the word ends that goes on at a place
_ITEM, _HEADING = "\ue000", "\ue001"  # marks of our own, taken out of what comes from outside
_OPENING = re.compile(r"<(li|h[1-6])\b[^<>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"(?:<|&lt;)/?(?:p|br|li|div|h[1-6]|tr|ul|ol)\b", re.IGNORECASE)
_BULLET = re.compile(r"^[•●▪·∙◦‣*\u2013-]\s+")
_ESCAPED = re.compile(r"&lt;(li|h[1-6])\b(?:(?!&gt;).)*&gt;", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What one rule says of the words that it quoted."""

    rule: str
    kind: Kind
    points: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words, and what rules say of them; the strongest first."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, a heading or a list item."""

    form: Literal["text", "heading", "item"]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A text with what was quoted of it, and what was not found in it."""

    blocks: tuple[Block, ...]
    missing: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What is known of a posting, with what was quoted of it where it stands."""

    title: tuple[Block, ...]
    snippet: tuple[Block, ...]
    duties: tuple[Block, ...]
    unplaced: tuple[Evidence, ...]  #: quotes that stand in none of these


def placed(posting: Posting, evidence: Iterable[Evidence]) -> Placed:
    """Return title, alert's words and duties of *posting* with the quotes of *evidence*."""
    every = tuple(evidence)
    title = marked(posting.title, [one for one in every if one.where == "title"])
    elsewhere = [one for one in every if one.where not in {"title", "company"}]
    duties = marked(posting.description, elsewhere)
    snippet = marked(posting.snippet, duties.missing)
    named = [one for one in every if one.where == "company"]
    return Placed(
        title=title.blocks,
        snippet=snippet.blocks,
        duties=duties.blocks,
        unplaced=(*title.missing, *snippet.missing, *named),
    )


def laid_out(text: str) -> list[tuple[Literal["text", "heading", "item"], str]]:
    """Return the blocks of *text*, which is HTML or plain."""
    text = text.replace(_ITEM, "").replace(_HEADING, "")
    text = _ESCAPED.sub(_opened, _OPENING.sub(_opened, text))
    if _MARKUP.search(text):  # its line breaks are white space
        text = text.replace("\n", " ")
    lines = (" ".join(line.split()) for line in plain(text)[:_MOST].splitlines())
    return [_block(line) for line in lines if line.strip(_ITEM + _HEADING + " ")]


def _opened(found: re.Match[str]) -> str:
    return f"{found[0]}{_ITEM if found[1].lower() == 'li' else _HEADING}"


def _block(line: str) -> tuple[Literal["text", "heading", "item"], str]:
    bare = line.replace(_ITEM, "").replace(_HEADING, "").strip()
    if _ITEM in line:
        return "item", _BULLET.sub("", bare)
    if _HEADING in line:
        return "heading", bare
    if _BULLET.match(bare):
        return "item", _BULLET.sub("", bare)
    return "text", bare


def marked(text: str, evidence: Iterable[Evidence]) -> Marked:
    """Return *text* in blocks with the quotes of *evidence* where they stand."""
    blocks = laid_out(text)
    whole = "\n".join(line for _, line in blocks)
    words = list(words_of(whole))
    spans: list[tuple[int, int, Mark]] = []
    missing: list[Evidence] = []
    for one in evidence:
        place = _place(words, one.quote)
        if place is None:
            missing.append(one)
        else:
            mark = Mark(rule=one.rule, kind=one.kind, points=one.points, reason=one.reason)
            spans.append((*place, mark))
    spans.sort(key=lambda span: (-abs(span[2].points), span[2].rule))
    made: list[Block] = []
    begin = 0
    for form, line in blocks:
        pieces = tuple(_pieces(whole, begin, begin + len(line), spans))
        made.append(Block(form=form, pieces=pieces))
        begin += len(line) + 1
    return Marked(blocks=tuple(made), missing=tuple(missing))


def _place(words: Sequence[Word], quote: str) -> tuple[int, int] | None:
    """Return where *quote* stands; what was cut off at its ends may be half a word."""
    asked = [one.text for one in words_of(plain(quote))]
    for wanted in (asked, asked[:-1], asked[1:], asked[1:-1]):
        if wanted and (found := next(stands_at(words, wanted, begins=wanted is asked), None)):
            return found
        if len(asked) < 3 or "…" not in quote:  # noqa: PLR2004 - nothing would be left
            break
    return None


def _pieces(
    whole: str, begin: int, end: int, spans: Sequence[tuple[int, int, Mark]]
) -> Iterator[Piece]:
    """Cut a line where marks begin or end; where they overlap each piece has all that hold."""
    mine = [(max(a, begin), min(b, end), mark) for a, b, mark in spans if a < end and b > begin]
    cuts = sorted({begin, end, *(a for a, _, _ in mine), *(b for _, b, _ in mine)})
    for start, stop in pairwise(cuts):
        marks = tuple(mark for a, b, mark in mine if a <= start and stop <= b)
        yield Piece(text=whole[start:stop], marks=marks)


def _told(line: str, terms: Sequence[Term], most: int) -> list[tuple[int, int]]:
    """Return where *line* says one of *terms*: the first place, and those *most* after it at most.

    In order. A long text says a word ten times, of which an excerpt has two.
    """
    patterns = [one for term in terms if (one := plain_pattern(term))]
    if is_plain(line) and len(patterns) == len(terms):
        firsts = [found.start(1) for one in patterns if (found := one.search(line))]
        begin = min(firsts, default=len(line))
        places = (
            found.span(1)
            for one in patterns
            # Where the text is cut off no word ends: what stands there is longer than is shown.
            for found in one.finditer(line, begin, min(len(line), begin + most + _RUN_UP))
            if found.end(1) <= begin + most or found.start(1) == begin
        )
    else:
        words = list(words_of(line))
        places = (
            place for term in terms for place in stands_at(words, term.words, begins=term.begins)
        )
    return sorted(places)


def _next_word(line: str, after: int, before: int) -> int:
    """Return where the first word begins that begins *after* a place; *before* at the latest."""
    begin = max(0, after - _RUN_UP)
    starts = (begin + start for start in starts_of(line[begin:before]))
    return next((start for start in starts if start > after), before)


def excerpt(text: str, terms: Sequence[Term], *, most: int = 220) -> tuple[Piece, ...]:
    """Return the words around the first of *terms* in *text*, those that were asked for marked.

    Empty where none stands there. A mark of no rule says that it was asked for.
    """
    line = " ".join(text.split())
    found = _told(line, terms, most)
    if not found:
        return ()
    first = max(0, found[0][0] - most // 4)
    begin = _next_word(line, first, found[0][0]) if first else 0
    end = min(len(line), begin + most)
    asked = Mark(rule="", kind="other", points=0, reason="")
    spans = [(a, b, asked) for a, b in found if b <= end]
    pieces = list(_pieces(line, begin, end, spans))
    before = [Piece(text="… ")] if begin else []
    return (*before, *pieces, *([Piece(text=" …")] if end < len(line) else []))
