"""What holds for whatever is read, and the inputs that once broke it (the files in ``found``)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import get_args

from cxdigest.errors import AlertError, PageError
from cxdigest.extract import extract
from cxdigest.extract.mails.authenticity import Receiver, authenticity
from cxdigest.extract.mails.reply import read_reply
from cxdigest.extract.scrub.alert import scrub
from cxdigest.links import clean
from cxdigest.model import Alert, Authenticity, Extraction, Media
from cxdigest.net.robots import LONGEST_PAUSE, read_robots
from cxdigest.pages import read_page
from cxdigest.pages.boards import BOARDS, BoardRecord, read_listing, read_record, record_of
from cxdigest.pages.boards import record_url as url_of

HERE = Path(__file__).parent
PAGES = HERE.parent / "pages"
#: Inputs that broke a promise once.
FOUND = HERE / "found"
LARGEST = 30_000  #: bytes of an input; the shipped fixtures are smaller
#: First byte of an input: what it is to be read as; any other is a mail. The rest is the alert.
_MEDIA: dict[bytes, Media] = {b"f": "feed", b"m": "mail"}
_DAY = date(2026, 5, 5)
_BOARDS = sorted(BOARDS)


def seeds() -> Iterator[bytes]:
    """Yield the shipped fixtures, each behind the byte that says what it is to be read as."""
    for path in sorted([*HERE.rglob("*"), *PAGES.rglob("*")]):
        marks = _marks(path) if path.is_file() and path.stat().st_size < LARGEST else ()
        for mark in marks:
            yield mark + path.read_bytes()
    yield b"tUser-agent: *\nDisallow: /a*b$\nAllow: /\nCrawl-delay: 5\nRequest-rate: 1/10s 0800-1200\n"
    for path in found():
        yield path.read_bytes()


def _marks(path: Path) -> tuple[bytes, ...]:
    if path.suffix == ".eml":
        of = {"replies": b"r", "authenticity": b"a", "scrub": b"s"}
        return (b"m", of[path.parent.name]) if path.parent.name in of else (b"m",)
    if path.parent.name == "boards":
        board = path.name.partition(".")[0]
        number = _BOARDS.index(board) if board in _BOARDS else 0
        return (b"b%d" % number,) if path.suffix in {".json", ".xml"} else ()
    marks = {".xml": (b"f",), ".json": (b"f",), ".html": (b"p",)}
    return marks.get(path.suffix, ())


def found() -> list[Path]:
    """Return the files of inputs that once broke a promise."""
    return sorted(path for path in FOUND.glob("*") if path.suffix != ".md")


def alert_of(data: bytes) -> Alert:
    """Return the alert that an input stands for."""
    media = _MEDIA.get(data[:1], "mail")
    raw = data[1:]
    return Alert(
        source="fuzz", key="1", media=media, raw=raw, digest=hashlib.sha256(raw).hexdigest()
    )


def problems(read: Extraction) -> Iterator[str]:
    """Yield what no extraction may be, whatever was read."""
    if read.reason.startswith("The reader failed"):
        yield read.reason
    if (read.outcome == "read") != bool(read.sightings):
        yield f"{read.outcome} with {len(read.sightings)} sightings"
    if read.outcome != "read" and not read.reason:
        yield f"{read.outcome} without a reason"
    for one in read.sightings:
        if not one.title.strip() or "\n" in one.title:
            yield f"no title: {one.title!r}"
        if one.url.split() not in ([], [one.url]):
            yield f"no link: {one.url!r}"


def _page(data: bytes) -> Iterator[str]:
    with suppress(PageError):
        page = read_page(data, content_type="text/html", url="https://x.example/1", today=_DAY)
        if not (page.title.strip() or page.description.strip()):
            yield "a page that was read and says nothing"
        yield from _no_link(page.apply_url)


def _board(data: bytes) -> Iterator[str]:
    name, body = _BOARDS[data[0] % 16 % len(_BOARDS)] if data else _BOARDS[0], data[1:]
    record = BoardRecord(board=name, token="tarn", id="1")
    with suppress(PageError):
        yield from _no_link(read_record(record, body, today=_DAY).apply_url)
    with suppress(PageError):
        for opening in read_listing(name, body, "tarn", today=_DAY).openings:
            if not opening.title.strip() or "\n" in opening.title:
                yield f"no title: {opening.title!r}"
            yield from _no_link(opening.url)


def _no_link(url: str) -> Iterator[str]:
    if url.split() not in ([], [url]):
        yield f"no link: {url!r}"


def _scrubbed(data: bytes) -> Iterator[str]:
    for media in ("mail", "feed"):
        with suppress(AlertError):
            if not scrub(data, media=media, salt=b"1").raw and data:
                yield "a scrubbed copy of nothing"


def _sender(data: bytes) -> Iterator[str]:
    for receiver in (Receiver(), Receiver(authserv=("google.com",)), Receiver(trusted=True)):
        found = authenticity(data, "jobs@board.example", receiver=receiver)
        if found not in get_args(Authenticity):
            yield f"no authenticity: {found!r}"


def _reply(data: bytes) -> Iterator[str]:
    for reference, words in read_reply(data).duties:
        if len(reference) != 16 or not words.strip():
            yield f"no duties: {reference!r}"


def _rules(data: bytes) -> Iterator[str]:
    robots = read_robots(data)
    if robots.may("https://x.example/jobs/1?a=b") not in {True, False}:
        yield "neither yes nor no"
    if not 0 <= robots.pause <= LONGEST_PAUSE:
        yield f"a pause of {robots.pause} seconds"


def _link(data: bytes) -> Iterator[str]:
    link = clean(data.decode("utf-8", "replace"))
    yield from _no_link(link.url)
    record = record_of(link.url)
    if record and record.token:
        url_of(record)


_READERS: dict[bytes, Callable[[bytes], Iterator[str]]] = {
    b"p": _page,
    b"b": _board,
    b"s": _scrubbed,
    b"a": _sender,
    b"r": _reply,
    b"t": _rules,
    b"l": _link,
}


def try_input(data: bytes) -> None:
    """Read one input.

    Raises:
        AssertionError: a promise is broken.
    """
    reader = _READERS.get(data[:1])
    keep(
        data[:1],
        lambda: list(reader(data[1:]) if reader else problems(extract(alert_of(data)))),
    )


def keep(mark: bytes, attempt: Callable[[], list[str]]) -> None:
    """Make an *attempt*, which says what it broke.

    Raises:
        AssertionError: it broke a promise, or failed.
    """
    try:
        broken = attempt()
    except Exception as error:
        raise AssertionError(f"{mark!r}: {type(error).__name__} in {_where(error)}") from error
    assert not broken, broken


def _where(error: BaseException) -> str:
    """Return the line that failed, by which one fault is known again."""
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    return f"{last.tb_frame.f_code.co_qualname}:{last.tb_lineno}" if last else "?"
