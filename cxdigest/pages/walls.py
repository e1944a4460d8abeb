"""Whether a page that states nothing about itself is a wall, an empty shell, news, or a posting."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from cxdigest.errors import PageError
from cxdigest.pages import signs
from cxdigest.pages.document import Document
from cxdigest.text import squash

#: A page that shows more has text of its own beside the wall (characters).
_SHORT = 2_500
_SHELL = 250  #: a page that shows less shows nothing
_CLOSED_LINE = 240  #: characters; longer lines are sentences of the duties
_BEFORE = 60  #: characters before the words that may turn them round
_LEAST_KINDS = 2  #: of signs of a posting, out of five
_LEAST_SIGNS = 4
_SURE_KINDS = 3  #: enough to make up for hardly any text
_MANY = 5  #: openings that a list's text names
_MOST_LINKS = 500
_SENTENCE = 40  #: characters; what is shorter may stand anywhere
_TITLES = range(12, 120)  #: characters of a link that may be a title
_OPENING = re.compile(
    r"/(?:jobs?|careers?|vacanc|position|opening|stellen|emploi|empleo|offres?|vacature)",
    re.IGNORECASE,
)


def refuse_wall(document: Document) -> None:
    """Do nothing about a page with text of its own.

    Raises:
        PageError: it is a wall or an empty shell, or the opening is gone.
    """
    words = document.words
    if len(words) < _SHORT:
        if closed := closed_by((document.title, *document.lines)):
            raise PageError(closed, outcome="closed")
        _refuse_short(document, f"{document.title} {words}")
    if len(words) < _SHELL:
        scripted = "<script" in document.html.lower() or signs.SCRIPTED.search(document.bare)
        by = "fills itself by JavaScript alone" if scripted else "shows hardly any text"
        raise PageError(f"The page {by}.", outcome="empty")


def _refuse_short(document: Document, words: str) -> None:
    if _kinds(words) >= _SURE_KINDS:
        return
    if signs.ROBOT.search(words):
        raise PageError("The page asks for proof of not being a machine.", outcome="throttled")
    asks = document.tree.css_first('input[type="password"]') is not None
    titled = signs.LOGIN.search(document.title)
    if signs.LOGIN.search(words) and (asks or titled or len(words) < _SHELL):
        raise PageError("The page asks to log in.", outcome="auth")
    if len({found.casefold() for found in signs.CONSENT.findall(words)}) > 1:
        raise PageError("The page asks for consent before it shows anything.", outcome="auth")


def closed_by(lines: Iterable[str]) -> str:
    """Return the line that says that the opening is closed, ``""`` where none does."""
    short = (line for line in lines if len(line) <= _CLOSED_LINE)
    for line in short:
        folded = line.casefold().replace("\u2019", "'")
        told = any(word in folded for word in signs.CLOSING)
        found = signs.CLOSED.search(line.replace("\u2019", "'")) if told else None
        if found and not signs.NOT_YET.search(line[max(0, found.start() - _BEFORE) : found.end()]):
            return f"Its page says: {line}"
    return ""


def refuse_other(document: Document, article: str) -> None:
    """Do nothing about an article that reads as one opening's duties.

    Raises:
        PageError: it is something else.
    """
    if _named(document, article) >= _MANY:
        raise PageError(
            "The page lists many openings; it is not one opening's own.", outcome="empty"
        )
    named = sum(1 for kind in signs.DUTIES for _ in kind.finditer(article))
    if len(signs.NEWS.findall(article)) > named:
        raise PageError("The page reads as news, not as a posting.", outcome="empty")
    about = signs.TASKS.search(article) or signs.WANTED.search(article)
    if not about or named < _LEAST_SIGNS or _kinds(article) < _LEAST_KINDS:
        raise PageError("The page's text does not read as a posting.", outcome="empty")


def _kinds(text: str) -> int:
    """Return how many kinds of sign of a posting *text* has."""
    return sum(1 for kind in signs.DUTIES if kind.search(text))


def _named(document: Document, article: str) -> int:
    """Return how many links to openings have their title, or the words below it, in *article*."""
    titles = {
        title
        for link in document.tree.css("a[href]")[:_MOST_LINKS]
        if _OPENING.search(link.attributes.get("href") or "")
        and len(title := squash(link.text()[:500])) in _TITLES
    }
    text = squash(article)
    below = {line: after for line, after in pairwise(document.lines) if line in titles}
    told = (title for title in titles if title in text or _stands(below.get(title, ""), text))
    return sum(1 for _ in told)


def _stands(line: str, text: str) -> bool:
    return len(line) >= _SENTENCE and line in text
