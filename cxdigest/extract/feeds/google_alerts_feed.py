"""Google Alerts as an Atom feed: one entry, one hit.

The title is HTML inside XML (``&lt;b&gt;``, ``&amp;#39;``); the link is a redirect of Google's that
holds the address; ``published`` is when Google found the page, so no posting date is stated.
"""

from __future__ import annotations

from cxdigest.extract.format import FeedFormat
from cxdigest.extract.hits.google_hits import MAX_TITLE, Hit, plain, sighting
from cxdigest.language import marked
from cxdigest.model import Extraction, FeedEntry

NAME = "google-alerts-feed"


def _recognises(entry: FeedEntry) -> bool:
    return (
        entry.key.startswith("tag:google.com,2013:googlealerts/feed:")
        or "/state/com.google/alerts/" in entry.feed_id
        or "google.com/alerts/feeds/" in entry.feed_id
    )


def _read(entry: FeedEntry) -> Extraction:
    hit = Hit(
        title=plain(entry.title, limit=MAX_TITLE), url=entry.link, snippet=plain(entry.summary)
    )
    if not (hit.title or hit.snippet or hit.url.startswith(("http:", "https:"))):
        return Extraction(
            format=NAME,
            outcome="unreadable",
            reason=marked("The entry has no title, no text and no link."),
        )
    return Extraction(format=NAME, outcome="read", sightings=(sighting(hit, format_name=NAME),))


FORMAT = FeedFormat(name=NAME, recognises=_recognises, read=_read)
