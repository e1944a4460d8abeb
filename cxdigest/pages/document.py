"""Bytes of a page -> its markup, its tree and the lines that a reader sees, in bounded room."""

from __future__ import annotations

import codecs
import re
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser

from cxdigest.errors import PageError
from cxdigest.markup import read_markup
from cxdigest.text import in_encoding, squash, unescaped, unhidden

MAX_BYTES = 10_000_000  #: what lies beyond is not read
MAX_BARE = 1_000_000  #: characters without scripts and styles; long pages have 300,000
MAX_DEPTH = 512  #: elements within each other; browsers stop here too
MAX_LINES = 5_000

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_ENCODED = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHERS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a packed document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a packed file"),
)
_HEAD = 4_096
_OPENING = re.compile(r"<[a-z!/]", re.IGNORECASE)
#: Pages carry megabytes of these; nothing in them is seen.
_CODE = re.compile(
    r"<(script|style|svg|template)\b[^<]*+(?:<(?!/\1\b)[^<]*+)*+(?:</\1[^>]{0,99}>?)?",
    re.IGNORECASE,
)
_HIDDEN = '[style*="display:none"],[style*="display: none"],[hidden],[aria-hidden="true"]'
_BREAK = re.compile(
    r"</?(?:address|article|aside|blockquote|br|button|dd|div|dl|dt|fieldset|footer|form|h[1-6]"
    r"|header|hr|li|main|nav|ol|option|p|pre|section|table|tbody|td|th|tr|ul)(?=[\s>/])"
)
#: Tags but for those without an end, and those whose end may be left out.
_NESTING = re.compile(
    r"<(/?)(?!(?:area|base|br|col|dd|dt|embed|hr|img|input|li|link|meta|option|p|param|source|t[dhr]"
    r"|tbody|tfoot|thead|track|wbr)\b)[a-z]",
    re.IGNORECASE,
)
_TAG = re.compile(r'<[^"<>]*+(?:"[^"]*+"[^"<>]*+)*+>')


class Document:
    """One page, as a browser without JavaScript would have it."""

    def __init__(self, html: str, *, url: str) -> None:
        self.html = html  #: decoded
        self.url = url  #: the address that answered

    @cached_property
    def bare(self) -> str:
        """The markup without scripts, styles and drawings, up to what is too long or too deep."""
        return _shallow(_CODE.sub(" ", self.html)[:MAX_BARE])

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The tree of `bare`."""
        return read_markup(self.bare)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines that a reader sees, white space folded; none is empty."""
        tree = read_markup(self.bare)
        for node in tree.css(_HIDDEN):
            node.decompose()
        tree.strip_tags(["head", "noscript"])
        seen = (tree.body.html or "") if tree.body else ""
        text = _TAG.sub("", _BREAK.sub(r"\n\g<0>", squash(seen)))
        lines = (unhidden(unescaped(line)) for line in text.split("\n"))
        return tuple(line for line in lines if line)[:MAX_LINES]

    @cached_property
    def words(self) -> str:
        """All that a reader sees, on one line."""
        return " ".join(self.lines)

    @cached_property
    def title(self) -> str:
        """What stands in the browser's tab."""
        found = self.tree.css_first("head > title")
        return squash(found.text()[:500]) if found else ""


def _shallow(html: str) -> str:
    """Return *html* up to where it nests too deep: on such a tree each question takes seconds."""
    depth = 0
    for tag in _NESTING.finditer(html):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > MAX_DEPTH:
            return html[: tag.start()]
    return html


def open_document(body: bytes, *, content_type: str, url: str) -> Document:
    """Return the page in *body*.

    Raises:
        PageError: it is empty, or no page of text at all.
    """
    start = body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if not start:
        raise PageError("The page is empty.", outcome="empty")
    for mark, kind in _OTHERS:
        if start.startswith(mark):
            raise PageError(f"It is {kind}, not a page.", outcome="unreadable")
    html = _decoded(body[:MAX_BYTES], content_type)
    if not _OPENING.search(html):
        kind = content_type.partition(";")[0].strip()[:80] or "data of no stated type"
        raise PageError(f"It is {kind} without any markup, not a page.", outcome="unreadable")
    return Document(html.replace("\0", ""), url=url)


def _decoded(body: bytes, content_type: str) -> str:
    """Decode as a browser does: the mark at the start, the header, the page's own word, a guess."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    header, inside = _ENCODED.search(content_type), _CHARSET.search(body[:_HEAD])
    named = [header[1]] if header else []
    named += [inside[1].decode("ascii")] if inside else []
    for encoding in (*named, "utf-8"):
        try:
            if not encoding.lower().startswith(("utf-16", "utf-32", "utf-7")):
                return in_encoding(body, encoding)
        # LookupError also says that a codec is one of bytes, like base64.
        except (UnicodeError, LookupError):
            continue
    return body.decode("cp1252" if not named else "utf-8", "replace")
