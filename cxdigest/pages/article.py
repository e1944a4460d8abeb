"""The text of a page's article, told from its menus and footers by trafilatura.

Imported by the first page that states nothing about itself, because that library takes half a
second to import. It is given markup of bounded size and depth and nothing else: no address to
fetch, no cache to fill.
"""

from __future__ import annotations

from trafilatura import bare_extraction

from cxdigest.errors import PageError
from cxdigest.model import Page
from cxdigest.pages.document import Document
from cxdigest.pages.stated import ENOUGH
from cxdigest.text import squash

MANY_TAGS = 20_000  #: pages of postings have a tenth of these
MAX_TEXT = 40_000  #: characters; long duties have 15,000


def read_article(document: Document) -> Page:
    """Return the article of *document* as a page.

    Raises:
        PageError: there is none, or it is too short to hold duties.
    """
    found = bare_extraction(
        document.tree.html or "",
        url=None,
        include_comments=False,
        with_metadata=False,
        # Its second opinion takes time by the square of the number of paragraphs.
        fast=document.bare.count("<") > MANY_TAGS,
    )
    text = (getattr(found, "text", "") or "") if found else ""
    if len(squash(text)) < ENOUGH:
        raise PageError("The page has no text that is long enough for duties.", outcome="empty")
    return Page(reader="article", title=_title(document), description=text[:MAX_TEXT])


def _title(document: Document) -> str:
    heads = document.tree.css("h1")
    return squash(heads[0].text()[:500]) if len(heads) == 1 else document.title
