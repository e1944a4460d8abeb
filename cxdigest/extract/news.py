"""Tell a posting from news among the hits of a search, by host, path, title and snippet.

Pure and offline. The error that matters is a posting called news, since nobody would see it:
every doubt keeps the posting, and a page that shows no sign at all is one. The signs themselves
are data (``hit_signs.py``).
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from cxdigest.extract import hit_signs as signs
from cxdigest.text import host_of

ENOUGH = 4  #: what news must weigh at least ...
MARGIN = 2  #: ... and by how much more than what speaks for a posting
SENTENCE = 6  #: words that make an address or a title a sentence
NAME = 8  #: words up to which a title may be a mere name
SHARED = 4  #: words of the title in the address that make it the title's
_DIGITS = re.compile(r"[-_]?\d{3,}$|\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_SUBDOMAINS = frozenset({"www", "m", "amp", "de", "uk", "fr", "es", "en", "us"})


def is_posting(title: str, url: str, snippet: str) -> bool:
    """Tell whether the page at *url* (unwrapped) is a posting rather than news; doubt is True."""
    host, parts = host_of(url), _segments(url)
    if _among(host, signs.JOB_HOSTS):
        return not (_is_board_news(parts) and not signs.JOB_TITLE.search(title))
    news = _news_points(host, url, parts, title, snippet)
    return news < ENOUGH or news < _job_points(host, url, parts, title, snippet) + MARGIN


def _news_points(host: str, url: str, parts: list[str], title: str, snippet: str) -> int:
    points = 3 if _among(host, signs.NEWS_HOSTS) else 0
    points = points or 2 * any(map(signs.NEWS_LABEL.search, _labels(host)))
    points += 3 * bool(signs.DATE_PATH.search(_path(url)))
    points += 3 * any(map(signs.NEWS_SEGMENT.fullmatch, parts))
    points += min(2 * _headline_signs(title), 4)
    points += bool(signs.NEWS_SNIPPET.search(snippet))
    points += len(title.split()) > SENTENCE and not signs.ROLE.search(title)
    return points + _is_title_slug(parts, title)


def _job_points(host: str, url: str, parts: list[str], title: str, snippet: str) -> int:
    points = 4 * any(label in signs.JOB_LABELS for label in _words(host))
    points += 4 * any(map(signs.JOB_SEGMENT.fullmatch, parts))
    points += 2 * bool(parts and signs.JOB_SLUG.fullmatch(parts[-1]))
    points += 4 * bool(signs.JOB_QUERY.search(_query(url)))
    points += 4 * bool(signs.JOB_TITLE.search(title))
    points += 2 * bool(signs.JOB_SNIPPET.search(snippet))
    return points + _title_points(title)


def _title_points(title: str) -> int:
    """Weigh how much *title* is the name of an opening: short, a trade, nothing of a headline."""
    trade = bool(signs.ROLE.search(title))
    if _headline_signs(title):
        return 2 * trade
    if len(title.split()) > NAME:
        return 3 * trade
    return 6 if trade else 3


def _headline_signs(title: str) -> int:
    return sum(bool(pattern.search(title)) for pattern in signs.HEADLINE)


def _is_board_news(parts: list[str]) -> bool:
    """Tell whether the path leads to what a board writes, not to what it lists."""
    listed = any(map(signs.JOB_SEGMENT.fullmatch, parts))
    return not listed and any(map(signs.BOARD_NEWS.fullmatch, parts))


def _is_title_slug(parts: list[str], title: str) -> bool:
    """Tell whether the address ends in a whole sentence: the title, or at least six words."""
    words = {word for word in re.findall(r"\w+", title.casefold()) if len(word) > 1}
    slug = [word for word in re.split(r"[-_]", parts[-1]) if len(word) > 1] if parts else []
    return len(slug) >= SENTENCE or len(words.intersection(slug)) >= SHARED


def _segments(url: str) -> list[str]:
    parts = (_DIGITS.sub("", part.casefold()) for part in unquote(_path(url)).split("/"))
    return [part for part in parts if part]


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _query(url: str) -> str:
    try:
        return urlsplit(url).query
    except ValueError:
        return ""


def _labels(host: str) -> list[str]:
    """Return the labels that name somebody: no ``www``, no top-level domain."""
    return [label for label in host.split(".")[:-1] if label not in _SUBDOMAINS]


def _words(host: str) -> list[str]:
    return [word for label in host.split(".")[:-1] for word in (label, *label.split("-"))]


def _among(host: str, domains: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[start:]) in domains for start in range(len(labels)))
