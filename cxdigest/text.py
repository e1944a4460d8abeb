"""Small facts about text that rooms share: white space, entities, hosts, the mark of an edition.

Contains no business logic.
"""

from __future__ import annotations

import codecs
import hashlib
import html
import re
import unicodedata
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
#: C0 but for tab and line feed, DEL, C1, overrides of the direction, halves of letters.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_EDITION = re.compile(r"cxdigest/\d{4}-\d{2}-\d{2}/[0-9a-f]{8}")
#: The Message-ID of a delivery; earlier versions sent without the second part.
_OWN_ID = re.compile(r"<[0-9a-f]{32}\.[0-9a-f]{32}@[^<>@\s]+>")
#: Letters whose plain spelling is two letters, as German writes them where it has to.
_PAIRS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"}
)
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_LONGEST_KEY = 40
_ENTITY = re.compile("&#0*([0-9]{1,8})[0-9]*")
_BLANKS = " \t\r\xa0|"
#: Codecs that no text is written in; ``punycode`` takes time by the square of a length.
_NO_ENCODINGS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})


def in_encoding(data: bytes, encoding: str) -> str:
    """Return *data* as text in the *encoding* that a stranger named.

    Raises:
        LookupError: there is no such encoding of text.
        ValueError: *data* is not in it.
    """
    if is_no_encoding(encoding):
        raise LookupError(f"{encoding} is no encoding of text")
    return data.decode(encoding)


def is_no_encoding(name: str) -> bool:
    """Tell whether Python knows a codec of this *name* that no text is written in."""
    try:
        return codecs.lookup(name).name in _NO_ENCODINGS
    except (LookupError, ValueError):
        return False


def squash(text: str) -> str:
    """Return *text* on one line: every run of white space is one space, none at the ends."""
    return _SPACE.sub(" ", text).strip()


def unhidden(text: str) -> str:
    """Return *text* squashed, without the letters that take no room (mails hide many)."""
    return squash(text if text.isascii() else _INVISIBLE.sub("", text))


def printable(text: str) -> str:
    """Return *text* without what a terminal obeys or cannot show; U+FFFD stands in for it."""
    return _COMMANDS.sub("\N{REPLACEMENT CHARACTER}", text)


def key_of(name: str) -> str:
    """Return *name* as a profile is called, ``joerg-mueller``; empty if nothing of it is left."""
    composed = unicodedata.normalize("NFC", name).lower().translate(_PAIRS)
    plain = unicodedata.normalize("NFKD", composed).encode("ascii", "ignore").decode()
    return _NOT_KEY.sub("-", plain).strip("-")[:_LONGEST_KEY].strip("-")


def unescaped(text: str) -> str:
    """Return *text* with its HTML entities read, as a browser reads them."""
    try:
        return html.unescape(text)
    except ValueError:  # a number of more than 4,300 digits; its first eight name no character
        return html.unescape(_ENTITY.sub(r"&#\1", text))


@lru_cache(maxsize=1024)
def number_in(text: str, *, digits: int = 19) -> int | None:
    """Return the whole number that *text* writes; None where it is none, or has more *digits*.

    Nor where no column of the database holds it; strangers write any number into an address.
    """
    plain = text.isascii() and text.isdecimal() and len(text) <= digits
    return int(text) if plain and int(text) < 2**63 else None


def host_of(url: str) -> str:
    """Return the host of *url* in lower case, ``""`` where it has none or cannot be read."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:  # e.g. an unclosed bracket of an IPv6 address
        return ""


def path_of(url: str) -> str:
    """Return the path of *url*, ``""`` where it has none or cannot be read."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def is_host(host: str, domain: str) -> bool:
    """Tell whether *host* is *domain* or lies below it (``notyoutube.com`` is not YouTube)."""
    return host == domain or host.endswith("." + domain)


def edition_mark(profile: str, day: date) -> str:
    """Return the mark printed in each digest, by which cxdigest knows its own mails again.

    It stands in the visible text because a forwarded mail keeps nothing else.
    """
    return f"cxdigest/{day.isoformat()}/{hashlib.sha256(profile.encode()).hexdigest()[:8]}"


def own_message_ids(text: str) -> frozenset[str]:
    """Return the Message-IDs in *text* that are written as those of digests are.

    They have a part that nobody can guess; whether a digest was sent under one, the store knows.
    """
    return frozenset(_OWN_ID.findall(text))


def has_edition_mark(text: str) -> bool:
    """Tell whether *text* carries an edition mark on a line of its own, as each digest prints it.

    Within a sentence it is a stranger's: one posting must not hide all others of its alert.
    """
    return any(_stands_alone(text, *found.span()) for found in _EDITION.finditer(text))


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 99) : start].rstrip(_BLANKS)
    after = text[end : end + 99].lstrip(_BLANKS)
    # A quoting ">", or the end of an HTML tag.
    return before[-1:] in {"", "\n", ">"} and after[:1] in {"", "\n", "<"}
