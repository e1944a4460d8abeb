"""Which links of a mail lead to a posting, as a declared format says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from cxdigest.extract.declared.schema import Declared
from cxdigest.extract.declared.template import LinkShape
from cxdigest.links import clean

Kind = Literal["posting", "tracker", ""]
URL = re.compile(r"https?://[^\s<>\"'\]]+[^\s<>\"'.,;:)\]]")


def kind_of(declared: Declared, href: str) -> Kind:
    """Say what *href* is: a posting's link, one that does not say where it leads, or neither."""
    link = clean(href)
    if _any(declared.others, (link.url, href)):
        return ""
    if not link.opaque and _any(declared.postings, (link.url, href)):
        return "posting"
    return "tracker" if link.opaque and _any(declared.trackers, (href,)) else ""


def is_named(declared: Declared, href: str) -> bool:
    """Tell whether *href* leads to the board that *declared* is about, whoever sent the mail."""
    link = clean(href)
    shapes = [one for one in (*declared.postings, *declared.trackers) if not one.anywhere]
    return _any(shapes, (link.url, href)) and not _any(declared.others, (link.url, href))


def words_of(declared: Declared, href: str) -> str:
    """Return the words of the title that the link itself holds, ``""`` where it holds none."""
    url = clean(href).url
    for shape in declared.postings:
        found = shape.read(url)
        if found and "title" in found.re.groupindex:
            return str(found["title"])
    return ""


def _any(shapes: Iterable[LinkShape], urls: Iterable[str]) -> bool:
    return any(shape.read(url) for url in urls for shape in shapes)
