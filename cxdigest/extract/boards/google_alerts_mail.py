"""Google Alerts as mail: the hits of one search or, weekly, of several.

The text part is blocks of title, site (in the news section only), snippet and address::

    === News - 2 new results for [journey manager] ===

    Journey Manager - Tarn & Vale
    Leeds Careers
    Own the journey of our members ...
    <https://www.google.com/url?...>

The HTML part marks the same with schema.org; the JSON in front of it holds the first few hits only
and is no more than a check on the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cxdigest.extract.cards.both import Joined, Reading, Row, distinct, extraction, join, traces
from cxdigest.extract.format import MailFormat
from cxdigest.extract.hits.google_hits import Hit, plain, sighting
from cxdigest.extract.mails.mail import Mail
from cxdigest.links import clean
from cxdigest.markup import read_markup
from cxdigest.model import Extraction
from cxdigest.text import host_of, squash

NAME = "google-alerts-mail"

_SENDER = "googlealerts-noreply@google.com"
#: Bounded everywhere: a mail may hold one line of a megabyte.
_HEADING = re.compile(
    r"^===[ \t]*(?P<section>.{0,60}?)[ \t]{1,4}[-\u2013][ \t]{1,4}(?P<count>\d{1,6})?"
    r".{0,400}?===[ \t]*$",
    re.MULTILINE,
)
_LINK = re.compile(r"(?:(?P<words>.*\S)\s*<|<?)(?P<url>https?://[^\s<>]+)>?")
#: A heading that nobody else writes: ``=== News - 2 new results for [journey manager] ===``.
_OURS = re.compile(
    r"^[> \t]{0,9}===[ \t]{1,4}\S.{0,60}?[ \t][-\u2013][ \t]{1,4}\d{1,6}\b[^\[\n]{0,80}"
    r"\[.{1,300}\][ \t]*===",
    re.MULTILINE,
)
#: The sections whose hits name their site, in the languages of Google's mails.
_NEWS = re.compile(
    r"news|nachrichten|schlagzeilen|actualit|noticias|notícias|notizie|nieuws|nyhet|nyhed|uutis|wiadomości"
    r"|новости|ニュース|뉴스|新闻|新聞",
    re.IGNORECASE,
)
_MAX_LINE = 10_000
_MAX_RESULTS = 500
_MAX_WORDS = 2_000  #: characters of a block that may be one result
_MAX_DEPTH = 12  #: blocks around a link that are searched for its words
_WIDTH = 75  #: at which Google breaks the lines of a text part
_GOOGLE = re.compile(r"(?:^|\.)google\.[a-z]{2,3}(?:\.[a-z]{2})?$")
_REDIRECT = re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,6}/url\?", re.IGNORECASE)
_SHARING = re.compile(r"\s*(?:Google\+|Facebook|Twitter|Flag as irrelevant)\s*")


def _recognises(mail: Mail) -> bool:
    return (
        mail.sender == _SENDER
        or ".alerts.google.com" in mail.headers.get("list-id", "")
        or ("google.com/alerts" in mail.text and _HEADING.search(mail.text) is not None)
        or ("===" in mail.text and _OURS.search(mail.text) is not None)
        or "google.com/alerts/feedback" in mail.html
    )


def _read(mail: Mail) -> Extraction:
    tree = read_markup(mail.html) if mail.html else None
    joined = join(
        Reading(part="text", strategy="blocks above an address", rows=_rows(_text_hits(mail.text))),
        Reading(
            part="HTML", strategy="linked titles", rows=_rows(_html_hits(tree) if tree else [])
        ),
    )
    counts = [int(match["count"]) for match in _HEADING.finditer(mail.text) if match["count"]]
    if tree:
        joined = _checked(joined, _rows(_json_hits(tree)))
    if joined.sightings:
        return extraction(NAME, joined, announced=sum(counts) or None)
    if counts:
        reason = f"The mail announces {sum(counts)} results, and none of them could be read."
        return Extraction(format=NAME, outcome="unreadable", reason=reason)
    reason = "A mail of Google Alerts about the alert itself, without results."
    return Extraction(format=NAME, outcome="not-an-alert", reason=reason)


FORMAT = MailFormat(
    name=NAME,
    recognises=_recognises,
    read=_read,
    domains=("google.com",),
    marks="it is laid out as Google Alerts are",
)


def _rows(hits: Iterable[Hit]) -> tuple[Row, ...]:
    return distinct(
        [
            Row(
                key=clean(hit.url).url,
                sighting=sighting(hit, format_name=NAME),
                start=hit.line,
                end=hit.line,
                quote=hit.title,
            )
            for hit in hits
        ]
    )


def _checked(joined: Joined, named: Sequence[Row]) -> Joined:
    """Return *joined* with what the JSON for Gmail names beyond it: kept, and told.

    It holds the first few hits only, so that it can say what is missing and nothing more.
    """
    links = {one.url for one in joined.sightings}
    missing = tuple(row for row in named if row.key not in links)
    told = tuple(
        f"{row.sighting.title}: the JSON for Gmail names it, the mail that is shown does not."
        for row in missing
    )
    json_alone = Reading(part="HTML", strategy="JSON for Gmail", rows=missing)
    return Joined(
        sightings=(*joined.sightings, *(row.sighting for row in missing)),
        disagreements=(*joined.disagreements, *told),
        traces=(*joined.traces, *traces(json_alone)),
    )


def _is_result(url: str) -> bool:
    """Tell whether *url* leads to a result, not to Google's own pages about the alert."""
    target = host_of(clean(url).url)
    if not _GOOGLE.search(host_of(url)):
        return bool(target)
    # Results lie behind the redirect, even where they are Google's own pages.
    return _REDIRECT.match(url) is not None and clean(url).url != url


def _text_hits(text: str) -> list[Hit]:
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1)]
    # A client that doubled the line ends leaves every line alone: then none of them separates.
    return [*_blocks(lines)] or [*_blocks([line for line in lines if line[1]])]


def _blocks(lines: Iterable[tuple[int, str]]) -> Iterator[Hit]:
    news = False
    block: list[str] = []
    for number, line in lines:
        if heading := _HEADING.match(line):
            news, block = _NEWS.search(heading["section"]) is not None, []
        elif len(line) < _MAX_LINE and (link := _LINK.fullmatch(line)):
            block += filter(None, [link["words"]])
            if block and _is_result(link["url"]):
                hit = _hit(block, link["url"], news=news)
                yield replace(hit, line=number - len(block))
            block = []
        elif line:
            block.append(line)
        else:
            block = []


def _hit(lines: list[str], url: str, *, news: bool) -> Hit:
    title, *rest = _unwrapped(lines, 3 if news else 2)
    site = rest.pop(0) if news and len(rest) > 1 else ""
    return Hit(title=squash(title), url=url, site=squash(site), snippet=squash(" ".join(rest)))


def _unwrapped(lines: list[str], expected: int) -> list[str]:
    """Undo line breaks that only the width made, and keep at least *expected* lines.

    A break is of the width's making if the next word would not have fitted. A long title looks like
    that too, so where too few lines remain the first of these breaks are real.
    """
    soft = [
        not line.endswith(("...", "…")) and len(line) + 1 + len(after.split()[0]) > _WIDTH
        for line, after in pairwise(lines)
    ]
    for index, is_soft in enumerate(soft):
        if is_soft and len(lines) - sum(soft) < expected:
            soft[index] = False
    joined = lines[:1]
    for line, is_soft in zip(lines[1:], soft, strict=True):
        if is_soft:
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return joined


def _html_hits(tree: LexborHTMLParser) -> list[Hit]:
    hits: dict[str, Hit] = {}
    words: dict[int, str] = {}  # of each block, since many links may share a large one
    for anchor in tree.css("a[href]"):
        url, title = anchor.attributes.get("href") or "", squash(anchor.text())
        key = clean(url).url
        if title and key not in hits and len(hits) < _MAX_RESULTS and _is_result(url):
            hits[key] = _html_hit(anchor, title, url, words)
    return list(hits.values())


def _html_hit(anchor: LexborNode, title: str, url: str, words: dict[int, str]) -> Hit:
    article = _article(anchor)
    if article is None:
        return Hit(title=title, url=url, snippet=_beside(anchor, title, words))
    site, snippet = (
        article.css_first(f"[itemprop={name}]") for name in ("publisher", "description")
    )
    return Hit(
        title=title,
        url=url,
        site=squash(site.text()) if site else "",
        snippet=squash(snippet.text()) if snippet else _beside(anchor, title, words),
    )


def _article(node: LexborNode) -> LexborNode | None:
    for parent in _parents(node):
        if "Article" in (parent.attributes.get("itemtype") or ""):
            return parent
    return None


def _parents(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    for _ in range(_MAX_DEPTH):
        if parent is None or parent.tag in {"body", "html"}:
            return
        yield parent
        parent = parent.parent


def _beside(anchor: LexborNode, title: str, seen: dict[int, str]) -> str:
    """Return the words that stand with *anchor* in the nearest block that has any."""
    for parent in _parents(anchor):
        if parent.mem_id not in seen:
            seen[parent.mem_id] = _SHARING.sub(" ", squash(parent.text(separator=" ")))
        words = seen[parent.mem_id]
        if len(words) > _MAX_WORDS:
            return ""  # no longer the block of one result
        if len(words) > len(title) + 20:
            links = {clean(a.attributes.get("href") or "").url for a in parent.css("a[href]")}
            alone = sum(map(_is_result, links)) == 1
            return squash(words.replace(title, "", 1)) if alone else ""
    return ""


def _json_hits(tree: LexborHTMLParser) -> Iterator[Hit]:
    """Yield the hits of the JSON that Gmail shows, which holds the first few."""
    for script in tree.css("script[data-scope=inboxmarkup]"):
        try:
            cards = json.loads(script.text(deep=True)).get("cards", [])
            widgets = [widget for card in cards for widget in card.get("widgets", [])]
            found = [
                (w["title"], w["url"], w.get("description", "")) for w in widgets if "url" in w
            ]
        # Cut off, of another shape, or nested without end.
        except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
            continue
        for title, url, description in found:
            if all(isinstance(x, str) for x in (title, url, description)) and _is_result(url):
                yield Hit(title=plain(title), url=url, snippet=plain(description))
