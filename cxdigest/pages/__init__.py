"""Bytes of a posting's page -> what it says of the opening. Pure: no clock, no network.

Readers are tried in order, the one that knows most first: JSON-LD, microdata or RDFa, then the
text of the article. A wall (log in, consent, proof of not being a machine), a page that only
JavaScript fills, a list of many openings and a page of another kind end in a `PageError` that says
so: none of them may ever pass for duties. ``pages.boards`` reads the boards' public records.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import cast

from cxdigest.errors import PageError
from cxdigest.model import Page
from cxdigest.pages.document import Document, open_document
from cxdigest.pages.signs import closed_by, refuse_wall, shows_a_posting
from cxdigest.pages.stated import ENOUGH, stated_page

__all__ = ["read_page"]


def read_page(body: bytes, *, content_type: str, url: str, today: date) -> Page:
    """Return what the page *body*, fetched from *url*, says of one opening.

    Args:
        body: as delivered, unpacked.
        content_type: the header's value, ``""`` where there was none.
        url: the address that answered, after redirects.
        today: the day on which a date until which applications are taken has passed or not.

    Raises:
        PageError: it is no page, a wall, or shows no opening; ``outcome`` tells which.
    """
    document = open_document(body, content_type=content_type, url=url)
    page = stated_page(document, today=today)
    if page is None or len(page.description) < ENOUGH:
        page = _with_article(document, page)
    gone = page.closed or closed_by(document.lines)
    return replace(page, closed=gone)


def _with_article(document: Document, page: Page | None) -> Page:
    """Return *page* with the text of the article as its duties, or that alone.

    Raises:
        PageError: there is no page and the article is none, or no posting.
    """
    if page is None:
        refuse_wall(document)
    found = _article(document)
    if page is None:
        shows_a_posting(document, found.description)
        return found
    fuller = len(found.description) > 2 * len(page.description)
    return replace(page, description=found.description) if fuller else page


def _article(document: Document) -> Page:
    # Its library takes half a second to import, which commands that read no page need not spend.
    reader = importlib.import_module("cxdigest.pages.article")
    read = cast("Callable[[Document], Page]", reader.read_article)
    return read(document)
