"""A mail's text part -> what in it looks like postings, whoever wrote the mail.

Boards put a posting's link below its lines, right below its title, or above all of them. Within one
mail it is always the same: the way that explains the most links is taken for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import zip_longest

from cxdigest.extract.cards.repeats import (
    ENOUGH,
    Found,
    line_signs,
    link_signs,
    title_signs,
    unrepeated,
)
from cxdigest.extract.lines.blocks import Block, blocks
from cxdigest.extract.lines.facts import is_age, is_pay
from cxdigest.extract.lines.signs import is_navigation
from cxdigest.links import Link, clean

_HEADS = 3  #: lines of a run among which the title is looked for
_MAX_AFTER = 12  #: lines below a title that may be its own
_NUMBER = re.compile(r"^(?:\d{1,3}[.)]|[*•·\u25aa\u25cf\u2023>\u2192\u25ba-])\s+")
_TOKEN = re.compile(r"[\w-]*\d[\w-]*(?:/|$)|[\w-]{20,}")
_LABEL = re.compile(
    r"^(?:job title|position|role|job|poste|intitulé|stelle|titel|puesto|cargo|ruolo|functie)"
    r"\s?:\s+",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?:,;]$")


def in_text(text: str) -> list[Found]:
    """Return the postings of a text part, in its order."""
    listed = [block for block in blocks(text, tail=True) if not _is_button(block)]
    pairs = [pair for pair in zip_longest(listed, listed[1:]) if pair[0].href]
    read = [[way(*pair) for pair in pairs] for way in _WAYS]
    best = max(
        read, key=lambda found: sum(one.signs for one in found if one and one.signs >= ENOUGH)
    )
    return unrepeated(_alike([one for one in best if one]))


def _alike(found: list[Found]) -> list[Found]:
    """Return those for which enough speaks, and what has the same links and facts beside them."""
    sure = [one for one in found if one.signs >= ENOUGH]
    shapes = {_shape(one.link) for one in sure} if len(sure) > 1 else set()
    return [
        one
        for one in found
        if one.signs >= ENOUGH or (_shape(one.link) in shapes and line_signs(one.after))
    ]


def _shape(link: Link) -> str:
    """Return what links of one kind have in common: all but numbers and what follows them."""
    return _TOKEN.split(link.url.partition("?")[0], maxsplit=1)[0]


def _is_button(block: Block) -> bool:
    """Tell whether *block* is a link beside an order, with nothing of a posting above it."""
    return bool(block.label) and is_navigation(block.label) and not block.runs


def _link_last(block: Block, following: Block | None) -> Found | None:  # noqa: ARG001 - a way's shape
    """``title, employer, place, link``; the link perhaps below a blank line, or after an order."""
    runs = [run for run in block.runs if len(run) > 1]
    if not runs:
        return None
    link = clean(block.href)
    run = max(reversed(runs), key=_weight)
    at = _title_at(run)
    if at is None:
        return None
    before = run[:at] if at and not _SENTENCE_END.search(run[at - 1]) else ()
    closes = block.closes and run is block.runs[-1]
    return _found(block, link, run[at], run[at + 1 :], before, bonus=closes)


def _weight(run: Sequence[str]) -> int:
    """Say how much *run* looks like a posting: its best title, and facts below it."""
    at = _title_at(run)
    return 0 if at is None else title_signs(_bare(run[at])) + line_signs(run[at + 1 :])


def _title_at(run: Sequence[str]) -> int | None:
    """Return which of the first lines of *run* is the title: the first that names a trade."""
    heads = range(min(_HEADS, len(run) - 1))
    signs = [title_signs(_bare(run[at])) for at in heads]
    if not max(signs, default=0):
        return None
    return signs.index(max(signs))


def _title_first(block: Block, following: Block | None) -> Found | None:
    """``title, link, employer, place``; the title may stand beside the link."""
    above = block.runs[-1][-1] if block.runs else ""
    heads = [line for line in (block.label, above) if line and not is_navigation(line)]
    title = max(heads, key=lambda line: title_signs(_bare(line)), default="")
    if title_signs(_bare(title)) <= (0 if title and _is_alone(block, title) else 1):
        return None
    after = _below(following, glued=True)
    return _found(block, clean(block.href), title, after, bonus=_is_alone(block, title))


def _is_alone(block: Block, title: str) -> bool:
    """Tell whether *title* stands alone beside or above its link, as no sentence's end does."""
    return title == block.label or (len(block.runs[-1]) == 1 and block.closes)


def _link_first(block: Block, following: Block | None) -> Found | None:
    """``link, title, employer, place``."""
    after = _below(following, glued=False)
    if following is None or len(after) < 2 or block.label:  # noqa: PLR2004 - title and employer
        return None
    at = _title_at(after)
    if at is None:
        return None
    bonus = following.opens and not block.closes
    return _found(block, clean(block.href), after[at], after[at + 1 :], after[:at], bonus=bonus)


_WAYS: tuple[Callable[[Block, Block | None], Found | None], ...] = (
    _link_last,
    _title_first,
    _link_first,
)


def _below(following: Block | None, *, glued: bool) -> tuple[str, ...]:
    """Return the lines below a link, up to a blank line that is followed by no fact.

    *glued*: the last of them may be the next title, above its own link.
    """
    if following is None or not following.runs:
        return ()
    lines = list(following.runs[0])
    for run in following.runs[1:]:
        if not all(is_pay(line) or is_age(line) or _NUMBER.match(line) for line in run):
            break
        lines += run
    else:
        if glued and following.closes and not following.label:
            lines.pop()
    return tuple(lines[:_MAX_AFTER])


def _found(
    block: Block,
    link: Link,
    title: str,
    after: Sequence[str],
    before: Sequence[str] = (),
    *,
    bonus: bool,
) -> Found | None:
    title = _bare(title)
    signs = title_signs(title) + link_signs(link) + line_signs(after)
    if not title_signs(title):
        return None
    return Found(
        title=title,
        link=link,
        before=tuple(before),
        after=tuple(after),
        signs=signs + bonus,
        start=block.start,
        end=block.end,
    )


def _bare(line: str) -> str:
    """Return *line* without a list's number or bullet, and without a Markdown's stars."""
    return _LABEL.sub("", _NUMBER.sub("", line).strip("*_# "))
