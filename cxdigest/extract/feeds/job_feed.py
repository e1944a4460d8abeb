"""Any other feed: each entry is a posting unless it shows that it is news.

Boards write employers and places into elements of their own, or into the title:
``Journey Manager at Tarn & Vale (Leeds)``, or with a colon or dashes. The latter are believed only
where something else in the entry names the same employer.
"""

from __future__ import annotations

import re

from cxdigest.extract.format import FeedFormat
from cxdigest.extract.hits.google_hits import MAX_SNIPPET, MAX_TITLE, fold, plain
from cxdigest.extract.hits.news import is_posting
from cxdigest.links import Link, clean
from cxdigest.model import Extraction, FeedEntry, Sighting, Workplace
from cxdigest.text import path_of

NAME = "job-feed"

_BLOCK = re.compile(r"</?(?:p|br|li|ul|ol|div|h[1-6]|tr|td|table|section)\b[^<>]*>", re.IGNORECASE)
_CODE = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_AT = re.compile(
    r"(?P<title>.+\S) (?:at|@) (?P<company>[A-Z0-9][^()]*?)(?: \((?P<location>[^()]+)\))?"
)
_COLON = re.compile(
    r"(?!(?:remote|job|hiring|vacancy|new|urgent):)(?P<company>[^:]{2,60}): (?P<title>.+)",
    re.IGNORECASE,
)
_COMPANY = ("company", "company_name", "companyname", "employer", "organization", "organisation")
_PLACE = ("location", "region", "city", "state", "country")


def _read(entry: FeedEntry) -> Extraction:
    link, title = clean(entry.link), plain(entry.title, limit=MAX_TITLE)
    snippet = _words(entry.summary)
    if not (title or snippet):
        reason = "The entry has neither a title nor any text."
        return Extraction(format=NAME, outcome="unreadable", reason=reason)
    stated = _stated(title, link, entry)
    company = _field(entry, *_COMPANY) or stated.get("company") or ""
    location = _location(entry) or stated.get("location") or ""
    sighting = Sighting(
        format=NAME,
        title=stated.get("title") or title or snippet[:80],
        company=company,
        location=location,
        workplace=_workplace(entry, location),
        salary=_field(entry, "salary"),
        url=link.url,
        opaque=link.opaque,
        native_id=link.native_id,
        snippet=snippet,
        posted=entry.published.date().isoformat() if entry.published else "",
        is_posting=bool(company and entry.fields) or is_posting(title, link.url, snippet),
    )
    return Extraction(format=NAME, outcome="read", sightings=(sighting,))


FORMAT = FeedFormat(name=NAME, recognises=lambda _: True, read=_read)


def _words(markup: str) -> str:
    return plain(_BLOCK.sub(" ", _CODE.sub(" ", markup[: 8 * MAX_SNIPPET])))


def _field(entry: FeedEntry, *names: str) -> str:
    """Return the first element called one of *names*, whatever stands before its underscore."""
    for wanted in names:
        for name, value in entry.fields:
            if name == wanted or name.endswith("_" + wanted):
                return plain(value)
    return ""


def _location(entry: FeedEntry) -> str:
    if whole := _field(entry, *_PLACE[:2]):
        return whole
    return ", ".join(filter(None, (_field(entry, name) for name in _PLACE[2:])))


def _workplace(entry: FeedEntry, location: str) -> Workplace:
    stated = f"{_field(entry, 'workplace')} {location}".casefold()
    if re.search(r"\bhybrid\b", stated):
        return "hybrid"
    if re.search(r"\bremote\b", stated) or _field(entry, "remote").casefold() in {
        "1",
        "true",
        "yes",
    }:
        return "remote"
    return "onsite" if re.search(r"\bon-?site\b", stated) else ""


def _stated(title: str, link: Link, entry: FeedEntry) -> dict[str, str | None]:
    """Return what *title* says beside the trade, where it says it in one of the known ways."""
    company = _field(entry, *_COMPANY)
    named = {fold(name) for name in (company, entry.author, _field(entry, "source")) if name}
    if found := _between_dashes(title, named):
        return found
    match = _COLON.fullmatch(title)
    if match and (fold(match["company"]) in named or _slug(link.url).startswith(fold(title))):
        return match.groupdict()
    match = _AT.fullmatch(title)
    return match.groupdict() if match and not (company and fold(company) not in fold(title)) else {}


def _between_dashes(title: str, named: set[str]) -> dict[str, str | None]:
    """Read ``title - company - place``, the place optional, or ``company - title``."""
    parts = re.split(r"(\s+[-\u2013\u2014|]\s+)", title)
    for index in range(0, len(parts), 2):
        if fold(parts[index]) in named and len(parts) > 1:
            before, after = "".join(parts[: max(index - 1, 0)]), "".join(parts[index + 2 :])
            place = after if before else ""
            return {"title": before or after, "company": parts[index], "location": place}
    return {}


def _slug(url: str) -> str:
    return fold(path_of(url).rstrip("/").rpartition("/")[2])
