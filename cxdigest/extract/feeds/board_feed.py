"""An opening of an employer's own board, as ``sources.board`` wrote it down.

The duties came with it, so the sighting carries them.
"""

from __future__ import annotations

from typing import cast, get_args

from cxdigest.extract.format import FeedFormat
from cxdigest.extract.hits.google_hits import MAX_TITLE, plain
from cxdigest.links import clean
from cxdigest.model import Extraction, FeedEntry, Sighting, Workplace

NAME = "board"


def _read(entry: FeedEntry) -> Extraction:
    link, said = clean(entry.link), dict(entry.fields)
    title = plain(entry.title, limit=MAX_TITLE)
    if not title:
        reason = "The opening has no title."
        return Extraction(format=NAME, outcome="unreadable", reason=reason)
    workplace = said.get("workplace", "")
    sighting = Sighting(
        format=NAME,
        title=title,
        company=said.get("company", ""),
        location=said.get("location", ""),
        workplace=cast("Workplace", workplace if workplace in get_args(Workplace) else ""),
        salary=said.get("salary", ""),
        url=link.url,
        opaque=link.opaque,
        native_id=link.native_id or said.get("native_id", ""),
        description=entry.summary,
        posted=entry.published.date().isoformat() if entry.published else "",
    )
    return Extraction(format=NAME, outcome="read", sightings=(sighting,))


FORMAT = FeedFormat(
    name=NAME, recognises=lambda entry: any(name == "board" for name, _ in entry.fields), read=_read
)
