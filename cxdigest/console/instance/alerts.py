"""One stored alert as a person reads it: what it showed, how it was read, and what came, as text.

What came holds tokens by which boards know its recipient, so it is shown as the copy that
``report-format`` makes: names, addresses and tokens crossed out. Nothing in it is ever interpreted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cxdigest.errors import AlertError
from cxdigest.extract import extract
from cxdigest.extract.mails.authenticity import UNKNOWN, Receiver
from cxdigest.extract.mails.mime import Part, all_fields, decoded, header_words, in_words, leaves
from cxdigest.extract.scrub.alert import scrub
from cxdigest.language import _, marked
from cxdigest.model import Alert, Authenticity, Trace
from cxdigest.render import words
from cxdigest.store import ShownIn, Store, Taken
from cxdigest.text import printable, squash

SHOWN = 100  #: sightings that are listed
_MOST_READ = 2_000_000  #: bytes; a larger alert is downloaded
_MOST_LETTERS = 45_000  #: of all parts together, as they stand in a page
_MOST_HEADERS = 60
_MOST_HEADER = 1_000  #: letters
_MOST_TRACES = 120
_MOST_PARTS = 40
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_NAME_MOST = 60

AUTHENTICITY_WORDS: dict[Authenticity, str] = {
    "verified": marked("the sender is who it says"),
    "failed": marked("the sender did not prove who it is"),
    "unknown": marked("nothing is known of whether the sender is who it says"),
    "trusted": marked("trusted, as the configuration says"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """One alert without its bytes."""

    taken: Taken
    shown: tuple[ShownIn, ...]
    more: int  #: sightings beyond those
    format: str  #: in words; empty where no format applied
    authenticity: str  #: in words; empty where the question makes no sense


@dataclass(frozen=True, slots=True, kw_only=True)
class PartText:
    """One part of what came, as text."""

    name: str  #: ``text/plain``, with its file name where it has one
    size: int  #: bytes, decoded
    text: str  #: empty where it is no text
    cut: int  #: letters that are left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What came, and how it was read."""

    size: int  #: bytes
    headers: tuple[tuple[str, str], ...] = ()
    parts: tuple[PartText, ...] = ()
    traces: tuple[Trace, ...] = ()
    left_out: int = 0  #: traces beyond those
    #: Why what came is not shown: one sentence; empty where it is.
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An alert to be kept."""

    name: str
    media: str
    content: bytes


def alert_page(store: Store, number: int) -> AlertPage | None:
    """Return the alert with the id *number*; None if there is none."""
    taken = store.taken(number)
    if taken is None:
        return None
    shown = store.shown_in(number, most=SHOWN + 1)
    return AlertPage(
        taken=taken,
        shown=tuple(shown[:SHOWN]),
        more=max(0, taken.shown - SHOWN) if len(shown) > SHOWN else 0,
        format=words.format_words(taken.format) if taken.format else "",
        authenticity=_(AUTHENTICITY_WORDS[taken.authenticity]) if taken.media == "mail" else "",
    )


def inside(
    store: Store, taken: Taken, *, salt: bytes, receiver: Receiver = UNKNOWN
) -> Inside | None:
    """Return what came, crossed out with *salt*, and how it is read today; None: it is gone.

    *receiver* is who took it in: its word on who sent a mail is believed.
    """
    raw = store.raw_alert_of(taken.id)
    if raw is None:
        return None
    if len(raw) > _MOST_READ:
        return Inside(size=len(raw), why_not=_("It is too large to be shown here."))
    traces = _traces(taken, raw, receiver)
    kept, left_out = traces[:_MOST_TRACES], max(0, len(traces) - _MOST_TRACES)
    try:
        copy = scrub(raw, media=taken.media, salt=salt).raw
    except AlertError as error:
        why = _("It cannot be shown without what names its recipient: {error}", error=error)
        return Inside(size=len(raw), traces=kept, left_out=left_out, why_not=words.sentence(why))
    return Inside(
        size=len(raw),
        headers=tuple(_headers(copy)) if taken.media == "mail" else (),
        parts=tuple(_parts(copy, taken)),
        traces=kept,
        left_out=left_out,
    )


def file_of(store: Store, taken: Taken, *, salt: bytes | None) -> File | None:
    """Return the alert as a file; crossed out with *salt*, as it came without; None: it is gone.

    Raises:
        AlertError: the recipient could not be crossed out.
    """
    raw = store.raw_alert_of(taken.id)
    if raw is None:
        return None
    if salt is not None:
        raw = scrub(raw, media=taken.media, salt=salt).raw
    ending = ".eml" if taken.media == "mail" else ".xml"
    stem = _UNSAFE.sub("-", f"{taken.source}-{taken.stored:%Y-%m-%d-%H%M}")[:_NAME_MOST].strip("-")
    copy = "-crossed-out" if salt is not None else ""
    return File(
        name=f"{stem or 'alert'}{copy}{ending}",
        # Never the type by which a browser or another program would open it by itself.
        media="application/octet-stream",
        content=raw,
    )


def _traces(taken: Taken, raw: bytes, receiver: Receiver) -> tuple[Trace, ...]:
    alert = Alert(
        source=taken.source, key=taken.key, media=taken.media, raw=raw, digest="",
        received=taken.received, too_large=taken.too_large,
    )  # fmt: skip
    return extract(alert, explain=True, receiver=receiver).traces


def _headers(raw: bytes) -> Iterator[tuple[str, str]]:
    for name, value in all_fields(raw)[:_MOST_HEADERS]:
        told = printable(header_words(value))
        yield name.title(), told[:_MOST_HEADER] + ("…" if len(told) > _MOST_HEADER else "")


def _parts(raw: bytes, taken: Taken) -> Iterator[PartText]:
    if taken.media == "feed":
        yield _text(
            _("the entry as its feed had it"), len(raw), in_words(raw, "utf-8"), _MOST_LETTERS
        )
        return
    room = _MOST_LETTERS
    for place, part in enumerate(leaves(raw)):
        if place == _MOST_PARTS:
            return
        shown = _part(part, room)
        room -= _written(shown.text)
        yield shown


def _part(part: Part, room: int) -> PartText:
    data = decoded(part, _MOST_READ)
    file = squash(printable(part.parameters.get("filename") or part.parameters.get("name", "")))
    name = f"{part.type}, {file}" if file else part.type
    if not part.type.startswith("text/"):
        return PartText(name=name[:_MOST_HEADER], size=len(data), text="", cut=0)
    text = in_words(data, part.parameters.get("charset", ""))
    return _text(name[:_MOST_HEADER], len(data), text, room)


def _text(name: str, size: int, text: str, room: int) -> PartText:
    """Return *text* as far as there is *room* for it once it is escaped."""
    plain = printable(text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    kept = plain[: max(0, room)]
    while _written(kept) > room and kept:
        kept = kept[: len(kept) * 3 // 4]
    return PartText(name=name, size=size, text=kept, cut=len(plain) - len(kept))


def _written(text: str) -> int:
    """Return how many bytes *text* has in a page."""
    marks = sum(text.count(mark) for mark in "<>&'\"")
    return len(text.encode(errors="replace")) + 4 * marks
