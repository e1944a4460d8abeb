"""Lay out a posting as one text whose every place knows where it stands.

Title, employer, snippet and description follow each other line by line; HTML becomes lines at its
blocks. Tags are removed by expressions that are linear in the text: a tree parser takes minutes for
a description nested a hundred thousand deep. Pure.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from cxdigest.model import Posting, Tier, Where
from cxdigest.rules.flat import parted

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
        text = html.unescape(text)
    if "<" in text:
        if "<!--" in text or "<s" in text or "<S" in text:
            text = _HIDDEN.sub(" ", text)
        text = _TAG.sub("", _BLOCK.sub("\n", text))
    return html.unescape(text) if "&" in text else text


def _lines(text: str) -> str:
    lines = (parted(" ".join(line.split())) for line in text[:MAX_TEXT].splitlines())
    return "\n".join(line for line in lines if line)
