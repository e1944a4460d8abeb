"""The cleaned results of one profile as a feed: Atom (RFC 4287) and JSON Feed 1.1.

Pure, and small enough to need no library: xml.etree writes the one, json the other. Entries keep
their ids for ever, and say as text and quoted words what the digest says. A link that could not be
freed of trackers is left out: feed readers open links by themselves.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from cxdigest import __version__
from cxdigest.language import _, speaking
from cxdigest.model import Candidate, Digest, Profile
from cxdigest.render import words
from cxdigest.render.record import record_of
from cxdigest.render.row import Row, row_of

_ATOM = "http://www.w3.org/2005/Atom"
_JSON_FEED = "https://jsonfeed.org/version/1.1"
#: What XML 1.0 cannot hold.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One posting in a feed."""

    id: str  #: a URN that stays
    candidate: Candidate
    row: Row  #: the same in plain words
    published: datetime  #: when a digest showed it first
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One profile's feed."""

    id: str  #: a URN that stays
    title: str
    updated: datetime
    entries: tuple[Entry, ...]  #: the latest first
    language: str = "en"  #: of its texts
    address: str = ""  #: where it is found, without ``.atom`` or ``.json``; empty: nowhere


def feed_of(
    profile: Profile,
    listed: Sequence[tuple[Candidate, datetime, datetime]],
    *,
    key: bytes,
    begun: datetime,
    address: str = "",
) -> Feed:
    """Return the feed of what was *listed*: each posting, when it was new and when it changed.

    *key* is the instance's: two instances give the same profile different ids. *begun* is the
    moment of a feed without entries.
    """
    with speaking(profile.language):
        return _feed_of(profile, listed, key=key, begun=begun, address=address)


def _feed_of(
    profile: Profile,
    listed: Sequence[tuple[Candidate, datetime, datetime]],
    *,
    key: bytes,
    begun: datetime,
    address: str,
) -> Feed:
    entries = tuple(
        Entry(
            id=_urn(key, profile.name, candidate.posting.id),
            candidate=candidate,
            row=row_of(candidate, _day_of(profile, changed)),
            published=first,
            updated=changed,
        )
        for candidate, first, changed in listed
    )
    return Feed(
        id=_urn(key, profile.name),
        title=_("{name}: customer experience roles", name=words.clean(profile.heading)),
        updated=max((entry.updated for entry in entries), default=begun),
        entries=entries,
        address=address,
        language=profile.language,
    )


def atom(feed: Feed) -> bytes:
    """Return *feed* as an Atom document, in its language."""
    with speaking(feed.language):
        return _atom(feed)


def _atom(feed: Feed) -> bytes:
    top = Element("feed", {"xmlns": _ATOM, "xml:lang": feed.language})
    _add(top, "id", feed.id)
    _add(top, "title", feed.title)
    _add(top, "updated", _moment(feed.updated))
    _add(SubElement(top, "author"), "name", "cxdigest")
    _add(top, "generator", "cxdigest", version=__version__)
    if feed.address:
        SubElement(
            top,
            "link",
            {"rel": "self", "type": "application/atom+xml", "href": f"{feed.address}.atom"},
        )
    for entry in feed.entries:
        _entry(SubElement(top, "entry"), entry)
    document: bytes = tostring(top, encoding="utf-8", xml_declaration=True)
    return document


def json_feed(feed: Feed) -> bytes:
    """Return *feed* as a JSON Feed; ``_cxdigest`` of an item is its posting as data."""
    with speaking(feed.language):
        return _json_feed(feed)


def _json_feed(feed: Feed) -> bytes:
    items = [
        {
            "id": entry.id,
            **({"url": link} if (link := _link(entry)) else {}),
            "title": entry.row.title,
            "content_html": _html(entry),
            "summary": _summary(entry.row),
            "date_published": _moment(entry.published),
            "date_modified": _moment(entry.updated),
            "tags": [entry.row.kind],
            "_cxdigest": record_of(entry.candidate),
        }
        for entry in feed.entries
    ]
    known = {
        "version": _JSON_FEED,
        "title": feed.title,
        **({"feed_url": f"{feed.address}.json"} if feed.address else {}),
        "language": feed.language,
        "authors": [{"name": "cxdigest"}],
        "items": items,
    }
    return json.dumps(known, ensure_ascii=False, indent=1).encode(errors="replace")


def _entry(at: Element, entry: Entry) -> None:
    _add(at, "id", entry.id)
    _add(at, "title", entry.row.title)
    _add(at, "published", _moment(entry.published))
    _add(at, "updated", _moment(entry.updated))
    if link := _link(entry):
        SubElement(at, "link", {"rel": "alternate", "href": link})
    SubElement(at, "category", {"term": _legal(entry.row.kind)})
    _add(at, "summary", _summary(entry.row))
    _add(at, "content", _html(entry), type="html")


def _summary(row: Row) -> str:
    """The verdict's one line: what it is, and the words that say so."""
    said = f"{words.upfirst(row.kind)}: {words.quoted(row.quotes)}" if row.quotes else row.reason
    return f"{said} ({row.note})" if row.note and row.quotes else said


def _html(entry: Entry) -> str:
    return "".join(f"<p>{line}</p>" for line in _lines(entry))


def _lines(entry: Entry) -> Iterator[str]:
    row = entry.row
    for line in (row.marks, row.facts, _summary(row), row.reason if row.quotes else ""):
        if line:
            yield html.escape(_legal(line))
    if row.suggests:
        yield html.escape(_legal(_("A plainer title: {title}", title=row.suggests)))
    if row.apply_url:
        label = html.escape(_("Apply at the employer"))
        yield f'<a href="{html.escape(row.apply_url)}">{label}</a>'
    if not _link(entry):
        yield _("Its link can be opened from your digest alone.")


def _link(entry: Entry) -> str:
    return "" if entry.candidate.posting.opaque else entry.row.url


def _day_of(profile: Profile, moment: datetime) -> Digest:
    """Return the digest whose words an entry uses: of the day on which it changed, so they stay."""
    day = words.local(moment, profile.zone.key).date()
    return Digest(
        profile=profile.name, day=day, made=moment, zone=profile.zone.key, locale=profile.locale
    )


def _urn(key: bytes, *parts: str) -> str:
    named = hashlib.blake2b("\0".join(parts).encode(), key=key[:64], digest_size=16, person=b"feed")
    return UUID(bytes=named.digest(), version=5).urn


def _add(at: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(at, name, attributes).text = _legal(text)


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
