"""HTML of a mail or a page -> its tree, in bounded time and room.

The parser does what the standard says, and the standard lets a mail of 200 KB become a tree of a
hundred million elements: https://html.spec.whatwg.org/multipage/parsing.html (13.2.4.3, "the list
of active formatting elements"). What lies beyond a bound is left out.
"""

from __future__ import annotations

import re
from itertools import islice

from selectolax.lexbor import LexborHTMLParser

#: Nested in each other, so many take a second; the largest alert seen has 1,300.
_MAX_TAGS = 20_000
_MAX_STYLED = 100
_OPENING = re.compile(r"<[A-Za-z]")
#: Elements that the parser opens anew in each paragraph until they are closed.
_STYLED = re.compile(
    r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/][^>]*>", re.IGNORECASE
)


def read_markup(html: str) -> LexborHTMLParser:
    """Return the tree of *html*."""
    beyond = next(islice(_OPENING.finditer(html), _MAX_TAGS, None), None)
    if beyond:
        html = html[: beyond.start()]
    whole, mark, rest = html.rpartition(">")  # the pattern need never look for an end in vain
    whole += mark
    if next(islice(_STYLED.finditer(whole), _MAX_STYLED, None), None):
        # The parser keeps three of a kind: without their attributes they are of one kind.
        whole = _STYLED.sub(r"<\1>", whole)
    return LexborHTMLParser(whole + rest)
