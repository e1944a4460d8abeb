"""Raw bytes -> the mail that the formats read: fields and text of the alert, also where forwarded.

Total: every mail is read as far as it can be. It never opens a link and trusts no header.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parseaddr, parsedate_to_datetime

from cxdigest.errors import AlertError
from cxdigest.extract.mails.forwarding import unforward, unforward_html
from cxdigest.extract.mails.mime import (
    Part,
    decoded,
    header_words,
    in_words,
    latin,
    leaves,
    split_head,
)
from cxdigest.extract.mails.written_out import text_in
from cxdigest.language import marked

_MAX_TEXT = 2_000_000
_MAX_ADDRESS = 1_000
_MAX_NESTED = 3
_KNOWN = {"from", "subject", "date", "to", "received", "message-id", "mime-version", "content-type"}
_TAGS = re.compile(r"<(?:html|body|table|div|td)\b", re.IGNORECASE)
_HEAD = 4_000
_META_CHARSET = re.compile(rb"""<meta[^>]{1,200}charset=["']?([\w-]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, decoded."""

    headers: Mapping[str, str]  #: names in lower case, first value of each, decoded to one line
    sender: str  #: address of From in lower case, ``""`` where it cannot be read
    sender_name: str  #: display name of From
    subject: str
    date: datetime | None  #: of the Date header, UTC
    text: str  #: all text/plain parts, decoded, format=flowed undone, ``\n`` line ends
    html: str  #: all text/html parts, decoded
    forwarded: bool = False  #: the fields above are those of the mail that was forwarded


def read_mail(raw: bytes) -> Mail:
    """Return the mail that *raw* holds; of a forwarded one, the original.

    Raises:
        AlertError: there is no mail in it.
    """
    mail = _read(raw, 0)
    return _as_forwarded(mail) or mail


def read_as_sent(raw: bytes) -> Mail:
    """Return the mail that *raw* holds, with the words of a mail in its text left where they are.

    Raises:
        AlertError: there is no mail in it.
    """
    return _read(raw, 0)


def _read(raw: bytes, depth: int) -> Mail:
    raw = raw.lstrip(b"\r\n")
    fields, _ = split_head(raw)
    if _KNOWN.isdisjoint(fields):
        raise AlertError(marked("This is no mail: it has none of the headers that every mail has."))
    texts: list[str] = []
    htmls: list[str] = []
    attached: list[Mail] = []
    returned = latin(fields.get("content-type", b"")).lower().startswith("multipart/report")
    for part in leaves(raw):
        if _is_mail(part):
            if depth < _MAX_NESTED and not returned:
                attached += _attached(part, depth)
        elif part.type == "text/html" and not part.attached:
            htmls.append(_words(part, _MAX_TEXT - sum(map(len, htmls))))
        elif part.type.startswith("text/") and not part.attached:
            texts.append(_unflowed(part, _words(part, _MAX_TEXT - sum(map(len, texts)))))
    html = "\n".join(filter(None, htmls))
    mail = _mail(fields, "\n".join(filter(None, texts)) or text_in(html), html)
    return _with_attached(mail, attached)


def _is_mail(part: Part) -> bool:
    name = part.parameters.get("name", "") or part.parameters.get("filename", "")
    return part.type in {"message/rfc822", "message/global"} or name.lower().endswith(".eml")


def _attached(part: Part, depth: int) -> list[Mail]:
    try:
        return [_read(decoded(part, _MAX_TEXT * 3), depth + 1)]
    except AlertError:
        return []


def _with_attached(mail: Mail, attached: list[Mail]) -> Mail:
    """Return the first of the *attached* mails with the words of them all, else *mail*."""
    kept = [inner for inner in attached if inner.text or inner.html]
    if not kept:
        return mail
    return replace(
        kept[0],
        text="\n".join(inner.text for inner in kept if inner.text),
        html="\n".join(inner.html for inner in kept if inner.html),
        forwarded=True,
    )


def _words(part: Part, limit: int) -> str:
    data = decoded(part, max(0, limit))
    charset = part.parameters.get("charset", "")
    if not charset and part.type == "text/html" and (meta := _META_CHARSET.search(data[:2048])):
        charset = latin(meta[1])
    words = in_words(data, charset)
    return words.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip("\n")


def _unflowed(part: Part, text: str) -> str:
    """Return *text* with the line breaks undone that format=flowed (RFC 3676) put in."""
    if part.parameters.get("format", "").lower() != "flowed":
        return text
    joint = "" if part.parameters.get("delsp", "").lower() == "yes" else " "
    pieces: list[str] = []
    for line in text.split("\n"):
        body = line.removeprefix(" ")  # space-stuffing undone
        soft = body.endswith(" ") and body != "-- "
        pieces += (body[:-1], joint) if soft else (body, "\n")
    return "".join(pieces).removesuffix("\n")


def _mail(fields: Mapping[str, bytes], text: str, html: str) -> Mail:
    if not html and _TAGS.search(text[:_HEAD]):  # some boards call their HTML plain text
        text, html = "", text
    headers = {name: header_words(value) for name, value in fields.items()}
    name, address = _address(headers.get("from", ""))
    return Mail(
        headers=headers,
        sender=address,
        sender_name=name,
        subject=headers.get("subject", ""),
        date=_moment(headers.get("date", "")),
        text=text,
        html=html,
    )


def _address(value: str) -> tuple[str, str]:
    value = value[-_MAX_ADDRESS:]
    found = re.search(r"<([^<>\s@]+@[^<>\s@]+)>\s*$", value)
    if found:
        return value[: found.start()].strip().strip('"').strip(), found[1].lower()
    try:
        name, address = parseaddr(value)
    except RecursionError:  # it reads comments within comments
        return "", ""
    return name, address.lower() if "@" in address else ""


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _as_forwarded(mail: Mail) -> Mail | None:
    """Return the mail that was forwarded inside *mail*, None where none was."""
    original = unforward(mail.text)
    if original is None:
        shown = unforward_html(mail.html)
        if shown is None:
            return None
        original = replace(shown, text=mail.text)
    name, address = _address(original.sender)
    return replace(
        mail,
        sender=address,
        sender_name=name,
        subject=original.subject or mail.subject,
        date=_moment(original.date) or mail.date,
        text=original.text,
        forwarded=True,
    )
