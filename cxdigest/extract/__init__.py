"""Alert -> sightings: one file a format, one registry line each. Pure.

A format is chosen by sender and by structure; the fallback reads what no format knows. Whatever the
alert holds, ``extract`` answers with an outcome and never raises: a fault in a format costs one
alert, in every command alike.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from cxdigest.errors import AlertError, TooLargeError
from cxdigest.extract import (
    board_feed,
    fallback,
    google_alerts_feed,
    google_alerts_mail,
    indeed,
    job_feed,
    linkedin,
)
from cxdigest.extract.feeds import read_feed
from cxdigest.extract.format import FeedFormat, MailFormat
from cxdigest.extract.mail import Mail, read_mail
from cxdigest.model import Alert, Extraction, FeedEntry, Sighting
from cxdigest.text import has_edition_mark

MAIL_FORMATS: tuple[MailFormat, ...] = (
    google_alerts_mail.FORMAT,
    linkedin.FORMAT,
    indeed.FORMAT,
    fallback.FORMAT,  # last: it reads what no one else does
)
FEED_FORMATS: tuple[FeedFormat, ...] = (
    board_feed.FORMAT,
    google_alerts_feed.FORMAT,
    job_feed.FORMAT,  # last: it reads any other feed
)

log = logging.getLogger(__name__)

_Format = TypeVar("_Format", MailFormat, FeedFormat)


def extract(alert: Alert, *, only: str | None = None) -> Extraction:
    """Return what *alert* shows; with *only*, read by the format of that name alone."""
    if alert.too_large:
        size = f"{alert.too_large / 1_000_000:.1f} MB"
        reason = f"It is {size} large, more than is read; only its headers were kept."
        return Extraction(format="", outcome="too-large", reason=reason)
    try:
        if alert.media == "feed":
            return _of_entry(alert.entry or _entry(alert.raw), only)
        return _of_mail(read_mail(alert.raw), only)
    except TooLargeError as error:
        return Extraction(format="", outcome="too-large", reason=str(error))
    except AlertError as error:
        return Extraction(format="", outcome="unreadable", reason=str(error))
    except Exception as error:
        # The alert is kept and a mended reader can have it again; the trace is the developer's.
        log.exception("alert %r of %s could not be read", alert.key, alert.source)
        reason = f"The reader failed with {type(error).__name__}; please report it."
        return Extraction(format="", outcome="unreadable", reason=reason)


def _of_mail(mail: Mail, only: str | None) -> Extraction:
    if _is_own(mail):
        reason = "It is a digest of cxdigest itself."
        return Extraction(format="", outcome="not-an-alert", reason=reason)
    empty: Extraction | None = None
    for known in _chosen(MAIL_FORMATS, only):
        if known.recognises(mail):
            found = _tidied(known.read(mail))
            if found.sightings:
                return found
            empty = empty or found
    return empty or Extraction(
        format="", outcome="not-an-alert", reason="It shows no job postings."
    )


def _is_own(mail: Mail) -> bool:
    header = "x-cxdigest-edition" in mail.headers
    return header or has_edition_mark(mail.text) or has_edition_mark(mail.html)


def _of_entry(entry: FeedEntry, only: str | None) -> Extraction:
    for known in _chosen(FEED_FORMATS, only):
        if known.recognises(entry):
            return _tidied(known.read(entry))
    return Extraction(format="", outcome="not-an-alert", reason="It is no entry about a job.")


def _entry(raw: bytes) -> FeedEntry:
    entries = read_feed(raw).entries
    if not entries:
        raise AlertError("It is a feed without an entry.")
    return entries[0]


def _chosen(formats: Sequence[_Format], only: str | None) -> list[_Format]:
    return [known for known in formats if only in {None, known.name}]


def _tidied(found: Extraction) -> Extraction:
    """Return *found* with one sighting for one opening, in the alert's order."""
    kept: dict[str, Sighting] = {}
    for sighting in found.sightings:
        kept.setdefault(_opening(sighting), sighting)
    return replace(found, sightings=tuple(kept.values()))


def _opening(sighting: Sighting) -> str:
    words = f"{sighting.title}|{sighting.company}|{sighting.location}".casefold()
    return sighting.native_id or f"{sighting.url} {words}"
