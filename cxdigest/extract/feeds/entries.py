"""Raw bytes -> the entries of a feed: RSS, Atom, RDF by feedparser, JSON Feed by ``json_feed``.

feedparser guesses whether its argument is an address, a file name or a document, and opens the
first two: it is therefore given a stream of bytes and nothing else. Its cleaning of markup is
switched off, since the formats read the markup as delivered.
"""

from __future__ import annotations

import calendar
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import feedparser

from cxdigest.errors import AlertError, TooLargeError
from cxdigest.extract.feeds.json_feed import read_json_feed
from cxdigest.language import marked
from cxdigest.model import FeedEntry
from cxdigest.text import is_no_encoding

#: A feed of a hundred whole job descriptions has about 1 MB.
MAX_BYTES = 5_000_000
MAX_TAGS = 100_000  #: what feedparser reads in a few seconds; the same feed has 2,000
MAX_SIGNS = 400_000  #: of "&", each of which feedparser looks up several times
MAX_FRAME = 16_384  #: bytes of feed around an entry that are worth keeping with each of them

_HTML = re.compile(rb"<!doctype html|<html[\s>]")
_ROOT = re.compile(rb"<(?:[a-z]\w*:)?(?:rss|feed|rdf|channel)[\s>]")
_ENTITY = re.compile(rb"&#(?:[xX]0*([0-9A-Fa-f]+)|0*([0-9]+))")
_LARGEST = 0x10FFFF  #: number of a character
_HALVES = range(0xD800, 0xE000)  #: of characters
#: One tag or one word of a length at which feedparser's patterns take time by its square.
_ENDLESS = re.compile(rb"<[^<>]{65536}|[\w.+-]{20000}")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: What a feed says that it is written in; one tag may be as long as `_ENDLESS` lets it.
_WRITTEN = re.compile(rb"<\?[^>]*encoding\s*=\s*['\"]([^'\"]*)")
_HIDDEN = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_FIRST = re.compile(rb"<((?:[A-Za-z][\w.-]*:)?(?:item|entry))(?=[\s>])")
#: Encodings in which a byte that looks like "<" is one.
_PLAIN = re.compile(r"utf-8|us-ascii|ascii|iso-8859-\d+|windows-125\d", re.IGNORECASE)
#: Elements by which job feeds say more than a feed has names for.
_FIELD = re.compile(
    r"(?:^|_)(?:company(?:name|_name)?|employer|organi[sz]ation|location|region|city|state|country"
    r"|salary|job_?type|workplace|remote)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """One feed as it was delivered."""

    title: str  #: as delivered
    id: str  #: the id of the feed, else its self link, else its link
    entries: tuple[FeedEntry, ...]  #: in the feed's order; entries that repeat are left out


def read_feed(data: bytes, *, own: bool = False) -> FeedDocument:
    """Read the feed in *data*; an empty but valid feed has no entries.

    With *own*, the feed was written or stored by this program, not fetched from a stranger.
    ``read_feed(entry.raw, own=True)`` gives the same entry again, but for the key of an entry that
    shared its id with a different one: such keys end in ``#`` and a hash of the content.

    Raises:
        AlertError: *data* is no feed; the message says what it looks like and the way out.
        TooLargeError: *data* is larger than `MAX_BYTES`.
    """
    _refuse(data)
    if _start(data)[:1] == b"{":
        title, feed_id, stated = read_json_feed(data, _FIELD, own=own)
        return FeedDocument(title=title, id=feed_id, entries=tuple(_distinct(stated)))
    parsed = _parse(data)
    if not parsed.entries and not parsed.version:
        raise AlertError(f"It is not a feed but {_guess(_start(data))}.")
    feed = parsed.feed
    title, feed_id = _text(feed, "title"), _feed_id(feed)
    entries = [_entry(item, feed_title=title, feed_id=feed_id) for item in parsed.entries]
    encoding = "" if parsed.bozo else str(parsed.get("encoding", ""))
    slices = _slices(data, encoding, count=len(entries)) or [_serialise(e) for e in entries]
    with_raw = [replace(entry, raw=raw) for entry, raw in zip(entries, slices, strict=True)]
    return FeedDocument(title=title, id=feed_id, entries=tuple(_distinct(with_raw)))


def _parse(data: bytes) -> Any:  # noqa: ANN401 (feedparser's values have no type)
    data = _ENTITY.sub(_of_a_character, data)
    try:
        return feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    # feedparser promises to raise nothing, and names no error of its own: what escapes it is a
    # fault of a parser below it, and must not cost the files and feeds beside this one.
    except Exception as error:
        raise AlertError(f"The feed's reader failed with {type(error).__name__}.") from error


def _of_a_character(entity: re.Match[bytes]) -> bytes:
    """Return *entity*, or U+FFFD's where it names no character: feedparser fails on such."""
    digits, base = (entity[1], 16) if entity[1] else (entity[2], 10)
    number = int(digits, base) if len(digits) <= len(str(_LARGEST)) else _LARGEST + 1
    return b"&#65533" if number > _LARGEST or number in _HALVES else entity[0]


def _refuse(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1e6:.0f} MB"
        raise TooLargeError(f"The feed has {size}; the limit is {MAX_BYTES / 1e6:.0f} MB.")
    start = _start(data)
    if start[:1] == b"{":
        return
    if not start or start[:1] == b"[" or (_HTML.search(start) and not _ROOT.search(start)):
        raise AlertError(f"It is not a feed but {_guess(start)}.")
    narrow = data.replace(b"\0", b"") if b"\0" in data[:64] else data  # UTF-16 and UTF-32
    if narrow.count(b"<") > MAX_TAGS or narrow.count(b"&") > MAX_SIGNS or _ENDLESS.search(narrow):
        raise TooLargeError(
            f"The feed has more than {MAX_TAGS:,} tags or {MAX_SIGNS:,} signs &, "
            "or one tag or word without end; it cannot be read in a reasonable time."
        )
    written = _WRITTEN.search(narrow[:70_000])
    if written and is_no_encoding(name := written[1][:40].decode("ascii", "replace")):
        raise AlertError(f"The feed says that it is written in {name}, which is no encoding.")


def _start(data: bytes) -> bytes:
    return data[:65_536].lstrip(b"\xef\xbb\xbf \t\r\n").lower()


def _guess(start: bytes) -> str:
    """Say what a body that begins with *start* looks like, and the way out."""
    if not start:
        return marked("an empty answer; if it stays so, open the address in a browser")
    if start[:1] == b"[":
        return marked("JSON; use the address that the site calls JSON Feed, RSS or Atom")
    if (
        b'type="password"' in start
        or b"accounts.google.com" in start
        or re.search(rb"\b(?:log|sign) ?in\b", start)
    ):
        return marked(
            "a page that asks to log in; a feed is fetched without an account, "
            "use the address that opens in a private browser window"
        )
    if _HTML.search(start) or b"<body" in start:
        return marked(
            "a web page; use the address behind the page's RSS link, "
            "or make the alert anew if the page says that it is gone"
        )
    if start.startswith(b"<"):
        return marked("XML of another kind; use the address that the site calls RSS or Atom")
    return "something that is not XML; use the address that the site calls RSS or Atom"


def _entry(item: dict[str, Any], *, feed_title: str, feed_id: str) -> FeedEntry:
    title, link, author = (_text(item, name) for name in ("title", "link", "author"))
    # The fuller of the two: a summary is often the first sentence of the content.
    bodies = [_text(item, "summary"), *(_text(part, "value") for part in _get(item, "content", []))]
    summary = max(bodies, key=len)
    published = _published(item)
    content = "\0".join((title, link, summary, author, str(published)))
    return FeedEntry(
        key=_text(item, "id") or link or hashlib.sha256(content.encode()).hexdigest(),
        raw=b"",
        feed_title=feed_title,
        feed_id=feed_id,
        title=title,
        link=link,
        summary=summary,
        author=author,
        published=published,
        fields=tuple(_fields(item)),
    )


def _get(item: dict[str, Any], name: str, default: Any) -> Any:  # noqa: ANN401 (feedparser's values have no type)
    # Past feedparser's own access, which warns and stands one date in for another.
    value = dict.get(item, name)
    return default if value is None else value


def _text(item: dict[str, Any], name: str) -> str:
    value = _get(item, name, "")
    return _ILLEGAL.sub("", value) if isinstance(value, str) else ""


def _feed_id(feed: dict[str, Any]) -> str:
    if own := _text(feed, "id"):
        return own
    links = _get(feed, "links", [])
    selves = (_text(link, "href") for link in links if _text(link, "rel") == "self")
    return next(selves, "") or _text(feed, "link")


def _published(item: dict[str, Any]) -> datetime | None:
    parts = _get(item, "published_parsed", None) or _get(item, "updated_parsed", None)
    if parts is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parts), UTC)
    except (ValueError, OverflowError, OSError):  # a year that no calendar has
        return None


def _fields(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in sorted(item):
        if _FIELD.search(name) and (value := _text(item, name)):
            yield name, value
    if source := _text(_get(item, "source", {}), "title"):
        yield "source", source


def _distinct(entries: list[FeedEntry]) -> Iterator[FeedEntry]:
    """Leave out repetitions; tell apart different entries that share a key.

    By content, not by position: a number would move to another entry with each poll.
    """
    unique = list({(entry.key, _content(entry)): entry for entry in entries}.items())
    shared = Counter(key for (key, _), _ in unique)
    for (key, content), entry in unique:
        yield replace(entry, key=f"{key}#{content[:12]}") if shared[key] > 1 else entry


def _content(entry: FeedEntry) -> str:
    parts = (entry.title, entry.link, entry.summary, entry.author, str(entry.published))
    return hashlib.sha256("\0".join((*parts, repr(entry.fields))).encode()).hexdigest()


def _slices(data: bytes, encoding: str, *, count: int) -> list[bytes] | None:
    """Return one feed for each of *count* entries, cut from *data*; None where that is not safe."""
    if not _PLAIN.fullmatch(encoding) or b"\0" in data[:64]:
        return None
    visible = _HIDDEN.sub(lambda match: b" " * len(match[0]), data)
    first = _FIRST.search(visible)
    if first is None:
        return None
    name = re.escape(first[1])
    opened = [match.start() for match in re.finditer(rb"<%b(?=[\s>])" % name, visible)]
    closed = [match.end() for match in re.finditer(rb"</%b\s*>" % name, visible)]
    # An entry that holds another of its name, or ends where it begins, breaks the pairs.
    pairs = [*zip(opened, closed, strict=False)]
    if not len(opened) == len(closed) == count or any(
        end > start for (_, end), (start, _) in pairwise(pairs)
    ):
        return None
    head, tail = data[: opened[0]], data[closed[-1] :]
    if len(head) + len(tail) > MAX_FRAME:
        return None
    return [head + data[start:end] + tail for start, end in pairs]


def _serialise(entry: FeedEntry) -> bytes:
    """Write *entry* as an Atom feed of its own."""
    when = f"<published>{entry.published.isoformat()}</published>" if entry.published else ""
    fields = "".join(
        f"<source><title>{escape(value)}</title></source>"
        if name == "source"
        else f"<{name}>{escape(value)}</{name}>"
        for name, value in entry.fields
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom"><id>{escape(entry.feed_id)}</id>'
        f"<title>{escape(entry.feed_title)}</title>\n"
        f"<entry><id>{escape(entry.key)}</id>"
        f'<title type="html">{escape(entry.title)}</title><link href={quoteattr(entry.link)}/>'
        f"<author><name>{escape(entry.author)}</name></author>{when}{fields}"
        f'<content type="html">{escape(entry.summary)}</content></entry></feed>\n'
    ).encode()
