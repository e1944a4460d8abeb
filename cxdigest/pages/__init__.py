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
from cxdigest.pages.stated import ENOUGH, stated_page
from cxdigest.pages.walls import closed_by, refuse_other, refuse_wall

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
    if page is None:
        page = _told(document)
    elif len(page.description) < ENOUGH:
        page = _completed(page, document)
    return replace(page, closed=page.closed or closed_by(document.lines))


def _told(document: Document) -> Page:
    """Return what the text of *document* says.

    Raises:
        PageError: it is a wall, has no article, or the article is no posting.
    """
    refuse_wall(document)
    found = _article(document)
    refuse_other(document, found.description)
    return found


def _completed(page: Page, document: Document) -> Page:
    """Return *page*, which states no duties or a teaser, with those of its text if it has some."""
    try:
        return replace(page, description=_told(document).description)
    except PageError:
        return page


def _article(document: Document) -> Page:
    # Its library takes half a second to import, which commands that read no page need not spend.
    reader = importlib.import_module("cxdigest.pages.article")
    read = cast("Callable[[Document], Page]", reader.read_article)
    return read(document)
