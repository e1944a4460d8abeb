"""A reader's reply to a digest -> the duties that it pastes, each with the posting they belong to.

Only what the reader wrote counts: the quoted digest is full of references and of words that are
nobody's duties, so where it cannot be told apart nothing is taken. Knows no store: whether the mail
answers a digest at all is for the caller to say, by the Message-IDs in ``answers``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cxdigest.errors import AlertError
from cxdigest.extract.mails.mail import Mail, read_as_sent
from cxdigest.extract.mails.mime import latin, split_head
from cxdigest.markup import read_markup
from cxdigest.text import has_edition_mark

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_MOST_IDS = 50
#: A posting's reference at the beginning of a line, with or without the word
#: before it that a digest writes there, in any language of ours ("ref", "Kennung").
_REFERENCE = re.compile(
    r"[\s*•_-]*(?:(?:ref(?:erence|erenz|[eé]rence)?|kennung)\b\.?|#)?[\s:#]*([0-9a-f]{16})\b[\s*_]*[:.–-]?\s*(.*)",  # noqa: RUF001 - as people write them
    re.IGNORECASE,
)
_QUOTED_REFERENCE = re.compile(r"\b(?:ref|kennung)\b[\s:.#]*([0-9a-f]{16})\b", re.IGNORECASE)
_QUOTE = re.compile(r"\s?(?:>\s?)+")
_SEPARATOR = re.compile(
    r"\s*-{2,}\s*(?:original (?:message|appointment|e?-?mail)|forwarded message|urspr[uü]ngliche "
    r"(?:nachricht|e?-?mail)|originalnachricht|message (?:d.)?origin(?:e|al)|mensaje original"
    r"|messaggio originale|mensagem original|oorspronkelijk bericht|originalmeddelande"
    r"|oprindelig meddelelse|opprinnelig melding|wiadomo[sś][cć] oryginalna)\s*-{2,}\s*",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"[\s*]*(?:from|von|de|da|van|fra|från|od|expéditeur|mittente|remitente|lähettäjä)[\s*]*:.*@.*",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(r".{10,300}:\s*")
_RULE_AT_END = re.compile(r"\s*[-_]{5,}\Z")
_SIGNATURE = re.compile(r"--\s?")
_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/tr|/h\d)\b[^>]*>", re.IGNORECASE)
#: What mail programs wrap the quoted mail in, and what they set before it.
_QUOTED_HTML = (
    "blockquote, .gmail_quote, .gmail_attr, .yahoo_quoted, .moz-cite-prefix, .protonmail_quote, "
    "#appendonsend, #appendonsend ~ *, #divRplyFwdMsg, #divRplyFwdMsg ~ *, style, script, title"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a mail that answers others says."""

    answers: frozenset[str]  #: Message-IDs of what it answers, with angle brackets
    duties: tuple[tuple[str, str], ...]  #: reference and what stands under it, as written


def answered(raw: bytes) -> frozenset[str]:
    """Return the Message-IDs that the mail *raw* answers; empty for a mail that is no reply."""
    fields, _ = split_head(raw.lstrip(b"\r\n"))
    named = (latin(fields.get(name, b"")) for name in ("in-reply-to", "references"))
    return frozenset(_MESSAGE_ID.findall(" ".join(named))[-_MOST_IDS:])


def read_reply(raw: bytes) -> Reply:
    """Return what the reply *raw* says; without duties where its own words cannot be told."""
    answers = answered(raw)
    try:
        mail = read_as_sent(raw)
    except AlertError:
        return Reply(answers=answers, duties=())
    if mail.forwarded:
        return Reply(answers=answers, duties=())
    lines = list(_own_lines(_text_of(mail)))
    own = "\n".join(line for line, quoted in lines if not quoted)
    duties = () if has_edition_mark(own) else tuple(_blocks(lines))
    return Reply(answers=answers, duties=duties)


def own_words(raw: bytes) -> str:
    """Return what the writer of the reply *raw* wrote, without what it quotes and the signature."""
    try:
        mail = read_as_sent(raw)
    except AlertError:
        return ""
    kept: list[str] = []
    for line, quoted in _own_lines(_text_of(mail)):
        if _SIGNATURE.fullmatch(line):
            break
        kept += [] if quoted else [line]
    return "\n".join(kept).strip()


def _text_of(mail: Mail) -> str:
    if mail.text.strip():
        return mail.text
    tree = read_markup(_BREAKS.sub("\n\\g<0>", mail.html))
    for node in tree.css(_QUOTED_HTML):
        node.decompose()
    return tree.body.text() if tree.body else ""


def _own_lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is quoted, up to where the original stands unquoted."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        quote = _QUOTE.match(line)
        if quote:
            yield line[quote.end() :], True
        elif _SEPARATOR.fullmatch(line) or _FROM.fullmatch(line):
            return
        elif not (_ATTRIBUTION.fullmatch(line) and _quote_follows(lines[number + 1 : number + 4])):
            yield line, False


def _quote_follows(lines: list[str]) -> bool:
    return any(_QUOTE.match(line) for line in lines if line.strip())


def _blocks(lines: list[tuple[str, bool]]) -> Iterator[tuple[str, str]]:
    """Yield each reference with the reader's own lines that follow it."""
    reference, kept = "", list[str]()
    for line, quoted in lines:
        found = _QUOTED_REFERENCE.search(line) if quoted else _REFERENCE.match(line)
        if found or (quoted and line.strip()) or _SIGNATURE.fullmatch(line):
            yield from _block(reference, kept)
            reference = found[1].lower() if found else ""
            kept = [found[2]] if found and not quoted else []
        elif not quoted:
            kept.append(line)
    yield from _block(reference, kept)


def _block(reference: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    words = _RULE_AT_END.sub("", "\n".join(lines).strip())
    if reference and words:
        yield reference, words
