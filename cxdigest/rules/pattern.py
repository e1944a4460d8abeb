"""The language of patterns, and how a pattern is found in folded text.

``answer* ..4 (calls|phone enquiries)`` reads: a word that starts with *answer*, at most four words,
then *calls* or *phone enquiries*, all in one sentence::

    word        that word (and its possessive)      word*      any word that starts so
    (a|b c)     one of these                        (a|b)?     one of these, or nothing
    ..4         at most four words between          <name>     one of the phrases of a word list
    #           a whole number

A pattern becomes one regular expression of bounded cost, which the one-pass matcher and Python's
``re`` read alike, and *anchors*: words of which a text must hold one for the pattern to match. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

MAX_GAP = 12
MAX_COST = 20_000  #: ways to try at one place of the text; bounds the work whatever is written
_TOKEN = re.compile(r"\.\.(\d+)|<([a-z][a-z-]*)>|(\()|(\)\??)|(\|)|([^\s()|<>]+)|(\s+)|(.)")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*\*?")
_SPACE = "[ ]+"


class PatternError(ValueError):
    """A pattern cannot be read; the text says what to write instead."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern, ready to be found."""

    source: str  #: as its author wrote it
    regex: str  #: over folded text, without its boundaries
    sieve: str  #: matches wherever *regex* does and more; cheap to build into an automaton
    anchors: frozenset[str]  #: one of these words must be there; ``word*`` is a beginning
    cost: int  #: ways to try at one place


@dataclass(frozen=True, slots=True)
class _Part:
    regex: str
    sieve: str
    anchors: frozenset[str] | None  #: None: no word is certain
    cost: int
    first: frozenset[str]  #: letters it can start with; empty: any
    loose: str = ""  #: ``gap`` or ``optional``: it may match nothing


def parse(source: str, lists: Mapping[str, Sequence[str]]) -> Pattern:
    """Read one pattern.

    Raises:
        PatternError: it is not in the language, matches nothing certain, or costs too much.
    """
    parts, rest = _sequence(_tokens(source), lists, depth=0)
    if rest:
        raise PatternError("a closing bracket without an opening one; remove it")
    whole = _joined(parts)
    if not whole.anchors:
        raise PatternError("nothing in it must be there; name at least one word outside (…)?")
    if whole.cost > MAX_COST:
        raise PatternError(
            f"it can match in {whole.cost} ways at one place (limit {MAX_COST});"
            " shorten its gaps or split it into several patterns"
        )
    return Pattern(source, whole.regex, whole.sieve, whole.anchors, whole.cost)


@lru_cache(maxsize=8192)
def finder(regex: str) -> re.Pattern[str]:
    """Return the compiled form that finds *regex* between word boundaries of folded text."""
    return re.compile(rf"(?<![^ \n])(?:{regex})(?![^ \n])")


def _tokens(source: str) -> list[re.Match[str]]:
    tokens = [match for match in _TOKEN.finditer(source) if match[7] is None]
    for token in tokens:
        if token[8] is not None:
            raise PatternError(f"{token[8]!r} has no meaning here; write words, (a|b), ..4 or <list>")
    return tokens


def _sequence(
    tokens: list[re.Match[str]], lists: Mapping[str, Sequence[str]], *, depth: int
) -> tuple[list[_Part], list[re.Match[str]]]:
    """Read parts up to the end or a closing bracket or bar, which stays at the head of the rest."""
    parts: list[_Part] = []
    while tokens and not (tokens[0][4] or tokens[0][5]):
        token, tokens = tokens[0], tokens[1:]
        if token[1]:
            parts.append(_gap(int(token[1])))
        elif token[2]:
            parts.append(_word_list(token[2], lists, depth=depth))
        elif token[3]:
            part, tokens = _choice(tokens, lists, depth=depth)
            parts.append(part)
        else:
            parts.append(_word(token[6]))
    if tokens and tokens[0][5] and not depth:
        raise PatternError("a bar outside brackets; write (a|b), or two patterns")
    if not parts:
        raise PatternError("an empty pattern or alternative; write at least one word")
    return parts, tokens


def _choice(
    tokens: list[re.Match[str]], lists: Mapping[str, Sequence[str]], *, depth: int
) -> tuple[_Part, list[re.Match[str]]]:
    if depth >= 4:
        raise PatternError("brackets more than four deep; write several patterns")
    choices: list[_Part] = []
    while True:
        parts, tokens = _sequence(tokens, lists, depth=depth + 1)
        choices.append(_joined(parts))
        if not tokens:
            raise PatternError("an opening bracket without a closing one; write (a|b)")
        closing, tokens = tokens[0], tokens[1:]
        if closing[4]:
            return _either(choices, optional=closing[4] == ")?"), tokens


def _word(word: str) -> _Part:
    if word == "#":
        return _Part("[0-9]+", "[0-9]+", None, 1, frozenset("0123456789"))
    if not _WORD.fullmatch(word):
        raise PatternError(
            f"{word!r} is not a word; write letters and digits, a hyphen as a space,"
            " and * only at the end"
        )
    word = word.lower()
    first = frozenset({word[0]})
    if word.endswith("*"):
        regex = re.escape(word[:-1]) + r"[^ \n]*"
    else:
        regex = re.escape(word) + "(?:'s)?"
    return _Part(regex, regex, frozenset({word}), 1, first)


def _gap(width: int) -> _Part:
    if not 0 < width <= MAX_GAP:
        raise PatternError(f"a gap of {width} words; write ..1 to ..{MAX_GAP}")
    regex = rf"(?:[^ \n]+{_SPACE}){{0,{width}}}"
    return _Part(regex, r"(?:[^\n]*[ ])?", None, width + 1, frozenset(), "gap")


def _word_list(name: str, lists: Mapping[str, Sequence[str]], *, depth: int) -> _Part:
    if name not in lists:
        raise PatternError(f"no word list is called <{name}>; name it under lists")
    if depth >= 4:
        raise PatternError(f"<{name}> stands in lists more than four deep")
    choices = []
    for phrase in lists[name]:
        parts, rest = _sequence(_tokens(phrase), lists, depth=depth + 1)
        if rest:
            raise PatternError(f"{phrase!r} in <{name}> has a bar or bracket too many")
        choices.append(_joined(parts))
    return _either(choices, optional=False)


def _either(choices: list[_Part], *, optional: bool) -> _Part:
    regex = "(?:" + "|".join(choice.regex for choice in choices) + ")"
    sieve = "(?:" + "|".join(dict.fromkeys(choice.sieve for choice in choices)) + ")"
    certain = [choice.anchors for choice in choices]
    anchors = None
    if not optional and all(certain):
        anchors = frozenset().union(*(each for each in certain if each))
    first = frozenset().union(*(choice.first for choice in choices))
    if not all(choice.first for choice in choices):
        first = frozenset()
    cost = _cost_of_choices(choices, first)
    if optional:
        return _Part(regex, sieve, None, cost + 1, first, "optional")
    return _Part(regex, sieve, anchors, cost, first)


def _cost_of_choices(choices: list[_Part], first: frozenset[str]) -> int:
    """Only choices that can start with the same letter can both be tried at one place."""
    return max(
        sum(choice.cost for choice in choices if not choice.first or letter in choice.first)
        for letter in first or {""}
    )


def _joined(parts: list[_Part]) -> _Part:
    """Join *parts* by spaces, which belong to what may be absent where something may be."""
    firm = [place for place, part in enumerate(parts) if not part.loose]
    if not firm or parts[0].loose == "gap" or parts[-1].loose == "gap":
        raise PatternError("a gap at an end, or nothing firm in it; start and end with a word")
    regex, sieve, cost = "", "", 1
    for place, part in enumerate(parts):
        cost *= part.cost
        before, after = _spaces(part, place, firm[-1])
        regex += before + part.regex + after
        sieve += before + part.sieve + after
    certain = [part.anchors for part in parts if part.anchors]
    first: frozenset[str] = frozenset() if parts[0].loose else parts[0].first
    anchors = min(certain, key=_commonness) if certain else None
    return _Part(regex, sieve, anchors, cost, first)


def _spaces(part: _Part, place: int, last_firm: int) -> tuple[str, str]:
    """Return what stands around a part: the spaces between words, and ``?`` if it is optional."""
    if part.loose == "optional":
        return ("(?:", f"{_SPACE})?") if place < last_firm else (f"(?:{_SPACE}", ")?")
    return "", "" if part.loose or place >= last_firm else _SPACE


#: Words that stand in nearly every posting: poor anchors.
_COMMON = frozenset(
    "a an and as at by for from in of on or our the their to we with you your customer customers"
    " client clients team teams work experience service support new business role job".split()
)


def _commonness(anchors: frozenset[str]) -> tuple[bool, int]:
    return (not anchors.isdisjoint(_COMMON), len(anchors))
