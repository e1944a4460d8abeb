"""The language of patterns: words, choices and bounded gaps, within one sentence.

``answer* ..4 (calls|phone enquiries)`` reads: a word that starts with *answer*, at most four words,
then *calls* or *phone enquiries*::

    word        that word (and its possessive)      word*      any word that starts so
    (a|b c)     one of these                        (a|b)?     one of these, or nothing
    ..4         at most four words between          <name>     one of the phrases of a word list
    #           a whole number     /(re)?book/  a word that fits the expression

Nothing in it can repeat without bound, so whatever is written is found in time linear in the text.
``anchors`` are what a text must hold one of. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from cxdigest.language import _
from cxdigest.rules.patterns.expression import ExpressionError, expression

MAX_GAP = 12
MAX_DEPTH = 4
MAX_WORDS = 2_000  #: of one pattern with its word lists; the largest that is shipped has 273
MAX_IN_A_ROW = 50
_EXPRESSION_WORDS = 100  #: that an expression counts as: it is asked about every new word
_SHOWN = 60  #: characters of an expression in a message
_TOKEN = re.compile(
    r"\.\.(\d+)|<([a-z][a-z-]*)>|(\()|(\)\??)|(\|)|(/[^\s/]*/(?![^\s()|<>])|[^\s()|<>]+)|\s+|(.)"
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*\*?")


class WordLists:
    """Named lists of phrases, each read at most once."""

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        self._phrases = phrases
        self._nodes: dict[str, Node | PatternError] = {}

    def node(self, name: str, *, depth: int) -> Node:
        """Return what ``<name>`` stands for.

        Raises:
            PatternError: there is no such list, or it cannot be read.
        """
        if name not in self._nodes:
            try:
                self._nodes[name] = _word_list(name, self._phrases.get(name), self, depth=depth)
            except _TooDeepError:
                raise
            except PatternError as error:
                self._nodes[name] = error
        found = self._nodes[name]
        if isinstance(found, PatternError):
            raise found
        return found


class PatternError(ValueError):
    """A pattern cannot be read; the text says what to write instead."""


class _TooDeepError(PatternError):
    """What holds it is nested too deeply; elsewhere it may be fine."""


@dataclass(frozen=True, slots=True)
class Words:
    """One word out of a set: plain ones, ``beginning*``, ``/expression/``, ``#`` for a number."""

    any_of: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gap:
    """At most so many words."""

    width: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences, or nothing where optional."""

    any_of: tuple[tuple[Node, ...], ...]
    optional: bool


Node = Words | Gap | Choice


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern, ready to be found."""

    nodes: tuple[Node, ...]
    anchors: frozenset[Words]  #: a text where it matches holds a word of one of these


def parse(source: str, lists: WordLists) -> Pattern:
    """Read one pattern.

    Raises:
        PatternError: it is not in the language, or nothing in it must be there.
    """
    return _parsed(source, lists) if "<" in source else _parsed_alone(source)


@lru_cache(maxsize=4096)
def _parsed_alone(source: str) -> Pattern:
    """Read a pattern that names no list, and so means the same in all packs."""
    return _parsed(source, WordLists({}))


def _parsed(source: str, lists: WordLists) -> Pattern:
    tokens = _tokens(source)
    nodes = _sequence(tokens, lists, depth=0)
    if tokens:
        raise PatternError(_("a closing bracket without an opening one; remove it"))
    size([nodes])
    anchors = _anchors(nodes)
    if any(map(_is_open, anchors)):
        raise PatternError(
            _(
                "nothing firm but an expression that may begin with any letter; begin "
                "it with letters, or write a word beside it"
            )
        )
    return Pattern(nodes, anchors)


def size(sequences: Iterable[Sequence[Node]]) -> int:
    """Return the number of words in *sequences*, those of their word lists included.

    Raises:
        PatternError: more than one pattern may have.
    """
    total = 0
    for node in chain.from_iterable(sequences):
        if isinstance(node, Choice):
            total += size(node.any_of)
        elif isinstance(node, Words):
            expressions = sum(map(_is_expression, node.any_of))
            total += len(node.any_of) + (_EXPRESSION_WORDS - 1) * expressions
        else:
            total += 1
        if total > MAX_WORDS:
            raise PatternError(
                _(
                    "more than {max_words} words with those of its word lists, of which an "
                    "expression counts as {expression_words}; write several patterns",
                    max_words=f"{MAX_WORDS:,}",
                    expression_words=_EXPRESSION_WORDS,
                )
            )
    return total


def _tokens(source: str) -> list[re.Match[str]]:
    """Return the tokens of *source*, the first one last."""
    tokens = [match for match in _TOKEN.finditer(source) if not match[0].isspace()]
    tokens.reverse()
    for token in tokens:
        if token[7]:
            raise PatternError(
                _(
                    "{token} means nothing here; write words, (a|b), ..4 or <list>",
                    token=repr(token[7]),
                )
            )
    return tokens


def _sequence(tokens: list[re.Match[str]], lists: WordLists, *, depth: int) -> tuple[Node, ...]:
    """Take nodes off *tokens* up to the end, or to a closing bracket or bar, which stays."""
    if depth > MAX_DEPTH:
        raise _TooDeepError(
            _(
                "brackets or lists more than {max_depth} deep; write several patterns",
                max_depth=MAX_DEPTH,
            )
        )
    nodes: list[Node] = []
    while tokens and not (tokens[-1][4] or tokens[-1][5]):
        token = tokens.pop()
        if token[1]:
            nodes.append(_gap(token[1]))
        elif token[2]:
            nodes.append(lists.node(token[2], depth=depth))
        elif token[3]:
            nodes.append(_choice(tokens, lists, depth=depth))
        else:
            nodes.append(_word(token[6]))
    if tokens and tokens[-1][5] and not depth:
        raise PatternError(_("a bar outside brackets; write (a|b), or two patterns"))
    return _checked(nodes)


def _checked(nodes: list[Node]) -> tuple[Node, ...]:
    if not nodes:
        raise PatternError(_("an empty pattern or alternative; write at least one word"))
    if len(nodes) == 1 and isinstance(nodes[0], Words):  # nearly always
        return (nodes[0],)
    if len(nodes) > MAX_IN_A_ROW:
        raise PatternError(
            _(
                "more than {max_in_a_row} words in a row; write several patterns",
                max_in_a_row=MAX_IN_A_ROW,
            )
        )
    if all(isinstance(node, Gap) or _may_be_absent(node) for node in nodes):
        raise PatternError(_("nothing in it must be there; write a word outside (…)?"))
    firm = [node for node in nodes if not _may_be_absent(node)]
    if isinstance(firm[0], Gap) or isinstance(nodes[-1], Gap):
        raise PatternError(_("a gap at an end; start and end with a word"))
    return tuple(nodes)


def _may_be_absent(node: Node) -> bool:
    return isinstance(node, Choice) and node.optional


def _choice(tokens: list[re.Match[str]], lists: WordLists, *, depth: int) -> Node:
    sequences = []
    while True:
        sequences.append(_sequence(tokens, lists, depth=depth + 1))
        if not tokens:
            raise PatternError(_("an opening bracket without a closing one; write (a|b)"))
        closing = tokens.pop()
        if closing[4]:
            return _one_of(sequences, optional=closing[4] == ")?")


@lru_cache(maxsize=16_384)
def _word(word: str) -> Words:
    if word.startswith("/"):
        return Words(frozenset({_expression(word.lower())}))
    if word != "#" and not _WORD.fullmatch(word):
        raise PatternError(
            _(
                "{word} is not a word; write letters and digits, a space for a hyphen, "
                "and * only at the end",
                word=repr(word),
            )
        )
    return Words(frozenset({word.lower()}))


def _expression(word: str) -> str:
    if len(word) < len("/a/") or not word.endswith("/"):
        raise PatternError(
            _("{word} is not an expression; write /…/, without spaces in it", word=repr(word))
        )
    try:
        expression(word[1:-1])
    except ExpressionError as error:
        shown = word if len(word) <= _SHOWN else f"{word[:_SHOWN]}…"
        raise PatternError(f"in {shown}: {error}") from error
    return word


def _is_expression(word: str) -> bool:
    return word.startswith("/")


def _is_open(words: Words) -> bool:
    """Tell whether one of *words* may begin with any letter."""
    return any(_is_expression(word) and expression(word[1:-1]).is_open for word in words.any_of)


def _gap(width: str) -> Gap:
    if len(width) > len(str(MAX_GAP)) or not 0 < int(width) <= MAX_GAP:
        raise PatternError(
            _("a gap of {width} words; write ..1 to ..{max_gap}", width=width[:9], max_gap=MAX_GAP)
        )
    return Gap(int(width))


def _word_list(name: str, phrases: Sequence[str] | None, lists: WordLists, *, depth: int) -> Node:
    if phrases is None:
        raise PatternError(_("no word list is called <{name}>; name it under lists", name=name))
    sequences = []
    for phrase in phrases:
        tokens = _tokens(phrase)
        sequences.append(_sequence(tokens, lists, depth=depth + 1))
        if tokens:
            raise PatternError(
                _(
                    "{phrase} in <{name}> has a bar or bracket too many; write (a|b)",
                    phrase=repr(phrase),
                    name=name,
                )
            )
    if not sequences:
        raise PatternError(_("the word list <{name}> is empty; write its phrases", name=name))
    return _one_of(sequences, optional=False)


def _one_of(sequences: list[tuple[Node, ...]], *, optional: bool) -> Node:
    """Join *sequences* to one node; single words become one set, found in one step."""
    size(sequences)
    words: set[str] = set()
    longer: list[tuple[Node, ...]] = []
    for nodes in sequences:
        if len(nodes) == 1 and isinstance(nodes[0], Words):
            words |= nodes[0].any_of
        elif len(nodes) == 1 and isinstance(nodes[0], Choice) and not nodes[0].optional:
            longer += nodes[0].any_of
        else:
            longer.append(nodes)
    if words and not longer and not optional:
        return Words(frozenset(words))
    alone = [(Words(frozenset(words)),)] if words else []
    return Choice((*alone, *longer), optional)


def _anchors(nodes: Sequence[Node]) -> frozenset[Words]:
    """Return the rarest of what must be there."""
    certain = needs(nodes)
    return certain[0] if len(certain) == 1 else min(certain, key=_commonness)


def needs(nodes: Sequence[Node]) -> list[frozenset[Words]]:
    """Return what must be there: one word of each, in every sentence where *nodes* match."""
    certain = []
    for node in nodes:
        if isinstance(node, Words):
            certain.append(frozenset({node}))
        elif isinstance(node, Choice) and not node.optional:
            certain.append(frozenset[Words]().union(*map(_anchors, node.any_of)))
    return certain


def _commonness(anchors: frozenset[Words]) -> tuple[bool, bool, int]:
    words = frozenset[str]().union(*(each.any_of for each in anchors))
    return (any(map(_is_open, anchors)), not words.isdisjoint(_COMMON), len(words))


#: Words that stand in nearly every posting: poor anchors.
_COMMON = frozenset({
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "our", "the",
    "their", "to", "we", "with", "you", "your", "customer", "customers", "client", "clients",
    "team", "teams", "work", "experience", "service", "support", "new", "business", "role", "job",
})  # fmt: skip
