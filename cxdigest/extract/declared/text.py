"""The text part of a mail, read in an order of lines that a declared format says.

A posting's lines stand above its link, below it, or around it; blank lines, dashed lines, headings
and other links part it from its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cxdigest.extract.declared.fitting import Facts, Shown, fit
from cxdigest.extract.declared.links import URL, kind_of
from cxdigest.extract.declared.schema import Declared, Item, Lines
from cxdigest.extract.lines.signs import is_navigation
from cxdigest.text import unhidden

_RULE = re.compile(r"[-_=*~\u2500\u2014]{8,}")
_OPEN_END = ("|", "\u2022", "\u00b7")
_MAX_CARDS = 500
_MAX_MENDED = 400  #: characters
_MAX_RUNS = 8  #: of one posting
_MAX_RUN = 24  #: lines; the longest posting seen has 14
_AROUND = "[]()<>*\u2022=> \t:"
Runs = list[list[Shown]]


@dataclass(slots=True)
class _Stretch:
    """What stands between two links."""

    runs: Runs = field(default_factory=lambda: [[]])
    href: str = ""  #: the link at its end
    lines: tuple[int, int] = (0, 0)  #: its first line and the link's, from 1
    section: str = ""  #: the heading that it stands under
    starts: bool = False  #: a dashed line or heading parts it from the link before
    ends: Runs = field(default_factory=list)  #: the lines before that dashed line


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCard:
    """One posting's link with the lines around it."""

    href: str
    section: str
    lines: tuple[int, int]  #: its first and the link's in the part, from 1
    above: Runs
    below: Runs
    closed: bool  #: a dashed line or heading says where it ends


def text_cards(declared: Declared, text: str) -> list[TextCard]:
    """Return the cards of *text*, in its order, as far as a real alert could be long."""
    stretches = list(_stretches(declared, text))
    out: list[TextCard] = []
    for at, one in enumerate(stretches[:-1]):
        if not kind_of(declared, one.href):
            continue
        following = stretches[at + 1]
        below = following.ends if following.starts else following.runs
        below = _filled(below)
        if not following.starts and kind_of(declared, following.href):
            below = _without_next(below)
        out.append(
            TextCard(
                href=one.href,
                section=one.section,
                lines=one.lines,
                above=[run[-_MAX_RUN:] for run in _filled(one.runs)[-_MAX_RUNS:]],
                below=[run[:_MAX_RUN] for run in below[:_MAX_RUNS]],
                closed=following.starts,
            )
        )
        if len(out) == _MAX_CARDS:
            break
    return out


def fit_text(declared: Declared, layout: Lines, card: TextCard) -> Facts | None:
    """Return the facts of *card* where it is laid out so."""
    if len(layout.above) > 1:
        return _fit_parted(declared, layout, card.above)
    items = layout.above[0]
    if not layout.below:
        return _fit_runs(declared, items, card.above)
    head = card.above[-1][-max(1, len(items)) :] if items and card.above else []
    need = sum(item != "facts" for item in layout.below)
    tail: list[Shown] = []
    for run in card.below:
        if card.closed or len(tail) < max(1, need):
            tail += run
    return fit(declared, [*items, *layout.below], [*head, *tail]) if head or not items else None


def _fit_runs(declared: Declared, items: Sequence[Item], runs: Runs) -> Facts | None:
    """Read the run nearest to the link that has the lines; one may be joined to the next."""
    for run in reversed(runs):
        for start in range(len(run)):
            if facts := fit(declared, items, run[start:]):
                return facts
    return fit(declared, items, [line for run in runs[-len(items) :] for line in run])


def _fit_parted(declared: Declared, layout: Lines, runs: Runs) -> Facts | None:
    head, tail = layout.above
    for at in range(len(runs) - 2, -1, -1):
        if len(runs[at]) >= len(head):
            return fit(declared, [*head, *tail], [*runs[at][: len(head)], *runs[-1]])
    return _fit_runs(declared, [*head, *tail], runs)  # its blank lines were lost on the way


def _without_next(runs: Runs) -> Runs:
    """Return *runs* without the lines that lead over to the next posting's link."""
    return runs[:-1] if len(runs) > 1 else runs


def _stretches(declared: Declared, text: str) -> Iterator[_Stretch]:
    stretch, section = _Stretch(), ""
    first = 1
    for number, raw in enumerate(text.split("\n"), 1):
        line = unhidden(raw)
        name = _heading(declared, line)
        if name is not None or _RULE.fullmatch(line):
            section = section if name is None else name
            stretch = _Stretch(
                section=section, starts=True, ends=stretch.ends or _filled(stretch.runs)
            )
            continue
        stretch.section = section
        url = URL.search(line)
        if url:
            if label := _label(line[: url.start()]):
                stretch.runs[-1].append(Shown(text=label, raw=label, linked=True))
            stretch.href, stretch.lines, first = url[0], (first, number), number + 1
            yield stretch
            stretch = _Stretch(section=section)
        elif line:
            _append(stretch.runs[-1], Shown(text=line, raw=raw.replace("\xa0", " ").strip()))
        elif stretch.runs[-1]:
            stretch.runs.append([])
    yield stretch


def _filled(runs: Runs) -> Runs:
    return [run for run in runs if run]


def _label(words: str) -> str:
    """Return what stands before a link on its line, ``""`` for signs and buttons."""
    label = words.strip(_AROUND)
    return "" if is_navigation(label) else label


def _append(run: list[Shown], line: Shown) -> None:
    """Add *line*; one that the mail broke behind a joint is mended."""
    if run and run[-1].text.endswith(_OPEN_END) and len(run[-1].text) < _MAX_MENDED:
        last = run.pop()
        line = Shown(text=f"{last.text} {line.text}", raw=f"{last.raw} {line.raw}")
    run.append(line)


def _heading(declared: Declared, line: str) -> str | None:
    return next((name for one, name in declared.sections if one.read(line) is not None), None)
