"""What holds for whatever is read, and the inputs that once broke it (the files in ``found``)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from cxdigest.extract import extract
from cxdigest.model import Alert, Extraction, Media

HERE = Path(__file__).parent
#: Inputs that broke a promise once.
FOUND = HERE / "found"
LARGEST = 30_000  #: bytes of an input; the shipped fixtures are smaller
#: First byte of an input: what it is to be read as. The rest is the alert.
_MEDIA: dict[bytes, Media] = {b"f": "feed", b"m": "mail"}


def seeds() -> Iterator[bytes]:
    """Yield the shipped alerts, each behind the byte that says what it is."""
    for path in sorted(HERE.rglob("*")):
        mark = {".eml": b"m", ".xml": b"f"}.get(path.suffix)
        if mark and path.stat().st_size < LARGEST:
            yield mark + path.read_bytes()
    for path in found():
        yield path.read_bytes()


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


def try_input(data: bytes) -> None:
    """Read one input.

    Raises:
        AssertionError: a promise is broken.
    """
    broken = list(problems(extract(alert_of(data))))
    assert not broken, broken
