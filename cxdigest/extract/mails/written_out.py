"""What a mail program made of a mail's only part when it forwarded it -> what that was at first.

Outlook and others forward a text as HTML: in a ``<pre>``, or with a break for each line; then all
links show the address that they lead to. Others forward HTML as text: then links stand beside their
words. What a board wrote itself is left as it is.
"""

from __future__ import annotations

import re
from html import escape

from cxdigest.text import squash, unescaped

_MAX = 400_000  # characters; a text of that size holds no alert
#: What is never closed reaches to the end, so that nothing is looked through twice.
_DROPPED = re.compile(
    r"<(style|script|head|title)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE
)
_MAX_LINKS = 500
_PRE = re.compile(r"(<pre\b[^<>]*>.*?(?:</pre\s*>|\Z))", re.DOTALL | re.IGNORECASE)
_HREF = re.compile(r"""href=["'](https?://[^"']+)""", re.IGNORECASE)
_END = re.compile(r"<(?:br|/(?:div|p|tr|li|table|blockquote|h\d|pre))\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)


def text_in(html: str) -> str:
    """Return the plain text that *html* was made of, ``""`` where it is HTML of its own."""
    if len(html) > _MAX or ("://" not in html):
        return ""
    markup = _DROPPED.sub("", html)
    pieces = [
        piece if at % 2 else re.sub(r"\s+", " ", piece)
        for at, piece in enumerate(_PRE.split(markup))
    ]
    words = unescaped(_TAG.sub("", _END.sub("\n", "".join(pieces))))
    links = {unescaped(href).rstrip("/") for href in _HREF.findall(markup)}
    if "://" not in words or len(links) > _MAX_LINKS or not all(one in words for one in links):
        return ""
    return "\n".join(line.strip() for line in words.split("\n")).strip("\n")


_BESIDE = re.compile(
    r"^(?P<words>.*?\S)??\s*[<(\[](?P<href>https?://[^\s<>()\[\]]+)[>)\]](?P<after>.*)$"
)
_MARKED = re.compile(r"^\W*\[(?P<words>[^\[\]]+)\]\((?P<href>https?://[^\s()]+)\)(?P<after>.*)$")
_ENOUGH = 3
_MAX_LINE = 10_000


def html_of(text: str) -> str:
    """Return *text* as the HTML that a mail program made it of, ``""`` where it was text at first.

    Told by its links: they stand beside their words, ``Customer Lead <https://…>``.
    """
    if len(text) > _MAX or text.count("://") < _ENOUGH:
        return ""
    lines = [squash(line) for line in text.split("\n")]
    found = [
        _MARKED.match(line) or _BESIDE.match(line) if len(line) < _MAX_LINE else None
        for line in lines
    ]
    if sum(one is not None and bool(one["words"]) for one in found) < _ENOUGH:
        return ""
    rows = zip(lines, found, strict=True)
    return "".join(f"<p>{_linked(one) if one else escape(line)}</p>" for line, one in rows if line)


def _linked(found: re.Match[str]) -> str:
    words = escape(found["words"] or "")
    return f'<a href="{escape(found["href"])}">{words}</a></p><p>{escape(found["after"])}'
