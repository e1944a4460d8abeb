"""Tell a posting from news among the hits of a search, by host, path, title and snippet.

Pure and offline. The error that matters is a posting called news, since nobody would see it:
every doubt keeps the posting, and a page that shows no sign at all is one. The signs themselves
are data (``hit_signs.py``); words are looked up in sets, since patterns of hundreds of
alternatives cost more than reading the feed.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from cxdigest.extract.hits import hit_signs as signs
from cxdigest.text import host_of

ENOUGH = 4  #: what news must weigh at least ...
MARGIN = 2  #: ... and by how much more than what speaks for a posting
SENTENCE = 6  #: words that make an address or a title a sentence
NAME = 8  #: words up to which a title may be a mere name
SHARED = 4  #: words of the title in the address that make it the title's
_WORD = re.compile(r"[\w'/-]+")
_DIGITS = re.compile(r"[-_]?\d{3,}$|\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_SUBDOMAINS = frozenset({"www", "m", "amp", "de", "uk", "fr", "es", "en", "us"})


def is_posting(title: str, url: str, snippet: str) -> bool:
    """Tell whether the page at *url* (unwrapped) is a posting rather than news; doubt is True."""
    host, path, query = _split(url)
    parts = _segments(path)
    if _among(host, signs.JOB_HOSTS):
        return not _is_board_news(parts) or _names_opening(title, _words(title))
    words = _words(title)
    headline = _headline_signs(title, words)
    news = _news_place(host, path, parts) + min(2 * headline, 4)
    news += len(title.split()) > SENTENCE and not _names_trade(title, words)
    news += _is_title_slug(parts, words)
    job = _job_place(host, parts, query) + _title_points(title, words, headline)
    # The snippet moves 1 and 2 points: it is read only where they could decide.
    if news < max(ENOUGH, job + MARGIN) <= news + 1 or job + MARGIN <= news < job + 2 + MARGIN:
        news += bool(signs.NEWS_SNIPPET.search(snippet))
        job += 2 * bool(signs.JOB_SNIPPET.search(snippet))
    return news < max(ENOUGH, job + MARGIN)


def _news_place(host: str, path: str, parts: list[str]) -> int:
    points = 5 if _among(host, signs.NEWS_HOSTS) else 0
    points = points or 2 * any(map(signs.NEWS_LABEL.search, _labels(host)))
    points += 3 * bool(signs.DATE_PATH.search(path))
    return points + 3 * any(map(signs.NEWS_SEGMENT.fullmatch, parts))


def _job_place(host: str, parts: list[str], query: str) -> int:
    points = 4 * any(label in signs.JOB_LABELS for label in re.split(r"[.-]", host)[:-1])
    points += 4 * any(map(signs.JOB_SEGMENT.fullmatch, parts))
    points += 2 * bool(parts and signs.JOB_SLUG.fullmatch(parts[-1]))
    return points + 4 * bool(query and signs.JOB_QUERY.search(query))


def _title_points(title: str, words: list[str], headline: int) -> int:
    """Weigh how much *title* is the name of an opening: short, a trade, nothing of a headline."""
    points = 4 * _names_opening(title, words)
    trade = _names_trade(title, words)
    if headline:
        return points + 2 * trade
    if len(title.split()) > NAME:
        return points + 3 * trade
    return points + (6 if trade else 3)


def _names_opening(title: str, words: list[str]) -> bool:
    if not signs.JOB_WORDS.isdisjoint(words):
        return True
    hinted = not (title.isascii() and signs.JOB_HINTS.isdisjoint(words)) or any(
        sign in title for sign in "$/("
    )
    return hinted and signs.JOB_TITLE.search(title) is not None


def _names_trade(title: str, words: list[str]) -> bool:
    return not signs.ROLE_WORDS.isdisjoint(words) or bool(signs.ROLE.search(title.casefold()))


def _headline_signs(title: str, words: list[str]) -> int:
    count = sum(not theme.isdisjoint(words) for theme in signs.HEADLINE_WORDS)
    count += sum(pattern.search(title) is not None for pattern in signs.HEADLINE)
    opened = len(words) > 1 and words[0] in signs.OPENERS
    opened |= title.casefold().partition(":")[0] in signs.LABELS
    return count + opened + _is_sentence(title)


def _is_sentence(title: str) -> bool:
    """Tell whether *title* is written like a sentence; a name has its words in capitals."""
    long = [word for word in title.split() if len(word) > SHARED and word.isalpha()]
    small = sum(word.islower() for word in long)
    return len(long) >= SHARED and not title.islower() and small > len(long) * 0.6


def _is_board_news(parts: list[str]) -> bool:
    """Tell whether the path leads to what a board writes, not to what it lists."""
    listed = any(map(signs.JOB_SEGMENT.fullmatch, parts))
    return not listed and any(map(signs.BOARD_NEWS.fullmatch, parts))


def _is_title_slug(parts: list[str], words: list[str]) -> bool:
    """Tell whether the address ends in a whole sentence: the title, or at least six words."""
    slug = [word for word in re.split(r"[-_]", parts[-1]) if len(word) > 1] if parts else []
    shared = len(set(words).intersection(slug))
    return len(slug) >= SENTENCE or shared >= SHARED


def _split(url: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", "", ""
    return host_of(url), parts.path, parts.query


def _segments(path: str) -> list[str]:
    parts = (_DIGITS.sub("", part.casefold()) for part in unquote(path).split("/"))
    return [part for part in parts if part]


def _words(title: str) -> list[str]:
    """Return the words of *title* in lower case; ``h/f`` and ``isn't`` are one word each."""
    found = _WORD.findall(title.casefold().replace("\u2019", "'"))
    return [word.strip("'/-") for word in found]


def _labels(host: str) -> list[str]:
    """Return the labels that name somebody: no ``www``, no top-level domain."""
    return [label for label in host.split(".")[:-1] if label not in _SUBDOMAINS]


def _among(host: str, domains: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[start:]) in domains for start in range(len(labels)))
