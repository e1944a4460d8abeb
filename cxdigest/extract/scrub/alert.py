"""An alert without what names, reaches or follows a person, for a report: its structure stays.

Pure. Every part of a mail is changed behind its encoding and written back as it was written, so
that what could not be read before cannot be read afterwards, in the same way. A copy in which the
recipient can still be found, however encoded, is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from cxdigest.errors import AlertError
from cxdigest.extract.mails.mail import read_mail
from cxdigest.extract.mails.mime import (
    Part,
    all_fields,
    decoded,
    header_words,
    in_words,
    latin,
    leaves,
    marks,
    part_of,
    quoted_printable,
    split_head,
)
from cxdigest.extract.scrub.views import (
    behind,
    filled,
    in_body,
    in_header_words,
    in_markup,
    unbase64,
)
from cxdigest.extract.scrub.words import Person, Scrubber, whole, words_of
from cxdigest.text import unescaped

_DEPTH = 12
_FIELD = re.compile(r"([!-9;-~]+)([ \t]*:)((?:[^\r\n]|\r?\n[ \t])*)")
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,200}@[\w.-]*\w")
_ABOUT_PEOPLE = re.compile(
    r"to|cc|bcc|(?:x-)?(?:delivered|original|envelope|apparently|forwarded|rcpt|resent)-(?:to|for|cc"
    r"|recipient)|apparently-to|resent-(?:from|sender)|x-envelope-to|x-forwarded-for|x-rcpt-to"
)
_SENDERS = frozenset({"from", "sender", "reply-to", "x-sender", "x-google-original-from"})
_STAYS = frozenset({"content-transfer-encoding", "mime-version", "date", "content-type"})
_FILE_NAME = re.compile(r"((?:file)?name\*?\d*\*?=\s*)(\"[^\"]*\"|[^;\s]*)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""encoding=["']([\w-]+)""")
#: How a mail speaks to its reader, in the languages that were seen.
_SPOKEN_TO = re.compile(
    r"(?:\b(?:Hi|Hello|Hey|Dear|Hallo|Bonjour|Hola|Ciao|Olá|Hej|Guten (?:Tag|Morgen)|Liebe[rs]?"
    r"|Sehr geehrte[rs]?(?: Frau| Herr)?|Cher|Chère|Estimad[oa]|Beste)\s+"
    r"|intended for\s+|destiné à\s+|bestimmt für\s+)"
    r"((?:[^\W\d_][\w'\u2019-]*\.?\s?){1,4}?)(?=\s*[,!:;(<.\n]|\s+\()"
)
#: ``Isla, 30 new jobs for you``: a name and then what is said to it.
_CALLED = re.compile(
    r"^\s*([^\W\d_][\w'\u2019-]{1,30}), (?:\d|new\b|you|we\b|here|there|these|this|check|don|see)",
    re.MULTILINE,
)
_HEADLINE = re.compile(r"(intended for [^(\n]{1,99}\()([^)\n]{1,300})(?=\))")
_TEXTS = re.compile(r"text/|multipart/|application/(?:[\w.-]+\+)?(?:json|xml|ics|calendar)\b")
#: The lines of a mail forwarded by hand that say whom it reached.
_REACHED = re.compile(
    r"^[>\s*]*(?:To|Cc|An|À|Para|Aan|Till|Til|Do|A)\s?\*?:\*?\s*(\S.{0,300})$", re.MULTILINE
)
#: Where many people have an address: such a host says nothing of one.
_EVERYBODY = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com",
    "icloud.com", "me.com", "aol.com", "gmx.de", "gmx.net", "gmx.com", "web.de", "fastmail.com",
    "proton.me", "protonmail.com", "mail.com",
})  # fmt: skip
_LEAST = 4  #: letters of a name that is looked for within other words


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed:
    """A copy that may be shown."""

    raw: bytes
    counts: Counter[str]  #: what was replaced, by kind: ``name``, ``address``, ``link``, …


def scrub(raw: bytes, *, media: str, salt: bytes) -> Scrubbed:
    """Return *raw*, a ``mail`` or a ``feed``, without what names, reaches or follows a person.

    *salt* decides which letters stand for others: random, and forgotten afterwards.

    Raises:
        AlertError: it is no mail, or the recipient is still in it.
    """
    if media == "feed":
        scrubber = Scrubber(person=Person(), salt=salt)
        new = in_body(raw, "", _feed_charset(raw), lambda text: in_markup(text, scrubber.text))
        return Scrubbed(raw=new, counts=scrubber.counts)
    person = person_of(raw)
    scrubber = Scrubber(person=person, salt=salt)
    new = _entity(raw, scrubber, "text/plain", 0)
    if left := leaks(new, person):
        raise AlertError(
            f"{len(left)} of the recipient's names or addresses could not be removed; "
            "copy the mail by hand, or describe it instead"
        )
    return Scrubbed(raw=new, counts=scrubber.counts)


def _feed_charset(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    found = _XML_CHARSET.search(raw[:200])
    return latin(found[1]) if found else ""


def person_of(raw: bytes) -> Person:
    """Return who *raw* was sent to, and forwarded by, as far as it tells."""
    mail = read_mail(raw)
    names: list[str] = []
    addresses: set[str] = set()
    board = mail.sender if mail.sender.rpartition("@")[2] not in _EVERYBODY else ""
    for head in _heads(raw):
        for field, value in all_fields(head):
            told = header_words(value)
            people = _ABOUT_PEOPLE.fullmatch(field) or field in _SENDERS
            found = {one.lower() for one in _ADDRESS.findall(told)} if people else set()
            if not people or (found <= {board, ""} and field in _SENDERS):
                continue
            addresses |= found - {board}
            names.append(_ADDRESS.sub(" ", told))
    body = f"{mail.subject}\n{mail.text}\n{_bare(mail.html)}"
    names += [found[1] for told in (_SPOKEN_TO, _CALLED) for found in told.finditer(body)]
    if mail.forwarded:
        reached = [found[1] for found in _REACHED.finditer(body) if "@" in found[1]]
        addresses |= {one.lower() for told in reached for one in _ADDRESS.findall(told)} - {board}
        names += [_ADDRESS.sub(" ", told) for told in reached]
    hosts = {one.rpartition("@")[2] for one in addresses}
    names += [one.rpartition("@")[0] for one in addresses]
    names += [host.rpartition(".")[0] for host in hosts - _EVERYBODY if not _within(host, board)]
    own = board.rpartition("@")[2]
    return Person(
        words=words_of(names) - words_of([own]),
        addresses=frozenset(addresses),
        boards=frozenset({board} - {""}),
        hosts=frozenset({own} - {""}),
    )


def _within(host: str, board: str) -> bool:
    own = board.rpartition("@")[2]
    return host == own or host.endswith(f".{own}") or own.endswith(f".{host}")


def _bare(html: str) -> str:
    return unescaped(re.sub(r"<[^>]{0,2000}>", "\n", html))


def _heads(raw: bytes) -> Iterator[bytes]:
    """Yield *raw* and the mails attached to it, as far as their headers go."""
    yield raw
    for part in leaves(raw):
        if part.type.startswith("message/"):
            yield decoded(part, 1_000_000)


def _entity(raw: bytes, scrubber: Scrubber, default: str, depth: int) -> bytes:
    headers, body = split_head(raw)
    if not headers:
        return in_body(raw, "", "", scrubber.text)
    part = part_of(headers, body, default)
    start = len(raw) - len(body) if body else len(raw)
    head = _head(raw[:start], scrubber)
    return head + _body(body, part, scrubber, depth)


def _body(body: bytes, part: Part, scrubber: Scrubber, depth: int) -> bytes:
    boundary = part.parameters.get("boundary", "").encode("latin-1", "replace").rstrip()
    if part.type.startswith("multipart/") and boundary and depth < _DEPTH:
        return _pieces(body, boundary, part, scrubber, depth)
    encoding = latin(part.headers.get("content-transfer-encoding", b"")).strip().lower()
    name = part.parameters.get("name", "") or part.parameters.get("filename", "")
    if part.type.startswith("message/") or name.lower().endswith(".eml"):
        return behind(body, encoding, lambda raw: _entity(raw, scrubber, "text/plain", depth + 1))
    if not _TEXTS.match(part.type):
        scrubber.counts["attachment"] += 1
        return filled(body, encoding)
    charset = part.parameters.get("charset", "")
    return in_body(body, encoding, charset, lambda text: _text(text, scrubber))


def _text(text: str, scrubber: Scrubber) -> str:
    def headline(found: re.Match[str]) -> str:
        return found[1] + scrubber.everything(found[2])

    return in_markup(_HEADLINE.sub(headline, text), scrubber.text)


def _pieces(body: bytes, boundary: bytes, part: Part, scrubber: Scrubber, depth: int) -> bytes:
    default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
    spans = list(marks(body, b"--" + boundary))
    if not spans:
        return filled(body, "")
    mark = body.rfind(b"--" + boundary, 0, spans[0][0])
    out = [in_body(body[:mark], "", "", scrubber.text), body[mark : spans[0][0]]]
    for (start, end), (after, _) in zip(spans, [*spans[1:], (len(body), 0)], strict=True):
        out.append(_entity(body[start:end], scrubber, default, depth + 1))
        between = body[end:after]
        if after == len(body):  # what stands behind the last boundary, which readers pass over
            line, found, rest = between.partition(b"--" + boundary)
            between = line + found + in_body(rest, "", "", scrubber.text)
        out.append(between)
    return b"".join(out)


def _head(head: bytes, scrubber: Scrubber) -> bytes:
    def field(found: re.Match[str]) -> str:
        name, colon, value = found.groups()
        return f"{name}{colon}{_field(name.lower(), value, scrubber)}"

    return _FIELD.sub(field, latin(head)).encode("latin-1")


def _field(name: str, value: str, scrubber: Scrubber) -> str:
    if name in _STAYS or name == "content-disposition":
        return _FILE_NAME.sub(lambda found: found[1] + scrubber.everything(found[2]), value)
    if _ABOUT_PEOPLE.fullmatch(name):
        return in_header_words(value, scrubber.everything)
    if name in _SENDERS:
        theirs = {one.lower() for one in _ADDRESS.findall(value)}
        if not theirs or not theirs <= scrubber.person.boards:
            return in_header_words(value, scrubber.everything)
    return in_header_words(value, scrubber.text)


def leaks(raw: bytes, person: Person) -> set[str]:
    """Return which addresses and names of *person* can be found in *raw*, however encoded."""
    wanted = {one for one in (*person.addresses, *person.words) if len(one) >= _LEAST}
    return {one for text in _readings(raw) for one in wanted if _stands(one, text)}


def _stands(wanted: str, text: str) -> bool:
    if wanted not in text:
        return False
    return "@" in wanted or bool(re.search(whole(wanted), text))


def _readings(raw: bytes) -> Iterator[str]:
    """Yield *raw* as it stands and behind every encoding in which something may hide."""
    data = [raw, *(decoded(part, len(raw)) for part in leaves(raw))]
    data.append(" ".join(header_words(value) for _, value in all_fields(raw)).encode())
    for one in data:
        for layer in _layers(one):
            yield in_words(layer, "utf-8").lower()
            yield unescaped(in_words(layer, "utf-8")).lower()
            for token in re.findall(rb"[A-Za-z0-9+/_-]{12,}", layer):
                for shift in range(4):
                    plain = token[shift : shift + (len(token) - shift) // 4 * 4]
                    yield latin(unbase64(latin(plain))).lower()


def _layers(data: bytes) -> Iterable[bytes]:
    joined = re.sub(rb"\r?\n[ \t]?", b"", data)
    twice = unquote_to_bytes(unquote_to_bytes(data))
    hexes = re.findall(rb"(?:[0-9a-fA-F]{2}){6,}", data)
    return (data, joined, twice, quoted_printable(data), *map(_unhex, hexes))


def _unhex(data: bytes) -> bytes:
    return bytes.fromhex(latin(data))
