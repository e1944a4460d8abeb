"""What is fuzzed: one target for each kind of thing from outside, with its seeds and its promises.

The first byte of an input says which reader gets the rest. A target keeps to its own readers; all
of them together are the short run of the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.extract import promises
from tests.fuzz import files

TARGETS = {
    "feed": b"f",  # RSS, Atom, RDF, JSON Feed
    "mail": b"msar",  # alerts, scrubbed copies, who wrote them, replies
    "page": b"pbtl",  # postings' pages, boards' records, robots.txt, links
    "pack": b"k",
    "config": b"cydo",  # the configuration, profiles that are taken in, brands, formats
}
ALL = b"".join(TARGETS.values())
LARGEST = promises.LARGEST  #: bytes of an input
FOUND = {"feed": promises.FOUND, "mail": promises.FOUND, "page": promises.FOUND}


def folder_of(target: str) -> Path:
    """Return where inputs are kept that broke a promise; they are tests from then on."""
    return FOUND.get(target, files.FOUND)


def seeds(marks: bytes) -> Iterator[bytes]:
    """Yield the inputs to begin with, of the readers that *marks* names."""
    for seed in (*promises.seeds(), *files.seeds(), *(path.read_bytes() for path in found())):
        if seed[:1] and seed[:1] in marks and len(seed) <= LARGEST:
            yield seed


def found() -> list[Path]:
    """Return the inputs that once broke a promise."""
    both = (promises.FOUND, files.FOUND)
    paths = (path for folder in both for path in folder.glob("*"))
    return sorted(path for path in paths if path.suffix != ".md")


def try_input(data: bytes, marks: bytes = ALL) -> None:
    """Read one input, unless another target's readers would.

    Raises:
        AssertionError: a promise is broken.
    """
    mark = data[:1]
    if not mark or mark not in marks:
        return
    if mark in files.READERS:
        promises.keep(mark, lambda: list(files.READERS[mark](data[1:])))
    else:
        promises.try_input(data)
