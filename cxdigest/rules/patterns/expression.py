"""An expression for one word: ``(re)?book(ing|ings)?`` fits a whole word or does not.

The safe subset of regular expressions: letters, classes, choices, quantifiers of bounded depth. It
becomes an automaton of one bit for each letter that is written (Glushkov's), so a word is read once
from left to right whatever is asked of it; the ``re`` module would try some expressions for ever.
Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cxdigest.language import _, marked

LONGEST_WORD = 40  #: letters; nothing longer is looked at
MOST_REPEATS = 20
_LONGEST = 200  #: characters of an expression
_MOST_LETTERS = 300  #: written out, repeats included
_MOST_KNOWN = 10_000  #: steps remembered
_MOST_IN_RANGE = 300
_ALL = marked("write letters, digits, ', [a-z], ., ?, *, +, {1,3}, | and (…)")
_CLASS = re.compile(r"\[((?:[^\W_]-[^\W_]|[^\W_]|')+)\]")
_BRACES = re.compile(r"\{([0-9]{1,2})(?:,([0-9]{1,2}))?\}")
_SIGNS = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_REFUSED = {
    "^": marked("an anchor (^); remove it, because the whole word must fit anyway"),
    "$": marked("an anchor ($); remove it, because the whole word must fit anyway"),
    "\\": marked(
        "a backslash; write the letters themselves, because there are no references and no \\w"
    ),
}


class ExpressionError(ValueError):
    """An expression is not in the subset; the text says what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Some letters of an expression, each a bit."""

    first: int  #: those it can begin with
    last: int  #: those it can end with
    may_be_absent: bool
    is_repeated: bool  #: holds a quantifier


class Expression:
    """One expression, ready to be asked."""

    def __init__(self, source: str) -> None:
        """Read *source*, in lower case.

        Raises:
            ExpressionError: it is not in the subset.
        """
        reader = _Reader(source)
        whole = reader.whole()
        self._letters = reader.letters
        self._after = [whole.first, *reader.after[1:]]
        self._ends = whole.last
        self._steps: dict[tuple[int, str], int] = {}
        firsts = [reader.letters[place] for place in _places(whole.first)]
        #: Whether words that fit may begin with letters that are not written out.
        self.is_open = any(letters is None or len(letters) > 1 for letters in firsts)

    def fits(self, word: str) -> bool:
        """Tell whether the whole of *word*, folded, fits."""
        if len(word) > LONGEST_WORD or word in {",", "\n"}:
            return False
        at = 1
        for letter in word:
            step = at, letter
            at = self._steps[step] if step in self._steps else self._step(at, letter)
            if not at:
                return False
        return bool(at & self._ends)

    def _step(self, at: int, letter: str) -> int:
        after = 0
        for place in _places(at):
            after |= self._after[place]
        for place in _places(after):
            letters = self._letters[place]
            if letters is not None and letter not in letters:
                after ^= 1 << place
        if len(self._steps) >= _MOST_KNOWN:
            self._steps.clear()
        self._steps[at, letter] = after
        return after


@lru_cache(maxsize=4096)
def expression(source: str) -> Expression:
    """Return the expression *source*, read once.

    Raises:
        ExpressionError: it is not in the subset.
    """
    return Expression(source)


def _places(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        #: What stands at each place, None for any letter; place 0 is before the word.
        self.letters: list[frozenset[str] | None] = [frozenset()]
        self.after: list[int] = [0]  #: what may follow each place

    def whole(self) -> _Part:
        if len(self._source) > _LONGEST:
            raise ExpressionError(
                _("more than {longest} characters; write several", longest=_LONGEST)
            )
        part = self._choice()
        if self._next():
            raise ExpressionError(_("a closing bracket without an opening one; remove it"))
        if part.may_be_absent:
            raise ExpressionError(
                _("it fits a word without letters; make something in it necessary")
            )
        return part

    def _next(self) -> str:
        return self._source[self._at : self._at + 1]

    def _choice(self) -> _Part:
        part = self._sequence()
        while self._next() == "|":
            self._at += 1
            other = self._sequence()
            part = _Part(
                first=part.first | other.first,
                last=part.last | other.last,
                may_be_absent=part.may_be_absent or other.may_be_absent,
                is_repeated=part.is_repeated or other.is_repeated,
            )
        return part

    def _sequence(self) -> _Part:
        if self._next() in ("", "|", ")"):
            raise ExpressionError(
                _("an empty choice; write letters, or (…)? for what may be absent")
            )
        part = self._item()
        while self._next() not in ("", "|", ")"):
            part = self._joined(part, self._item())
        return part

    def _joined(self, part: _Part, then: _Part) -> _Part:
        self._link(part.last, then.first)
        return _Part(
            first=part.first | (then.first if part.may_be_absent else 0),
            last=then.last | (part.last if then.may_be_absent else 0),
            may_be_absent=part.may_be_absent and then.may_be_absent,
            is_repeated=part.is_repeated or then.is_repeated,
        )

    def _link(self, before: int, after: int) -> None:
        for place in _places(before):
            self.after[place] |= after

    def _item(self) -> _Part:
        start = self._at
        part = self._atom()
        bounds = self._quantifier()
        if bounds is None:
            return part
        if part.is_repeated:
            raise ExpressionError(
                _("a quantifier on a group that holds one; write (a|ab)? not (ab?)?")
            )
        if self._quantifier():
            raise ExpressionError(_("two quantifiers in a row; keep one"))
        return self._repeated(part, start, *bounds)

    def _repeated(self, part: _Part, start: int, least: int, most: int | None) -> _Part:
        """Return *part*, whose text begins at *start*, so many times; without *most*, endlessly."""
        if most is None:
            self._link(part.last, part.first)
        whole = _absent(part, may_be=least == 0)
        end = self._at
        for number in range(1, most or 1):
            self._at = start
            whole = self._joined(whole, _absent(self._atom(), may_be=number >= least))
        self._at = end
        return whole

    def _quantifier(self) -> tuple[int, int | None] | None:
        sign = self._next()
        if sign in _SIGNS:
            self._at += 1
            return _SIGNS[sign]
        if sign != "{":
            return None
        found = _BRACES.match(self._source, self._at)
        least, most = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not found or not 0 < most <= MOST_REPEATS or least > most:
            raise ExpressionError(
                _(
                    "{{…}} without two numbers up to {most_repeats}; write {{1,3}}",
                    most_repeats=MOST_REPEATS,
                )
            )
        self._at = found.end()
        return least, most

    def _atom(self) -> _Part:
        letter = self._next()
        if letter == "(":
            return self._group()
        if letter == "[":
            return self._class()
        self._at += 1
        if letter == ".":
            return self._place(None)
        if letter == "'" or (letter.isalnum() and letter <= "\uffff"):
            return self._place(frozenset(letter))
        if letter in _SIGNS or letter == "{":
            raise ExpressionError(
                _("nothing before {letter}; write a letter or (…) before it", letter=letter)
            )
        raise ExpressionError(
            _(_REFUSED[letter])
            if letter in _REFUSED
            else _("{letter} means nothing in it; {all}", letter=repr(letter), all=_(_ALL))
        )

    def _group(self) -> _Part:
        self._at += 1
        if self._next() == "?":
            raise ExpressionError(_("a group that begins with (?; write a plain (…)"))
        part = self._choice()
        if self._next() != ")":
            raise ExpressionError(_("an opening bracket without a closing one; write (…)"))
        self._at += 1
        return part

    def _class(self) -> _Part:
        found = _CLASS.match(self._source, self._at)
        letters = _letters(found[1]) if found else None
        if not found or not letters:
            raise ExpressionError(_("[…] with more than letters, digits and '; write [a-z0-9]"))
        self._at = found.end()
        return self._place(letters)

    def _place(self, letters: frozenset[str] | None) -> _Part:
        if len(self.letters) > _MOST_LETTERS:
            raise ExpressionError(
                _(
                    "more than {most_letters} letters with its repeats; shorten it",
                    most_letters=_MOST_LETTERS,
                )
            )
        bit = 1 << len(self.letters)
        self.letters.append(letters)
        self.after.append(0)
        return _Part(first=bit, last=bit, may_be_absent=False, is_repeated=False)


def _absent(part: _Part, *, may_be: bool) -> _Part:
    return _Part(
        first=part.first, last=part.last, may_be_absent=part.may_be_absent or may_be,
        is_repeated=True,
    )  # fmt: skip


def _letters(inside: str) -> frozenset[str]:
    """Return the letters of a class, none where a range is backwards or beyond reason."""
    letters: set[str] = set()
    for found in re.finditer(r"(.)-(.)|.", inside):
        first, last = ord(found[1] or found[0]), ord(found[2] or found[0])
        if not 0 <= last - first < _MOST_IN_RANGE or last > 0xFFFF:  # noqa: PLR2004 - as folded
            return frozenset()
        letters.update(map(chr, range(first, last + 1)))
    return frozenset(letter for letter in letters if letter.isalnum() or letter == "'")
