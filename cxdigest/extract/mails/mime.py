"""Bytes of a mail -> its headers and leaves, whatever is broken in it.

Written because the standard parser recurses, and raises on headers that real mails have. Bounded
in depth, parts and size; what lies beyond a bound is left out, never waited for (RFC 2045-2047).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cxdigest.text import in_encoding

_MAX_DEPTH = 12
_MAX_PARTS = 2_000
_MAX_HEADERS = 262_144
_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_BLANKS = (b"\r\n\r\n", b"\n\n", b"\r\r")
_PARAMETER = re.compile(r';\s*([\w!#$&.+^`|~*%-]+)\s*=\s*("(?:\\.|[^"\\])*"|[^;]*)')
_ENCODED = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(=\?)")
# A Canadian Indeed batch of 2026 left the "=" of a key bare, so that decoding ate the key's first
# two digits: exactly sixteen digits after the sign mean that it was never escaped.
_BARE_KEY = re.compile(rb"(?<=[?&;])jk=((?:[0-9a-f](?:=\r?\n)?){16})(?![0-9a-f]|=\r?\n[0-9a-f])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One entity of a mail that holds no other: its headers and its bytes as they were sent."""

    headers: Mapping[str, bytes]  #: names in lower case, first value of each, unfolded
    type: str  #: ``text/plain``, in lower case
    parameters: Mapping[str, str]  #: of Content-Type and of Content-Disposition
    attached: bool  #: Content-Disposition says attachment
    body: bytes  #: still encoded


def split_head(raw: bytes) -> tuple[dict[str, bytes], bytes]:
    """Return the headers and the body of *raw*; lines between headers that are none are passed."""
    head, body = _head_and_body(raw)
    fields: dict[str, bytes] = {}
    for name, value in _fields(head):
        fields.setdefault(name, value)
    return fields, body


def all_fields(raw: bytes) -> list[tuple[str, bytes]]:
    """Return every header of *raw* in order, unfolded, names in lower case."""
    return list(_fields(_head_and_body(raw.lstrip(b"\r\n"))[0]))


def _head_and_body(raw: bytes) -> tuple[bytes, bytes]:
    if raw.startswith((b"From ", b">From ")):
        raw = raw.partition(b"\n")[2]
    if raw.startswith((b"\r\n", b"\n")):
        return b"", raw
    if end := _BLANK.search(raw, 0, _MAX_HEADERS):
        return raw[: end.start()], raw[end.end() :]
    # Headers longer than any mail needs: their end is looked for in the quick way.
    found = [(at, at + len(blank)) for blank in _BLANKS if (at := raw.find(blank)) >= 0]
    return raw[:_MAX_HEADERS], raw[min(found)[1] :] if found else b""


def _fields(head: bytes) -> Iterator[tuple[str, bytes]]:
    unfolded = re.sub(rb"\r?\n(?=[ \t])", b"", head)
    for line in unfolded.splitlines():
        if found := _FIELD.match(line):
            yield found[1].decode("ascii").lower(), found[2].strip()


def leaves(raw: bytes) -> Iterator[Part]:
    """Yield the parts of *raw* in order; an attached mail is one part, ``message/rfc822``."""
    waiting: list[tuple[bytes, int, str]] = [(raw, 0, "text/plain")]
    seen = 0
    while waiting and seen < _MAX_PARTS:
        data, depth, default = waiting.pop()
        headers, body = split_head(data)
        part = part_of(headers, body, default)
        inner = _children(part) if depth < _MAX_DEPTH else []
        if inner:
            default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
            waiting += [(child, depth + 1, default) for child in reversed(inner)]
        else:
            seen += 1
            yield part


def part_of(headers: Mapping[str, bytes], body: bytes, default: str) -> Part:
    """Return the entity of *headers* and *body*, of the type *default* where it states none."""
    declared = latin(headers.get("content-type", b"")) or default
    disposition = latin(headers.get("content-disposition", b""))
    kind = declared.partition(";")[0].strip().lower()
    return Part(
        headers=headers,
        type=kind if "/" in kind else default,
        parameters=_parameters(disposition) | _parameters(declared),
        attached=disposition.lower().startswith("attachment"),
        body=body,
    )


def _parameters(value: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, text in _PARAMETER.findall(value):
        text = re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text.strip()  # noqa: PLW2901 - the same text, unquoted
        plain = name.lower().partition("*")[0]
        found[plain] = found.get(plain, "") + text  # RFC 2231 sends long values in pieces
    return found


def _children(part: Part) -> list[bytes]:
    """Return the parts inside a multipart, none where it is none or its boundary never comes."""
    boundary = part.parameters.get("boundary", "").encode("latin-1", "replace").rstrip()
    if not part.type.startswith("multipart/") or not boundary:
        return []
    pieces: list[bytes] = []
    for start, end in marks(part.body, b"--" + boundary):
        pieces.append(part.body[start:end])
        if len(pieces) > _MAX_PARTS:
            break
    return pieces


def marks(body: bytes, mark: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each piece between two boundary lines starts and ends.

    The end of a line is never looked for from where no boundary line can be: a part of dashes alone
    would take time by its square.
    """
    start = -1
    for line in re.finditer(re.escape(mark) + rb"(--)?[ \t\r]*+(?:\n|\Z)", body):
        if line.start() and body[line.start() - 1] not in b"\r\n":
            continue
        if start >= 0:
            yield start, max(start, line.start() - 1)
        if line[1]:
            return
        start = line.end()
    if start >= 0:  # the closing boundary was cut off
        yield start, len(body)


def decoded(part: Part, limit: int) -> bytes:
    """Return the body of *part* without its transfer encoding, at most *limit* bytes."""
    encoding = latin(part.headers.get("content-transfer-encoding", b"")).strip().lower()
    if encoding == "base64":
        return _base64(part.body[: limit * 3 // 2])[:limit]
    if encoding == "quoted-printable":
        return quoted_printable(part.body[: limit * 3])[:limit]
    return part.body[:limit]


def quoted_printable(body: bytes) -> bytes:
    """Return *body* decoded, with the keys that were left unescaped repaired first."""
    return binascii.a2b_qp(_BARE_KEY.sub(rb"jk=3D\1", body) if b"jk=" in body else body)


def _base64(body: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body.partition(b"\n--")[0])
    letters = letters[: len(letters) // 4 * 4 or None] if len(letters) % 4 == 1 else letters
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return b""


def in_words(data: bytes, charset: str) -> str:
    """Return *data* as text: as declared, else UTF-8, else what Windows would have meant."""
    charset = _same(charset)
    tries = ("utf-8", charset, "cp1252") if charset in _WEAK else (charset, "utf-8", "cp1252")
    for name in tries:
        try:
            return in_encoding(data, name)
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8" if charset == "utf-8" else "latin-1", "replace")


_WEAK = {"", "us-ascii", "ascii", "iso-8859-1", "latin-1", "cp1252", "unknown-8bit", "8bit"}
_MEANT = {"gb2312": "gb18030", "gbk": "gb18030", "x-sjis": "cp932", "ks_c_5601-1987": "cp949",
          "windows-1252": "cp1252", "utf8": "utf-8", "x-unknown": ""}  # fmt: skip


def _same(charset: str) -> str:
    name = charset.strip().strip("'\"").lower().partition("'")[0]
    return _MEANT.get(name, name)


def header_words(value: bytes) -> str:
    """Return a header's *value* on one line, encoded words (RFC 2047) read."""
    text = in_words(value[:20_000], "")
    if "=?" not in text:
        return " ".join(text.split())
    text = _BETWEEN.sub(r"\1\2", text)
    out: list[str] = []
    held: tuple[str, bytes] = ("", b"")  # one letter may be cut between two words
    at = 0
    for word in _ENCODED.finditer(text):
        between = text[at : word.start()]
        charset, data = _same(word[1].partition("*")[0]), _word(word[2], word[3])
        if between or charset != held[0]:
            out += [in_words(held[1], held[0]), between]
            held = (charset, b"")
        held = (charset, held[1] + data)
        at = word.end()
    out += [in_words(held[1], held[0]), text[at:]]
    return " ".join("".join(out).split())


def _word(how: str, text: str) -> bytes:
    data = text.encode("latin-1", "replace")
    return _base64(data) if how in "bB" else binascii.a2b_qp(data, header=True)


def latin(data: bytes) -> str:
    """Return *data* as text, one letter a byte."""
    return data.decode("latin-1")
