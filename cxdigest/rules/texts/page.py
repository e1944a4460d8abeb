"""Lay out a posting as one text whose every place knows where it stands.

Title, employer, snippet and description follow each other line by line; HTML becomes lines at its
blocks. Tags are removed by expressions that are linear in the text: a tree parser takes minutes for
a description nested a hundred thousand deep. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cxdigest.model import Posting, Tier, Where
from cxdigest.rules.texts.flat import LONG_LINE, parted
from cxdigest.text import unescaped

#: No description has more to say; beyond this the text is not read.
MAX_HTML = 500_000
MAX_TEXT = 40_000
#: A description below this many characters is a teaser and read as a snippet.
SUBSTANCE = 400

_BLOCK = re.compile(
    r"</?(?:p|br|li|div|h[1-6]|tr|ul|ol|td|dd|dt|section|article|header|footer|table)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?:script|style)\b.*?(?:</(?:script|style)\s*>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|br|li|div|h[1-6]|ul|strong|span)\b", re.IGNORECASE)

#: White space beside the plain space and the line feed.
_ODD_ASCII = tuple("\t\r\v\f\x1c\x1d\x1e\x1f")
_ODD = (*_ODD_ASCII, *filter(str.isspace, map(chr, range(0x80, 0x3001))))


@dataclass(frozen=True, slots=True)
class Page:
    """A posting as one text."""

    text: str  #: lines of single-spaced words
    starts: tuple[int, int, int]  #: where company, snippet and description begin
    tier: Tier

    def part(self, place: int) -> Where:
        """Return the part of the posting at *place*; the description is called duties."""
        company, snippet, description = self.starts
        if place >= description:
            return "duties"
        if place >= snippet:
            return "snippet"
        return "company" if place >= company else "title"


def lay_out(posting: Posting) -> Page:
    """Return *posting* as one text."""
    description = _lines(plain(posting.description))
    snippet = _lines(plain(posting.snippet))
    tier: Tier = "full"
    if len(description) < SUBSTANCE:
        snippet = "\n".join(part for part in (snippet, description) if part)
        description = ""
        tier = "snippet" if snippet else "title"
    head = _lines(plain(posting.title)).replace("\n", " ") + "\n"
    named = _lines(plain(posting.company)).replace("\n", " ") + "\n"
    company = 1 + len(head)
    shown = company + len(named)
    # A line break at both ends, so that every word has a boundary on either side.
    text = f"\n{head}{named}{snippet}\n{description}\n"
    return Page(text, (company, shown, shown + len(snippet) + 1), tier)


def plain(text: str) -> str:
    """Return *text* without markup, one line a block; text without markup is left alone."""
    text = text[:MAX_HTML]
    if "&lt;" in text and _ESCAPED_TAG.search(text):
        text = unescaped(text)
    if "<" in text:
        if "<!--" in text or "<s" in text or "<S" in text:
            text = _HIDDEN.sub(" ", text)
        text = _TAG.sub("", _BLOCK.sub("\n", text))
    return unescaped(text) if "&" in text else text


def _lines(text: str) -> str:
    """Return *text* as lines of single-spaced words, none of them empty."""
    text = text[:MAX_TEXT]
    odd = _ODD_ASCII if text.isascii() else _ODD
    if any(map(text.__contains__, odd)):
        text = "\n".join(map(" ".join, map(str.split, text.splitlines())))
    while "  " in text:
        text = text.replace("  ", " ")
    lines = [line.strip(" ") for line in text.split("\n")]
    return "\n".join([parted(line) if len(line) > LONG_LINE else line for line in lines if line])
